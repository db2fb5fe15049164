package dockerops

import (
	"fmt"
	"testing"
	"time"

	"berth/stack"
)

// log is a container's log, and the Engine's answer to "since".
type log []entry

func (l log) since(t time.Time) log {
	var some log
	for _, e := range l {
		if !e.time.Before(t) {
			some = append(some, e)
		}
	}
	return some
}

// However often and wherever reading is interrupted, each record is new once.
func TestPlaceAcrossInterruptions(t *testing.T) {
	start := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	const (
		n           = 3 * remembered
		setBackCase = "set back by an hour"
	)
	for name, at := range map[string]func(i int) time.Time{
		"one after another": func(i int) time.Time { return start.Add(time.Duration(i) * time.Microsecond) },
		"a little out of order": func(i int) time.Time {
			return start.Add(time.Duration(i+7*(i%3)) * time.Microsecond)
		},
		"whole seconds": func(i int) time.Time { return start.Add(time.Duration(i/1000) * time.Second) },
		setBackCase: func(i int) time.Time {
			if i > n/2 {
				return start.Add(time.Duration(i)*time.Microsecond - time.Hour)
			}
			return start.Add(time.Duration(i) * time.Microsecond)
		},
	} {
		t.Run(name, func(t *testing.T) {
			var all log
			for i := range n {
				all = append(all, entry{stream: stack.Stdout, time: at(i), text: []byte(fmt.Sprint("line ", i%11))})
			}
			cuts := []int{0, 1, 100, remembered, remembered + 1, n/2 + 5, n - 1, n}
			if name == setBackCase {
				cuts = cuts[5:] // before, the Engine would not send what follows
			}
			for _, cut := range cuts {
				var p place
				read := 0
				take := func(records log) {
					for _, e := range records {
						if p.isNew(e) {
							read++
						}
					}
				}
				take(all[:cut])
				if read != cut {
					t.Fatalf("%d of %d were new the first time", read, cut)
				}
				take(all.since(p.resume())[:0]) // cut again at once
				take(all.since(p.resume()))
				if read != n {
					t.Errorf("cut after %d: %d of %d", cut, read, n)
				}
			}
		})
	}
}
