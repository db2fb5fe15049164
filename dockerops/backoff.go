package dockerops

import (
	"context"
	"math/rand/v2"
	"time"
)

// How long to wait between attempts to reach an Engine that went away. The
// first is short: `systemctl restart docker` takes a second or two.
const (
	firstRetry = 250 * time.Millisecond
	lastRetry  = 10 * time.Second
)

// backoff counts attempts and doubles the delay, with a quarter of jitter so
// that several clients do not come back at once. The zero value is ready.
type backoff struct{ delay time.Duration }

func (b *backoff) next() time.Duration {
	b.delay = min(max(2*b.delay, firstRetry), lastRetry)
	jitter := time.Duration(rand.Int64N(int64(b.delay)/2)) - b.delay/4
	return b.delay + jitter
}

func (b *backoff) reset() { b.delay = 0 }

// sleep waits, and reports false when ctx ended first.
func sleep(ctx context.Context, d time.Duration) bool {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return true
	case <-ctx.Done():
		return false
	}
}
