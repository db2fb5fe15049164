package cold

import (
	"fmt"
	"time"

	"berth/stack"
)

// Start is a start of a service, as measured; durations are nanoseconds in JSON.
type Start struct {
	Service     string    `json:"service"`
	Endpoint    string    `json:"endpoint"` // that was predicted with
	ContainerID string    `json:"container_id"`
	ImageID     string    `json:"image_id"`
	StartedAt   time.Time `json:"started_at"`
	// Seen reports whether it was seen to come up. If not, it served when it was
	// looked at first: Served and Load are what they can have been at most, and
	// the first prediction may not have been a cold one.
	Seen   bool          `json:"seen"`
	Served time.Duration `json:"served"` // from the start until what its health check asks was answered
	Load   time.Duration `json:"load"`   // from the start until the first prediction was
	Answer string        `json:"answer"` // to the health check's request; untrusted
	Predictions

	// Check is the health check in effect; nil: there is none.
	Check *stack.Check `json:"check,omitempty"`
	// StartPeriod is what the check's should be; 0 where it was not seen.
	StartPeriod time.Duration `json:"suggested_start_period,omitempty"`
}

// A start period is twice what loading took here, since another machine, or a
// disk that has not read the model yet, is slower; too long a one costs nothing,
// since the first check that succeeds ends it. It is in whole steps, so that it
// stays the same from one measurement to the next.
const (
	margin = 2
	step   = 5 * time.Second
)

// StartPeriodFor is the start period for a load time.
func StartPeriodFor(load time.Duration) time.Duration {
	return max(step, (margin*load+step-1)/step*step)
}

// Of puts a start together.
func Of(d stack.Detail, seen bool, served time.Time, p Predictions) Start {
	s := Start{
		Service: d.Ref.String(), ContainerID: d.ContainerID, ImageID: d.ImageID, StartedAt: d.StartedAt, Seen: seen,
		Served: served.Sub(d.StartedAt), Load: p.First.Sub(d.StartedAt), Answer: d.Answer, Predictions: p, Check: d.Check,
	}
	if seen {
		s.StartPeriod = StartPeriodFor(s.Load)
	}
	return s
}

// Verdict compares the start period of the health check with what loading took.
// It is empty where loading was not seen.
func (s Start) Verdict() string {
	switch {
	case !s.Seen:
		return ""
	case s.Check == nil:
		return "there is no health check that could have one"
	case s.Check.StartPeriod == 0:
		return "the health check has none: it fails while the model loads, and each failure counts"
	case s.Check.StartPeriod < s.Load:
		return "the " + stack.Clock(s.Check.StartPeriod) + " of the health check are too short: checks that fail later count, and it loads longer"
	case s.Check.StartPeriod < s.StartPeriod:
		return "the " + stack.Clock(s.Check.StartPeriod) + " of the health check are enough here, and tight on a slower machine"
	default:
		return "the " + stack.Clock(s.Check.StartPeriod) + " of the health check are enough"
	}
}

// lazy is from when on a first prediction is so slow, against later ones and at
// all, that something was left to be loaded by it.
const lazy, lazyTimes = time.Second, 5

// Notes is what the start shows beside its times.
func (s Start) Notes() []string {
	var notes []string
	if s.Refused > 0 && s.Seen {
		notes = append(notes, fmt.Sprintf("it answers its health check %s before it predicts (%d failed: %s): let the check fail until the model is loaded",
			stack.Took(s.Load-s.Served), s.Refused, s.Refusal))
	}
	if s.Cold >= lazy && s.Cold >= lazyTimes*s.Warm {
		notes = append(notes, "the first caller waits for what is loaded late: load the model at the start, or predict once before the health check succeeds")
	}
	return notes
}

// Lines is a start in words: a label and a text each.
func (s Start) Lines() [][2]string {
	cold, most := "cold", ""
	if !s.Seen {
		cold, most = "first", "at most "
	}
	lines := [][2]string{
		{"served", most + stack.Took(s.Served) + " after its start: " + s.Answer},
		{"predicted", most + stack.Took(s.Load) + " after its start"},
		{cold, stack.Fine(s.Cold) + " for the first prediction"},
		{"warm", fmt.Sprintf("%s, the median of %d after it", stack.Fine(s.Warm), len(s.Later))},
	}
	if !s.Seen {
		return append(lines, [2]string{"", "it served before it was looked at: a restart shows what loading takes"})
	}
	lines = append(lines,
		[2]string{"suggested", fmt.Sprintf("start_period: %s, twice the load time in steps of %s: other machines are slower", s.StartPeriod, step)},
		[2]string{"", s.Verdict()})
	for _, note := range s.Notes() {
		lines = append(lines, [2]string{"note", note})
	}
	return lines
}
