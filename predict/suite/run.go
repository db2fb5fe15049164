package suite

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"

	"golang.org/x/sync/errgroup"

	"berth/predict"
	"berth/safetext"
	"berth/stack"
)

// Send sends a case's body and returns the answer.
type Send func(ctx context.Context, c Case) (predict.Response, error)

// Run sends cases, at most n at a time, and judges the answers. told hears of
// each result as it comes, one at a time. The results are in the order of the
// cases; when ctx is done first there are none, but its cause.
func Run(ctx context.Context, cases []Case, n int, send Send, told func(Result)) ([]Result, error) {
	results := make([]Result, len(cases))
	var mu sync.Mutex
	var g errgroup.Group
	g.SetLimit(max(n, 1))
	for i, c := range cases {
		g.Go(func() error {
			if ctx.Err() != nil {
				return context.Cause(ctx)
			}
			resp, err := send(ctx, c)
			if ctx.Err() != nil { // which is no result
				return context.Cause(ctx)
			}
			results[i] = c.Judge(ctx, resp, err)
			mu.Lock()
			defer mu.Unlock()
			told(results[i])
			return nil
		})
	}
	if err := g.Wait(); err != nil {
		return nil, err
	}
	if ctx.Err() != nil {
		return nil, context.Cause(ctx)
	}
	return results, nil
}

// Report is what came of a run.
type Report struct {
	Verdict string `json:"verdict"` // in one line; safe to show
	Cases   int    `json:"cases"`
	Passed  int    `json:"passed"`
	Changed int    `json:"changed"`
	Failed  int    `json:"failed"`
	Errors  int    `json:"errors"` // cases without an answer
	Broken  int    `json:"broken"` // lines of files that make no case
	Changes
	Results []Result `json:"results"`
	Flaws   []Flaw   `json:"flaws,omitempty"`
}

// OK reports that every case was read, and passed.
func (r *Report) OK() bool { return r.Passed == r.Cases && r.Broken == 0 }

// Lines name what is broken and what did not pass, and say why, as far as a
// person reads; what belongs to the line above is indented.
func (r *Report) Lines() []string {
	const most = 10 // cases
	var all []string
	for _, f := range r.Flaws {
		all = append(all, f.String())
	}
	n := 0
	for _, one := range r.Results {
		if one.Outcome == Passed {
			continue
		}
		if n++; n > most {
			continue
		}
		all = append(all, fmt.Sprintf("%-7s %s  %s:%d", one.Outcome, safetext.Line(one.Name), one.File, one.Line))
		for _, line := range one.Lines() {
			all = append(all, "        "+line)
		}
	}
	if n > most {
		all = append(all, fmt.Sprintf("and %s more", stack.Count(n-most, "case")))
	}
	return all
}

// Sum makes a report of results.
func Sum(results []Result, flaws []Flaw) *Report {
	r := &Report{Cases: len(results), Results: results, Flaws: flaws}
	for _, f := range flaws {
		if !f.Minor {
			r.Broken++
		}
	}
	for _, one := range results {
		switch one.Outcome {
		case Passed:
			r.Passed++
		case Changed:
			r.Changed++
		case Failed:
			r.Failed++
		default:
			r.Errors++
		}
		r.Add(one.Name, one.Differences)
	}
	r.Verdict = r.verdict()
	return r
}

// rooted is a path as JSONPath has it.
func rooted(path string) string {
	if path == "" || path[0] == '[' {
		return "$" + path
	}
	return "$." + path
}

// verdict is "3 of 120 changed, largest Δ 0.04 at $.p, 1 label flipped".
func (r *Report) verdict() string {
	var counts []string
	for _, c := range []struct {
		n    int
		what string
	}{{r.Changed, "changed"}, {r.Failed, "failed"}, {r.Errors, "without an answer"}} {
		switch {
		case c.n == 0:
		case counts == nil:
			counts = append(counts, fmt.Sprintf("%d of %d %s", c.n, r.Cases, c.what))
		default:
			counts = append(counts, fmt.Sprintf("%d %s", c.n, c.what))
		}
	}
	if counts == nil {
		counts = append(counts, stack.Count(r.Cases, "case")+" passed")
	}
	parts := slices.Concat(counts[:1], r.Words(), counts[1:])
	if r.Broken > 0 {
		parts = append(parts, stack.Count(r.Broken, "line")+" broken")
	}
	return strings.Join(parts, ", ")
}
