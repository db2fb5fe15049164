package dockerops

import (
	"hash/maphash"
	"slices"
	"time"

	"berth/stack"
)

// place remembers where in a container's log a reader is, so that reading can
// go on after the stream was cut: no record twice, none left out. The Engine
// can only be asked for everything since a time, and times are no positions:
// records may share one (podman's have whole seconds), the two streams' may be
// out of order by a little, and a clock may be set back. So the last records
// themselves are remembered, and what they equal is skipped. A newest record
// that does not come again was rotated away, and with it, perhaps, others that
// nobody read: a gap. (Records stamped before since by a clock that was set
// back while nobody read, and has caught up since, the Engine does not send.)
type place struct {
	ring []mark
	n    int  // records seen in all; the next goes to n % remembered
	open bool // the last was a piece of a line that goes on

	// forgotten is the latest time among records that left the ring, and equal
	// how many of them had it.
	forgotten time.Time
	equal     int

	// What comes again after resume:
	replay map[mark]int // records of the ring
	older  int          // records with the time forgotten, before those of the ring
	behind bool         // any number of records before those of the ring

	// gap: the record that was new last comes after one. For the reader to tell,
	// and to reset.
	gap bool
}

// A clock that was set back shows as a record that much older than one that
// left the ring before it; less is the disorder of two streams, or of clocks that
// are told to the second.
const setBack = time.Second

// remembered is how many records a place keeps, 40 bytes each.
const remembered = 4096

type mark struct {
	stream stack.Stream
	nano   int64
	text   uint64
}

var markSeed = maphash.MakeSeed()

func markOf(e entry) mark {
	return mark{stream: e.stream, nano: e.time.UnixNano(), text: maphash.Bytes(markSeed, e.text)}
}

// isNew takes the next record and reports whether it was not seen before.
func (p *place) isNew(e entry) bool {
	m := markOf(e)
	if p.replay == nil && p.n > 0 && p.again(e, m) {
		p.expect()
	}
	if p.replay != nil {
		if p.older > 0 && e.time.Equal(p.forgotten) {
			p.older--
			return false
		}
		if p.replay[m] > 0 {
			p.replay[m]--
			p.behind = false
			return false
		}
		if p.behind && !e.time.After(p.forgotten) {
			return false
		}
		p.gap = p.replay[p.last()] > 0
		p.replay = nil
	}
	if len(p.ring) < remembered {
		p.ring = append(p.ring, m)
	} else {
		old := &p.ring[p.n%remembered]
		switch t := time.Unix(0, old.nano); {
		case t.After(p.forgotten):
			p.forgotten, p.equal = t, 1
		case t.Equal(p.forgotten):
			p.equal++
		}
		*old = m
	}
	p.n++
	p.open = !e.ends
	return true
}

// again reports whether a record that nobody asked for anew was seen before:
// Engine 20.10 sometimes begins a log file anew when it was rotated, at one that
// is older than the last, or at the last itself. That is told from another line
// of the same words by its time, where that is not of whole seconds, as podman's
// is; the pieces of one line share theirs.
func (p *place) again(e entry, m mark) bool {
	last := p.last()
	if m == last {
		return e.ends && !p.open && e.time.Nanosecond() != 0
	}
	return m.nano < last.nano && slices.Contains(p.ring, m)
}

// last is the record that was seen last.
func (p *place) last() mark { return p.ring[(p.n-1)%remembered] }

// expect makes what is in the ring no news.
func (p *place) expect() {
	p.replay = make(map[mark]int, len(p.ring))
	for _, m := range p.ring {
		p.replay[m]++
	}
	p.older, p.behind = 0, false
}

// resume prepares for reading on after at least one record and says since when;
// zero: from the beginning. now is the Engine's clock, zero if it is not known:
// one that is behind the records was set back, and the Engine would send nothing
// until it has caught up.
func (p *place) resume(now time.Time) time.Time {
	p.expect()
	first := p.ring[0].nano
	for _, m := range p.ring {
		first = min(first, m.nano)
	}
	newest, since := time.Unix(0, p.last().nano), time.Unix(0, first)
	switch ahead := p.forgotten.Sub(since); {
	case !now.IsZero() && newest.Sub(now) > setBack:
		p.behind = true
		if since.After(p.forgotten) {
			p.forgotten, p.equal = since, 0
		}
		return time.Time{}
	case len(p.ring) < remembered || ahead < 0:
		// Nothing that is not in the ring comes again.
	case ahead == 0:
		p.older = p.equal
	case ahead < setBack && newest.After(p.forgotten):
		since = p.forgotten.Add(1)
	default:
		p.behind = true
	}
	return since
}
