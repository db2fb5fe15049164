package workflow

import (
	"context"
	"slices"
	"sync"

	"berth/compose"
	"berth/stack"
)

// listen finds out, while something else goes on, whether the main process of a
// service's container hears the signal that stops it. Where it does not, waiting
// for it to end is pointless, and the report says why and what to do. The answer
// has to be asked for.
func (l *looping) listen(ctx context.Context, p *compose.Project, observed compose.Observed, service string) (deaf func() bool) {
	n := slices.IndexFunc(observed.Containers, func(c compose.Container) bool {
		return c.Service == service && !c.OneOff && c.Phase == stack.Running
	})
	if n < 0 {
		return func() bool { return false }
	}
	c, found := observed.Containers[n], make(chan bool, 1)
	go func() {
		m, err := l.Engine.MainProcess(ctx, stack.Ref{Project: p.Name, Service: service, Number: c.Number})
		if err == nil && m.Deaf() { // what cannot be looked into is stopped as usual
			l.report(stack.Progress{
				ID: "deaf " + service, Service: service, Action: stack.ActNote, Status: stack.Warning, Subject: c.Name,
				Text: "is killed at once when it is replaced: " + m.Why() + "; " + m.Fix(),
			})
		}
		found <- err == nil && m.Deaf()
	}()
	return sync.OnceValue(func() bool { return <-found })
}
