package main

import (
	"testing"

	"berth/predict/load"
	"berth/stack"
)

func TestALoadFailsWhereNothingSucceeded(t *testing.T) {
	api := stack.Ref{Project: "p", Service: "api", Number: 1}
	for want, r := range map[int]load.Result{
		1: {Sent: 20, Errors: map[string]int64{"503 Service Unavailable": 20}},
		0: {Sent: 20, OK: 1, Errors: map[string]int64{"timed out": 19}},
	} {
		if got := exitStatus(t.Context(), loadProblem(api, r)); got != want {
			t.Errorf("%v: exit status %d, want %d", r.Errors, got, want)
		}
	}
}
