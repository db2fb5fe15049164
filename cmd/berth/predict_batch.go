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
	"berth/workflow"
)

// predictBatch sends the rows of a table.
func (a *app) predictBatch(ctx context.Context, o batchOptions, how predictOptions) error {
	b := batchRun{Order: o.Order}
	b.Terms.Force = how.force
	defer b.close()
	if err := b.open(a.in); err != nil {
		return err
	}
	pr, _, err := a.predicting(ctx, how)
	if err != nil {
		return err
	}
	if b.door, b.endpoint, err = pr.aim(ctx, how); err != nil {
		return err
	}
	if how.body != "" || b.was == nil {
		quiet := how
		quiet.show = !b.Terms.Fill
		first, err := a.body(pr, b.door, b.endpoint, quiet)
		if err != nil {
			return err
		}
		b.Terms.Body = string(first)
	}
	if err := a.survey(ctx, &b); err != nil {
		return err
	}
	if err := b.begin(); err != nil {
		return err
	}
	if err := a.introduce(&b); err != nil {
		return errors.Join(err, b.ledger.Close(false))
	}
	bar, began, before := a.batchBar(), time.Now(), b.ledger.State.Tally.Settled()
	err, closed := b.send(ctx, pr, bar.take)
	bar.end()
	tally := b.ledger.State.Tally
	if closed != nil && errors.Is(err, context.Canceled) {
		return closed // which says more than that
	}
	return errors.Join(a.printBatch(b.Order, b.ledger.State, tally.Settled()-before, time.Since(began)), batchProblem(b.Order, tally, err), closed)
}

// batchRun is a table on its way to a service.
type batchRun struct {
	batch.Order

	door     workflow.Door
	endpoint predict.Endpoint

	was     *batch.State // the run to go on with; nil: it begins
	table   *os.File
	rows    *batch.Rows
	survey  batch.Survey
	mapping *batch.Mapping
	ledger  *batch.Ledger
}

// open finds the run to go on with, whose body is then the first, and opens the
// table.
func (b *batchRun) open(stdin *os.File) error {
	var err error
	if b.was, err = recall(b.Order); err != nil {
		return err
	}
	if b.was != nil {
		b.Terms.Body = b.was.Terms.Body
	}
	b.table, err = openTable(b.File, stdin)
	return err
}

func (b *batchRun) close() {
	if b.table != nil && b.File != "-" {
		b.table.Close()
	}
}

// look reads the table, and finds what its columns are.
func (b *batchRun) look(ctx context.Context, told func(bytes int64)) error {
	var err error
	if b.rows, b.survey, err = lookAt(ctx, b.table, b.File, told); err != nil {
		return err
	}
	b.mapping, err = batch.Map(b.endpoint, b.survey, b.Terms)
	return err
}

// begin makes the files, or goes on with them.
func (b *batchRun) begin() error {
	now := batch.State{
		Input: b.File, Digest: b.survey.Digest, Format: b.survey.Format, Endpoint: b.endpoint.String(), Terms: b.Terms,
		Failures: b.Failures, Image: b.door.ImageID, Columns: b.survey.Columns, Tally: batch.Tally{Rows: b.survey.Rows},
	}
	var err error
	if b.was != nil {
		b.ledger, err = batch.Resume(b.Out, *b.was, now, store.Replace)
	} else {
		b.ledger, err = batch.Begin(b.Out, now, store.Replace)
	}
	if !errors.Is(err, fs.ErrExist) {
		return err
	}
	p := &stack.Problem{What: b.Out + " or " + b.Failures + " is there already", Err: stack.ErrUsage, Hint: "--out and --failures name others"}
	if _, err := os.Stat(batch.StateFile(b.Out)); err == nil {
		p.Hint = "--resume goes on with the run that was broken off, --out and --failures name others"
	}
	return p
}

// send sends the rows. What was sent is in the files, whatever the errors: why
// it was broken off, and why the files may not be whole.
func (b *batchRun) send(ctx context.Context, pr *predictor, told func(batch.Tally)) (broken, closed error) {
	b.ledger.State.Image = b.door.ImageID
	headers, err := predict.Headers(pr.headers, os.LookupEnv)
	if err != nil {
		return err, b.ledger.Close(false)
	}
	secrets := hidden(pr.headers, headers, os.LookupEnv)
	transport := http.DefaultTransport.(*http.Transport).Clone()
	transport.MaxIdleConnsPerHost = b.Workers
	defer transport.CloseIdleConnections()
	client := &http.Client{Transport: transport}
	broken = batch.Run(ctx, b.rows, b.mapping, b.ledger, batch.Options{
		Workers: b.Workers,
		Send: func(ctx context.Context, e predict.Endpoint, body []byte) (predict.Response, error) {
			r, err := predict.Send(ctx, client, b.door.Base, e, body, predict.SendOptions{Timeout: pr.timeout, Follow: pr.follow, Header: headers, MaxBody: batch.MaxRow})
			return concealed(r, secrets), err
		},
		Told: told,
	})
	if broken == nil {
		b.ledger.State.Tally.Rows = b.ledger.State.Tally.Settled()
	}
	return broken, b.ledger.Close(broken == nil)
}

func openTable(name string, stdin *os.File) (*os.File, error) {
	if name == "-" {
		return stdin, nil
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
func recall(o batch.Order) (*batch.State, error) {
	if !o.Resume {
		return nil, nil
	}
	was, err := batch.Recall(o.Out)
	if !errors.Is(err, fs.ErrNotExist) {
		return &was, err
	}
	if _, missing := os.Stat(o.Out); missing != nil {
		return nil, nil // there was none yet
	}
	return nil, &stack.Problem{What: "there is no run to go on with", Where: o.Out, Err: stack.ErrUsage, Hint: "the answers are there, and whole"}
}

// survey looks at the table, and says on a terminal how far that is.
func (a *app) survey(ctx context.Context, b *batchRun) error {
	live := isTerminal(a.err) && !a.json
	err := b.look(ctx, func(bytes int64) {
		if live {
			fmt.Fprintf(a.err, "\r\x1b[Kreading %s  %s MB", safetext.Line(b.File), stack.Number(bytes>>20))
		}
	})
	if live {
		fmt.Fprint(a.err, "\r\x1b[K")
	}
	return err
}

// lookAt reads a file once as a whole, and begins to read it again; of standard
// input it only looks at the beginning.
func lookAt(ctx context.Context, table *os.File, name string, told func(bytes int64)) (*batch.Rows, batch.Survey, error) {
	if name == "-" {
		rows, err := batch.ReadRows(table, name)
		if err != nil {
			return nil, batch.Survey{}, err
		}
		survey, err := rows.Glance()
		return rows, survey, err
	}
	survey, err := batch.Look(ctx, table, name, told)
	if err != nil {
		return nil, survey, err
	}
	if _, err := table.Seek(0, io.SeekStart); err != nil {
		return nil, survey, &stack.Problem{What: "reading the table", Where: name, Err: err, Hint: "what can be read only once goes through standard input: --batch -"}
	}
	rows, err := batch.ReadRows(table, name)
	return rows, survey, err
}
