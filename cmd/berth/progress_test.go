package main

import (
	"errors"
	"strings"
	"testing"

	"berth/stack"
)

// A reason is read once: in the last line, or, where that is about another
// failure, just before it.
func TestProgressTellsEachFailureOnce(t *testing.T) {
	var out strings.Builder
	a := &app{streams: streams{err: &out}}
	p := a.progress(false)
	for name, why := range map[string]string{"a": "port 8000 is taken", "b": "no such image"} {
		p.report(stack.Progress{ID: name, Action: stack.ActStart, Subject: "container " + name, Status: stack.Failed, Text: why})
	}
	err := p.done(errors.New("starting a: port 8000 is taken"))
	a.printError(err)
	for line, n := range map[string]int{"✗ failed     container a\n": 1, "✗ failed     container b\n": 1, "port 8000 is taken": 1, "container b: no such image\n": 1} {
		if got := strings.Count(out.String(), line); got != n {
			t.Errorf("%q is there %d times, not %d, in:\n%s", line, got, n, out.String())
		}
	}
}
