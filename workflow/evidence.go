package workflow

import (
	"context"
	"errors"
	"time"

	"berth/ready"
	"berth/stack"
)

const (
	// lastLines is how many of a service's lines say why it did not come up.
	lastLines = 10
	// evidenceTimeout keeps a slow Engine from delaying the bad news.
	evidenceTimeout = 3 * time.Second
)

// withLastLines adds the last lines that each service printed to the errors
// that say that it does not serve.
func (s Stack) withLastLines(ctx context.Context, err error) error {
	for _, e := range apart(err) {
		problem, isProblem := errors.AsType[*stack.Problem](e)
		not, isNot := errors.AsType[*ready.NotServing](e)
		if !isProblem || !isNot {
			continue
		}
		lines, logErr := s.lastLines(ctx, not.Ref)
		if logErr != nil {
			lines = append(lines, "its log cannot be read: "+logErr.Error())
		}
		if len(lines) > 0 {
			problem.Lines = append(append(problem.Lines, "the last lines of its log:"), lines...)
		}
	}
	return err
}

func (s Stack) lastLines(ctx context.Context, r stack.Ref) ([]string, error) {
	ctx, cancel := context.WithTimeout(ctx, evidenceTimeout)
	defer cancel()
	var lines []string
	for l, err := range s.Engine.Logs(ctx, r, stack.LogOptions{Tail: lastLines}) {
		if err != nil {
			return lines, err
		}
		lines = append(lines, l.Text)
	}
	return lines[max(0, len(lines)-lastLines):], nil
}

// apart is the errors that were joined.
func apart(err error) []error {
	if joined, ok := err.(interface{ Unwrap() []error }); ok {
		var all []error
		for _, e := range joined.Unwrap() {
			all = append(all, apart(e)...)
		}
		return all
	}
	return []error{err}
}
