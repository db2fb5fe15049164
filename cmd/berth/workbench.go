package main

import (
	"context"

	"berth/predict/suite"
	"berth/stack"
)

// workbench is what the dashboard's pane asks of predictions.
type workbench struct {
	*predictor

	cases suites
}

// Check asks what the suites have about a service.
func (w workbench) Check(ctx context.Context, r stack.Ref, told func(n, of int)) (*suite.Report, error) {
	return w.cases.afterTurn(ctx, r, told)
}

// Keep makes the last prediction of a service a case.
func (w workbench) Keep(service, name string) (string, error) { return w.cases.keep(service, name, "") }
