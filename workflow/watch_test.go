package workflow

import (
	"context"
	"iter"
	"testing"
	"time"

	"berth/stack"
)

// shown is an Engine that shows one state.
type shown struct {
	Engine
	stack.Snapshot
}

func (e shown) Watch(ctx context.Context, _ string) iter.Seq2[stack.Snapshot, error] {
	return func(yield func(stack.Snapshot, error) bool) {
		if yield(e.Snapshot, nil) {
			<-ctx.Done()
		}
	}
}

// A verdict that needs no question comes with the state that shows it, and so
// with the first frame.
func TestTheFirstStateSaysWhatEvidentlyServes(t *testing.T) {
	s := stack.Service{Ref: stack.Ref{Project: "p", Service: "worker", Number: 1}, Phase: stack.Running, StartedAt: time.Now().Add(-time.Minute)}
	watched := Stack{Engine: shown{Snapshot: stack.Snapshot{Services: []stack.Service{s}}}}
	for got, err := range watched.Watch(t.Context(), "p") {
		if err != nil || got.Services[0].Serving != stack.ServingYes {
			t.Errorf("the first state: %+v, %v", got, err)
		}
		break
	}
}
