package feed

import (
	"context"
	"errors"
	"iter"
	"testing"
	"testing/synctest"
	"time"
)

// batches takes batches until the stream is done.
func batches[T any](t *testing.T, s *Stream[T]) []Batch[T] {
	t.Helper()
	var all []Batch[T]
	for {
		b, ok := s.Next().(Batch[T])
		if !ok {
			t.Fatal("the stream was closed before it was done")
		}
		all = append(all, b)
		if b.Done {
			return all
		}
	}
}

func TestAFloodIsAtMostOneBatchAFrame(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		g := NewGroup(t.Context())
		defer g.Close(time.Minute)
		s := Open(g, Newest[int](10_000))
		s.Go(func(ctx context.Context, emit func(int)) error {
			for n := range 5000 { // a line every 100 µs for half a second
				emit(n)
				time.Sleep(100 * time.Microsecond)
			}
			return nil
		})
		begun, got, want := time.Now(), batches(t, s), 0
		for _, b := range got {
			for _, n := range b.Items {
				if n != want {
					t.Fatalf("item %d came where %d was due", n, want)
				}
				want++
			}
		}
		if want != 5000 {
			t.Errorf("%d of 5000 items came", want)
		}
		if most := int(time.Since(begun)/Frame) + 1; len(got) > most {
			t.Errorf("%d batches in %v, at most %d were due", len(got), time.Since(begun), most)
		}
	})
}

func TestWhatDoesNotFitIsCounted(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		g := NewGroup(t.Context())
		defer g.Close(time.Minute)
		s := Open(g, Newest[int](3))
		s.Go(func(_ context.Context, emit func(int)) error {
			for n := range 10 {
				emit(n)
			}
			return nil
		})
		synctest.Wait()
		b := batches(t, s)[0]
		if len(b.Items) != 3 || b.Items[0] != 7 || b.Dropped != 7 {
			t.Errorf("got %v and %d dropped, want [7 8 9] and 7", b.Items, b.Dropped)
		}
	})
}

func TestOnlyTheLatestStateCounts(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		g := NewGroup(t.Context())
		defer g.Close(time.Minute)
		s := Open(g, Latest[string]())
		failed := errors.New("cut off")
		s.Go(Seq(func(context.Context) iter.Seq2[string, error] {
			return func(yield func(string, error) bool) {
				_ = yield("old", nil) && yield("new", nil) && yield("", failed)
			}
		}))
		synctest.Wait()
		b := batches(t, s)[0]
		if len(b.Items) != 1 || b.Items[0] != "new" || b.Dropped != 0 {
			t.Errorf("got %v and %d dropped, want the new state alone", b.Items, b.Dropped)
		}
		if len(b.Errs) != 1 || !errors.Is(b.Errs[0], failed) || !b.Done {
			t.Errorf("got errors %v, done %v; want the source's error and the end", b.Errs, b.Done)
		}
	})
}

func TestAClosedStreamAnswersNothing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		g := NewGroup(t.Context())
		s := Open(g, Latest[int]())
		s.Go(func(ctx context.Context, _ func(int)) error {
			<-ctx.Done()
			return ctx.Err()
		})
		go s.Close()
		if msg := s.Next(); msg != nil {
			t.Errorf("got %v", msg)
		}
		if !g.Close(time.Minute) {
			t.Error("its source has not ended")
		}
	})
}

func TestALateAnswerIsNotTaken(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		g := NewGroup(t.Context())
		defer g.Close(time.Minute)
		var s Slot[string]
		answer := func(text string) func(context.Context) (string, error) {
			return func(context.Context) (string, error) { return text, nil }
		}
		first := s.Ask(g, answer("first"))().(Answer[string])
		second := s.Ask(g, answer("second"))().(Answer[string])
		if s.Take(first) {
			t.Error("the answer to the question before was taken")
		}
		if !s.Busy() || !s.Take(second) || s.Busy() {
			t.Error("the answer to the last question was not taken")
		}
		if s.Take(second) {
			t.Error("an answer was taken twice")
		}
		third := s.Ask(g, answer("third"))().(Answer[string])
		s.Drop()
		if s.Take(third) {
			t.Error("the answer to a dropped question was taken")
		}
	})
}

func TestAskingAgainCancelsTheQuestionBefore(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		g := NewGroup(t.Context())
		defer g.Close(time.Minute)
		var s Slot[int]
		ended := false
		s.Ask(g, func(ctx context.Context) (int, error) {
			<-ctx.Done()
			ended = true
			return 0, ctx.Err()
		})
		s.Ask(g, func(context.Context) (int, error) { return 1, nil })
		synctest.Wait()
		if !ended {
			t.Error("the question before still runs")
		}
	})
}

func TestClosingGivesUpOnWhatDoesNotEnd(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		g := NewGroup(t.Context())
		stuck := make(chan struct{})
		Open(g, Latest[int]()).Go(func(context.Context, func(int)) error { <-stuck; return nil })
		if begun := time.Now(); g.Close(time.Second) || time.Since(begun) != time.Second {
			t.Errorf("it gave up after %v", time.Since(begun))
		}
		close(stuck)
	})
}
