package workflow

import (
	"context"
	"iter"
	"time"

	"berth/stack"

	"golang.org/x/sync/errgroup"
)

// LogSource is where log lines come from.
type LogSource interface {
	Logs(ctx context.Context, r stack.Ref, o stack.LogOptions) iter.Seq2[stack.LogLine, error]
}

const (
	// mergeBuffer is how many lines of each service may wait for their turn.
	mergeBuffer = 1024
	// caughtUp is how long a service that is followed says nothing until it is
	// taken to have no backlog left: the Engine does not tell where that ends.
	caughtUp = 250 * time.Millisecond
)

// MergeLogs gives the lines of several services to yield, one at a time, in the
// order of their time: all that has been printed already, and while following
// what is there at a moment. more says that another line is waiting already, or
// that nothing is followed, so that one or the end will come. yield's error ends
// it.
func MergeLogs(ctx context.Context, from LogSource, refs []stack.Ref, o stack.LogOptions, yield func(l stack.LogLine, more bool) error) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	if len(refs) == 1 && !o.Follow { // a million lines need not change hands
		for l, err := range from.Logs(ctx, refs[0], o) {
			if err != nil {
				return err
			}
			if err := yield(l, true); err != nil {
				return err
			}
		}
		return ctx.Err()
	}
	g, ctx := errgroup.WithContext(ctx)
	m := merger{begun: time.Now(), arrived: make(chan struct{}, 1), sources: make([]*logSource, len(refs))}
	for i, r := range refs {
		s := &logSource{lines: make(chan stack.LogLine, mergeBuffer), behind: true, heard: time.Now()}
		m.sources[i] = s
		g.Go(func() error {
			defer m.wake()
			defer close(s.lines)
			return m.pump(ctx, from.Logs(ctx, r, o), s.lines)
		})
	}
	g.Go(func() error { return m.merge(ctx, o.Follow, yield) })
	return g.Wait()
}

// merger takes the earliest of what its sources have.
type merger struct {
	begun   time.Time
	sources []*logSource
	arrived chan struct{} // holds one token when something came since it was taken
}

// logSource is the lines of one service that wait for their turn.
type logSource struct {
	lines  chan stack.LogLine
	head   *stack.LogLine
	behind bool // it has a backlog that the others wait for
	ended  bool
	heard  time.Time
}

func (m *merger) pump(ctx context.Context, from iter.Seq2[stack.LogLine, error], to chan<- stack.LogLine) error {
	for l, err := range from {
		if err != nil {
			return err
		}
		select {
		case to <- l:
			m.wake()
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	return ctx.Err()
}

func (m *merger) wake() {
	select {
	case m.arrived <- struct{}{}:
	default:
	}
}

func (m *merger) merge(ctx context.Context, follow bool, yield func(stack.LogLine, bool) error) error {
	for {
		var first *logSource
		left := false
		for _, s := range m.sources {
			if err := m.look(ctx, s, follow); err != nil {
				return err
			}
			left = left || !s.ended
			if s.head != nil && (first == nil || s.head.Time.Before(first.head.Time)) {
				first = s
			}
		}
		switch {
		case first != nil:
			l := *first.head
			first.head = nil
			if err := yield(l, !follow || m.waiting()); err != nil {
				return err
			}
		case !left:
			return ctx.Err()
		default:
			select {
			case <-m.arrived:
			case <-ctx.Done():
				return ctx.Err()
			}
		}
	}
}

// waiting reports whether a line is there to be taken at once.
func (m *merger) waiting() bool {
	for _, s := range m.sources {
		if s.head != nil || len(s.lines) > 0 {
			return true
		}
	}
	return false
}

// look takes the source's next line, if there is one. A source that is behind
// is waited for: what it has yet to give may be earlier than all the others'.
func (m *merger) look(ctx context.Context, s *logSource, follow bool) error {
	if s.head != nil || s.ended {
		return nil
	}
	select {
	case l, ok := <-s.lines:
		m.take(s, l, ok)
		return nil
	default:
	}
	if !s.behind {
		return nil
	}
	var quiet <-chan time.Time
	if follow {
		t := time.NewTimer(time.Until(s.heard.Add(caughtUp)))
		defer t.Stop()
		quiet = t.C
	}
	select {
	case l, ok := <-s.lines:
		m.take(s, l, ok)
	case <-quiet:
		s.behind = false
	case <-ctx.Done():
		return ctx.Err()
	}
	return nil
}

func (m *merger) take(s *logSource, l stack.LogLine, ok bool) {
	if s.ended = !ok; !ok {
		return
	}
	s.head, s.heard = &l, time.Now()
	s.behind = s.behind && l.Time.Before(m.begun) // a line of now ends the backlog
}
