package safetext_test

import (
	"fmt"
	"strings"
	"testing"

	"berth/safetext"
)

// spans is a line with its styled parts in brackets.
func spans(in string) string {
	line, all := safetext.Styled(in)
	var b strings.Builder
	end := 0
	for _, s := range all {
		b.WriteString(line[end:s.From] + "[" + line[s.From:s.To])
		for bit, name := range map[safetext.Attr]string{
			safetext.Bold: "bold", safetext.Faint: "faint", safetext.Italic: "italic",
			safetext.Underline: "under", safetext.Reverse: "reverse", safetext.Strike: "strike",
		} {
			if s.Attr&bit != 0 {
				b.WriteString(" " + name)
			}
		}
		for name, c := range map[string]safetext.Colour{"fg": s.Fg, "bg": s.Bg} {
			switch c.Kind {
			case safetext.Indexed:
				fmt.Fprintf(&b, " %s=%d", name, c.R)
			case safetext.RGB:
				fmt.Fprintf(&b, " %s=#%02x%02x%02x", name, c.R, c.G, c.B)
			}
		}
		b.WriteString("]")
		end = s.To
	}
	return b.String() + line[end:]
}

func TestWhatAProgramWantsItsTextToLookLike(t *testing.T) {
	for in, want := range map[string]string{
		"plain": "plain", "größe": "größe", "": "",
		"\x1b[32mINFO\x1b[0m:     started": "[INFO fg=2]:     started",
		"\x1b[32mnever ended":              "[never ended fg=2]",
		"\x1b[31mover\r\x1b[94mwritten":    "[written fg=12]",
		"a\x1b[1mb\x1b[22mc\x1b[mc":        "a[b bold]cc",
		"\x1b[;3mx\x1b[23m":                "[x italic]",
		"\x1b[2mx\x1b[22m\x1b[4mx\x1b[4:0m\x1b[4:3mx\x1b[24m\x1b[7mx\x1b[27m\x1b[9mx\x1b[29mx": "[x faint][x under][x under][x reverse][x strike]x",
		"\x1b[38;5;208mx\x1b[39m.":                         "[x fg=208].",
		"\x1b[38;2;1;2;255mx":                              "[x fg=#0102ff]",
		"\x1b[38:2::1:2:3mx\x1b[38:2:4:5:6mx\x1b[38:5:7mx": "[x fg=#010203][x fg=#040506][x fg=7]",
		"\x1b[48;5;1mx\x1b[49m.\x1b[101mx\x1b[m":           "[x bg=1].[x bg=9]",
		"\x1b[58;2;1;2;3;3mx":                              "[x italic]", // the underline's own colour
		"\u009b31mx":                                       "[x fg=1]",
		"\x1b[5;8mx\x1b[28m":                               "x", // neither blinks nor hides
		"\x1b[>4;1mx\x1b[?4mx\x1b[1$mx\x1b[4 mx":           "xxxx",
		"\x1b[38;5;999mx\x1b[38;2;1;2mx\x1b[38mx\x1b[99999999999999999999mx": "xxxx",
		"\x1b]0;t\x1b[31mx":         "␛]0;t[x fg=1]",
		"\x1b[31m":                  "",
		"\x1b[31m模\u202e\tx\x1b[m型": "[模<U+202E>      x fg=1]型",
	} {
		if got := spans(in); got != want {
			t.Errorf("%+q\n got %s\nwant %s", in, got, want)
		}
		if line, _ := safetext.Styled(in); line != safetext.Line(in) {
			t.Errorf("%+q is another text when it is styled: %+q, %+q", in, line, safetext.Line(in))
		}
	}
}
