package logbook

import (
	"math"
	"slices"
	"sort"
	"time"
)

// View is the lines of a Book that a Filter wants, merged in the order of their
// positions. Nothing is copied or sorted: each service's log is in order by
// itself, and the next line is the first of their next ones. With a filter by
// what lines say, the lines are found by Scan.
type View struct {
	book   *Book
	filter Filter
	found  []found // by log
}

// found is what a filter wants of one log.
type found struct {
	wanted  bool    // the log itself
	lines   []int64 // their numbers, unless all are wanted
	notices []int64 // those of them that are Berth's own
	scanned int64   // how far it was looked at
	after   int64   // up to here lines are context of one before
}

// View makes a view. One whose filter looks at lines is empty before Scan.
func (b *Book) View(f Filter) *View { return &View{book: b, filter: f} }

// Scan looks at lines that came since the last time, as long as it takes to look
// for an expression in about so many bytes, and reports whether it has seen all.
func (v *View) Scan(budget int64) bool {
	if v.filter.all() {
		return true
	}
	v.meet()
	for i := range v.found {
		f, l := &v.found[i], v.book.logs[i]
		if !f.wanted {
			continue
		}
		f.forget(l.first)
		for f.scanned < l.end() {
			if budget <= 0 {
				return false
			}
			budget -= v.look(f, l)
		}
	}
	return true
}

// meet takes notice of logs that are new.
func (v *View) meet() {
	for i := len(v.found); i < len(v.book.logs); i++ {
		l := v.book.logs[i]
		v.found = append(v.found, found{wanted: v.filter.of(l.ref), scanned: l.first})
	}
}

// look looks at the next line of a log and returns its size.
func (v *View) look(f *found, l *log) int64 {
	n, around := f.scanned, int64(v.filter.Context)
	f.scanned++
	r := l.record(n)
	switch {
	case v.filter.wants(r.safe, r.by.stream, r.level, r.health):
		from := max(n-around, l.first)
		if len(f.lines) > 0 {
			from = max(from, f.lines[len(f.lines)-1]+1)
		}
		for ; from <= n; from++ {
			f.add(from, l)
		}
		f.after = n + around
	case n <= f.after && len(f.lines) > 0:
		f.add(n, l)
	}
	if v.filter.quick() {
		return r.size() / quickness
	}
	return r.size()
}

func (f *found) add(n int64, l *log) {
	f.lines = append(f.lines, n)
	if l.record(n).by.stream.Ours() {
		f.notices = append(f.notices, n)
	}
}

// quickness is how much faster texts are looked for than expressions.
const quickness = 16

// forget lets go of lines that were dropped.
func (f *found) forget(first int64) {
	f.scanned = max(f.scanned, first)
	f.lines = f.lines[f.from(first):]
	f.notices = slices.DeleteFunc(f.notices, func(n int64) bool { return n < first })
}

// from is the index of the first line whose number is at least n.
func (f *found) from(n int64) int {
	return sort.Search(len(f.lines), func(i int) bool { return f.lines[i] >= n })
}

// Len is how many lines there are, as far as was scanned.
func (v *View) Len() int { return v.Before(End()) }

// Has reports whether a line is in the view.
func (v *View) Has(p Position) bool {
	before, ok := v.Prev(p)
	if !ok {
		before = Start()
	}
	at, ok := v.Next(before)
	return ok && at == p
}

// After is how many lines come after a position.
func (v *View) After(p Position) int {
	if next, ok := v.Next(p); ok {
		return v.Len() - v.Before(next)
	}
	return 0
}

// Before is how many lines come before a position.
func (v *View) Before(p Position) int {
	v.meet()
	n := 0
	for i := range v.found {
		if f, l := &v.found[i], v.book.logs[i]; f.wanted {
			to := l.bound(i+1, p, false)
			if v.filter.all() {
				n += int(to - l.first)
			} else {
				n += f.from(to) - f.from(l.first)
			}
		}
	}
	return n
}

// bound is the number of a log's first line at a position or above it.
func (l *log) bound(i int, p Position, above bool) int64 {
	if i != p.log {
		return l.since(p.key, i < p.log)
	}
	n := p.n
	if above {
		n++
	}
	return min(max(n, l.first), l.end())
}

// Next is the first line after a position.
func (v *View) Next(p Position) (Position, bool) {
	v.meet()
	var next Position
	for i := range v.found {
		f, l := &v.found[i], v.book.logs[i]
		if !f.wanted {
			continue
		}
		n := l.bound(i+1, p, true)
		if !v.filter.all() {
			at := f.from(n)
			if at == len(f.lines) {
				continue
			}
			n = f.lines[at]
		}
		if n < l.end() {
			if q := (Position{key: l.record(n).key, log: i + 1, n: n}); next.log == 0 || q.Compare(next) < 0 {
				next = q
			}
		}
	}
	return next, next.log > 0
}

// Prev is the last line before a position.
func (v *View) Prev(p Position) (Position, bool) {
	v.meet()
	var prev Position
	for i := range v.found {
		f, l := &v.found[i], v.book.logs[i]
		if !f.wanted {
			continue
		}
		n := l.bound(i+1, p, false) - 1
		if !v.filter.all() {
			at := f.from(n+1) - 1
			if at < 0 {
				continue
			}
			n = f.lines[at]
		}
		if n >= l.first {
			if q := (Position{key: l.record(n).key, log: i + 1, n: n}); prev.log == 0 || q.Compare(prev) > 0 {
				prev = q
			}
		}
	}
	return prev, prev.log > 0
}

// Start is before every line.
func Start() Position { return Position{key: math.MinInt64, n: math.MinInt64} }

// End is after every line that there is now or may come.
func End() Position { return Position{key: math.MaxInt64, log: math.MaxInt} }

// AtTime is before every line of a time or later.
func AtTime(t time.Time) Position { return Position{key: t.UnixNano(), n: math.MinInt64} }

// Gaps is how many places there were in the logs of the filter's roles where
// lines may be missing.
func (v *View) Gaps() int {
	gaps := 0
	for _, l := range v.book.logs {
		if v.filter.Roles == nil || slices.Contains(v.filter.Roles, l.ref) {
			gaps += l.gaps
		}
	}
	return gaps
}

// Lines is Len without Berth's own lines.
func (v *View) Lines() int {
	n := v.Len()
	for i := range v.found {
		switch f, l := &v.found[i], v.book.logs[i]; {
		case !f.wanted:
		case v.filter.all():
			n -= l.notices
		default:
			for _, at := range f.notices {
				if at >= l.first {
					n--
				}
			}
		}
	}
	return n
}

// Kept is how many lines there are of the filter's roles, wanted or not, without
// Berth's own, and how many were dropped.
func (v *View) Kept() (kept int, dropped int64) {
	for _, l := range v.book.logs {
		if v.filter.Roles == nil || slices.Contains(v.filter.Roles, l.ref) {
			kept, dropped = kept+l.n-l.notices, dropped+l.dropped
		}
	}
	return kept, dropped
}

// Mark is where a position is in each log, for Lost to tell from.
func (v *View) Mark(p Position) []int64 {
	mark := make([]int64, len(v.book.logs))
	for i, l := range v.book.logs {
		mark[i] = l.bound(i+1, p, false)
	}
	return mark
}

// Lost is how many lines of the filter's roles, wanted or not, were dropped that
// came behind a mark.
func (v *View) Lost(mark []int64) int64 {
	v.meet()
	lost := int64(0)
	for i, n := range mark {
		if v.found[i].wanted {
			lost += max(0, v.book.logs[i].first-n)
		}
	}
	return lost
}
