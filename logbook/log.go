package logbook

import (
	"math"
	"sort"
	"time"
	"unsafe"

	"berth/safetext"
	"berth/stack"
)

// log is what one service printed: a ring of lines in the order in which they
// came, with numbers that stay.
type log struct {
	ref     stack.Ref
	limit   Limit
	ring    []record // grows up to the limit
	head    int      // of the oldest in ring
	n       int
	first   int64 // the number of the oldest: below 0 when older ones were added
	dropped int64 // how many were
	notices int   // how many of the n are Berth's own
	gaps    int   // where lines may be missing, dropped or not
	bytes   int64
	lastKey int64
	actors  map[source]*actor
}

// record is a line as it is kept: as small as it can be, since a Book may hold
// a million.
type record struct {
	text    string
	time    int64 // Unix nanoseconds; timeless: none
	key     int64 // the latest time up to here, so that keys never fall
	by      *actor
	dropped int64
	group   int32 // lines of the record that ends here; 0: this one
	level   Level
	health  bool
	inside  bool // of a record that ends later
	plain   bool // the text may be shown as it is
}

// actor is who printed a line: many lines share one.
type actor struct {
	source
	traceback traceback // the one it prints
}

type source struct {
	container string
	stream    stack.Stream
}

const (
	timeless   = math.MinInt64
	recordSize = int64(unsafe.Sizeof(record{}))
	firstRoom  = 64 // lines
	// maxActors bounds the table that makes lines share their actor: containers
	// come and go. Forgetting it costs a little memory, nothing else.
	maxActors = 256
)

func newLog(r stack.Ref, limit Limit) *log {
	return &log{ref: r, limit: limit, lastKey: timeless, actors: map[source]*actor{}}
}

// end is the number that the next line will get.
func (l *log) end() int64 { return l.first + int64(l.n) }

// add takes a line up and returns its number.
func (l *log) add(line stack.LogLine) int64 {
	r := record{text: line.Text, time: timeless, by: l.actor(line), dropped: line.Dropped, plain: safetext.IsPlain(line.Text)}
	if !line.Time.IsZero() {
		r.time = line.Time.UnixNano()
	}
	var text string
	if !line.Stream.Ours() {
		text = plain(line.Text)
		r.level, r.health = guess(text), isHealthCheck(text)
	}
	// A notice has Berth's clock, which may be ahead of the Engine's: the lines
	// behind it must not be taken for as late.
	if !line.Stream.Ours() || l.n == 0 {
		l.lastKey = max(l.lastKey, r.time)
	}
	r.key = l.lastKey
	if l.n == len(l.ring) {
		l.grow()
	}
	if line.Stream == stack.Gap {
		l.gaps++
	}
	l.n++
	l.notices += r.notice()
	last, n := l.at(l.n-1), l.end()-1
	*last = r
	l.bytes += r.size()
	l.trace(last, n, text)
	return n
}

func (l *log) grow() {
	size := max(firstRoom, 2*len(l.ring))
	if l.limit.Lines > 0 {
		size = min(size, l.limit.Lines+1) // one more, until trim has dropped one
	}
	ring := make([]record, size)
	for i := range l.n {
		ring[i] = *l.at(i)
	}
	l.ring, l.head = ring, 0
}

// trim drops the oldest lines that are too much.
func (l *log) trim() {
	for l.n > 1 && (l.limit.Lines > 0 && l.n > l.limit.Lines || l.limit.Bytes > 0 && l.bytes > l.limit.Bytes) {
		l.drop()
	}
}

// drop drops the oldest line and returns its size.
func (l *log) drop() int64 {
	oldest := l.at(0)
	size := oldest.size()
	l.notices -= oldest.notice()
	*oldest = record{} // lets go of the text
	l.head = (l.head + 1) % len(l.ring)
	l.n--
	l.first++
	l.dropped++
	l.bytes -= size
	return size
}

// at is the i-th line from the oldest.
func (l *log) at(i int) *record {
	if i += l.head; i >= len(l.ring) {
		i -= len(l.ring)
	}
	return &l.ring[i]
}

func (l *log) record(n int64) *record { return l.at(int(n - l.first)) }

// since is the first number whose key is at least key, or above it.
func (l *log) since(key int64, above bool) int64 {
	i := sort.Search(l.n, func(i int) bool {
		k := l.at(i).key
		return k > key || k == key && !above
	})
	return l.first + int64(i)
}

func (l *log) line(r *record) stack.LogLine {
	line := stack.LogLine{Ref: l.ref, Container: r.by.container, Stream: r.by.stream, Text: r.text, Dropped: r.dropped}
	if r.time != timeless {
		line.Time = time.Unix(0, r.time).UTC()
	}
	return line
}

// safe is the text as it may be shown.
func (r *record) safe() string {
	if r.plain {
		return r.text
	}
	return safetext.Line(r.text)
}

// notice is 1 for a line of Berth's own, which is not counted.
func (r *record) notice() int {
	if r.by.stream.Ours() {
		return 1
	}
	return 0
}

func (r *record) size() int64 { return recordSize + int64(len(r.text)) }

func (l *log) actor(line stack.LogLine) *actor {
	key := source{line.Container, line.Stream}
	a := l.actors[key]
	if a == nil {
		if len(l.actors) >= maxActors {
			clear(l.actors)
		}
		a = &actor{source: key}
		l.actors[key] = a
	}
	return a
}
