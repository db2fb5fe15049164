package suite

import (
	"bytes"
	"encoding/json"
	"strconv"
)

// node is a value in a file, JSON or YAML, with where it is written.
type node struct {
	kind kind
	line int
	// start and end are bytes of the file; both are -1 where the value is
	// written elsewhere (YAML's aliases) or its end is not known.
	start, end int
	block      bool   // YAML in lines, not in brackets
	scalar     string // as JSON
	members    []member
	items      []*node
}

type kind byte

const (
	scalar kind = iota
	object
	list
)

type member struct {
	name  string
	line  int
	value *node
}

// get is a member's value; nil where there is none.
func (n *node) get(name string) *node {
	if n == nil {
		return nil
	}
	for _, m := range n.members {
		if m.name == name {
			return m.value
		}
	}
	return nil
}

// follow goes down by names and indexes.
func (n *node) follow(steps []string) *node {
	for _, step := range steps {
		if n == nil {
			return nil
		}
		switch n.kind {
		case object:
			n = n.get(step)
		case list:
			i, err := strconv.Atoi(step)
			if err != nil || i < 0 || i >= len(n.items) {
				return nil
			}
			n = n.items[i]
		default:
			return nil
		}
	}
	return n
}

// text is a string's value.
func (n *node) text() (string, bool) {
	var s string
	if n == nil || n.kind != scalar || n.scalar[0] != '"' {
		return "", false
	}
	err := json.Unmarshal([]byte(n.scalar), &s)
	return s, err == nil
}

// word is any scalar as a text, as it stands in a header.
func (n *node) word() (string, bool) {
	if s, ok := n.text(); ok {
		return s, true
	}
	return n.scalar, n.kind == scalar && n.scalar != "null"
}

// number is a finite number's value.
func (n *node) number() (float64, bool) {
	if n == nil || n.kind != scalar {
		return 0, false
	}
	f, err := strconv.ParseFloat(n.scalar, 64)
	return f, err == nil
}

// json is the value on one line.
func (n *node) json() []byte { return write(nil, n, style{json: true}) }

// quote is a string in JSON, with the escapes that a person would write.
func quote(s string) string {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(s); err != nil {
		panic(err) // a string always encodes
	}
	return string(bytes.TrimSuffix(b.Bytes(), []byte("\n")))
}
