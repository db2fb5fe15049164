package suite

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"math/big"
	"regexp"
	"strconv"
	"strings"
	"unicode/utf8"

	yamllib "go.yaml.in/yaml/v4"
)

var errEmpty = errors.New("it is empty")

// lineError is an error with the line of the file that it is in.
type lineError struct {
	line int
	error
}

// parseYAML reads a document that is a part of the file. budget is how many
// values the file may have yet.
func parseYAML(file []byte, from, to int, budget *int) (*node, *lineError) {
	text := file[from:to]
	first := 1 + bytes.Count(file[:from], []byte("\n"))
	var doc yamllib.Node
	if err := yamllib.Unmarshal(text, &doc); err != nil {
		line, said := yamlPlace(err, text)
		return nil, &lineError{first - 1 + line, fmt.Errorf("not YAML: %s", said)}
	}
	if doc.Kind == 0 {
		return nil, &lineError{first, errEmpty}
	}
	r := yamlReader{file: file, first: first, budget: budget}
	for at := from; at >= 0 && at <= len(file); {
		r.starts = append(r.starts, at)
		end := bytes.IndexByte(file[at:], '\n')
		if end < 0 {
			break
		}
		at += end + 1
	}
	n, err := r.value(doc.Content[0], 0)
	return n, err
}

var (
	yamlLine   = regexp.MustCompile(`line (\d+)(?:, column \d+)?: `)
	yamlWithin = regexp.MustCompile(` at line \d+(?:, column \d+)?: `)
)

// yamlPlace takes the line out of an error of the YAML library: where what it
// was in begins, if it says so.
func yamlPlace(err error, text []byte) (line int, said string) {
	said = strings.TrimPrefix(err.Error(), "yaml: ")
	m := yamlLine.FindStringSubmatch(said)
	if m == nil {
		if rest, ok := strings.CutPrefix(said, "offset "); ok { // of a byte that is no text
			at, _ := strconv.Atoi(rest[:max(strings.IndexByte(rest, ':'), 0)])
			return 1 + bytes.Count(text[:min(at, len(text))], []byte("\n")), said
		}
		return 1, said
	}
	line, _ = strconv.Atoi(m[1])
	if strings.HasPrefix(said, "while parsing") { // the library's parser counts lines from 0
		line++
	}
	return line, yamlLine.ReplaceAllString(yamlWithin.ReplaceAllString(said, ", "), "")
}

// Bounds of what aliases may make of a file.
const (
	maxDepth = 200
	maxNodes = 1 << 18
)

type yamlReader struct {
	file   []byte
	first  int   // line of the file that the document begins in
	starts []int // bytes at which its lines begin
	budget *int
}

func (r *yamlReader) value(y *yamllib.Node, depth int) (*node, *lineError) {
	n := &node{line: r.first - 1 + y.Line}
	fail := func(format string, args ...any) (*node, *lineError) {
		return nil, &lineError{n.line, fmt.Errorf(format, args...)}
	}
	if *r.budget--; *r.budget < 0 || depth > maxDepth {
		return fail("with its aliases it is larger than %d values or %d levels", maxNodes, maxDepth)
	}
	if y.Kind == yamllib.AliasNode {
		aliased, err := r.value(y.Alias, depth+1)
		if err != nil {
			return nil, err
		}
		elsewhere := written(aliased)
		elsewhere.line = n.line
		elsewhere.start = r.offset(y)
		elsewhere.end = elsewhere.start + 1 + len(y.Value)
		return elsewhere, nil
	}
	switch y.Kind {
	case yamllib.MappingNode:
		n.kind = object
		if err := r.members(n, y, depth); err != nil {
			return nil, err
		}
	case yamllib.SequenceNode:
		n.kind = list
		for _, c := range y.Content {
			item, err := r.value(c, depth+1)
			if err != nil {
				return nil, err
			}
			n.items = append(n.items, item)
		}
	case yamllib.ScalarNode:
		var err error
		if n.scalar, err = scalarOf(y); err != nil {
			return fail("%w", err)
		}
	default:
		return fail("it is no value")
	}
	r.place(n, y)
	return n, nil
}

// members reads a mapping, with what << takes in: https://yaml.org/type/merge.html
func (r *yamlReader) members(n *node, y *yamllib.Node, depth int) *lineError {
	var merged []*node
	for i := 0; i+1 < len(y.Content); i += 2 {
		key := y.Content[i]
		line := r.first - 1 + key.Line
		if key.Kind != yamllib.ScalarNode {
			return &lineError{line, errors.New("a name has to be a text")}
		}
		value, err := r.value(y.Content[i+1], depth+1)
		if err != nil {
			return err
		}
		if key.Tag == "!!merge" {
			merged = append(merged, value)
			continue
		}
		if n.get(key.Value) != nil {
			return &lineError{line, fmt.Errorf("%s is there twice", quote(key.Value))}
		}
		n.members = append(n.members, member{key.Value, line, value})
	}
	for i := 0; i < len(merged); i++ {
		switch m := merged[i]; m.kind {
		case list:
			merged = append(merged, m.items...)
		case object:
			for _, from := range m.members {
				if n.get(from.name) == nil {
					n.members = append(n.members, member{from.name, from.line, written(from.value)})
				}
			}
		default:
			return &lineError{m.line, errors.New("<< takes in objects only")}
		}
	}
	return nil
}

// written is a value that is written elsewhere.
func written(n *node) *node {
	copied := *n
	copied.start, copied.end = -1, -1
	copied.members, copied.items = nil, nil
	for _, m := range n.members {
		copied.members = append(copied.members, member{m.name, m.line, written(m.value)})
	}
	for _, item := range n.items {
		copied.items = append(copied.items, written(item))
	}
	return &copied
}

// scalarOf is a scalar as JSON.
func scalarOf(y *yamllib.Node) (string, error) {
	switch y.ShortTag() {
	case "!!null":
		return "null", nil
	case "!!bool":
		return strings.ToLower(y.Value), nil
	case "!!int", "!!float":
		if json.Valid([]byte(y.Value)) {
			return y.Value, nil
		}
		if whole, ok := new(big.Int).SetString(y.Value, 0); ok && len(y.Value) < 400 {
			return whole.String(), nil
		}
		var f float64
		if err := y.Decode(&f); err != nil || math.IsInf(f, 0) || math.IsNaN(f) {
			return "", fmt.Errorf("%s is no number of JSON", y.Value)
		}
		return strconv.FormatFloat(f, 'g', -1, 64), nil
	}
	return quote(y.Value), nil
}

// offset is the byte of the file at which a value begins; the library counts
// columns in characters.
func (r *yamlReader) offset(y *yamllib.Node) int {
	if y.Line < 1 || y.Line > len(r.starts) {
		return -1
	}
	at := r.starts[y.Line-1]
	for range y.Column - 1 {
		_, size := utf8.DecodeRune(r.file[at:])
		at += size
	}
	return min(at, len(r.file))
}
