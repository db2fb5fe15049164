package build

import (
	"strings"
	"time"
)

// spans are the lengths that the time line can have while work runs, so that
// the bars do not move all the time.
var spans = []time.Duration{
	time.Second, 2 * time.Second, 5 * time.Second, 10 * time.Second, 20 * time.Second, 30 * time.Second,
	time.Minute, 2 * time.Minute, 5 * time.Minute, 10 * time.Minute, 20 * time.Minute, 30 * time.Minute,
	time.Hour, 2 * time.Hour, 5 * time.Hour, 10 * time.Hour, 24 * time.Hour,
}

// span is the length of the time line after a time.
func span(took time.Duration, running bool) time.Duration {
	if !running {
		return max(took, time.Millisecond)
	}
	for _, s := range spans {
		if s >= took {
			return s
		}
	}
	return took
}

// bar is where in w cells something lies that began and ended so long after
// the beginning of all; what takes time at all has a cell.
func bar(from, to, all time.Duration, w int) string {
	if w <= 0 || all <= 0 || to <= from {
		return strings.Repeat(" ", max(0, w))
	}
	cell := func(d time.Duration) int { return int(int64(d) * int64(w) / int64(all)) }
	begin := max(0, min(cell(from), w-1))
	end := max(begin+1, min(cell(to), w))
	return strings.Repeat(" ", begin) + strings.Repeat("━", end-begin) + strings.Repeat(" ", w-end)
}
