package batch

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"berth/stack"
)

// Tally counts what came of rows.
type Tally struct {
	Rows     int64         `json:"rows"`              // of the table; 0: not known yet
	Answered int64         `json:"answered"`          // with 2xx, as a whole
	Refused  map[int]int64 `json:"refused,omitempty"` // by status
	NotSent  int64         `json:"not_sent"`          // cannot be read, or do not fit
	Silent   int64         `json:"no_answer"`         // none came, or not all of it
	// Others are answers with members for which the table of answers has no
	// column, since the first answer had none such.
	Others int64 `json:"with_other_members,omitempty"`
}

// Settled is how many rows something came of: always the first ones.
func (t Tally) Settled() int64 { return t.Answered + t.Failed() }

// Failed is how many rows were not answered as they should be.
func (t Tally) Failed() int64 {
	n := t.NotSent + t.Silent
	for _, refused := range t.Refused {
		n += refused
	}
	return n
}

// Left is how many rows nothing came of yet.
func (t Tally) Left() int64 { return max(t.Rows-t.Settled(), 0) }

// String is "9,990 answered, 7 refused (422), 3 not sent, 0 left".
func (t Tally) String() string {
	parts := []string{stack.Number(t.Answered) + " answered"}
	var refused int64
	var statuses []string
	for _, status := range slices.Sorted(maps.Keys(t.Refused)) {
		refused += t.Refused[status]
		statuses = append(statuses, fmt.Sprintf("%s × %d", stack.Number(t.Refused[status]), status))
	}
	switch {
	case len(statuses) == 1:
		_, status, _ := strings.Cut(statuses[0], " × ")
		parts = append(parts, fmt.Sprintf("%s refused (%s)", stack.Number(refused), status))
	case refused > 0:
		parts = append(parts, fmt.Sprintf("%s refused (%s)", stack.Number(refused), strings.Join(statuses, ", ")))
	}
	if t.Silent > 0 {
		parts = append(parts, stack.Number(t.Silent)+" without an answer")
	}
	if t.NotSent > 0 {
		parts = append(parts, stack.Number(t.NotSent)+" not sent")
	}
	if t.Rows > 0 {
		parts = append(parts, stack.Number(t.Left())+" left")
	}
	return strings.Join(parts, ", ")
}

// add counts what came of a row.
func (t *Tally) add(why Why, status int) {
	switch why {
	case Answered:
		t.Answered++
	case Refused:
		if t.Refused == nil {
			t.Refused = map[int]int64{}
		}
		t.Refused[status]++
	case Broken, Invalid:
		t.NotSent++
	default:
		t.Silent++
	}
}

// Copied shares nothing with the tally.
func (t Tally) Copied() Tally {
	t.Refused = maps.Clone(t.Refused)
	return t
}
