package dockerops_test

import (
	"context"
	"errors"
	"testing"

	"berth/dockerops"
	"berth/stack"
)

// What works hard uses the processor, and its samples end with it.
func TestStatsOfALife(t *testing.T) {
	a := newActor(t)
	id := a.run("while :; do :; done")
	ctx, cancel := context.WithTimeout(t.Context(), limit)
	defer cancel()
	n := 0
	for s, err := range dial(t).Stats(ctx, a.Ref) {
		if err != nil {
			t.Fatal(err)
		}
		if s.Ref != a.Ref || s.CPU <= 0.01 || s.CPU > 2 || s.Memory <= 0 || s.Memory >= s.Limit || s.At.IsZero() {
			t.Errorf("sample %+v", s)
		}
		if n++; n == 2 {
			a.remove(id)
		}
	}
	if ctx.Err() != nil || n < 2 {
		t.Errorf("%d samples, %v", n, ctx.Err())
	}
	for _, err := range dial(t).Stats(t.Context(), stack.Ref{Project: a.Project, Service: "nobody", Number: 1}) {
		if !errors.Is(err, dockerops.ErrNoContainer) {
			t.Errorf("without a container: %v", err)
		}
	}
}
