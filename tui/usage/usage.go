// Package usage measures what containers use, for as long as somebody looks at
// them, and keeps their last samples.
package usage

import (
	"context"
	"iter"
	"slices"
	"time"

	tea "charm.land/bubbletea/v2"

	"berth/stack"
	"berth/tui/feed"
)

// Reader measures a role's container until it ends, about once a second.
type Reader interface {
	Stats(ctx context.Context, r stack.Ref) iter.Seq2[stack.Sample, error]
}

const (
	// pace is how often samples are taken up: as often as they come.
	pace = time.Second
	// most is how many containers are measured all the time. Each costs the Engine a
	// look at the kernel's counters a second.
	most = 16
	// Of more than that a few at once are measured in turn: what a long list
	// costs the Engine does not grow with its length. Two took dockerd 0.3 % of a
	// core, four 0.6 %, on Engine 20.10.
	few  = 2
	turn = 3 * time.Second // the Engine's first sample comes within two
	// kept is how many samples are kept of each.
	kept = 8
	// fresh is how long they say how it is now, when no more come.
	fresh = 5 * time.Second
	// again is how long after a stream ended it is opened anew: the row of the
	// list says what is amiss with the container, and the header what is with
	// the Engine.
	again = 5 * time.Second
)

// Meter measures some containers.
type Meter struct {
	group  *feed.Group
	reader Reader
	stream *feed.Stream[Reading]
	gauges map[stack.Ref]*gauge
	round  time.Duration // until all have had their turn; 0: they take none
}

// gauge measures one run of a container.
type gauge struct {
	container string
	began     time.Time
	samples   []stack.Sample
	last      time.Time          // when the last of them came
	stop      context.CancelFunc // nil: it is not its turn
}

// Reading is a sample on its way. It belongs to a gauge, not to a role: one
// that is late is of the container before.
type Reading struct {
	gauge  *gauge
	came   time.Time // by this machine's clock; the Engine's may be another's
	sample stack.Sample
}

func (g *gauge) is(s stack.Service) bool {
	return s.ContainerID == g.container && s.StartedAt.Equal(g.began)
}

// New makes a meter that measures nothing yet.
func New(g *feed.Group, r Reader) *Meter {
	return &Meter{group: g, reader: r, gauges: map[stack.Ref]*gauge{}}
}

// Watch says which services are looked at: those that are up are measured, the
// others no longer.
func (m *Meter) Watch(services []stack.Service) tea.Cmd {
	var cmd tea.Cmd
	if m.stream == nil {
		m.stream = feed.Open(m.group, feed.Newest[Reading](4*most)).Every(pace)
		cmd = m.stream.Next
	}
	services = slices.DeleteFunc(slices.Clone(services), func(s stack.Service) bool { return !s.Up() })
	measured := m.turn(services, time.Now())
	for r, g := range m.gauges {
		is := func(s stack.Service) bool { return s.Ref == r && g.is(s) }
		if !slices.ContainsFunc(measured, is) {
			g.rest()
		}
		if !slices.ContainsFunc(services, is) {
			delete(m.gauges, r)
		}
	}
	for _, s := range measured {
		g := m.gauges[s.Ref]
		if g == nil {
			g = &gauge{container: s.ContainerID, began: s.StartedAt}
			m.gauges[s.Ref] = g
		}
		if g.stop == nil {
			m.measure(s.Ref, g)
		}
	}
	return cmd
}

// turn is which of the services are measured now.
func (m *Meter) turn(services []stack.Service, now time.Time) []stack.Service {
	if m.round = 0; len(services) <= most {
		return services
	}
	turns := (len(services) + few - 1) / few
	m.round = time.Duration(turns) * turn
	first := int(now.UnixNano()/int64(turn)%int64(turns)) * few
	return services[first:min(first+few, len(services))]
}

// rest ends the measuring and keeps what was measured.
func (g *gauge) rest() {
	if g.stop != nil {
		g.stop()
		g.stop = nil
	}
}

// measure reads until the gauge rests. A stream may end early, with an error or
// without one, though the container goes on.
func (m *Meter) measure(r stack.Ref, g *gauge) {
	ctx, stop := context.WithCancel(m.group.Context())
	g.stop = stop
	m.stream.Go(func(_ context.Context, emit func(Reading)) error {
		for {
			for sample, err := range m.reader.Stats(ctx, r) {
				if err != nil {
					break
				}
				emit(Reading{g, time.Now(), sample})
			}
			t := time.NewTimer(again)
			select {
			case <-t.C:
			case <-ctx.Done():
				t.Stop()
				return nil
			}
		}
	})
}

// Update takes up what was measured.
func (m *Meter) Update(b feed.Batch[Reading]) tea.Cmd {
	if b.From != m.stream {
		return nil
	}
	for _, r := range b.Items {
		if g := r.gauge; m.gauges[r.sample.Ref] == g {
			g.samples = append(g.samples, r.sample)
			g.samples = g.samples[max(0, len(g.samples)-kept):]
			g.last = r.came
		}
	}
	return m.stream.Next
}

// Forget drops what says no longer how it is now, and reports whether there was
// such.
func (m *Meter) Forget(now time.Time) bool {
	any := false
	for _, g := range m.gauges {
		if len(g.samples) > 0 && now.Sub(g.last) > fresh+m.round {
			g.samples, any = nil, true
		}
	}
	return any
}

// Of is the last samples of a role, oldest first; none when it is not measured.
func (m *Meter) Of(r stack.Ref) []stack.Sample {
	if g := m.gauges[r]; g != nil {
		return g.samples
	}
	return nil
}
