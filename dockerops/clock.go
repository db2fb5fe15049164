package dockerops

import (
	"net/http"
	"sync/atomic"
	"time"
)

// clock is the Engine's, to a second, as its answers tell: a container's log has
// the times of the machine that the Engine runs on.
type clock struct{ ahead atomic.Pointer[time.Duration] } // of ours

// hear takes the time of an answer.
func (c *clock) hear(r *http.Response) {
	if at, err := http.ParseTime(r.Header.Get("Date")); err == nil {
		ahead := time.Until(at)
		c.ahead.Store(&ahead)
	}
}

// now is zero as long as nothing was heard.
func (c *clock) now() time.Time {
	ahead := c.ahead.Load()
	if ahead == nil {
		return time.Time{}
	}
	return time.Now().Add(*ahead)
}
