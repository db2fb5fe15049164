package main

import (
	"slices"
	"testing"

	"berth/stack"
	"berth/store"
)

// It is told where the secrets were that keep a prediction from being a case.
func TestWhereAPredictionHadSecrets(t *testing.T) {
	hidden := []stack.Sent{{Name: "x", Value: "Bearer " + store.Masked}}
	p := stack.Prediction{Body: `{"token":"` + store.Masked + `"}`, Headers: hidden, Params: []stack.Sent{{Name: "n", Value: "1"}}}
	if got := secretsIn(p); !slices.Equal(got, []string{"body", "headers"}) {
		t.Errorf("%q", got)
	}
	if got := secretsIn(stack.Prediction{Params: hidden, Answer: store.Masked}); !slices.Equal(got, []string{"params", "answer"}) {
		t.Errorf("%q", got)
	}
}
