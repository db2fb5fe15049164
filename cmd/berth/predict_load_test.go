package main

import (
	"testing"

	"berth/predict/load"
	"berth/stack"
)

func TestALoadFailsWhereNothingSucceededOrTheServiceIsGone(t *testing.T) {
	api := stack.Ref{Project: "p", Service: "api", Number: 1}
	for _, c := range []struct {
		result load.Result
		want   int
	}{
		{load.Result{Sent: 20, Errors: map[string]int64{"503 Service Unavailable": 20}}, 1},
		{load.Result{Sent: 20, OK: 1, Errors: map[string]int64{"timed out": 19}}, 0},
		{load.Result{Sent: 20, OK: 1, Errors: map[string]int64{"connection refused": 19}, Gone: true}, 1},
	} {
		if got := exitStatus(t.Context(), loadProblem(api, c.result)); got != c.want {
			t.Errorf("%+v: exit status %d, want %d", c.result, got, c.want)
		}
	}
}
