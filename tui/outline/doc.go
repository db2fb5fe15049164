// Package outline shows JSON, or any other text, as lines under a cursor, of
// which those that belong together can be folded away. Only the lines that are
// seen are laid out, so that a document of 10 MB moves like one of ten lines.
package outline

import (
	"bytes"
	"encoding/json"
	"io"
	"math"
	"slices"
	"strconv"
	"strings"

	"berth/predict"
)

// MaxLines is how many lines of a document are kept; those beyond are counted.
const MaxLines = 2_000_000

// Doc is a document broken into lines. It does not change, so that it can be
// read where it came in and shown elsewhere.
type Doc struct {
	text   []byte   // indented, safe only when shown
	starts []uint32 // of each line, and one past the last
	isJSON bool
	more   int // lines beyond MaxLines

	// The lines that open an object or a list, ascending, and for each the line
	// that closes it, -1 where that was cut off; and the same by the lines that
	// close.
	opens, ends []int32
	closes, ofs []int32
}

// Read breaks a body into lines: JSON, one document or several, indented, and
// anything else as it is.
func Read(body []byte) *Doc {
	d := &Doc{}
	d.text, d.isJSON = indented(body)
	d.text = bytes.TrimRight(d.text, "\n")
	if len(d.text) > math.MaxUint32 {
		d.text = d.text[:math.MaxUint32]
	}
	d.split()
	if d.isJSON {
		d.pair()
	}
	return d
}

// indented is each JSON document on lines of its own.
func indented(body []byte) ([]byte, bool) {
	if json.Valid(body) {
		return predict.Pretty(body), true
	}
	var all bytes.Buffer
	for dec := json.NewDecoder(bytes.NewReader(body)); ; {
		var one json.RawMessage
		switch err := dec.Decode(&one); {
		case err == io.EOF: // the decoder gives it bare
			return all.Bytes(), all.Len() > 0
		case err != nil:
			return body, false
		}
		all.Write(predict.Pretty(one))
		all.WriteByte('\n')
	}
}

func (d *Doc) split() {
	for at := 0; at < len(d.text); {
		if len(d.starts) == MaxLines {
			d.more = 1 + bytes.Count(d.text[at:], []byte("\n"))
			d.text = d.text[:at]
			break
		}
		d.starts = append(d.starts, uint32(at)) //nolint:gosec // Read bounds the text
		n := bytes.IndexByte(d.text[at:], '\n')
		if n < 0 {
			d.text = append(d.text[:len(d.text):len(d.text)], '\n')
			break
		}
		at += n + 1
	}
	d.starts = append(d.starts, uint32(len(d.text))) //nolint:gosec // Read bounds the text
}

// pair finds which line closes what another opens. In indented JSON a line that
// opens something ends with its bracket, and a bracket that closes it is the
// first of its line.
func (d *Doc) pair() {
	var open []int // into opens: what is not closed yet
	for n := range d.Len() {
		line, at := d.raw(n), int32(n) //nolint:gosec // MaxLines
		first := bytes.TrimLeft(line, " ")
		if len(first) == 0 {
			continue
		}
		if last := len(open) - 1; last >= 0 && (first[0] == '}' || first[0] == ']') {
			d.closes, d.ofs = append(d.closes, at), append(d.ofs, d.opens[open[last]])
			d.ends[open[last]] = at
			open = open[:last]
			continue
		}
		if c := line[len(line)-1]; c == '{' || c == '[' {
			open = append(open, len(d.opens))
			d.opens, d.ends = append(d.opens, at), append(d.ends, -1) // it stays so where the rest was cut off
		}
	}
}

// Len is how many lines there are when nothing is folded.
func (d *Doc) Len() int { return len(d.starts) - 1 }

// More is how many lines were too many to keep.
func (d *Doc) More() int { return d.more }

// IsJSON reports whether it is.
func (d *Doc) IsJSON() bool { return d.isJSON }

// raw is a line as it came, without its end. It is untrusted.
func (d *Doc) raw(n int) []byte {
	return bytes.TrimSuffix(d.text[d.starts[n]:d.starts[n+1]], []byte("\n"))
}

// end is the line that closes what a line opens; -1: it opens nothing.
func (d *Doc) end(n int) int { return find(d.opens, d.ends, n) }

// begin is the line that opens what a line closes; -1: it closes nothing.
func (d *Doc) begin(n int) int { return find(d.closes, d.ofs, n) }

func find(keys, values []int32, n int) int {
	at, ok := slices.BinarySearch(keys, int32(n)) //nolint:gosec // MaxLines
	if !ok {
		return -1
	}
	return int(values[at])
}

// depth is how many objects and lists a line is in.
func (d *Doc) depth(n int) int {
	line := d.raw(n)
	return (len(line) - len(bytes.TrimLeft(line, " "))) / 2
}

// parent is the line that opens what a line is in; -1: nothing does.
func (d *Doc) parent(n int) int {
	if b := d.begin(n); b >= 0 {
		n = b
	}
	if !d.isJSON || d.depth(n) == 0 {
		return -1
	}
	for n--; n >= 0; n-- {
		if b := d.begin(n); b >= 0 {
			n = b
			continue
		}
		if d.end(n) > 0 {
			return n
		}
	}
	return -1
}

// children is how many members or items an opened line has.
func (d *Doc) children(open int) int {
	count, end := 0, d.end(open)
	for n := open + 1; n < end; n++ {
		count++
		if e := d.end(n); e > 0 {
			n = e
		}
	}
	return count
}

// Path is where a line is, as jq names it: ".predictions[0].score".
func (d *Doc) Path(n int) string {
	if !d.isJSON {
		return ""
	}
	if b := d.begin(n); b >= 0 {
		n = b
	}
	path := ""
	for p := d.parent(n); p >= 0; n, p = p, d.parent(p) {
		if step, ok := member(d.raw(n)); ok {
			path = step + path
			continue
		}
		index := 0
		for s := p + 1; s < n; s++ {
			index++
			if e := d.end(s); e > 0 {
				s = e
			}
		}
		path = "[" + strconv.Itoa(index) + "]" + path
	}
	if !strings.HasPrefix(path, ".") {
		path = "." + path
	}
	return path
}

// member is the step to a member by the name at the beginning of its line.
func member(line []byte) (step string, ok bool) {
	line = bytes.TrimLeft(line, " ")
	dec := json.NewDecoder(bytes.NewReader(line))
	t, err := dec.Token()
	name, isString := t.(string)
	if rest := line[dec.InputOffset():]; err != nil || !isString || len(rest) == 0 || rest[0] != ':' {
		return "", false
	}
	for i, r := range name {
		letter := r == '_' || 'a' <= r && r <= 'z' || 'A' <= r && r <= 'Z'
		if !letter && (i == 0 || r < '0' || '9' < r) {
			name = ""
			break
		}
	}
	if name == "" {
		return "[" + string(line[:dec.InputOffset()]) + "]", true
	}
	return "." + name, true
}

// Value is what stands at a line, without the name in front: a whole object or
// list where the line opens or closes one. It is untrusted.
func (d *Doc) Value(n int) []byte {
	if !d.isJSON {
		return d.raw(n)
	}
	last := n
	if b := d.begin(n); b >= 0 {
		n = b
	}
	if e := d.end(n); e >= 0 {
		last = e
	}
	text := bytes.TrimSuffix(bytes.TrimSpace(d.text[d.starts[n]:d.starts[last+1]]), []byte(","))
	if _, ok := member(text); ok {
		dec := json.NewDecoder(bytes.NewReader(text))
		_, _ = dec.Token() // it is a name: member read it
		text = bytes.TrimLeft(text[dec.InputOffset():], ": ")
	}
	return predict.Pretty(text)
}

// Text is the whole document. It is untrusted.
func (d *Doc) Text() []byte { return d.text }
