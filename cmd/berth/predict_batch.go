package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"os"
	"time"

	"berth/predict"
	"berth/predict/batch"
	"berth/safetext"
	"berth/stack"
	"berth/store"
)

// predictBatch sends the rows of a table.
func (a *app) predictBatch(ctx context.Context, o batchOptions, how predictOptions) error {
	table, err := a.openTable(o.file)
	if err != nil {
		return err
	}
	defer table.Close()
	was, err := o.recall()
	if err != nil {
		return err
	}
	pr, _, err := a.predicting(ctx, how)
	if err != nil {
		return err
	}
	door, err := findDoor(ctx, pr, how.service, how.path)
	if err != nil {
		return err
	}
	e, err := door.API.Choose(how.path)
	if err != nil {
		return err
	}
	if e, err = how.on(e); err != nil {
		return err
	}
	o.terms.Force = how.force
	if how.body == "" && was != nil {
		o.terms.Body = was.Terms.Body
	} else {
		quiet := how
		quiet.show = !o.terms.Fill
		first, err := a.body(pr, door, e, quiet)
		if err != nil {
			return err
		}
		o.terms.Body = string(first)
	}
	rows, survey, err := a.lookAt(ctx, table, o.file)
	if err != nil {
		return err
	}
	mapping, err := batch.Map(e, survey, o.terms)
	if err != nil {
		return err
	}
	state := batch.State{
		Input: o.file, Digest: survey.Digest, Format: survey.Format, Endpoint: e.String(), Terms: o.terms,
		Failures: o.failures, Image: door.ImageID, Columns: survey.Columns, Tally: batch.Tally{Rows: survey.Rows},
	}
	ledger, err := o.ledger(was, state)
	if err != nil {
		return err
	}
	if err := a.introduce(ledger, survey, mapping, e, was, door.ImageID); err != nil {
		return errors.Join(err, ledger.Close(false))
	}
	ledger.State.Image = door.ImageID
	headers, err := predict.Headers(pr.headers, os.LookupEnv)
	if err != nil {
		return errors.Join(err, ledger.Close(false))
	}
	transport := http.DefaultTransport.(*http.Transport).Clone()
	transport.MaxIdleConnsPerHost = o.workers
	defer transport.CloseIdleConnections()
	client := &http.Client{Transport: transport}
	bar, began, before := a.batchBar(), time.Now(), ledger.State.Tally.Settled()
	err = batch.Run(ctx, rows, mapping, ledger, batch.Options{
		Workers: o.workers,
		Send: func(ctx context.Context, e predict.Endpoint, body []byte) (predict.Response, error) {
			return predict.Send(ctx, client, door.Base, e, body, predict.SendOptions{Timeout: pr.timeout, Follow: pr.follow, Header: headers, MaxBody: batch.MaxRow})
		},
		Told: bar.take,
	})
	bar.end()
	if err == nil {
		ledger.State.Tally.Rows = ledger.State.Tally.Settled()
	}
	tally := ledger.State.Tally
	closed := ledger.Close(err == nil)
	if closed != nil && errors.Is(err, context.Canceled) {
		return closed // which says more than that
	}
	return errors.Join(a.printBatch(o, ledger.State, tally.Settled()-before, time.Since(began)), batchProblem(o, tally, err), closed)
}

func (a *app) openTable(name string) (*os.File, error) {
	if name == "-" {
		return a.in, nil
	}
	f, err := os.Open(name)
	if err != nil {
		return nil, &stack.Problem{What: "reading the table", Where: name, Err: err, Hint: "--batch FILE reads CSV or JSON lines"}
	}
	if info, err := f.Stat(); err == nil && info.IsDir() {
		return nil, errors.Join(&stack.Problem{What: "reading the table", Where: name, Err: errors.New("it is a folder")}, f.Close())
	}
	return f, nil
}

// recall is the run to go on with; nil: begin one.
func (o batchOptions) recall() (*batch.State, error) {
	if !o.resume {
		return nil, nil
	}
	was, err := batch.Recall(o.out)
	if !errors.Is(err, fs.ErrNotExist) {
		return &was, err
	}
	if _, missing := os.Stat(o.out); missing != nil {
		return nil, nil // there was none yet
	}
	return nil, &stack.Problem{What: "there is no run to go on with", Where: o.out, Err: stack.ErrUsage, Hint: "the answers are there, and whole"}
}

func (o batchOptions) ledger(was *batch.State, now batch.State) (*batch.Ledger, error) {
	if was != nil {
		return batch.Resume(o.out, *was, now, store.Replace)
	}
	l, err := batch.Begin(o.out, now, store.Replace)
	if !errors.Is(err, fs.ErrExist) {
		return l, err
	}
	p := &stack.Problem{What: o.out + " or " + o.failures + " is there already", Err: stack.ErrUsage, Hint: "--out and --failures name others"}
	if _, err := os.Stat(batch.StateFile(o.out)); err == nil {
		p.Hint = "--resume goes on with the run that was broken off, --out and --failures name others"
	}
	return nil, p
}

// lookAt reads a file once as a whole, and begins to read it again; of standard
// input it only looks at the beginning.
func (a *app) lookAt(ctx context.Context, table *os.File, name string) (*batch.Rows, batch.Survey, error) {
	if name == "-" {
		rows, err := batch.ReadRows(table, name)
		if err != nil {
			return nil, batch.Survey{}, err
		}
		survey, err := rows.Glance()
		return rows, survey, err
	}
	live := isTerminal(a.err) && !a.json
	survey, err := batch.Look(ctx, table, name, func(bytes int64) {
		if live {
			fmt.Fprintf(a.err, "\r\x1b[Kreading %s  %s MB", safetext.Line(name), batch.Count(bytes>>20))
		}
	})
	if live {
		fmt.Fprint(a.err, "\r\x1b[K")
	}
	if err != nil {
		return nil, survey, err
	}
	if _, err := table.Seek(0, io.SeekStart); err != nil {
		return nil, survey, &stack.Problem{What: "reading the table", Where: name, Err: err, Hint: "what can be read only once goes through standard input: --batch -"}
	}
	rows, err := batch.ReadRows(table, name)
	return rows, survey, err
}
