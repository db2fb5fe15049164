package suite

import (
	"bytes"
	"strings"

	yamllib "go.yaml.in/yaml/v4"
)

// place finds out where a value of YAML begins and ends, which the library says
// by half. Where that is in doubt it stays unknown, and is not rewritten.
func (r *yamlReader) place(n *node, y *yamllib.Node) {
	n.start, n.end = -1, -1
	start := r.offset(y)
	if start < 0 {
		return
	}
	if n.kind != scalar && y.Style&yamllib.FlowStyle == 0 {
		n.block = true
		r.placeBlock(n, y)
		return
	}
	for start < len(r.file) && (r.file[start] == '&' || r.file[start] == '!') { // its anchor and tag
		start += bytes.IndexAny(append(r.file[start:len(r.file):len(r.file)], ' '), " \n\t")
		start += len(r.file[start:]) - len(bytes.TrimLeft(r.file[start:], " \t"))
	}
	var end int // within rest; -1: not known
	switch rest := r.file[start:]; {
	case n.kind != scalar:
		end = closing(rest)
	case y.Style&yamllib.SingleQuotedStyle != 0:
		end = quoted(rest, '\'')
	case y.Style&yamllib.DoubleQuotedStyle != 0:
		end = quoted(rest, '"')
	case y.Style&(yamllib.LiteralStyle|yamllib.FoldedStyle) != 0:
		end = literal(rest)
	default:
		end = words(rest, y.Value)
	}
	if end >= 0 {
		n.start, n.end = start, start+end
	}
}

// placeBlock goes from the first name, or dash, to the end of the last value.
func (r *yamlReader) placeBlock(n *node, y *yamllib.Node) {
	if len(y.Content) == 0 {
		return
	}
	last := -1
	if n.kind == list {
		n.start = r.offset(y)
		last = n.items[len(n.items)-1].end
	} else {
		n.start = r.offset(y.Content[0])
		own := 0 // members that no merge brought, which come first
		for i := 0; i < len(y.Content); i += 2 {
			if y.Content[i].Tag != "!!merge" {
				own++
			}
		}
		if y.Content[len(y.Content)-2].Tag != "!!merge" {
			last = n.members[own-1].value.end
		}
	}
	n.end = last
	if n.start < 0 || last < 0 {
		n.start, n.end = -1, -1
	}
}

// words is the end of a text without quotes, which may go over several lines.
func words(rest []byte, value string) int {
	at := 0
	for i, word := range strings.Fields(value) {
		if i > 0 {
			at += len(rest[at:]) - len(bytes.TrimLeft(rest[at:], " \t\r\n"))
		}
		if !bytes.HasPrefix(rest[at:], []byte(word)) {
			return -1
		}
		at += len(word)
	}
	return at
}

// quoted is the end of a text in quotes.
func quoted(rest []byte, quote byte) int {
	if len(rest) == 0 || rest[0] != quote {
		return -1
	}
	for at := 1; at < len(rest); at++ {
		switch {
		case quote == '"' && rest[at] == '\\':
			at++
		case rest[at] != quote:
		case quote == '\'' && at+1 < len(rest) && rest[at+1] == quote:
			at++
		default:
			return at + 1
		}
	}
	return -1
}

// closing is the end of an object or list in brackets.
func closing(rest []byte) int {
	depth := 0
	for at := 0; at < len(rest); at++ {
		boundary := at == 0 || bytes.IndexByte([]byte(" \t\r\n[{,:"), rest[at-1]) >= 0
		switch c := rest[at]; {
		case c == '{' || c == '[':
			depth++
		case c == '}' || c == ']':
			if depth--; depth == 0 {
				return at + 1
			}
		case (c == '"' || c == '\'') && boundary: // else it is a part of a word
			end := quoted(rest[at:], c)
			if end < 0 {
				return -1
			}
			at += end - 1
		case c == '#' && boundary:
			at += max(bytes.IndexByte(rest[at:], '\n'), 0)
		}
	}
	return -1
}

// literal is the end of a text in indented lines, before the last line break.
func literal(rest []byte) int {
	at, indent, end := 0, -1, -1
	for line := range bytes.Lines(rest) {
		body := bytes.TrimLeft(line, " ")
		switch depth := len(line) - len(body); {
		case at == 0: // the header
			end = len(bytes.TrimRight(line, "\r\n"))
		case len(bytes.TrimSpace(line)) == 0:
		case indent >= 0 && depth < indent || indent < 0 && depth == 0:
			return end
		default:
			if indent < 0 {
				indent = depth
			}
			end = at + len(bytes.TrimRight(line, "\r\n"))
		}
		at += len(line)
	}
	return end
}
