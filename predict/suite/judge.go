package suite

import (
	"context"
	"fmt"
	"regexp"
	"strings"
	"time"

	"berth/predict"
	"berth/predict/query"
	"berth/safetext"
	"berth/stack"
)

// Outcome is what came of a case.
type Outcome string

// The outcomes.
const (
	Passed  Outcome = "passed"
	Changed Outcome = "changed" // the answer is another one
	Failed  Outcome = "failed"  // another status, or an assertion that is not true
	Unsent  Outcome = "error"   // there was no answer, or none that can be judged
)

// Result is a case with what came of it.
type Result struct {
	Case    Case          `json:"-"`
	Name    string        `json:"name"`
	File    string        `json:"file"`
	Line    int           `json:"line"`
	Outcome Outcome       `json:"outcome"`
	Status  int           `json:"status,omitempty"`
	Took    time.Duration `json:"took,omitempty"` // nanoseconds
	// Differences are where the answer is not what is expected.
	Differences []predict.Difference `json:"differences,omitempty"`
	Ignored     int                  `json:"ignored,omitempty"` // places that differ and may
	// Reasons are why it failed or had no answer; safe to show.
	Reasons []string `json:"reasons,omitempty"`
	// Answer is JSON, a text as a JSON string; only of what did not pass.
	Answer []byte `json:"-"`
}

func (c Case) result(o Outcome, reasons ...string) Result {
	return Result{Case: c, Name: c.Name, File: c.File, Line: c.Line, Outcome: o, Reasons: reasons}
}

// Judge compares an answer with what is expected of it. An error is that there
// is none.
func (c Case) Judge(ctx context.Context, resp predict.Response, err error) Result {
	switch {
	case err != nil:
		return c.result(Unsent, safetext.Line(err.Error()))
	case resp.Cut != "":
		return c.result(Unsent, "the answer is not whole: "+safetext.Line(resp.Cut))
	case resp.Truncated > 0:
		return c.result(Unsent, fmt.Sprintf("the answer is larger than %d MiB", len(resp.Body)>>20))
	}
	r := c.result(Passed)
	r.Status, r.Took, r.Answer = resp.Status, resp.Timing.Total, resp.Body
	if !resp.JSON {
		r.Answer = []byte(quote(string(resp.Body)))
	}
	if expected := c.status(resp.Status); expected != "" {
		r.fail(fmt.Sprintf("status %d, %s expected", resp.Status, expected))
		for _, f := range resp.FieldErrors {
			r.Reasons = append(r.Reasons, safetext.Line(f.String()))
		}
		return r // what is asserted is about another answer
	}
	if c.Answer != nil || c.Open {
		r.compare(c.Answer)
	}
	for _, q := range c.Assert {
		gave, err := given(ctx, q, r.Answer)
		switch {
		case err != nil:
			r.fail(fmt.Sprintf("%s: %v", safetext.Line(q.String()), err))
		case gave != "true":
			r.fail(fmt.Sprintf("%s gave %s", safetext.Line(q.String()), gave))
		}
	}
	if r.Outcome == Passed {
		r.Answer = nil
	}
	return r
}

func (r *Result) fail(reason string) {
	r.Outcome = Failed
	r.Reasons = append(r.Reasons, reason)
}

func (r *Result) compare(expected []byte) {
	if expected == nil {
		r.Outcome = Changed
		r.Differences = []predict.Difference{{After: safetext.Line(string(r.Answer))}}
		return
	}
	tolerances := append(predict.Tolerances{{Relative: usual}}, r.Case.Tolerances...)
	c := predict.CompareWithin(expected, r.Answer, tolerances)
	r.Differences, r.Ignored = c.Differences, c.Ignored
	if !c.Same {
		r.Outcome = Changed
	}
}

// status is the expected one where another came.
func (c Case) status(got int) string {
	switch {
	case c.Status == 0 && got/100 != 2:
		return "2xx"
	case c.Status != 0 && c.Status != got:
		return fmt.Sprint(c.Status)
	}
	return ""
}

// given is what an assertion gives, all of it in one line.
func given(ctx context.Context, q *query.Query, answer []byte) (string, error) {
	values, n, err := q.Run(ctx, answer)
	if err != nil {
		return "", err
	}
	if n == 0 {
		return "nothing", nil
	}
	const most = 200 // bytes that a person reads
	shown := strings.Join(strings.Fields(string(values[:min(len(values), most)])), " ")
	if len(values) > most {
		shown += " …"
	}
	if string(values) == strings.Repeat("true\n", n) {
		shown = "true"
	}
	return safetext.Line(shown), nil
}

// Lines say what is wrong with a case that did not pass, as far as a person
// reads: 20 differences, and 300 characters of each.
func (r Result) Lines() []string {
	const most, wide = 20, 300
	var all []string
	for _, d := range r.Differences[:min(len(r.Differences), most)] {
		text := []rune(d.String())
		if len(text) > wide {
			text = append(text[:wide], '…')
		}
		all = append(all, string(text))
	}
	if more := len(r.Differences) - most; more > 0 {
		all = append(all, fmt.Sprintf("and %s more that differ", stack.Count(more, "place")))
	}
	return append(all, r.Reasons...)
}

var whole = regexp.MustCompile(`^-?[0-9]+$`)

// Flipped reports whether a difference is that of a label: a text, a boolean or
// a whole number, as classes are written, became another of its kind.
func Flipped(d predict.Difference) bool {
	kind := func(s string) string {
		switch {
		case s == "true", s == "false":
			return "boolean"
		case whole.MatchString(s):
			return "whole"
		case len(s) > 1 && s[0] == '"' && s[len(s)-1] == '"':
			return "text"
		}
		return ""
	}
	return kind(d.Before) != "" && kind(d.Before) == kind(d.After)
}
