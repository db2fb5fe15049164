// Package logbook keeps what the services of a project printed: one bounded log
// for each, in which lines have positions that stay whatever is dropped, and
// views that merge, filter and search them without copying.
package logbook

import (
	"cmp"

	"berth/safetext"
	"berth/stack"
)

// Limit is how much is kept; 0: no limit.
type Limit struct {
	Lines int // of each service
	// Bytes of each service: the texts and what is needed for each line. The
	// last line is kept even when it is larger.
	Bytes int64
	// Total is the bytes of all services together: the largest log gives way.
	Total int64
}

// Book is the logs of a project. It is for one goroutine.
type Book struct {
	limit Limit
	logs  []*log // a Position's log counts from 1
	of    map[stack.Ref]int
	bytes int64
}

// Position is the place of a line. Positions are ordered: by time, except that
// the lines of one service never change their order, and stay comparable after
// their line was dropped. The zero Position is no line's.
type Position struct {
	key int64 // the line's time, or that of one before it that has a later one
	log int
	n   int64
}

// Compare orders positions.
func (p Position) Compare(q Position) int {
	return cmp.Or(cmp.Compare(p.key, q.key), cmp.Compare(p.log, q.log), cmp.Compare(p.n, q.n))
}

// Entry is one line of a Book.
type Entry struct {
	stack.LogLine
	Position
	Safe   string // Text as it may be shown, and as it is searched
	Level  Level
	Health bool // the access log's line of a successful health check
	// Lines is how many lines the record has that ends with this one: a
	// traceback with its exception. 0: this one alone.
	Lines  int
	Inside bool // of such a record, before its end
}

// Spans is how the program wanted parts of Safe to look. It is worked out anew
// each time: few lines are visible, and many are kept.
func (e Entry) Spans() []safetext.Span {
	_, spans := safetext.Styled(e.Text)
	return spans
}

// New makes an empty Book.
func New(l Limit) *Book { return &Book{limit: l, of: map[stack.Ref]int{}} }

// Add takes a line up at the end of its service's log, drops the oldest lines
// that are too much, and returns the line's position.
func (b *Book) Add(l stack.LogLine) Position {
	i := b.index(l.Ref)
	own := b.logs[i-1]
	before := own.bytes
	n := own.add(l)
	own.trim()
	b.bytes += own.bytes - before
	for b.limit.Total > 0 && b.bytes > b.limit.Total {
		largest := b.largest()
		if largest.n <= 1 {
			break
		}
		b.bytes -= largest.drop()
	}
	return Position{key: own.lastKey, log: i, n: n}
}

// index is the number of a service's log, which is made when it is new.
func (b *Book) index(r stack.Ref) int {
	i, ok := b.of[r]
	if !ok {
		b.logs = append(b.logs, newLog(r, b.limit))
		i = len(b.logs)
		b.of[r] = i
	}
	return i
}

func (b *Book) largest() *log {
	largest := b.logs[0]
	for _, l := range b.logs[1:] {
		if l.bytes > largest.bytes {
			largest = l
		}
	}
	return largest
}

// Bytes is how much is kept, as Limit counts it.
func (b *Book) Bytes() int64 { return b.bytes }

// At is the line at a position; false when it was dropped or never was.
func (b *Book) At(p Position) (Entry, bool) {
	if p.log < 1 || p.log > len(b.logs) {
		return Entry{}, false
	}
	l := b.logs[p.log-1]
	if p.n < l.first || p.n >= l.end() {
		return Entry{}, false
	}
	r := l.record(p.n)
	return Entry{
		LogLine: l.line(r), Position: p, Safe: r.safe(),
		Level: r.level, Health: r.health, Lines: int(r.group), Inside: r.inside,
	}, true
}
