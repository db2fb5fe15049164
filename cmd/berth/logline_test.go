package main

import (
	"strings"
	"testing"
	"time"

	"berth/stack"
)

// Names are from labels, which anybody may have written: nothing in them
// commands the terminal.
func TestNamesDoNotCommandTheTerminal(t *testing.T) {
	hostile := stack.Ref{Project: "p", Service: "web\x1b[2J\x1b]52;c;eA==\a", Number: 1}
	plain := stack.Ref{Project: "p", Service: "db", Number: 1}
	var out, told strings.Builder
	a := &app{streams: streams{out: &out, err: &told}}
	print := a.linePrinter(&out, []stack.Ref{hostile, plain}, logFlags{})
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
