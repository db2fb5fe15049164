package workflow

import (
	"context"
	"iter"
	"slices"
	"time"

	"berth/ready"
	"berth/stack"
)

// Watch is the Engine's snapshots with what Berth's own probes say filled in:
// a service is asked from its start until it serves, and again when Docker
// calls it unhealthy (see ready.Prober). It ends with ctx.
func (s Stack) Watch(ctx context.Context, project string) iter.Seq2[stack.Snapshot, error] {
	return func(yield func(stack.Snapshot, error) bool) {
		ctx, cancel := context.WithCancel(ctx)
		w := watcher{stack: s, seen: make(chan seen), answers: make(chan answer), causes: make(chan causeFound), alarm: time.NewTimer(0)}
		defer w.alarm.Stop()
		w.running = make(chan struct{})
		go w.follow(ctx, project)
		defer func() { cancel(); w.drain() }()
		w.run(ctx, yield)
	}
}

type seen struct {
	snapshot stack.Snapshot
	err      error
}

type answer struct {
	asked stack.Service
	got   ready.Result
}

type causeFound struct {
	of    stack.Service
	cause *stack.Cause
}

// watcher joins what the Engine reports, what services answer, and what looking
// into those that are in trouble finds.
type watcher struct {
	stack   Stack
	prober  ready.Prober
	doctor  examiner
	last    stack.Snapshot
	seen    chan seen
	answers chan answer
	causes  chan causeFound
	alarm   *time.Timer
	asking  int           // probes and looks under way
	running chan struct{} // closed when follow has ended
}

func (w *watcher) follow(ctx context.Context, project string) {
	defer close(w.running)
	for snapshot, err := range w.stack.Engine.Watch(ctx, project) {
		select {
		case w.seen <- seen{snapshot, err}:
		case <-ctx.Done():
			return
		}
	}
}

func (w *watcher) run(ctx context.Context, yield func(stack.Snapshot, error) bool) {
	for {
		select {
		case <-ctx.Done():
			return
		case <-w.running:
			return
		case s := <-w.seen:
			if s.err != nil {
				if !yield(s.snapshot, s.err) {
					return
				}
				continue
			}
			w.last = s.snapshot
			w.ask(ctx)
			if !yield(w.filled(), nil) {
				return
			}
		case a := <-w.answers:
			w.asking--
			matters := w.prober.Answer(time.Now(), a.asked, a.got)
			if evident := w.ask(ctx); (matters || evident) && !yield(w.filled(), nil) {
				return
			}
		case c := <-w.causes:
			w.asking--
			matters := w.doctor.Found(time.Now(), c.of, c.cause)
			if evident := w.ask(ctx); (matters || evident) && !yield(w.filled(), nil) {
				return
			}
		case <-w.alarm.C:
			if w.ask(ctx) && !yield(w.filled(), nil) {
				return
			}
		}
	}
}

// ask starts the probes and looks that are due, and sets the alarm for the next.
// It reports whether a verdict came of it at once.
func (w *watcher) ask(ctx context.Context) (evident bool) {
	now := time.Now()
	due, next := w.prober.Due(now, w.last)
	for _, service := range due {
		if got, ok := ready.Evident(now, service, w.stack.PublishHost); ok {
			evident = w.prober.Answer(now, service, got) || evident
			continue
		}
		w.asking++
		go func() {
			got, err := ready.Ask(ctx, w.stack.Engine, service, w.stack.PublishHost)
			if err != nil { // the Engine's failure is the Watch's to tell; here it is no answer
				got = ready.Result{Text: err.Error()}
			}
			w.answers <- answer{service, got}
		}()
	}
	suspects, later := w.doctor.Due(now, w.filled())
	for _, service := range suspects {
		w.asking++
		go func() { w.causes <- causeFound{service, w.stack.cause(ctx, service)} }()
	}
	if next.IsZero() || !later.IsZero() && later.Before(next) {
		next = later
	}
	if !next.IsZero() {
		w.alarm.Reset(next.Sub(now))
	}
	return evident
}

// filled is the last snapshot with the verdicts, the reader's to keep.
func (w *watcher) filled() stack.Snapshot {
	s := w.last
	s.Services = slices.Clone(s.Services)
	w.prober.Fill(s.Services)
	w.doctor.Fill(s.Services)
	return s
}

// drain waits for what was started; ctx has been cancelled.
func (w *watcher) drain() {
	for ; w.asking > 0; w.asking-- {
		select {
		case <-w.answers:
		case <-w.causes:
		}
	}
	<-w.running
}
