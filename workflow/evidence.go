package workflow

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"berth/ready"
	"berth/stack"
)

const (
	// lastLines is how many of a service's lines say why it did not come up, and
	// lookedAt among how many: one that does not serve is asked again and again,
	// and often prints a line each time.
	lastLines = 10
	lookedAt  = 500
	// evidenceTimeout keeps a slow Engine from delaying the bad news.
	evidenceTimeout = 3 * time.Second
)

// withLastLines adds the last lines that each service printed to the errors
// that say that it does not serve.
func (s Stack) withLastLines(ctx context.Context, err error) error {
	for _, e := range stack.Apart(err) {
		problem, isProblem := errors.AsType[*stack.Problem](e)
		not, isNot := errors.AsType[*ready.NotServing](e)
		if !isProblem || !isNot {
			continue
		}
		lines, logErr := s.lastLines(ctx, not.Ref, time.Time{}, lastLines)
		if logErr != nil {
			lines = append(lines, "its log cannot be read: "+logErr.Error())
		}
		if len(lines) > 0 {
			problem.Lines = append(append(problem.Lines, "the last lines of its log:"), lines...)
		}
	}
	return err
}

// lastLines is the last that a service printed since some time, folded.
func (s Stack) lastLines(ctx context.Context, r stack.Ref, since time.Time, most int) ([]string, error) {
	ctx, cancel := context.WithTimeout(ctx, evidenceTimeout)
	defer cancel()
	var lines []string
	for l, err := range s.Engine.Logs(ctx, r, stack.LogOptions{Since: since, Tail: lookedAt}) {
		if err != nil {
			return lines, err
		}
		lines = append(lines, l.Text)
	}
	lines = folded(lines)
	return lines[max(0, len(lines)-most):], nil
}

// folded is lines with each run of those that differ in their numbers only as
// its last one, and how many there were.
func folded(lines []string) []string {
	var all []string
	for i := 0; i < len(lines); {
		n := i + 1
		for n < len(lines) && shape(lines[n]) == shape(lines[i]) {
			n++
		}
		line := lines[n-1]
		if n-i > 1 {
			line += fmt.Sprintf("  (%d like it)", n-i)
		}
		all = append(all, line)
		i = n
	}
	return all
}

// shape is a line without its numbers.
func shape(line string) string {
	var b strings.Builder
	number := false
	for _, r := range line {
		digit := r >= '0' && r <= '9'
		if !digit || !number {
			if digit {
				r = '0'
			}
			b.WriteRune(r)
		}
		number = digit
	}
	return b.String()
}
