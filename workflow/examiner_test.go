package workflow

import (
	"testing"
	"time"

	"berth/stack"
)

// The trouble of one service, from its first end to its recovery.
func TestExaminer(t *testing.T) {
	var e examiner
	begun := time.Date(2026, 11, 24, 12, 0, 0, 0, time.UTC)
	now := begun
	s := stack.Service{Ref: stack.Ref{Project: "p", Service: "api", Number: 1}, ContainerID: "c1", Phase: stack.Running, StartedAt: now, Serving: stack.NotServing}
	due := func(want bool, wantIn time.Duration) {
		t.Helper()
		got, next := e.Due(now, stack.Snapshot{Services: []stack.Service{s}})
		in := time.Duration(0)
		if !next.IsZero() {
			in = next.Sub(now)
		}
		if (len(got) == 1) != want || in != wantIn {
			t.Errorf("after %v: due %v, next in %v; want %v, %v", now.Sub(begun), len(got) == 1, in, want, wantIn)
		}
	}
	found := func(short string) {
		t.Helper()
		if !e.Found(now, s, &stack.Cause{Short: short}) {
			t.Error("it told nothing new")
		}
		all := []stack.Service{s}
		if e.Fill(all); all[0].Cause == nil || all[0].Cause.Short != short {
			t.Errorf("filled %+v", all[0].Cause)
		}
	}
	none := func() {
		t.Helper()
		all := []stack.Service{s}
		if e.Fill(all); all[0].Cause != nil {
			t.Errorf("filled %+v", *all[0].Cause)
		}
	}

	due(false, 3*time.Second) // it may be about to serve
	none()
	now = now.Add(3 * time.Second)
	due(true, 0)
	due(false, 0) // being looked at
	found("localhost")
	due(false, lookAgain)
	now = now.Add(lookAgain)
	due(true, 0)
	found("localhost")
	due(false, 2*lookAgain) // it goes on: less often
	for range 10 {
		now = now.Add(lookRarely)
		due(true, 0)
		found("localhost")
	}
	due(false, lookRarely)

	s.Phase, s.Serving, s.ExitCode = stack.Restarting, "", 1 // something new
	due(false, lookAgain)
	now = now.Add(lookAgain)
	due(true, 0)
	found("exit 1")
	for n := range 20 { // five times a second
		s.StartedAt = now.Add(time.Duration(n) * 100 * time.Millisecond)
		due(false, lookAgain)
	}
	now = now.Add(lookAgain)
	due(true, 0)
	s.Phase = stack.Exited // while it is looked at
	before := s
	before.Phase = stack.Restarting
	due(false, 0)
	e.Found(now, before, &stack.Cause{Short: "late"})
	due(false, lookAgain)
	now = now.Add(lookAgain)
	due(true, 0)
	found("over")
	now = now.Add(time.Hour)
	due(false, 0) // it is over, and nothing new is to be found

	if got, next := e.Due(now, stack.Snapshot{Down: "gone", Services: []stack.Service{s}}); len(got) != 0 || !next.IsZero() {
		t.Error("looked into while the Engine is down")
	}
	old := s
	s.ContainerID, s.Phase, s.ExitCode = "c2", stack.Running, 0
	none()
	s.Serving = stack.ServingYes
	due(false, 0)
	if e.Found(now, old, &stack.Cause{}) {
		t.Error("of a container that is gone")
	}
	none()
}
