// Package logbook keeps what services printed: a bounded store in which lines
// have numbers that stay, whatever is dropped at its old end.
package logbook

import (
	"iter"
	"math"
	"time"
	"unsafe"

	"berth/safetext"
	"berth/stack"
)

// Limit is how much a Book keeps; 0: no limit.
type Limit struct {
	Lines int
	// Bytes counts the texts and what a Book needs for each line. The last line
	// is kept even when it is larger.
	Bytes int64
}

// Entry is one line of a Book.
type Entry struct {
	stack.LogLine
	Seq    int64  // its number
	Safe   string // Text as it may be shown
	Level  Level
	Health bool // the access log's line of a successful health check
}

// Book is one log, of one service or of several merged. Lines are in the order
// of arrival, except that one which comes late goes before the later lines of
// other services; those of one service never change their order, and nothing
// goes before a line without a time. It is for one goroutine.
type Book struct {
	limit  Limit
	ring   []record // grows up to limit.Lines
	head   int      // of the oldest in ring
	n      int
	first  int64
	bytes  int64
	actors map[actor]*actor
}

// record is a line as it is kept: as small as it can be, since a Book may hold
// a million.
type record struct {
	text    string
	time    int64 // Unix nanoseconds; timeless: none
	by      *actor
	dropped int64
	level   Level
	health  bool
}

// actor is who printed a line: many lines share one.
type actor struct {
	ref       stack.Ref
	container string
	stream    stack.Stream
}

const (
	timeless   = math.MinInt64
	recordSize = int64(unsafe.Sizeof(record{}))
	firstRoom  = 64 // lines
	// maxActors bounds the table that makes lines share their actor: containers
	// come and go. Forgetting it costs a little memory, nothing else.
	maxActors = 1024
)

// New makes an empty Book.
func New(l Limit) *Book { return &Book{limit: l, actors: map[actor]*actor{}} }

// First is the number of the oldest line that is kept. Numbers count from 0.
func (b *Book) First() int64 { return b.first }

// End is the number that the next line will get: lines are kept from First up
// to End, End excluded.
func (b *Book) End() int64 { return b.first + int64(b.n) }

// Dropped is how many lines were dropped to keep to the limit.
func (b *Book) Dropped() int64 { return b.first }

// Bytes is how much is kept, as Limit counts it.
func (b *Book) Bytes() int64 { return b.bytes }

// Add takes a line up, drops the oldest ones that are too much, and returns the
// line's number. Where that is less than the last number, the line came late,
// and those after it moved up by one.
func (b *Book) Add(l stack.LogLine) int64 {
	r := record{text: l.Text, time: timeless, by: b.actor(l), dropped: l.Dropped}
	if !l.Time.IsZero() {
		r.time = l.Time.UnixNano()
	}
	if l.Stream != stack.Notice {
		text := plain(l.Text)
		r.level, r.health = guess(text), isHealthCheck(text)
	}
	b.grow()
	i := b.place(r)
	for j := b.n; j > i; j-- {
		*b.at(j) = *b.at(j - 1)
	}
	*b.at(i) = r
	b.n++
	b.bytes += r.size()
	seq := b.first + int64(i)
	b.trim()
	return seq
}

// place is where a new line belongs, as an index from the oldest.
func (b *Book) place(r record) int {
	i := b.n
	if r.time == timeless {
		return i
	}
	for i > 0 {
		if before := b.at(i - 1); before.time <= r.time || before.by.ref == r.by.ref {
			break
		}
		i--
	}
	return i
}

func (b *Book) trim() {
	for b.n > 1 && (b.limit.Lines > 0 && b.n > b.limit.Lines || b.limit.Bytes > 0 && b.bytes > b.limit.Bytes) {
		oldest := b.at(0)
		b.bytes -= oldest.size()
		*oldest = record{} // lets go of the text
		b.head = (b.head + 1) % len(b.ring)
		b.n--
		b.first++
	}
}

// grow makes room for one line more than are kept.
func (b *Book) grow() {
	if b.n < len(b.ring) {
		return
	}
	size := max(firstRoom, 2*len(b.ring))
	if b.limit.Lines > 0 {
		size = min(size, b.limit.Lines+1) // one more, until trim has dropped one
	}
	ring := make([]record, size)
	for i := range b.n {
		ring[i] = *b.at(i)
	}
	b.ring, b.head = ring, 0
}

// at is the i-th line from the oldest.
func (b *Book) at(i int) *record {
	if i += b.head; i >= len(b.ring) {
		i -= len(b.ring)
	}
	return &b.ring[i]
}

func (r record) size() int64 { return recordSize + int64(len(r.text)) }

func (b *Book) actor(l stack.LogLine) *actor {
	key := actor{l.Ref, l.Container, l.Stream}
	a := b.actors[key]
	if a == nil {
		if len(b.actors) >= maxActors {
			clear(b.actors)
		}
		a = new(actor) // not &key: that would move each key to the heap
		*a = key
		b.actors[key] = a
	}
	return a
}

// At is the line with a number; false when it was dropped or never was.
func (b *Book) At(seq int64) (Entry, bool) {
	if seq < b.first || seq >= b.End() {
		return Entry{}, false
	}
	r := b.at(int(seq - b.first))
	e := Entry{
		LogLine: stack.LogLine{Ref: r.by.ref, Container: r.by.container, Stream: r.by.stream, Text: r.text, Dropped: r.dropped},
		Seq:     seq, Safe: safetext.Line(r.text), Level: r.level, Health: r.health,
	}
	if r.time != timeless {
		e.Time = time.Unix(0, r.time).UTC()
	}
	return e, true
}

// Lines are at most n lines from a number on; from may be one that was dropped,
// and then the oldest that is kept comes first.
func (b *Book) Lines(from int64, n int) iter.Seq[Entry] {
	return func(yield func(Entry) bool) {
		from := max(from, b.first)
		for seq := from; seq < b.End() && seq < from+int64(n); seq++ {
			if e, ok := b.At(seq); !ok || !yield(e) {
				return
			}
		}
	}
}
