// Package ab sends the same to two sides, before and now, in turn, and says
// whether they answer the same, and how fast.
package ab

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"berth/predict"
	"berth/predict/suite"
)

// Which side something is of.
const (
	Before = iota
	Now
)

// Input is what is sent to both.
type Input struct {
	Name       string
	Tolerances predict.Tolerances
	Send       [2]func(ctx context.Context) (predict.Response, error)
}

const (
	warmth = 3 // inputs that are sent to each side before anything is measured
	// An input is sent to each side at least twice, so that what one side itself
	// answers differently from time to time is not taken for a difference, and
	// more often where that makes enough measured for a median and a p95.
	least, most = 2, 10
	enough      = 60
	// patience is how long that may take; then each input is sent once.
	patience = time.Minute
)

// Run sends the inputs one after the other: the two sides in turn, the one that
// begins changing. told hears how many inputs are done. The error is the cause
// why ctx is done, or that a side answers nothing at all.
func Run(ctx context.Context, inputs []Input, told func(n, of int)) (*Report, error) {
	if len(inputs) == 0 {
		return nil, errors.New("there is nothing to send")
	}
	for _, in := range inputs[:min(warmth, len(inputs))] {
		for _, send := range in.Send {
			if _, err := send(ctx); ctx.Err() != nil {
				return nil, context.Cause(ctx)
			} else if err != nil {
				break // told below, where it happens again
			}
		}
	}
	r := &Report{Inputs: len(inputs)}
	var took [2][]time.Duration
	rounds := min(max(least, (enough+len(inputs)-1)/len(inputs)), most)
	began := time.Now()
	for n, in := range inputs {
		told(n, len(inputs))
		if time.Since(began) > patience {
			rounds = 1
		}
		one := asked{input: in}
		for round := range rounds {
			for i := range 2 {
				side := (n + round + i) % 2
				d, ok := one.ask(ctx, side)
				if ctx.Err() != nil {
					return nil, context.Cause(ctx)
				}
				if ok {
					took[side] = append(took[side], d)
				}
			}
		}
		r.add(one.result())
	}
	told(len(inputs), len(inputs))
	r.Before.Latency, r.Now.Latency = latencyOf(took[Before]), latencyOf(took[Now])
	r.Verdict = r.verdict()
	return r, nil
}

// asked is an input with what both sides answered.
type asked struct {
	input    Input
	first    [2]*predict.Response
	failed   [2]string
	statuses [2]map[int]bool
	varies   map[string]bool // the places where one side alone answers now this, now that
}

func (a *asked) ask(ctx context.Context, side int) (time.Duration, bool) {
	resp, err := a.input.Send[side](ctx)
	switch {
	case err != nil:
		a.failed[side] = reason(err)
		return 0, false
	case resp.Cut != "" || resp.Truncated > 0:
		a.failed[side] = "the answer is not whole"
		return 0, false
	}
	a.take(side, resp)
	return resp.Timing.Total, true
}

// take notes an answer, and where it differs from the side's own first.
func (a *asked) take(side int, resp predict.Response) {
	if a.first[side] == nil {
		a.first[side], a.statuses[side] = &resp, map[int]bool{}
	}
	a.statuses[side][resp.Status] = true
	for _, d := range predict.CompareWithin(a.first[side].Body, resp.Body, a.input.Tolerances).Differences {
		if a.varies == nil {
			a.varies = map[string]bool{}
		}
		a.varies[place(d.Steps)] = true
	}
}

func (a *asked) result() Result {
	r := Result{Name: a.input.Name, Outcome: Same}
	for side, failed := range a.failed {
		if failed != "" {
			r.Outcome = Failed
			r.Reasons[side] = failed
		} else {
			r.Status[side] = a.first[side].Status
		}
	}
	if r.Outcome == Failed {
		return r
	}
	all := predict.CompareWithin(a.first[Before].Body, a.first[Now].Body, a.input.Tolerances).Differences
	stable := slices.DeleteFunc(slices.Clone(all), a.varying)
	switch {
	case len(stable) > 0 || a.otherStatus():
		r.Outcome, r.Differences, r.Varying = Differs, stable, len(all)-len(stable)
		for _, d := range stable {
			if suite.Flipped(d) {
				r.Flips++
			}
		}
	case len(all) > 0 || r.Status[Before] != r.Status[Now]:
		r.Outcome, r.Differences = Unstable, all
	}
	return r
}

// otherStatus reports whether no status came from both sides.
func (a *asked) otherStatus() bool {
	for status := range a.statuses[Before] {
		if a.statuses[Now][status] {
			return false
		}
	}
	return true
}

// varying reports whether a difference is where one side alone varies, or
// beneath that.
func (a *asked) varying(d predict.Difference) bool {
	for n := range len(d.Steps) + 1 {
		if a.varies[place(d.Steps[:n])] {
			return true
		}
	}
	return false
}

// place is a path as one key.
func place(steps []string) string { return fmt.Sprintf("%q", steps) }
