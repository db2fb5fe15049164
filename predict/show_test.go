package predict

import (
	"fmt"
	"strings"
	"testing"

	"github.com/charmbracelet/x/ansi"
)

func TestPretty(t *testing.T) {
	for _, test := range []struct{ body, want string }{
		{`{"b":1.50,"a":[1e3,{}]}`, "{\n  \"b\": 1.50,\n  \"a\": [\n    1e3,\n    {}\n  ]\n}"},
		{" {\"u\":\"\\u00e9<\"}\n", "{\n  \"u\": \"\\u00e9<\"\n}"},
		{"not JSON", "not JSON"},
		{"", ""},
	} {
		if got := string(Pretty([]byte(test.body))); got != test.want {
			t.Errorf("%q: got %q", test.body, got)
		}
	}
}

func TestHighlight(t *testing.T) {
	marks := HighlightStyle{Name: "1", String: "2", Number: "3", Literal: "4", Punctuation: "5"}
	for _, test := range []struct{ body, want string }{
		{
			`{"a\"b": ["x:", -1.5e3, true, null]}`,
			"<5>{</>\n  <1>\"a\\\"b\"</><5>:</> <5>[</>\n    <2>\"x:\"</><5>,</>\n    <3>-1.5e3</><5>,</>\n    <4>true</><5>,</>\n    <4>null</>\n  <5>]</>\n<5>}</>",
		},
		{`"é\\"`, `<2>"é\\"</>`},
		{`<h1>true 1</h1>`, `<h1>true 1</h1>`},
		{``, ``},
	} {
		got := strings.ReplaceAll(Highlight([]byte(test.body), marks), "\x1b[m", "</>")
		for _, n := range "12345" {
			got = strings.ReplaceAll(got, fmt.Sprintf("\x1b[%cm", n), fmt.Sprintf("<%c>", n))
		}
		if got != test.want {
			t.Errorf("%s\n got %q\nwant %q", test.body, got, test.want)
		}
		if got := Highlight([]byte(test.body), HighlightStyle{}); got != ansi.Strip(Highlight([]byte(test.body), Dark)) {
			t.Errorf("%s: plain differs: %q", test.body, got)
		}
	}
}

// Nothing a service sends reaches the terminal as a command.
func TestHighlightIsSafe(t *testing.T) {
	for _, body := range []string{
		"{\"a\": \"\x1b[2J\u202e\"}", "\"\u009b31m\"", "\x1b]0;title\a", "{\"\u200b\": 1}", "\"\xff\"", "{\"a\":\r\n 1}",
	} {
		text := ansi.Strip(Highlight([]byte(body), Dark))
		for _, r := range text {
			if r < ' ' && r != '\n' || 0x7f <= r && r < 0xa0 || strings.ContainsRune("\u202e\u200b", r) {
				t.Errorf("%q shows as %q", body, text)
			}
		}
	}
}

func TestLines(t *testing.T) {
	body := []byte("[" + strings.Repeat("1,", 98) + "1]")
	for _, test := range []struct{ most, lines, more int }{{0, 101, 0}, {200, 101, 0}, {101, 101, 0}, {100, 100, 1}, {10, 10, 91}} {
		lines, more := Lines(body, Dark, test.most)
		if len(lines) != test.lines || more != test.more {
			t.Errorf("most %d: %d lines and %d more", test.most, len(lines), more)
		}
	}
}

func TestSummary(t *testing.T) {
	for _, test := range []struct{ body, want string }{
		{`{"churn_probability": 0.93978, "churn": true}`, "churn_probability 0.9398|churn true"},
		{`{"predictions": [0.5, 12345.678901]}`, "predictions[0] 0.5|predictions[1] 12345.6789"},
		{`[[0.000012345]]`, "[0][0] 1.234e-05"},
		{`{"model": {"name": "m\u001b[2J", "v": null}, "p": 7}`, "p 7"},
		{`{"model": {"name": "m\u001b[2Jx"}}`, "model.name mx"},
		{`42`, "42"},
		{`{}`, ""},
		{`{"a":1,"b":2,"c":3,"d":4,"e":5,"f":6,"g":7,"h":8,"i":9}`, "a 1|b 2|c 3|d 4|e 5|f 6|g 7|h 8"},
		{`oops`, ""},
	} {
		var all []string
		for _, v := range (Response{JSON: test.body != "oops", Body: []byte(test.body)}).Summary() {
			all = append(all, v.String())
		}
		if got := strings.Join(all, "|"); got != test.want {
			t.Errorf("%s\n got %s\nwant %s", test.body, got, test.want)
		}
	}
}
