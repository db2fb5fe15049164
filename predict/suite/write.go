package suite

import (
	"bytes"
	"regexp"
	"slices"
	"strings"

	"berth/safetext"
)

// style is how a value is written into a file.
type style struct {
	json   bool // names and texts in quotes
	spaced bool // after commas and colons
}

// write appends a value on one line.
func write(b []byte, n *node, s style) []byte {
	comma, colon := ",", ":"
	if s.spaced || !s.json {
		comma, colon = ", ", ": "
	}
	switch n.kind {
	case object:
		b = append(b, '{')
		for i, m := range n.members {
			if i > 0 {
				b = append(b, comma...)
			}
			b = append(append(b, s.text(m.name)...), colon...)
			b = write(b, m.value, s)
		}
		return append(b, '}')
	case list:
		b = append(b, '[')
		for i, item := range n.items {
			if i > 0 {
				b = append(b, comma...)
			}
			b = write(b, item, s)
		}
		return append(b, ']')
	}
	if t, ok := n.text(); ok && !s.json {
		return append(b, s.text(t)...)
	}
	return append(b, n.scalar...)
}

// plain is what YAML reads as a text without quotes, in brackets too, and words
// that some version of it reads as something else.
var (
	plain    = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9_./-]*( [A-Za-z0-9_./-]+)*$`)
	reserved = []string{"true", "false", "null", "yes", "no", "on", "off", "y", "n"}
)

func (s style) text(t string) string {
	if !s.json && plain.MatchString(t) && !slices.Contains(reserved, strings.ToLower(t)) {
		return t
	}
	return string(safetext.JSON([]byte(quote(t))))
}

// wide is from where on a value of YAML is written in lines.
const wide = 100

// yaml is a value as it stands after "name:" in a line that is indented: on the
// same line where it is short, or else below.
func yaml(n *node, indent int) []byte {
	line := write([]byte{' '}, n, style{})
	if n.kind == scalar || len(n.members)+len(n.items) == 0 || indent+len(line) <= wide {
		return line
	}
	return append([]byte("\n"+strings.Repeat(" ", indent+2)), lines(n, indent+2)...)
}

// lines is an object or a list in lines, without the indent of the first.
func lines(n *node, indent int) []byte {
	var all [][]byte
	for _, m := range n.members {
		all = append(all, append([]byte(style{}.text(m.name)+":"), yaml(m.value, indent)...))
	}
	for _, item := range n.items {
		text := yaml(item, indent)
		if text[0] == '\n' { // the first of its lines begins behind the dash
			text = append([]byte{' '}, bytes.TrimLeft(text, "\n ")...)
		}
		all = append(all, append([]byte{'-'}, text...))
	}
	return bytes.Join(all, []byte("\n"+strings.Repeat(" ", indent)))
}
