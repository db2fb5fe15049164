package main

import (
	"bytes"
	"strings"
	"testing"

	"berth/safetext/hostile"
	"berth/stack"
	"berth/tui/theme"

	"github.com/charmbracelet/colorprofile"
)

// Whatever a container prints, `berth logs` leaves the terminal as it was.
func TestLogsLeaveTheTerminalAlone(t *testing.T) {
	all := hostile.Strings()
	if len(all) < 200 {
		t.Errorf("%d strings only", len(all))
	}
	for _, s := range all {
		leavesAlone(t, s)
	}
}

func FuzzLogsLeaveTheTerminalAlone(f *testing.F) {
	for n, s := range hostile.Strings() {
		if n%8 == 0 && len(s) < 1000 { // the test above has them all
			f.Add(s)
		}
	}
	f.Fuzz(leavesAlone)
}

// leavesAlone prints a line between two others, as text in colours and as JSON,
// and looks whether anything but its own cells changed.
func leavesAlone(t *testing.T, s string) {
	ref := stack.Ref{Service: "web\x1b[2J" + s, Number: 1}
	p := linePainter{theme: theme.Anywhere(colorprofile.TrueColor)}
	p.prefix([]stack.Ref{{Service: "db"}, ref}, nil)
	var json bytes.Buffer
	a := &app{streams: streams{out: &json}, json: true}
	const w, h = 120, 40
	term := hostile.NewTerminal(w, h)
	defer term.Close()
	for _, stream := range []stack.Stream{stack.Stdout, stack.Notice} {
		line := stack.LogLine{Ref: ref, Stream: stream, Text: s}
		if len(s) > 500 {
			line.Service = "web"
		}
		json.Reset()
		if err := a.linePrinter(&json, nil)(line); err != nil {
			t.Fatal(err)
		}
		for _, printed := range []string{p.line(line), json.String()} {
			text := "\x1b[2J\x1b[Hfirst\n" + printed + "lqk"
			if _, err := term.WriteString(strings.ReplaceAll(text, "\n", "\r\n")); err != nil {
				t.Fatal(err)
			}
			at := term.CursorPosition()
			if last := term.Row(at.Y, 0, w); last != "lqk" || at.X != 3 {
				t.Errorf("%.200q changed what comes after it: %q, cursor at %v", s, last, at)
			}
			if strings.Count(printed, "\n") != 1 {
				t.Errorf("%.200q is more than one line", s)
			}
			if at.Y < h-1 && term.Row(0, 0, w) != "first" {
				t.Errorf("%.200q changed what was before it: %q", s, term.Row(0, 0, w))
			}
			if done := term.Done(); len(done) > 0 {
				t.Errorf("%.200q did to the terminal: %.200q", s, done)
			}
		}
	}
}
