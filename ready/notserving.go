package ready

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"berth/stack"
)

// Cause is why waiting ended.
type Cause string

// The causes.
const (
	TimedOut   Cause = "timed out"
	Ended      Cause = "ended"       // its process did
	NotStarted Cause = "not started" // the Engine could not
	Restarts   Cause = "restarts"    // again and again
	Unhealthy  Cause = "unhealthy"   // Docker's own verdict, after all its retries
)

// NotServing says that a service did not come to serve.
type NotServing struct {
	Ref    stack.Ref
	Cause  Cause
	Detail stack.Detail // as seen last
	Probe  Probe        // how it was asked; Kind is empty when it never ran
	Last   Result
	After  time.Duration
	// Inside says that the health check succeeds in the container while its
	// published port does not answer.
	Inside bool
	// Times is how often it restarted meanwhile.
	Times int
}

// Error says how it went; the service is the caller's to name.
func (n *NotServing) Error() string {
	after := stack.Took(n.After)
	switch n.Cause {
	case Ended:
		return fmt.Sprintf("%s after %s", n.Detail.State(), after)
	case NotStarted:
		return "did not start: " + n.Detail.Error
	case Unhealthy:
		return fmt.Sprintf("unhealthy after %s: %s (%s)", after, n.Last.Text, n.Probe)
	case Restarts:
		return fmt.Sprintf("restarted %d times in %s, last exit %s", n.Times, after, stack.ExitWords(n.Detail.ExitCode, n.Detail.OOMKilled))
	}
	return fmt.Sprintf("not serving after %s: %s (%s)", after, n.Last.Text, n.Probe)
}

// Hint is what to try next.
func (n *NotServing) Hint() string {
	logs := "berth logs " + n.Ref.Service
	switch {
	case n.Cause != TimedOut && n.Cause != Unhealthy:
		return "see " + logs
	case n.Inside:
		return "its health check succeeds inside the container: let it listen on 0.0.0.0, not on 127.0.0.1"
	case n.Last.Closed:
		return "nothing listens on the port in the container, or only on 127.0.0.1: see " + logs
	case n.Last.Status == 126 || n.Last.Status == 127:
		return "the image lacks what its health check runs"
	}
	if n.Cause == Unhealthy {
		return "see " + logs
	}
	return "see " + logs + ", or give it longer with --wait-timeout"
}

// insideLimit is how long the last question may take.
const insideLimit = 2 * time.Second

func (w *waiter) notServing(ctx context.Context, cause Cause) error {
	n := &NotServing{
		Ref: w.ref, Cause: cause, Detail: w.detail, Probe: w.probe, Last: w.last,
		After: time.Since(w.start), Times: w.detail.Restarts - w.base,
	}
	if cause == TimedOut || cause == Unhealthy {
		n.Inside = w.inside(ctx)
	}
	return &stack.Problem{What: "waiting until it serves", Where: w.ref.String(), Hint: n.Hint(), Lines: health(w.detail), Err: n}
}

// inside asks in the container what got no answer from outside.
func (w *waiter) inside(ctx context.Context) bool {
	outside := w.probe.Kind == HTTP || w.probe.Kind == Port
	switch {
	case !outside || !w.last.Closed:
		return false
	case w.detail.Health == stack.Healthy:
		return true
	case w.detail.Check == nil || w.detail.Phase != stack.Running:
		return false
	}
	ctx, cancel := context.WithTimeout(ctx, insideLimit)
	defer cancel()
	out, err := w.e.Exec(ctx, w.ref, w.detail.Check.Argv())
	return err == nil && out.ExitCode == 0
}

// health is what Docker's last run of the health check said.
func health(d stack.Detail) []string {
	if len(d.Probes) == 0 {
		return nil
	}
	p := d.Probes[len(d.Probes)-1]
	lines := []string{fmt.Sprintf("health check, exit %d:", p.ExitCode)}
	if out := strings.TrimSpace(p.Output); out != "" {
		lines = append(lines, strings.Split(out, "\n")...)
	}
	return lines
}

// reason is an error without what its Progress says already.
func reason(err error) string {
	var not *NotServing
	if errors.As(err, &not) {
		return not.Error()
	}
	return err.Error()
}
