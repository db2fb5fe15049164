package load

import (
	"errors"
	"syscall"
	"time"
)

// goneAfter is how long a service refuses every connection before it is said to
// be gone.
const goneAfter = 2 * time.Second

var errGone = errors.New("the service is gone")

// heed ends the run when the service is gone: there is nothing to measure.
func (r *run) heed(err error) {
	since := r.refusing.Load()
	now := time.Since(r.start).Nanoseconds() + 1 // 0 is for: it does not refuse
	switch {
	case !errors.Is(err, syscall.ECONNREFUSED):
		if since != 0 {
			r.refusing.Store(0)
		}
	case since == 0:
		r.refusing.CompareAndSwap(0, now)
	case time.Duration(now-since) > goneAfter:
		r.stop(errGone)
	}
}
