package health

import (
	"strings"
	"testing"
	"time"

	"berth/stack"
	"berth/tui/theme"
)

// Whatever services, checks and the Engine say, the terminal is told nothing.
func TestHostileWordsAreShownAsText(t *testing.T) {
	const evil = "a\x1b[2J\x1b]0;title\x07\u202eb"
	now := time.Now()
	p := New(nil, nil, map[string][]stack.Dependent{"api": {{Service: evil, Condition: stack.OnHealthy}}})
	p.Restyle(theme.Theme{})
	p.Resize(80, 40)
	p.service = stack.Service{
		Ref: stack.Ref{Service: "api", Number: 1}, ContainerID: "c", Phase: stack.Running, Health: stack.Unhealthy, StartedAt: now, Answer: evil,
		Cause: &stack.Cause{Short: evil, Text: evil, Advice: evil, Lines: []string{evil}}, Image: evil,
	}
	p.process = &stack.MainProcess{Argv: []string{"sh", "-c", evil}, Signal: "SIGTERM", Handling: stack.Default, First: true}
	p.last = &look{Detail: stack.Detail{
		Service: p.service, Check: &stack.Check{Test: []string{"CMD", evil}}, FailingStreak: 1,
		Probes: []stack.Probe{{ExitCode: 127, Output: evil}},
	}}
	text := strings.Join(p.lines(now), "\n")
	if strings.ContainsAny(text, "\x1b\x07\u202e") {
		t.Errorf("%q", text)
	}
	if n := strings.Count(text, "a"); n < 8 {
		t.Errorf("what they say is missing:\n%s", text)
	}
}

// The main process is looked at more rarely the longer it runs, and anew in the
// next run.
func TestWhenToLookAtTheMainProcess(t *testing.T) {
	var l listener
	begun := time.Now()
	run := func(ago time.Duration) stack.Service {
		return stack.Service{Phase: stack.Running, StartedAt: begun.Add(-ago)}
	}
	if l.due(run(0)) || !l.due(run(time.Hour)) || l.due(run(time.Hour)) {
		t.Error("of one that has run for an hour one look is enough")
	}
	if !l.due(run(1500*time.Millisecond)) || l.due(run(1500*time.Millisecond)) {
		t.Error("a second after its start is the first look, and the next comes later")
	}
	if s := run(time.Hour); true {
		s.Phase = stack.Paused
		if l.due(s) {
			t.Error("it is paused")
		}
	}
}
