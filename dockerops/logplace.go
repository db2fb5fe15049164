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
// themselves are remembered, and what they equal is skipped.
type place struct {
	ring []mark
	n    int // records seen in all; the next goes to n % remembered

	// forgotten is the latest time among records that left the ring.
	forgotten time.Time

	replay map[mark]int // records that were seen and may come again
	behind bool         // nothing of the ring has come again yet
}

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
		if t := time.Unix(0, old.nano); t.After(p.forgotten) {
			p.forgotten = t
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
	first, last := p.ring[0].nano, p.ring[0].nano
	for _, m := range p.ring {
		p.replay[m]++
		first, last = min(first, m.nano), max(last, m.nano)
	}
	since := time.Unix(0, first)
	// Clocks that were set back: the Engine will also send what is older than
	// the ring, and it comes first.
	p.behind = p.forgotten.After(time.Unix(0, last))
	if p.forgotten.After(since) && !p.behind {
		since = p.forgotten.Add(1)
	}
	return since
}
