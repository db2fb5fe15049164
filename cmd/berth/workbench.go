package main

import (
	"context"
	"errors"
	"os"
	"slices"
	"strings"

	"berth/predict"
	"berth/predict/batch"
	"berth/predict/cold"
	"berth/predict/load"
	"berth/predict/suite"
	"berth/stack"
	"berth/tui/pane/predict/batches"
	"berth/tui/pane/predict/loads"
	"berth/tui/pane/predict/versus"
	"berth/workflow"
)

// workbench is what the dashboard's pane asks of predictions.
type workbench struct {
	*predictor

	app       *app
	cases     suites
	tolerance float64
}

// Compare asks the image before beside the service, the same as `berth predict
// --ab` does where no endpoint is named.
func (w workbench) Compare(ctx context.Context, r stack.Ref, e predict.Endpoint, told func(string)) (versus.Compared, error) {
	door, err := w.knock(ctx, r, e.String())
	if err != nil {
		return versus.Compared{}, err
	}
	doc, err := w.app.compareImages(ctx, w.cases, door, e, "", predictOptions{}, w.tolerance, func(p stack.Progress) {
		told(step(p))
	})
	v := versus.Compared{Report: doc.Report, From: doc.Inputs, Notes: append(doc.Notes, doc.warnings()...)}
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

// ColdStart restarts a service, and measures its first predictions.
func (w workbench) ColdStart(ctx context.Context, r stack.Ref, e predict.Endpoint, body []byte, told func(string)) (cold.Start, error) {
	door, err := w.knock(ctx, r, e.String())
	if err != nil {
		return cold.Start{}, err
	}
	client := unshared()
	defer client.CloseIdleConnections()
	send, err := w.repeatedly(client, e, body)
	if err != nil {
		return cold.Start{}, err
	}
	report := func(p stack.Progress) { told(step(p)) }
	arrival, err := w.stack.Rearrive(ctx, client, door, w.hints(e.String()), report)
	if err != nil {
		return cold.Start{}, err
	}
	start, err := w.stack.ColdStart(ctx, arrival, func(ctx context.Context) (predict.Response, error) { return send(ctx, arrival.Base) }, report)
	start.Endpoint = e.String()
	return start, err
}

// step is progress in a line.
func step(p stack.Progress) string {
	return strings.TrimSpace(strings.Join(slices.DeleteFunc([]string{string(p.Action), p.Subject, p.Text}, func(s string) bool { return s == "" }), "  "))
}

// LookAt reads a table.
func (w workbench) LookAt(ctx context.Context, r stack.Ref, e predict.Endpoint, body []byte, o batch.Order, reading func(bytes int64)) (batches.Table, error) {
	b, err := w.table(ctx, r, e, body, o, reading)
	if err != nil {
		return batches.Table{}, err
	}
	defer b.close()
	t := batches.Table{Order: b.Order, Rows: b.survey.Rows, Lines: b.mapping.Lines, Warnings: slices.Concat(e.Notes, b.warnings())}
	if b.was != nil {
		t.Done = b.was.Tally.Settled()
	}
	return t, nil
}

// SendRows sends the rows of a table.
func (w workbench) SendRows(ctx context.Context, r stack.Ref, e predict.Endpoint, body []byte, o batch.Order, told func(batch.Tally)) (batch.Tally, error) {
	b, err := w.table(ctx, r, e, body, o, func(int64) {})
	if err != nil {
		return batch.Tally{}, err
	}
	defer b.close()
	return b.carry(ctx, w.predictor, told)
}

// carry sends the rows of a table that was looked at.
func (b *batchRun) carry(ctx context.Context, pr *predictor, told func(batch.Tally)) (batch.Tally, error) {
	if err := b.begin(); err != nil {
		return batch.Tally{}, err
	}
	broken, closed := b.send(ctx, pr, told)
	if closed != nil && errors.Is(broken, context.Canceled) {
		broken = nil // closed says more than that
	}
	return b.ledger.State.Tally, errors.Join(broken, closed)
}

// table is a table that was looked at; it is to be closed.
func (w workbench) table(ctx context.Context, r stack.Ref, e predict.Endpoint, body []byte, o batch.Order, reading func(bytes int64)) (*batchRun, error) {
	if o.File == "-" {
		return nil, usage(errors.New("standard input is the dashboard's"), "the name of a file")
	}
	door, err := w.knock(ctx, r, e.String())
	if err != nil {
		return nil, err
	}
	return prepared(ctx, door, e, body, o, reading)
}

// prepared is table for a door that is known. A run that was broken off is gone
// on with.
func prepared(ctx context.Context, door workflow.Door, e predict.Endpoint, body []byte, o batch.Order, reading func(bytes int64)) (*batchRun, error) {
	if firstThere(batch.StateFile(o.Out)) != "" {
		o.Resume = true
	} else if there := firstThere(o.Out, o.Failures); there != "" {
		return nil, &stack.Problem{What: there + " is there already", Hint: "--out and --failures behind the table's name name others"}
	}
	o.Terms.Body = string(body)
	b := &batchRun{Order: o, door: door, endpoint: e}
	err := b.open(nil)
	if err == nil {
		err = b.look(ctx, reading)
	}
	if err != nil {
		b.close()
		return nil, err
	}
	return b, nil
}

// firstThere is the first of the files that is there; empty: none is.
func firstThere(files ...string) string {
	for _, f := range files {
		if _, err := os.Lstat(f); err == nil {
			return f
		}
	}
	return ""
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
