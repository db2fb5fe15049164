package workflow

import (
	"errors"
	"fmt"

	"berth/predict"
	"berth/stack"

	"github.com/docker/go-units"
)

// String says in one line what came of it.
func (t Turn) String() string {
	if t.Unchanged {
		return "image " + stack.ShortID(t.After.ID) + " runs already, nothing was replaced"
	}
	exchange := "image " + t.Exchange()
	if t.After.ID == "" {
		exchange = t.Did // no build
	} else if t.Did != "" {
		exchange += "; " + t.Did
	}
	if t.Replay != nil {
		exchange = t.Replay.String() + "; " + exchange
	}
	if t.Suite != nil {
		exchange = "suite: " + t.Suite.Verdict + "; " + exchange
	}
	return exchange
}

// Exchange says which image the service runs now instead of which, and how
// large it is: "1a2b3c → 9f8e7d  299MB (+1.2MB)".
func (t Turn) Exchange() string {
	size := units.HumanSize(float64(t.After.Size))
	if t.Before.ID == "" {
		return stack.ShortID(t.After.ID) + "  " + size
	}
	grown, sign := t.After.Size-t.Before.Size, "+"
	if grown < 0 {
		grown, sign = -grown, "−"
	}
	return fmt.Sprintf("%s → %s  %s (%s%s)", stack.ShortID(t.Before.ID), stack.ShortID(t.After.ID), size, sign, units.HumanSize(float64(grown)))
}

// undoable adds to a failure that there is an image to go back to.
func (t Turn) undoable(err error) error {
	if err == nil || t.Kept == "" {
		return err
	}
	p := &stack.Problem{What: "rebuilding " + t.Service, Err: err}
	if problem, ok := errors.AsType[*stack.Problem](err); ok {
		said := *problem
		p = &said
	}
	if p.Hint != "" {
		p.Hint += "; "
	}
	p.Hint += fmt.Sprintf("`berth loop --back %s`, or B in the dashboard, puts image %s, which served before, back", t.Service, stack.ShortID(t.Kept))
	return p
}

// Compared is a replay with what its two answers have to do with each other.
func (r Replay) Compared(tolerance float64) *Replay {
	if r.Before != nil {
		c := predict.Compare([]byte(r.Before.Body), []byte(r.After.Body), tolerance)
		if r.Before.Status != r.After.Status {
			c.Same = false
		}
		r.Comparison = &c
	}
	return &r
}

// String says in one line what came of it.
func (r *Replay) String() string {
	answered := r.After.String()
	switch {
	case r.Comparison == nil:
		return "first answer to " + r.Endpoint + ", " + answered
	case r.Before.Status != r.After.Status:
		return fmt.Sprintf("%s, it was %d", answered, r.Before.Status)
	case r.Comparison.Same && r.Comparison.Largest > 0:
		return fmt.Sprintf("same answer within %.1g, %s", r.Comparison.Largest, answered)
	case r.Comparison.Same:
		return "same answer, " + answered
	case len(r.Comparison.Differences) == 1:
		return r.Comparison.Differences[0].String() + ", " + answered
	default:
		return fmt.Sprintf("%d values differ, %s", len(r.Comparison.Differences), answered)
	}
}

// String is "200 in 12 ms".
func (a Answer) String() string { return fmt.Sprintf("%d in %s", a.Status, stack.Took(a.Took)) }

// Differences are the places where the answers differ, where String only says
// how many.
func (r *Replay) Differences() []string {
	if r.Comparison == nil || len(r.Comparison.Differences) < 2 {
		return nil
	}
	var all []string
	for _, d := range r.Comparison.Differences {
		all = append(all, d.String())
	}
	return all
}
