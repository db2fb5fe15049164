package workflow

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"slices"
	"testing"
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
