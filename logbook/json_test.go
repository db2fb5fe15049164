package logbook_test

import (
	"fmt"
	"strings"
	"testing"

	"berth/logbook"
)

func TestMessageOfAJSONLine(t *testing.T) {
	for text, want := range map[string]string{
		`{"time":"2026-01-02","level":"info","msg":"loaded","model":"churn","auc":0.85}`: "loaded [model=churn auc=0.85] true",
		`{"event":"a\u001b[2Jb","x":{"y":[1, 2]},"msg":"second"}`:                        `ab [x={"y":[1, 2]} msg=second] true`,
		` {"message":""} `:             " [] true",
		`{"level":"info"}`:             " [] false",
		`{"msg":"cut of`:               " [] false",
		`{"msg":"a"} and more`:         " [] false",
		`{"msg":"a"}} more`:            " [] false",
		`{"level":"audit","msg":"a"}`:  "a [level=audit] true",
		`{"msg":"a"}{"msg":"b"}`:       " [] false",
		`plain`:                        " [] false",
		`["msg"]`:                      " [] false",
		"":                             " [] false",
		`{"message":"a\nb", "k":null}`: "a␊b [k=null] true",
	} {
		m, fields, ok := logbook.Message(text)
		var all []string
		for _, f := range fields {
			all = append(all, f.Name+"="+f.Value)
		}
		if got := fmt.Sprintf("%s %v %v", m, all, ok); ok && got != want || !ok && !strings.HasSuffix(want, "false") {
			t.Errorf("%s: got %q, want %q", text, got, want)
		}
	}
	if got := strings.Join(logbook.Indented(`{"a":{"b":"\u001b[2J"}}`), "/"); got != `{/  "a": {/    "b": "\u001b[2J"/  }/}` {
		t.Errorf("indented: %s", got)
	}
	if got := strings.Join(logbook.Indented(`{"gr\u00f6\u00dfe":["\u6a21\u578b <&>","\u202e","\ud800","\\u00e9","\ud83d\ude80\u0000","\u009b1m"]}`), ""); got != `{  "größe": [    "模型 <&>",    "<U+202E>",    "\ud800",    "\\u00e9",    "🚀\u0000",    "\u009b1m"  ]}` {
		t.Errorf("indented: %s", got)
	}
	if logbook.Indented("plain") != nil || logbook.Indented("{") != nil {
		t.Error("what is no JSON is indented")
	}
}

func TestParseFilter(t *testing.T) {
	for text, want := range map[string]string{
		"":                     "[] [] none [] [] 0",
		`error !health`:        "[error] [health] none [] [] 0",
		`"two words" !"a b"`:   "[two words] [a b] none [] [] 0",
		"level:WARNING in:api": "[] [] warn [api] [] 0",
		"!in:prom context:2 x": "[x] [] none [] [prom] 2",
	} {
		f, err := logbook.ParseFilter(text)
		level := f.Least.String()
		if level == "" {
			level = "none"
		}
		if got := fmt.Sprint(f.Keep, f.Drop, " ", level, " ", f.Services, f.NotServices, f.Context); err != nil || got != want {
			t.Errorf("%q: %s, %v; want %s", text, got, err, want)
		}
	}
	for text, want := range map[string]string{
		"a(":                          "missing closing )",
		"level:hot":                   "there is no level",
		"context:x":                   "not a number",
		"context:9223372036854775807": "not a number of lines, at most 1000",
		`"open`:                       "quote",
	} {
		if _, err := logbook.ParseFilter(text); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v", text, err)
		}
	}
}
