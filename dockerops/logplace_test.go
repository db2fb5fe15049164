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
				resume := func() time.Time {
					if p.n == 0 {
						return time.Time{}
					}
					return p.resume(time.Time{})
				}
				take(all[:cut])
				if read != cut {
					t.Fatalf("%d of %d were new the first time", read, cut)
				}
				take(all.since(resume())[:0]) // cut again at once
				take(all.since(resume()))
				if read != n || p.gap {
					t.Errorf("cut after %d: %d of %d, gap %v", cut, read, n, p.gap)
				}
			}
		})
	}
}

// What was rotated away while nobody read is a gap, once.
func TestPlaceAfterRotation(t *testing.T) {
	start := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	var all log
	for i := range 3 * remembered {
		all = append(all, entry{stream: stack.Stdout, time: start.Add(time.Duration(i) * time.Millisecond), text: []byte(fmt.Sprint("line ", i))})
	}
	for _, read := range []int{10, 2 * remembered} {
		for kept, want := range map[int]int{read - 1: 0, read: 1, read + 100: 1} { // from where the log is still there
			var p place
			gaps, n := 0, 0
			take := func(records log) {
				for _, e := range records {
					if p.isNew(e) {
						n++
					}
					if p.gap {
						gaps++
						p.gap = false
					}
				}
			}
			take(all[:read])
			take(all[kept:].since(p.resume(time.Time{})))
			if gaps != want || n != len(all)-max(0, kept-read) {
				t.Errorf("%d read, then from %d on: %d gaps, %d of %d records", read, kept, gaps, n, len(all))
			}
		}
	}
}

// A clock that is behind what was read: all is read again, and what follows is
// new although it is stamped earlier.
func TestPlaceWhenTheClockIsSetBackMeanwhile(t *testing.T) {
	start := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	for _, first := range []int{0, 50} { // reading began there: the log's tail
		var all log
		for i := range 200 {
			at := start.Add(time.Duration(i) * time.Second)
			if i >= 100 {
				at = at.Add(-time.Hour)
			}
			all = append(all, entry{stream: stack.Stdout, time: at, text: []byte(fmt.Sprint("line ", i))})
		}
		var p place
		n := 0
		take := func(records log) {
			for _, e := range records {
				if p.isNew(e) {
					n++
				}
			}
		}
		take(all[first:100])
		take(all.since(p.resume(all[100].time)))
		if n != len(all)-first || p.gap {
			t.Errorf("from %d on: %d records were new, gap %v", first, n, p.gap)
		}
	}
}

// After a rotation Engine 20.10 may send the last record once more, which is no
// other line of the same words.
func TestPlaceTellsTheLastRecordFromItsLike(t *testing.T) {
	at := time.Date(2026, 1, 1, 0, 0, 0, 123, time.UTC)
	line := entry{stream: stack.Stdout, time: at, text: []byte("line 1"), ends: true}
	later, piece, second := line, line, line
	later.time = at.Add(time.Nanosecond)
	piece.ends = false
	second.time = at.Truncate(time.Second)
	for name, c := range map[string]struct {
		records log
		want    int // of them are new
	}{
		"sent again":                {log{line, line, later}, 2},
		"again, then the same text": {log{line, line, later, later}, 2},
		"whole seconds":             {log{second, second, second}, 3},
		"pieces of a line":          {log{piece, piece, line}, 3},
	} {
		t.Run(name, func(t *testing.T) {
			var p place
			got := 0
			for _, e := range c.records {
				if p.isNew(e) {
					got++
				}
			}
			if got != c.want || p.gap {
				t.Errorf("%d are new, want %d; gap %t", got, c.want, p.gap)
			}
		})
	}
}
