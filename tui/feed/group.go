// Package feed brings streams and slow answers to the screen. Whatever flows,
// a stream sends the program at most one message a frame; what waits for that
// frame is bounded, and what did not fit is counted. Every goroutine belongs to
// a Group and ends with it.
package feed

import (
	"context"
	"sync"
	"time"
)

// Group owns the goroutines behind a screen. Bubble Tea neither cancels nor
// awaits its commands, so the waiting is done here.
type Group struct {
	ctx    context.Context
	cancel context.CancelFunc
	wg     sync.WaitGroup
}

// NewGroup makes a group that ends at the latest with ctx.
func NewGroup(ctx context.Context) *Group {
	ctx, cancel := context.WithCancel(ctx)
	return &Group{ctx: ctx, cancel: cancel}
}

// Context is the group's: it ends with it.
func (g *Group) Context() context.Context { return g.ctx }

// Close cancels everything in the group and returns when it has ended, or
// after a limit: what has not ended by then ends with the process. It reports
// whether all has. Nothing may be started afterwards.
func (g *Group) Close(limit time.Duration) bool {
	g.cancel()
	ended := make(chan struct{})
	go func() {
		g.wg.Wait()
		close(ended)
	}()
	t := time.NewTimer(limit)
	defer t.Stop()
	select {
	case <-ended:
		return true
	case <-t.C:
		return false
	}
}
