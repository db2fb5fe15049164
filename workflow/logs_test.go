package workflow

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"berth/stack"
)

// told is a source whose lines are given, by service.
type told map[string][]stack.LogLine

func (t told) Logs(ctx context.Context, r stack.Ref, o stack.LogOptions) iter.Seq2[stack.LogLine, error] {
	return func(yield func(stack.LogLine, error) bool) {
		for _, l := range t[r.Service] {
			if !yield(l, nil) {
				return
			}
		}
		if o.Follow {
			<-ctx.Done()
		}
	}
}

func line(service string, second int) stack.LogLine {
	return stack.LogLine{Ref: stack.Ref{Service: service}, Time: time.Unix(int64(second), 0), Text: fmt.Sprint(service, second)}
}

func TestMergeLogsIsInTimeOrder(t *testing.T) {
	source := told{"a": {line("a", 1), line("a", 4), line("a", 5)}, "b": {line("b", 2), line("b", 3), line("b", 6)}, "c": nil}
	var got []string
	err := MergeLogs(t.Context(), source, []stack.Ref{{Service: "a"}, {Service: "b"}, {Service: "c"}}, stack.LogOptions{}, func(l stack.LogLine, _ bool) error {
		got = append(got, l.Text)
		return nil
	})
	if want := []string{"a1", "b2", "b3", "a4", "a5", "b6"}; err != nil || !slices.Equal(got, want) {
		t.Errorf("got %v, %v; want %v", got, err, want)
	}
}

// What was printed before comes in order also when it is followed, and what
// comes later is not held up by a service that says nothing.
func TestMergeLogsFollowsInTimeOrder(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		later := slow{told: told{"a": {line("a", 1), line("a", 4)}, "b": {line("b", 2), line("b", 3)}}, pause: 100 * time.Millisecond}
		begun := time.Now()
		var got []string
		err := MergeLogs(ctx, later, []stack.Ref{{Service: "a"}, {Service: "b"}, {Service: "silent"}}, stack.LogOptions{Follow: true}, func(l stack.LogLine, _ bool) error {
			if got = append(got, l.Text); len(got) == 4 {
				cancel()
			}
			return nil
		})
		if want := []string{"a1", "b2", "b3", "a4"}; !errors.Is(err, context.Canceled) || !slices.Equal(got, want) {
			t.Errorf("got %v, %v; want %v", got, err, want)
		}
		if took := time.Since(begun); took > time.Second {
			t.Errorf("it took %v", took)
		}
	})
}

// slow is a source that takes its time before each line.
type slow struct {
	told
	pause time.Duration
}

func (s slow) Logs(ctx context.Context, r stack.Ref, o stack.LogOptions) iter.Seq2[stack.LogLine, error] {
	return func(yield func(stack.LogLine, error) bool) {
		for l, err := range s.told.Logs(ctx, r, o) {
			if r.Service == "b" {
				time.Sleep(s.pause)
			}
			if !yield(l, err) {
				return
			}
		}
	}
}

func TestMergeLogsEndsWhenTheReaderDoes(t *testing.T) {
	source := told{"a": make([]stack.LogLine, 10*mergeBuffer), "b": make([]stack.LogLine, 10*mergeBuffer)}
	closed := errors.New("broken pipe")
	for _, follow := range []bool{false, true} {
		n := 0
		err := MergeLogs(t.Context(), source, []stack.Ref{{Service: "a"}, {Service: "b"}}, stack.LogOptions{Follow: follow}, func(stack.LogLine, bool) error {
			if n++; n == 3 {
				return closed
			}
			return nil
		})
		if !errors.Is(err, closed) || n != 3 {
			t.Errorf("follow %v: %d lines, %v", follow, n, err)
		}
	}
}

func TestMergeLogsFollowsUntilInterrupted(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	n := 0
	err := MergeLogs(ctx, told{"a": {line("a", 1)}, "b": {line("b", 2)}}, []stack.Ref{{Service: "a"}, {Service: "b"}}, stack.LogOptions{Follow: true}, func(stack.LogLine, bool) error {
		if n++; n == 2 {
			cancel()
		}
		return nil
	})
	if !errors.Is(err, context.Canceled) || n != 2 {
		t.Errorf("%d lines, %v", n, err)
	}
}
