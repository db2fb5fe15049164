package feed

import (
	"context"
	"errors"
	"iter"
	"sync"
	"time"

	tea "charm.land/bubbletea/v2"
)

// Frame is the shortest time between two batches of one stream: 20 a second,
// which a person sees as continuous.
const Frame = 50 * time.Millisecond

// Fold says what is kept while the screen is not ready: it takes up the next
// item and tells how many were lost for it.
type Fold[T any] func(pending []T, next T) (kept []T, dropped int)

// Newest keeps the newest n items and counts the older ones it drops.
func Newest[T any](n int) Fold[T] {
	return func(pending []T, next T) ([]T, int) {
		pending = append(pending, next)
		if over := len(pending) - n; over > 0 {
			return pending[over:], over
		}
		return pending, 0
	}
}

// Latest keeps the last item only, for states: an older state is worth nothing
// once there is a newer one, so nothing counts as dropped.
func Latest[T any]() Fold[T] {
	return func(pending []T, next T) ([]T, int) { return append(pending[:0], next), 0 }
}

// Stream collects what its sources emit and hands it over in batches.
type Stream[T any] struct {
	group  *Group
	ctx    context.Context
	cancel context.CancelFunc
	fold   Fold[T]
	pace   time.Duration // the shortest time between two batches
	ready  chan struct{} // holds one token while there is something to take

	mu      sync.Mutex
	pending []T
	dropped int
	errs    []error
	sources int
	last    time.Time // when the last batch was taken
}

// Batch is what a stream collected since the batch before.
type Batch[T any] struct {
	From    *Stream[T] // which stream: a batch of one that was closed is late, and dropped
	Items   []T
	Dropped int     // items lost since the batch before
	Errs    []error // of the sources that ended with one
	Done    bool    // every source has ended: no batch follows
}

// Open makes a stream without sources.
func Open[T any](g *Group, fold Fold[T]) *Stream[T] {
	ctx, cancel := context.WithCancel(g.ctx)
	return &Stream[T]{group: g, ctx: ctx, cancel: cancel, fold: fold, pace: Frame, ready: make(chan struct{}, 1)}
}

// Every makes batches at least that far apart, instead of a Frame.
func (s *Stream[T]) Every(d time.Duration) *Stream[T] {
	s.pace = d
	return s
}

// Go runs a source in a goroutine of its own until it returns or the stream is
// closed. emit may be called from several goroutines.
func (s *Stream[T]) Go(source func(ctx context.Context, emit func(T)) error) {
	s.mu.Lock()
	s.sources++
	s.mu.Unlock()
	s.group.wg.Go(func() {
		err := source(s.ctx, s.emit)
		s.mu.Lock()
		s.sources--
		if err != nil && !(errors.Is(err, context.Canceled) && s.ctx.Err() != nil) {
			s.errs = append(s.errs, err)
		}
		s.mu.Unlock()
		s.wake()
	})
}

// Seq is a source that reads a sequence to its end or first error.
func Seq[T any](open func(ctx context.Context) iter.Seq2[T, error]) func(context.Context, func(T)) error {
	return func(ctx context.Context, emit func(T)) error {
		for v, err := range open(ctx) {
			if err != nil {
				return err
			}
			emit(v)
		}
		return ctx.Err()
	}
}

func (s *Stream[T]) emit(v T) {
	s.mu.Lock()
	kept, dropped := s.fold(s.pending, v)
	s.pending, s.dropped = kept, s.dropped+dropped
	s.mu.Unlock()
	s.wake()
}

func (s *Stream[T]) wake() {
	select {
	case s.ready <- struct{}{}:
	default:
	}
}

// Next is a command that waits for the next batch: until there is something,
// and at least the stream's pace after the batch before. It is asked again for each
// batch; a closed stream answers nothing.
func (s *Stream[T]) Next() tea.Msg {
	select {
	case <-s.ready:
	case <-s.ctx.Done():
		return nil
	}
	s.mu.Lock()
	pause := s.pace - time.Since(s.last)
	s.mu.Unlock()
	if pause > 0 {
		t := time.NewTimer(pause)
		defer t.Stop()
		select {
		case <-t.C:
		case <-s.ctx.Done():
			return nil
		}
	}
	if s.ctx.Err() != nil { // its sources end then, and may have been heard first
		return nil
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	b := Batch[T]{From: s, Items: s.pending, Dropped: s.dropped, Errs: s.errs, Done: s.sources == 0}
	s.pending, s.dropped, s.errs, s.last = nil, 0, nil, time.Now()
	return b
}

// Close cancels the sources of a stream that nobody listens to any more.
func (s *Stream[T]) Close() { s.cancel() }
