package main

import (
	"strings"
	"testing"

	"berth/predict/batch"
)

func TestARowThatFailedIsNotSeveral(t *testing.T) {
	err := batchProblem(batch.Order{Failures: "f.csv"}, batch.Tally{Rows: 1, NotSent: 1}, nil)
	if err == nil || !strings.HasPrefix(err.Error(), "1 of 1 row failed; ") {
		t.Error(err)
	}
}
