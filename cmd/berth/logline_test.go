package main

import (
	"strings"
	"testing"
	"time"

	"berth/stack"
	"berth/tui/theme"

	"github.com/charmbracelet/colorprofile"
)

// Names are from labels, which anybody may have written: nothing in them
// commands the terminal.
func TestNamesDoNotCommandTheTerminal(t *testing.T) {
	hostile := stack.Ref{Project: "p", Service: "web\x1b[2J\x1b]52;c;eA==\a", Number: 1}
	plain := stack.Ref{Project: "p", Service: "db", Number: 1}
	var out, told strings.Builder
	a := &app{streams: streams{out: &out, err: &told}}
	print := a.linePrinter(&out, a.linePainter([]stack.Ref{hostile, plain}, nil, logFlags{}))
	for _, r := range []stack.Ref{hostile, plain} {
		if err := print(stack.LogLine{Ref: r, Text: "a line"}); err != nil {
			t.Fatal(err)
		}
	}
	if want := "web │ a line\ndb  │ a line\n"; out.String() != want {
		t.Errorf("the log is %q, want %q", out.String(), want)
	}
	if err := a.printServices(t.Context(), []stack.Service{{Ref: hostile, Phase: stack.Running}}, nil); err != nil {
		t.Fatal(err)
	}
	if err := a.tellStats([]stack.Ref{hostile, hostile}, []stack.Sample{{Ref: hostile, At: time.Now()}, {}}); err != nil {
		t.Fatal(err)
	}
	if text := out.String() + told.String(); strings.ContainsRune(text, '\x1b') {
		t.Errorf("an escape sequence is printed: %q", text)
	}
}

// A program that reads samples is given no measurement that was none.
func TestWhatEndedIsNotMeasured(t *testing.T) {
	up, ended := stack.Ref{Service: "up", Number: 1}, stack.Ref{Service: "ended", Number: 1}
	var out, told strings.Builder
	a := &app{streams: streams{out: &out, err: &told}, json: true}
	if err := a.tellStats([]stack.Ref{ended, up}, []stack.Sample{{}, {Ref: up, At: time.Now(), CPU: 0.5}}); err != nil {
		t.Fatal(err)
	}
	if n := strings.Count(out.String(), "\n"); n != 1 || !strings.Contains(out.String(), `"service":"up"`) {
		t.Errorf("%d samples:\n%s", n, out.String())
	}
	if !strings.Contains(told.String(), "ended ended before it was measured") {
		t.Errorf("it is told %q", told.String())
	}
}

func TestColoursEndWithTheirPart(t *testing.T) {
	api, db := stack.Ref{Service: "api", Number: 1}, stack.Ref{Service: "db", Number: 1}
	p := linePainter{theme: theme.Anywhere(colorprofile.TrueColor)}
	line := stack.LogLine{Ref: api, Text: "\x1b[32mINFO\x1b[0m: \x1b[1;34mx"}
	for text, want := range map[string]string{
		line.Text:         "\x1b[32mINFO\x1b[m: \x1b[1;34mx\x1b[m\n",
		"ERROR \x1b[7mx":  "\x1b[31mERROR \x1b[m\x1b[7;31mx\x1b[m\n",
		"WARNING: \x1b[m": "\x1b[33mWARNING: \x1b[m\n",
	} {
		if got := p.line(stack.LogLine{Ref: api, Text: text}); got != want {
			t.Errorf("%q is printed as %q, want %q", text, got, want)
		}
	}
	p.prefix([]stack.Ref{api, db}, nil)
	together := p.line(line)
	p.prefix([]stack.Ref{api}, []stack.Ref{db})
	if alone := p.line(line); alone[:5] != together[:5] {
		t.Errorf("api is %q alone, %q together", alone, together)
	}
	p.plain = true
	p.prefix([]stack.Ref{api}, nil)
	if got := p.line(line); got != "api │ INFO: x\n" {
		t.Errorf("without colours it is %q", got)
	}
}

// Where lines may be missing is told among the lines, to people and to programs.
func TestGapsArePrinted(t *testing.T) {
	gap := stack.LogLine{Ref: stack.Ref{Service: "web", Number: 1}, Stream: stack.Gap, Time: time.Unix(1, 0).UTC(), Text: "lines may be missing: why"}
	for json, want := range map[bool]string{false: "── lines may be missing: why ──\n", true: `"stream":"gap"`} {
		var out strings.Builder
		a := &app{streams: streams{out: &out}, json: json}
		if err := a.linePrinter(&out, a.linePainter([]stack.Ref{gap.Ref}, nil, logFlags{}))(gap); err != nil || !strings.Contains(out.String(), want) {
			t.Errorf("%q, %v", out.String(), err)
		}
	}
}

// What is piped keeps its columns; a terminal is not moved by them.
func TestTabsAreKeptInAPipe(t *testing.T) {
	line := stack.LogLine{Text: "a\tb\x1b[31m\tc"}
	var out strings.Builder
	a := &app{streams: streams{out: &out}}
	if got := a.linePainter(nil, nil, logFlags{}).line(line); got != "a\tb\tc\n" {
		t.Errorf("in a pipe: %q", got)
	}
	if got := (&linePainter{plain: true}).line(line); strings.Contains(got, "\t") {
		t.Errorf("on a terminal: %q", got)
	}
}
