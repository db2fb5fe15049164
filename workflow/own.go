package workflow

import (
	"time"

	"berth/stack"
)

// A file that a service writes itself would have it restarted without end. Who
// wrote a file cannot be seen; that it changes more often than anybody saves can.
const (
	ownWithin = time.Minute
	ownAfter  = 3 // changes in that time
)

// ownWriting is when files in folders changed that a container may write to.
type ownWriting map[string][]time.Time

// without takes out what the service seems to write itself.
func (w ownWriting) without(now time.Time, service string, changes []change) (others []change, own []stack.FileChange) {
	for _, c := range changes {
		key := service + "\x00" + c.file
		var lately []time.Time
		for _, t := range w[key] {
			if now.Sub(t) < ownWithin {
				lately = append(lately, t)
			}
		}
		if w[key] = append(lately, now); len(w[key]) >= ownAfter {
			own = append(own, c.FileChange)
		} else {
			others = append(others, c)
		}
	}
	return others, own
}
