package feed

import (
	"context"

	tea "charm.land/bubbletea/v2"
)

// Slot is the place for one answer. Asking again cancels the question before,
// whose answer is then late and not taken.
type Slot[T any] struct {
	generation uint64
	cancel     context.CancelFunc
}

// Answer is the message that a question ends in.
type Answer[T any] struct {
	slot       *Slot[T]
	generation uint64
	Value      T
	Err        error
}

// Ask starts f in a goroutine and returns the command that waits for its
// answer.
func (s *Slot[T]) Ask(g *Group, f func(ctx context.Context) (T, error)) tea.Cmd {
	s.Drop()
	ctx, cancel := context.WithCancel(g.ctx)
	s.cancel = cancel
	answer := make(chan Answer[T], 1)
	generation := s.generation
	g.wg.Go(func() {
		v, err := f(ctx)
		answer <- Answer[T]{slot: s, generation: generation, Value: v, Err: err}
	})
	return func() tea.Msg {
		select {
		case a := <-answer:
			return a
		case <-ctx.Done():
			return nil
		}
	}
}

// Take reports whether the answer is to the last question of this slot.
func (s *Slot[T]) Take(a Answer[T]) bool {
	if a.slot != s || a.generation != s.generation || s.cancel == nil {
		return false
	}
	s.cancel()
	s.cancel = nil
	return true
}

// Drop cancels the question that is open, if any; its answer is not taken.
func (s *Slot[T]) Drop() {
	if s.cancel != nil {
		s.cancel()
		s.cancel = nil
	}
	s.generation++
}

// Busy reports whether a question is open.
func (s *Slot[T]) Busy() bool { return s.cancel != nil }
