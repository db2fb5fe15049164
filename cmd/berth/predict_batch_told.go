package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"berth/predict/batch"
	"berth/safetext"
	"berth/stack"
)

// introduce says what is about to be sent where, and what will not be.
func (a *app) introduce(b *batchRun) error {
	for _, w := range b.warnings() {
		if err := a.warn(w); err != nil {
			return err
		}
	}
	if a.json {
		return nil
	}
	for _, note := range slices.Concat(b.endpoint.Notes, b.mapping.Lines) {
		fmt.Fprintln(a.err, "note:", safetext.Line(note))
	}
	what := "rows as they come"
	if s := b.survey; s.Rows > 0 {
		what = stack.Count(s.Rows, "row")
	}
	if b.survey.Comma != 0 && b.survey.Comma != ',' {
		what += fmt.Sprintf(", columns between %q", b.survey.Comma)
	}
	if b.was != nil {
		what += fmt.Sprintf(", %s of them done", stack.Number(b.ledger.State.Tally.Settled()))
	}
	_, err := fmt.Fprintf(a.err, "%s → %s\n", what, safetext.Line(b.endpoint.String()))
	return err
}

// warnings are what a person should know before the rows are sent.
func (b *batchRun) warnings() (all []string) {
	if b.was != nil && b.was.Image != b.door.ImageID {
		all = append(all, fmt.Sprintf("the answers so far are from image %s, now it is %s", stack.ShortID(b.was.Image), stack.ShortID(b.door.ImageID)))
	}
	if s := b.survey; s.Broken > 0 {
		text := fmt.Sprintf("rows that cannot be read: %s: %s", stack.Number(s.Broken), strings.Join(s.Flaws, "; "))
		if more := s.Broken - int64(len(s.Flaws)); more > 0 {
			text += fmt.Sprintf("; and %s more", stack.Number(more))
		}
		all = append(all, text)
	}
	return all
}

// printBatch is the last that a run says.
func (a *app) printBatch(o batch.Order, s batch.State, now int64, took time.Duration) error {
	rate := 0.0
	if took > 0 {
		rate = float64(now) / took.Seconds()
	}
	failures := o.Failures
	if s.Tally.Failed() == 0 {
		failures = ""
	}
	if a.json {
		return safetext.NewEncoder(a.out).Encode(struct {
			batch.Tally
			Left     int64   `json:"left"`
			Seconds  float64 `json:"seconds"`
			Rate     float64 `json:"rows_per_second"` // of this run
			Input    string  `json:"input"`
			Endpoint string  `json:"endpoint"`
			Image    string  `json:"image_id"`
			Answers  string  `json:"answers"`
			Failures string  `json:"failures,omitempty"`
		}{s.Tally, s.Tally.Left(), took.Seconds(), rate, s.Input, s.Endpoint, s.Image, o.Out, failures})
	}
	_, err := fmt.Fprintf(a.out, "%s  (%s, %s)\nanswers   %s\n", s.Tally, stack.Took(took), batch.PerSecond(rate), safetext.Line(o.Out))
	if failures != "" && err == nil {
		_, err = fmt.Fprintf(a.out, "failures  %s\n", safetext.Line(failures))
	}
	if s.Tally.Others > 0 && err == nil {
		err = a.warn("in " + stack.Count(s.Tally.Others, "answer") + " there are members that the first had not: they are in the last column")
	}
	return err
}

// batchProblem is the error of a run: why it was broken off and how to go on, or
// that rows failed.
func batchProblem(o batch.Order, t batch.Tally, err error) error {
	onward := "the same command with --resume goes on"
	if o.File == "-" {
		onward = "the rows that are left have to be sent anew"
	}
	p, isProblem := errors.AsType[*stack.Problem](err)
	switch {
	case err == nil && t.Failed() > 0:
		return &stack.Problem{What: fmt.Sprintf("%s of %s failed", stack.Number(t.Failed()), stack.Count(t.Rows, "row")), Hint: "each is in " + o.Failures + " with its reason"}
	case err == nil:
		return nil
	case isProblem:
		said := *p
		said.Hint = strings.TrimPrefix(said.Hint+"; "+onward, "; ")
		return &said
	case errors.Is(err, context.Canceled):
		return &interrupted{err, onward}
	}
	return err
}

// interrupted is what the user broke off, with how to go on.
type interrupted struct {
	error
	onward string
}

func (i *interrupted) Unwrap() error { return i.error }

// batchBar shows how far a table is: on a terminal in one line that changes, else
// with a line from time to time.
type batchBar struct {
	app   *app
	live  bool
	every time.Duration
	meter batch.Meter
	shown time.Time
}

func (a *app) batchBar() *batchBar {
	b := &batchBar{app: a, live: isTerminal(a.err) && !a.json, every: 10 * time.Second, shown: time.Now()}
	if b.live {
		b.every = redraw
	}
	return b
}

func (b *batchBar) take(t batch.Tally) {
	now := time.Now()
	b.meter.Take(now, t.Settled())
	if now.Sub(b.shown) < b.every {
		return
	}
	b.shown = now
	switch {
	case b.live:
		fmt.Fprintf(b.app.err, "\r\x1b[K%s", safetext.Truncate(batch.Line(t, &b.meter, 20), b.app.width()-1))
	case b.app.json:
		left, _ := b.meter.Left(t.Left())
		_ = safetext.NewEncoder(b.app.err).Encode(map[string]any{ // like all that is said beside the result
			"settled": t.Settled(), "rows": t.Rows, "failed": t.Failed(), "rows_per_second": b.meter.Rate(), "seconds_left": left.Seconds(),
		})
	default:
		fmt.Fprintln(b.app.err, batch.Line(t, &b.meter, 0))
	}
}

// end takes the line away.
func (b *batchBar) end() {
	if b.live {
		fmt.Fprint(b.app.err, "\r\x1b[K")
	}
}
