package dockerops

import (
	"context"
	"io"
	"time"
)

// paced reads a log in larger pieces. The Engine sends every line for itself,
// and waking up for each costs more than all that is done with it. So while
// lines come fast there is a pause before the next read, as long as it takes
// for some to gather; a line after silence is read at once.
type paced struct {
	ctx   context.Context // of the reading
	r     io.Reader
	pause time.Duration
}

const (
	// gathered is a piece that is large enough. A socket holds some 270 lines,
	// however short, and a writer that finds it full waits.
	gathered      = 8 << 10
	shortestPause = 50 * time.Microsecond
	longestPause  = 5 * time.Millisecond
)

func (p *paced) Read(b []byte) (int, error) {
	if p.pause > 0 && !sleep(p.ctx, p.pause) {
		return 0, p.ctx.Err()
	}
	asked := time.Now()
	n, err := p.r.Read(b)
	switch {
	case n >= gathered:
		p.pause /= 2
	case time.Since(asked) > longestPause:
		p.pause = 0
	default:
		p.pause = min(max(2*p.pause, shortestPause), longestPause)
	}
	return n, err
}
