package usage

import (
	"context"
	"errors"
	"iter"
	"strconv"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	tea "charm.land/bubbletea/v2"

	"berth/stack"
	"berth/tui/feed"
)

// busy measures whoever is asked for, a sample a second; the first try fails.
type busy struct {
	mu    sync.Mutex
	open  map[stack.Ref]int
	tries int
}

func (b *busy) Stats(ctx context.Context, r stack.Ref) iter.Seq2[stack.Sample, error] {
	return func(yield func(stack.Sample, error) bool) {
		b.mu.Lock()
		b.tries++
		fails := b.tries == 1
		b.mu.Unlock()
		if fails {
			yield(stack.Sample{}, errors.New("not now"))
			return
		}
		b.count(r, 1)
		defer b.count(r, -1)
		for n := 1.0; ; n++ {
			select {
			case <-time.After(time.Second):
			case <-ctx.Done():
				return
			}
			if !yield(stack.Sample{Ref: r, CPU: n / 10, Memory: 105e6}, nil) {
				return
			}
		}
	}
}

func (b *busy) count(r stack.Ref, n int) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.open[r] += n
}

func TestOnlyWhatIsLookedAtIsMeasured(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		g := feed.NewGroup(t.Context())
		defer g.Close(time.Minute)
		reader := &busy{open: map[stack.Ref]int{}}
		m := New(g, reader)
		service := func(name string, phase stack.Phase) stack.Service {
			return stack.Service{Ref: stack.Ref{Service: name}, ContainerID: name, Phase: phase}
		}
		a, b := service("a", stack.Running), service("b", stack.Running)
		next := m.Watch([]stack.Service{a, b, service("off", stack.Exited)})
		batches := 0
		until := func(d time.Duration) {
			for end := time.Now().Add(d); time.Now().Before(end); batches++ {
				next = func(c tea.Cmd) tea.Cmd { return m.Update(c().(feed.Batch[Reading])) }(next)
			}
		}
		until(20 * time.Second)
		if n := len(m.Of(a.Ref)); n != kept {
			t.Errorf("%d samples kept", n)
		}
		if batches > 21 {
			t.Errorf("%d batches in 20 s", batches)
		}
		if reader.open[a.Ref] != 1 || reader.open[b.Ref] != 1 || len(reader.open) != 2 {
			t.Errorf("open: %v", reader.open)
		}
		restarted := a
		restarted.StartedAt = time.Now()
		if m.Watch([]stack.Service{restarted}) != nil {
			t.Error("a second stream")
		}
		synctest.Wait()
		if reader.open[a.Ref] != 1 || reader.open[b.Ref] != 0 || m.Of(b.Ref) != nil || m.Of(a.Ref) != nil {
			t.Errorf("open: %v, samples %v", reader.open, m.Of(a.Ref))
		}
	})
}

// short gives two samples of a container and ends without an error, as an
// Engine's stream does.
type short struct{ opened int }

func (s *short) Stats(_ context.Context, r stack.Ref) iter.Seq2[stack.Sample, error] {
	return func(yield func(stack.Sample, error) bool) {
		s.opened++
		_ = yield(stack.Sample{Ref: r, CPU: 1}, nil) && yield(stack.Sample{Ref: r, CPU: 2}, nil)
	}
}

func TestAStreamThatEndsIsOpenedAgainAndItsLastSampleForgotten(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		g := feed.NewGroup(t.Context())
		defer g.Close(time.Minute)
		reader := &short{}
		m := New(g, reader)
		a := stack.Service{Ref: stack.Ref{Service: "a"}, ContainerID: "a", Phase: stack.Running}
		next := m.Watch([]stack.Service{a})
		synctest.Wait()
		next = m.Update(next().(feed.Batch[Reading]))
		if m.Forget(time.Now()) || len(m.Of(a.Ref)) != 2 {
			t.Errorf("%d samples", len(m.Of(a.Ref)))
		}
		if !m.Forget(time.Now().Add(fresh+time.Second)) || m.Of(a.Ref) != nil {
			t.Error("what was seconds ago is shown as if it were now")
		}
		m.Update(next().(feed.Batch[Reading])) // the second stream's
		if reader.opened != 2 || len(m.Of(a.Ref)) == 0 {
			t.Errorf("opened %d times, %d samples", reader.opened, len(m.Of(a.Ref)))
		}
	})
}

func TestALateSampleIsNotTheNewContainers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		g := feed.NewGroup(t.Context())
		defer g.Close(time.Minute)
		m := New(g, &short{})
		a := stack.Service{Ref: stack.Ref{Service: "a"}, ContainerID: "old", Phase: stack.Running}
		next := m.Watch([]stack.Service{a})
		synctest.Wait() // its samples are on their way
		late := next().(feed.Batch[Reading])
		a.ContainerID = "new"
		m.Watch([]stack.Service{a})
		m.Update(late)
		if got := m.Of(a.Ref); got != nil {
			t.Errorf("the new container used %v", got)
		}
	})
}

// Of a long list a few at a time are measured, and all of it has figures.
func TestManyAreMeasuredInTurn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		g := feed.NewGroup(t.Context())
		defer g.Close(time.Minute)
		reader := &busy{open: map[stack.Ref]int{}, tries: 1}
		m := New(g, reader)
		var all []stack.Service
		for n := range 30 {
			name := strconv.Itoa(n)
			all = append(all, stack.Service{Ref: stack.Ref{Service: name}, ContainerID: name, Phase: stack.Running})
		}
		next := m.Watch(all)
		for range len(all) / few * int(turn/pace) {
			time.Sleep(pace)
			synctest.Wait()
			next = m.Update(next().(feed.Batch[Reading]))
			m.Forget(time.Now())
			m.Watch(all)
			synctest.Wait()
			open := 0
			for _, n := range reader.open {
				open += n
			}
			if open > few {
				t.Errorf("%d streams at once", open)
			}
		}
		for _, s := range all {
			if len(m.Of(s.Ref)) == 0 {
				t.Errorf("%s has no figures after a round", s.Ref)
			}
		}
	})
}
