package workflow

import (
	"context"
	"sync"

	"berth/compose"
	"berth/ready"
	"berth/stack"
)

// old is what is to be known of the container that is about to be replaced.
type old struct {
	serves bool
	// deaf: its main process does not hear the signal that stops it, so that
	// waiting for it to end is pointless.
	deaf bool
}

// lookAtOld looks at the container while something else goes on, and reports
// why it is deaf if it is. The answer has to be asked for.
func (l *looping) lookAtOld(ctx context.Context, p *compose.Project, observed compose.Observed, service string) func() old {
	c, ok := containerOf(observed, service)
	if !ok || c.Phase != stack.Running {
		return func() old { return old{} }
	}
	r := stack.Ref{Project: p.Name, Service: service, Number: c.Number}
	var found old
	var wg sync.WaitGroup
	wg.Go(func() {
		ctx, cancel := context.WithTimeout(ctx, askTimeout)
		defer cancel()
		d, err := l.Engine.Inspect(ctx, r)
		found.serves = err == nil && ready.Choose(d, l.PublishHost).Try(ctx, l.Engine).OK
	})
	wg.Go(func() {
		m, err := l.Engine.MainProcess(ctx, r)
		if found.deaf = err == nil && m.Deaf(); found.deaf { // what cannot be looked into is stopped as usual
			l.report(stack.Progress{
				ID: "deaf " + service, Service: service, Action: stack.ActNote, Status: stack.Warning, Subject: c.Name,
				Text: "is killed at once when it is replaced: " + m.Why() + "; " + m.Fix(),
			})
		}
	})
	return func() old { wg.Wait(); return found }
}
