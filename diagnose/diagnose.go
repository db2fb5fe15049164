// Package diagnose finds out why a service is not as it should be: facts in, a
// cause and what to do about it out. It is pure; workflow gathers the facts.
package diagnose

import (
	"net/netip"
	"slices"
	"strings"
	"time"

	"berth/stack"
)

// Facts is what is known of a service. Only Detail is needed; what else is
// missing makes for a less exact cause.
type Facts struct {
	stack.Detail                    // with Serving, Answer and Life filled
	Lines        []string           // the last lines of its log
	Main         *stack.MainProcess // nil: not known
	Listening    []netip.AddrPort   // TCP addresses in the container
	Looked       bool               // Listening is known
	Now          time.Time
}

// rules are tried in this order: the first that knows a cause has found it.
var rules = []func(Facts) *stack.Cause{notStarted, ended, restarting, unreachable, badCheck, unhealthy, silent}

// Of is why the service is not as it should be; nil when nothing is known to be
// wrong.
func Of(f Facts) *stack.Cause {
	for _, rule := range rules {
		if c := rule(f); c != nil {
			return c
		}
	}
	return nil
}

// Waiting is why a service was not started yet, by what it waits for; nil: nothing.
func Waiting(needs []stack.Need) *stack.Cause {
	if len(needs) == 0 {
		return nil
	}
	first := needs[0].Service
	all := make([]string, len(needs))
	for n, need := range needs {
		all[n] = need.String()
	}
	return &stack.Cause{
		Short: "waits for " + first, Text: "It waits for " + strings.Join(all, "; ") + ".",
		Advice: "`berth health " + first + "`, or the pane Health on it, says why.",
	}
}

// patience is how long after its start a service may not serve before one looks
// for a cause.
const patience = 3 * time.Second

// Suspect reports whether there is a cause to be looked for.
func Suspect(s stack.Service, now time.Time) bool {
	switch s.Phase {
	case stack.Exited, stack.Dead:
		return s.ExitCode != 0 || s.Error != "" || left(s)
	case stack.Created:
		return s.Error != ""
	case stack.Restarting:
		return true
	case stack.Running:
		up := now.Sub(s.StartedAt)
		again := s.Restarts > 0 && s.Serving != stack.ServingYes && up < settled
		return s.Health == stack.Unhealthy || s.Serving == stack.NotServing && up >= patience || again
	default:
		return false
	}
}

// SuspectFrom is when a service that goes on not to serve becomes one.
func SuspectFrom(s stack.Service) time.Time { return s.StartedAt.Add(patience) }

// command is what the container runs.
func (f Facts) command() string { return strings.Join(f.argv(), " ") }

func (f Facts) argv() []string { return slices.Concat(f.Entrypoint, f.Command) }

// deaf is the main process that did not react to its signal: as it was seen, or,
// since it is gone, a shell by what the container was made to run.
func (f Facts) deaf() (stack.MainProcess, bool) {
	if f.Main != nil {
		return *f.Main, f.Main.Deaf()
	}
	m := stack.MainProcess{Argv: f.argv(), Signal: stack.SignalName(stack.SignalNumber(f.StopSignal)), Handling: stack.Default, First: true}
	return m, m.Shell()
}
