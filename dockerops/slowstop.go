package dockerops

import (
	"context"
	"fmt"
	"time"

	"berth/stack"
)

// slowAfter is how long a stop may take before one looks at what does not react:
// most take less, and cost nothing this way.
const slowAfter = 500 * time.Millisecond

// slow is a stop that takes its time.
type slow struct {
	grace time.Duration
	main  stack.MainProcess
}

// patiently does what stops a container. When that took the whole grace period
// it says so, and why.
func (a *application) patiently(ctx context.Context, id string, w work, stop func() error) error {
	began := time.Now()
	looking, done := context.WithCancel(ctx)
	found := make(chan *slow, 1)
	go func() {
		if !sleep(looking, slowAfter) {
			found <- nil
			return
		}
		found <- a.lookAtSlow(looking, id, w)
	}()
	err := stop()
	took := time.Since(began)
	done()
	s := <-found
	if err != nil || s == nil || took < s.grace || s.grace == 0 {
		return err
	}
	why, fix := s.main.Why(), s.main.Fix()
	if !s.main.Deaf() {
		why, fix = "it did not end in that time", "give it longer with stop_grace_period, or let it end sooner"
	}
	w.warn(fmt.Sprintf("its stop took the whole grace period of %s, then it was killed: %s; %s", stack.Took(s.grace), why, fix))
	return nil
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
	if s.main.Deaf() {
		w.say(stack.Working, fmt.Sprintf("it does not react to %s, and is killed after %s", s.main.Signal, stack.Took(s.grace)))
	}
	return s
}
