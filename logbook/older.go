package logbook

import (
	"math"

	"berth/stack"
)

// First is the oldest line that is kept of a service, how many there are, and
// for how many more there is room; false when there is none.
func (b *Book) First(r stack.Ref) (first stack.LogLine, kept, room int, ok bool) {
	i, known := b.of[r]
	if !known || b.logs[i-1].n == 0 {
		return stack.LogLine{}, 0, b.limit.Lines, false
	}
	l := b.logs[i-1]
	if room = max(0, b.limit.Lines-l.n); b.limit.Lines == 0 {
		room = math.MaxInt
	}
	if l.dropped > 0 || b.limit.Bytes > 0 && l.bytes >= b.limit.Bytes || b.limit.Total > 0 && b.bytes >= b.limit.Total {
		room = 0 // what is older would be the first to go
	}
	return l.line(l.at(0)), l.n, room, true
}

// AddOlder takes up lines that came before the oldest one of their service, as
// many of the newest of them as there is room for, and returns how many. Views
// that were scanned do not see them: make them anew.
func (b *Book) AddOlder(r stack.Ref, lines []stack.LogLine) int {
	_, _, room, ok := b.First(r)
	if !ok || len(lines) == 0 {
		return 0
	}
	l := b.logs[b.of[r]-1]
	lines = lines[max(0, len(lines)-room):]
	// Read as a log of their own they get their levels and records.
	older := newLog(r, Limit{})
	for _, line := range lines {
		older.add(line)
	}
	least, n := l.at(0).key, 0
	for i := older.n - 1; i >= 0; i-- {
		record := *older.at(i)
		if b.limit.Bytes > 0 && l.bytes+record.size() > b.limit.Bytes || b.limit.Total > 0 && b.bytes+record.size() > b.limit.Total {
			break
		}
		record.key = min(record.key, least)
		l.addFirst(record)
		b.bytes += record.size()
		n++
	}
	return n
}

// addFirst puts a record before all others.
func (l *log) addFirst(r record) {
	if l.n == len(l.ring) {
		l.grow()
	}
	l.head = (l.head - 1 + len(l.ring)) % len(l.ring)
	l.ring[l.head] = r
	l.n++
	l.notices += r.notice()
	l.first--
	l.bytes += r.size()
}
