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
	// most is how many containers are measured at once. Each costs the Engine a
	// look at the kernel's counters a second.
	most = 16
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
}

// gauge measures one run of a container.
type gauge struct {
	container string
	began     time.Time
	samples   []stack.Sample
	last      time.Time // when the last of them came
	stop      context.CancelFunc
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
	services = services[:min(len(services), most)]
	for r, g := range m.gauges {
		if !slices.ContainsFunc(services, func(s stack.Service) bool { return s.Ref == r && g.is(s) }) {
			g.stop()
			delete(m.gauges, r)
		}
	}
	for _, s := range services {
		if m.gauges[s.Ref] == nil {
			m.gauges[s.Ref] = m.measure(s)
		}
	}
	return cmd
}

// measure reads until the gauge is stopped. A stream may end early, with an
// error or without one, though the container goes on.
func (m *Meter) measure(s stack.Service) *gauge {
	ctx, stop := context.WithCancel(m.group.Context())
	g := &gauge{container: s.ContainerID, began: s.StartedAt, stop: stop}
	m.stream.Go(func(_ context.Context, emit func(Reading)) error {
		for {
			for sample, err := range m.reader.Stats(ctx, s.Ref) {
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
	return g
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
		if len(g.samples) > 0 && now.Sub(g.last) > fresh {
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
