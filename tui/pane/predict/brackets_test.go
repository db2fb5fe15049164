package predict

import (
	"strings"
	"testing"

	"github.com/charmbracelet/x/ansi"

	"berth/tui/theme"
)

// The cursor is where the bar is.
func TestWhatAKeyOpensIsClosed(t *testing.T) {
	at := func(s string) state {
		return state{text: strings.Replace(s, "|", "", 1), at: strings.IndexByte(s, '|')}
	}
	for _, c := range []struct{ before, key, after string }{
		{`|`, "{", `{|}`},
		{`{"a": |}`, "[", `{"a": [|]}`},
		{`|"a"`, "[", ""}, // it would enclose nothing
		{`"a|"`, "{", ""}, // in a string
		{`{|}`, "}", `{}|`},
		{`{"a}|"}`, "}", ""},
		{`{"a|"}`, `"`, `{"a"|}`},
		{`{|}`, `"`, `{"|"}`},
		{`{"a\|"}`, `"`, ""}, // it is escaped
		{`{"a\"b|c"}`, `"`, ""},
		{`{|}`, "backspace", `|`},
		{`[|]`, "backspace", `|`},
		{`{"|"}`, "backspace", `{|}`},
		{`{"a|"}`, "backspace", ""},
		{`"a"|"b"`, "backspace", ""},
		{`{|}`, "enter", "{\n  |\n}"},
		{"  [|]", "enter", "  [\n    |\n  ]"},
		{"  {|", "enter", "  {\n    |"},
		{"  \"a\": 1,|", "enter", "  \"a\": 1,\n  |"},
		{"x|", "x", ""},
		{"}|", "backspace", ""}, // at the end of all
		{"|", "backspace", ""},
	} {
		got, ok := bracketed(at(c.before), c.key)
		if want := c.after; ok != (want != "") || ok && got != at(want) {
			t.Errorf("%s in %q gives %q at %d, %v; want %q", c.key, c.before, got.text, got.at, ok, want)
		}
	}
}

func TestBracketsThatBelongTogether(t *testing.T) {
	text := "{\"a]\": [1, {\"b\": 2}],\n \"c\": 3}"
	for at, want := range map[int]int{0: len(text) - 1, 7: 19, 11: 18, 12: 18, len(text): 0} {
		if _, there, ok := pair(text, at); !ok || there != want {
			t.Errorf("at %d: %d, %v, want %d", at, there, ok, want)
		}
	}
	for _, at := range []int{3, 15, 24} {
		if here, there, ok := pair(text, at); ok {
			t.Errorf("at %d there are %d and %d", at, here, there)
		}
	}
	if _, _, ok := pair("[}", 0); ok {
		t.Error("[ and } belong together")
	}
}

// Colours must not move a letter, whatever is typed and however it is broken.
func TestColoursKeepTheText(t *testing.T) {
	for _, text := range []string{
		"{\n  \"tenure\": 3,\n  \"text\": \"" + strings.Repeat("many words  and spaces ", 9) + "\",\n  \"long\": \"" + strings.Repeat("x", 99) + "\"\n}",
		"{ \"你好\": \"é 🙂 你好你好你好你好你好你好你好你好你好你好 ende\" }",
		"not JSON { at [all\n\n   ",
	} {
		for w := 12; w < 60; w += 7 {
			e := newEditor()
			e.restyle(theme.New(true))
			e.swap(draft{kept: state{text: text}})
			e.area.Focus()
			e.resize(w, 40)
			plain := strings.Split(ansi.Strip(e.area.View()), "\n")
			for n, row := range e.view(theme.New(true), nil)[:min(len(plain), 39)] {
				if got, want := strings.TrimRight(ansi.Strip(row), " "), strings.TrimRight(plain[n], " "); got != want {
					t.Fatalf("%d wide, row %d is %q, want %q", w, n, got, want)
				}
			}
		}
	}
	e := newEditor()
	e.restyle(theme.New(true))
	e.swap(draft{kept: state{text: `{"a": "` + strings.Repeat("word 1 ", 20) + `"}`}})
	e.resize(30, 9)
	for _, row := range e.view(theme.New(true), nil)[1:4] {
		if strings.Contains(row, "38;2;250;179;135") { // a number's
			t.Errorf("a string's digits are coloured as numbers: %q", row)
		}
	}
}
