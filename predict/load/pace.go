package load

import (
	"context"
	"sync"
	"time"
)

// pace keeps workers that send as fast as they are answered to so many requests a
// second. A time that nobody took is not made up for: after a stall there is no
// rush.
type pace struct {
	every time.Duration // between two requests

	mu   sync.Mutex
	next time.Time
}

// slot is when one more request may be sent.
func (p *pace) slot(now time.Time) time.Time {
	p.mu.Lock()
	defer p.mu.Unlock()
	at := p.next
	if at.Before(now) {
		at = now
	}
	p.next = at.Add(p.every)
	return at
}

// paced waits until the bound allows request n, and reports whether that
// is before the run is over. A latency counts from then: the bound is not the
// service's doing, and nothing is due at a time of its own.
func (r *run) paced(ctx context.Context, n int64) bool {
	now := time.Now()
	at := r.pace.slot(now)
	if at.After(now) && n >= int64(r.plan.Workers) { // the first of each worker are apart anyhow
		r.held.Add(int64(at.Sub(now)))
	}
	if !r.end.IsZero() && !at.Before(r.end) {
		until(ctx, r.end)
		return false
	}
	return until(ctx, at)
}
