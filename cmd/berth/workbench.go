package main

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"berth/predict"
	"berth/predict/load"
	"berth/predict/suite"
	"berth/stack"
	"berth/tui/pane/predict/loads"
	"berth/tui/pane/predict/versus"
)

// workbench is what the dashboard's pane asks of predictions.
type workbench struct {
	*predictor

	app       *app
	cases     suites
	tolerance float64
}

// Compare asks the image before beside the service.
func (w workbench) Compare(ctx context.Context, r stack.Ref, e predict.Endpoint, told func(string)) (versus.Compared, error) {
	door, err := w.knock(ctx, r, e.String())
	if err != nil {
		return versus.Compared{}, err
	}
	doc, err := w.app.compareImages(ctx, w.cases, door, e, "", predictOptions{path: e.String()}, w.tolerance, func(p stack.Progress) {
		told(strings.TrimSpace(p.Subject + "  " + p.Text))
	})
	v := versus.Compared{Report: doc.Report, From: doc.Inputs, Notes: doc.Notes}
	for _, m := range doc.NotMounted {
		v.Notes = append(v.Notes, fmt.Sprintf("not mounted in the image before: %s → %s (%s); answers may differ because of that", m.Source, m.Target, m.Type))
	}
	return v, err
}

// Load makes a load with one body.
func (w workbench) Load(ctx context.Context, r stack.Ref, e predict.Endpoint, body []byte, p load.Plan, told func(load.Result)) (loads.Loaded, error) {
	door, err := w.knock(ctx, r, e.String())
	if err != nil {
		return loads.Loaded{}, err
	}
	doc, kept, err := w.app.makeLoad(ctx, w.predictor, door, e, [][]byte{body}, p, told)
	return loads.Loaded{Result: doc.Result, Used: doc.used(), Against: doc.against()}, errors.Join(err, kept)
}

// Check asks what the suites have about a service.
func (w workbench) Check(ctx context.Context, r stack.Ref, told func(n, of int)) (*suite.Report, error) {
	return w.cases.afterTurn(ctx, r, told)
}

// Written is a prediction for curl, python or berth.
func (workbench) Written(one stack.Prediction, as string) (text string, variables []string, err error) {
	return written(one, as)
}

// Differ compares two answers as the loop does.
func (w workbench) Differ(before, now stack.Prediction) predict.Comparison {
	return predict.Compare([]byte(before.Answer), []byte(now.Answer), w.tolerance)
}

// Keep makes the last prediction of a service a case.
func (w workbench) Keep(service, name string) (string, error) { return w.cases.keep(service, name, "") }
