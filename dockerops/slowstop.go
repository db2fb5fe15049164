package dockerops

import (
	"context"
	"fmt"
	"time"

	"berth/stack"
)

// slowAfter is how long a stop may take before it is told that nothing reacts:
// most take less.
const slowAfter = 500 * time.Millisecond

// lookFirst is how long a stop is put off to look at what is to end: on the
// Engine's host that takes a few milliseconds, elsewhere it may take longer.
const lookFirst = 100 * time.Millisecond

// slow is a stop that takes its time.
type slow struct {
	grace time.Duration
	main  stack.MainProcess
}

// patiently does what stops a container. When that took the whole grace period
// it says so, and why.
func (a *application) patiently(ctx context.Context, id string, w work, stop func() error) error {
	looking, done := context.WithCancel(ctx)
	found, looked := make(chan *slow, 1), make(chan struct{})
	go func() {
		s := a.lookAtSlow(looking, id, w)
		close(looked)
		if s != nil && s.main.Deaf() && sleep(looking, slowAfter) {
			w.say(stack.Working, fmt.Sprintf("it does not react to %s, and is killed after %s", s.main.Signal, stack.Took(s.grace)))
		}
		found <- s
	}()
	// Before it is told to end: what is ending may no longer handle the signal that
	// it did, as uvicorn, which puts the default back.
	select {
	case <-looked:
	case <-time.After(lookFirst):
	}
	began := time.Now()
	err := stop()
	took := time.Since(began)
	done()
	s := <-found
	if err != nil || s == nil || took < s.grace || s.grace == 0 || a.endedByItself(ctx, id) {
		return err
	}
	why, fix := s.main.Why(), s.main.Fix()
	if !s.main.Deaf() {
		why, fix = "it did not end in that time", "give it longer with stop_grace_period, or let it end sooner"
	}
	w.warn(fmt.Sprintf("its stop took the whole grace period of %s, then it was killed: %s; %s", stack.Took(s.grace), why, fix))
	return nil
}

// endedByItself reports whether a container that was stopped had not to be
// killed, though that took as long as if: the Engine takes its time, too. Of one
// that runs again it is not known.
func (a *application) endedByItself(ctx context.Context, id string) bool {
	c, err := a.inspect(ctx, id)
	return err == nil && c.State != nil && !c.State.Running && c.State.ExitCode != 128+9
}

// lookAtSlow is nil when the container has ended meanwhile, or cannot be looked
// into.
func (a *application) lookAtSlow(ctx context.Context, id string, w work) *slow {
	c, err := a.inspect(ctx, id)
	if err != nil {
		return nil
	}
	s := &slow{grace: detailOf(c).StopTimeout}
	if w.step.Grace != nil {
		s.grace = *w.step.Grace
	}
	if s.main, err = a.mainProcess(ctx, c); err != nil {
		return nil
	}
	return s
}
