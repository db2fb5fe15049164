package ab

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"berth/predict"
	"berth/predict/suite"
	"berth/safetext"
	"berth/stack"
)

// Outcome is what came of an input.
type Outcome string

// The outcomes.
const (
	Same     Outcome = "same"
	Differs  Outcome = "differs"
	Unstable Outcome = "unstable" // one side alone answers now this, now that
	Failed   Outcome = "failed"   // a side has no whole answer
)

// Result is what came of an input. What there are two of is before and now.
type Result struct {
	Name        string               `json:"name"`
	Outcome     Outcome              `json:"outcome"`
	Status      [2]int               `json:"status"`            // 0: no answer
	Reasons     [2]string            `json:"reasons,omitempty"` // why there is none; safe to show
	Differences []predict.Difference `json:"differences,omitempty"`
	// Varying counts the places that differ, too, but where one side alone answers
	// now this, now that: of an input that differs they are not in Differences.
	Varying int `json:"varying,omitempty"`
	Flips   int `json:"labels_flipped,omitempty"`
}

// Latency is how long answers took.
type Latency struct {
	Answers int           `json:"answers"` // that were measured
	Median  time.Duration `json:"median"`  // nanoseconds
	P95     time.Duration `json:"p95"`
}

// Side is one of the two.
type Side struct {
	Image   stack.Image `json:"image"`
	Latency Latency     `json:"latency"`
	Memory  int64       `json:"memory,omitempty"` // bytes, the median; 0: not measured
}

// Report is what came of all.
type Report struct {
	Verdict  string `json:"verdict"` // in one line; safe to show
	Inputs   int    `json:"inputs"`
	Differ   int    `json:"differ"`
	Unstable int    `json:"unstable"`
	Failed   int    `json:"failed"`
	suite.Changes
	Before  Side     `json:"before"`
	Now     Side     `json:"now"`
	Results []Result `json:"results"` // but those that are the same
}

func (r *Report) add(one Result) {
	switch one.Outcome {
	case Same:
		return
	case Differs:
		r.Differ++
		r.Add(one.Name, one.Differences)
	case Unstable:
		r.Unstable++
	case Failed:
		r.Failed++
	}
	r.Results = append(r.Results, one)
}

// verdict is "3 of 40 differ, largest Δ 0.04 at churn_probability".
func (r *Report) verdict() string {
	var parts []string
	if r.Differ > 0 {
		parts = append(parts, fmt.Sprintf("%d of %d differ", r.Differ, r.Inputs))
		parts = append(parts, r.Words()...)
	} else if same := r.Inputs - r.Unstable - r.Failed; same > 0 {
		parts = append(parts, fmt.Sprintf("%d of %d answered the same", same, r.Inputs))
	}
	if r.Unstable > 0 {
		parts = append(parts, stack.Count(r.Unstable, "input")+" answered now so, now otherwise")
	}
	if r.Failed > 0 {
		parts = append(parts, stack.Count(r.Failed, "input")+" without an answer")
	}
	return strings.Join(parts, ", ")
}

// Lines name the inputs that are not answered the same, as far as a person
// reads; what belongs to the line above is indented. They are safe to show.
func (r *Report) Lines() []string {
	const mostInputs, mostPlaces = 10, 5
	var all []string
	for _, one := range r.Results[:min(len(r.Results), mostInputs)] {
		all = append(all, fmt.Sprintf("%-8s  %s", one.Outcome, safetext.Line(one.Name)))
		for side, text := range one.Reasons {
			if text != "" {
				all = append(all, "    "+[]string{"before", "now"}[side]+": "+text)
			}
		}
		if one.Status[Before] != one.Status[Now] && one.Outcome != Failed {
			all = append(all, fmt.Sprintf("    status %d → %d", one.Status[Before], one.Status[Now]))
		}
		for _, d := range one.Differences[:min(len(one.Differences), mostPlaces)] {
			all = append(all, "    "+d.String())
		}
		if more := len(one.Differences) - mostPlaces; more > 0 {
			all = append(all, fmt.Sprintf("    and %s more", stack.Count(more, "place")))
		}
		if one.Varying > 0 {
			all = append(all, fmt.Sprintf("    left out, since one side alone varies there: %s", stack.Count(one.Varying, "place")))
		}
	}
	if more := len(r.Results) - mostInputs; more > 0 {
		all = append(all, fmt.Sprintf("and %s more", stack.Count(more, "input")))
	}
	return all
}

// Row is a line of the comparison of the two sides.
type Row struct{ What, Before, Now string }

// Rows are the two sides beside each other; size writes bytes.
func (r *Report) Rows(size func(bytes int64) string) []Row {
	known := func(d time.Duration, of Latency) string {
		if of.Answers == 0 {
			return "–"
		}
		return stack.Fine(d) // two services in one network are near to each other
	}
	used := func(bytes int64) string {
		if bytes == 0 {
			return "–"
		}
		return size(bytes)
	}
	b, n := r.Before, r.Now
	return []Row{
		{"image", stack.ShortID(b.Image.ID), stack.ShortID(n.Image.ID)},
		{"size", size(b.Image.Size), size(n.Image.Size)},
		{"latency, median", known(b.Latency.Median, b.Latency), known(n.Latency.Median, n.Latency)},
		{"latency, p95", known(b.Latency.P95, b.Latency), known(n.Latency.P95, n.Latency)},
		{"memory", used(b.Memory), used(n.Memory)},
	}
}

func latencyOf(took []time.Duration) Latency {
	if len(took) == 0 {
		return Latency{}
	}
	slices.Sort(took)
	return Latency{Answers: len(took), Median: took[len(took)/2], P95: took[(len(took)*95+99)/100-1]}
}

// reason is an error's cause: what was sent where is known.
func reason(err error) string {
	if p, ok := errors.AsType[*stack.Problem](err); ok && p.Err != nil {
		err = p.Err
	}
	return safetext.Line(err.Error())
}
