package predict

import (
	"encoding/json"
	"iter"
	"slices"
	"strings"

	"berth/safetext"
)

// HighlightStyle gives each part of JSON the parameters of an SGR escape
// sequence ("38;2;166;227;161"); an empty one leaves the part as it is. The
// zero value is plain text. Colours are 24 bit: whoever writes to a lesser
// terminal reduces them.
//
// The lexer is here and not chroma's because importing chroma's lexers costs
// each start of the program 25 ms, measured where docker compose needs 100.
type HighlightStyle struct {
	Name, String, Number, Literal, Punctuation string
}

// The styles for either kind of background.
var (
	Dark = HighlightStyle{
		Name: "38;2;137;180;250", String: "38;2;166;227;161", Number: "38;2;250;179;135",
		Literal: "38;2;203;166;247", Punctuation: "38;2;127;132;156",
	}
	Light = HighlightStyle{
		Name: "38;2;30;102;245", String: "38;2;46;125;50", Number: "38;2;191;84;0",
		Literal: "38;2;125;45;210", Punctuation: "38;2;108;111;133",
	}
)

// Highlight is a body as it may be shown: indented and coloured if it is JSON,
// as it is otherwise, safe in either case.
func Highlight(body []byte, s HighlightStyle) string {
	lines, _ := Lines(body, s, 0)
	return strings.Join(lines, "\n")
}

// Lines is Highlight up to a number of lines (0: all), and how many more there
// would be.
func Lines(body []byte, s HighlightStyle, most int) (lines []string, more int) {
	isJSON := json.Valid(body)
	text := string(Pretty(body))
	if most > 0 {
		end := 0
		for range most {
			i := strings.IndexByte(text[end:], '\n')
			if i < 0 {
				end = len(text)
				break
			}
			end += i + 1
		}
		if rest := strings.TrimSuffix(text[end:], "\n"); rest != "" {
			more = 1 + strings.Count(rest, "\n")
		}
		text = text[:end]
	}
	lines = safetext.Block(text)
	if isJSON {
		for i, line := range lines {
			lines[i] = s.Line(line)
		}
	}
	return lines, more
}

// Line colours one line of indented JSON: no token spans two.
func (s HighlightStyle) Line(line string) string {
	if s == (HighlightStyle{}) {
		return line
	}
	var b strings.Builder
	for part, text := range s.tokens(line) {
		if part == "" {
			b.WriteString(text)
			continue
		}
		b.WriteString("\x1b[" + part + "m" + text + "\x1b[m")
	}
	return b.String()
}

// tokens splits a line of indented JSON; what it is not prepared for, such as
// the end of a line that safetext cut, comes unstyled.
func (s HighlightStyle) tokens(line string) iter.Seq2[string, string] {
	return func(yield func(style, text string) bool) {
		for line != "" {
			var end int
			var style string
			switch c := line[0]; {
			case c == '"':
				end = stringEnd(line)
				style = s.String
				if strings.HasPrefix(line[end:], ":") {
					style = s.Name
				}
			case c == '-' || '0' <= c && c <= '9':
				end = span(line, "+-.eE0123456789")
				style = s.Number
			case 'a' <= c && c <= 'z':
				end = span(line, "abcdefghijklmnopqrstuvwxyz")
				if slices.Contains([]string{"true", "false", "null"}, line[:end]) {
					style = s.Literal
				}
			case strings.IndexByte("{}[],:", c) >= 0:
				end = span(line, "{}[],:")
				style = s.Punctuation
			default:
				if end = strings.IndexAny(line, `"-0123456789abcdefghijklmnopqrstuvwxyz{}[],:`); end < 0 {
					end = len(line)
				}
			}
			if !yield(style, line[:end]) {
				return
			}
			line = line[end:]
		}
	}
}

func span(s, set string) int {
	return len(s) - len(strings.TrimLeft(s, set))
}

// stringEnd is past the closing quote, or the end of the line.
func stringEnd(line string) int {
	for i := 1; i < len(line); i++ {
		switch line[i] {
		case '\\':
			i++
		case '"':
			return i + 1
		}
	}
	return len(line)
}
