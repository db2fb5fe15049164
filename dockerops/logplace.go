package dockerops

import (
	"hash/maphash"
	"time"

	"berth/stack"
)

// place remembers where in a container's log a reader is, so that reading can
// go on after the stream was cut: no record twice, none left out. The Engine
// can only be asked for everything since a time, and times are no positions:
// records may share one (podman's have whole seconds), the two streams' may be
// out of order by a little, and a clock may be set back. So the last records
// themselves are remembered, and what they equal is skipped. (Records stamped
// before since while nobody read, by a clock set back just then, the Engine
// does not send.)
type place struct {
	ring []mark
	n    int // records seen in all; the next goes to n % remembered

	// forgotten is the latest time among records that left the ring, and equal
	// how many of them had it.
	forgotten time.Time
	equal     int

	// What comes again after resume:
	replay map[mark]int // records of the ring
	older  int          // records with the time forgotten, before those of the ring
	behind bool         // any number of records before those of the ring
}

// A clock that was set back shows as a record that much older than one that
// left the ring before it; less is the disorder of two streams.
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
		if p.behind {
			return false
		}
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
	return true
}

// resume prepares for reading again and says since when; zero when nothing was
// read yet.
func (p *place) resume() time.Time {
	if len(p.ring) == 0 {
		return time.Time{}
	}
	p.replay = make(map[mark]int, len(p.ring))
	first := p.ring[0].nano
	for _, m := range p.ring {
		p.replay[m]++
		first = min(first, m.nano)
	}
	since := time.Unix(0, first)
	p.older, p.behind = 0, false
	switch ahead := p.forgotten.Sub(since); {
	case len(p.ring) < remembered || ahead < 0:
		// Nothing that is not in the ring comes again.
	case ahead == 0:
		p.older = p.equal
	case ahead < setBack:
		since = p.forgotten.Add(1)
	default:
		p.behind = true
	}
	return since
}
