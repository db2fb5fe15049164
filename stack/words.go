package stack

import (
	"fmt"
	"time"
)

// State is the phase in words that carry their cause: "running", "exited (0)",
// "exited (137: killed)".
func (s Service) State() string {
	switch s.Phase {
	case Exited, Dead:
		return fmt.Sprintf("%s (%s)", s.Phase, ExitWords(s.ExitCode, s.OOMKilled))
	case Restarting:
		return fmt.Sprintf("restarting (%s)", ExitWords(s.ExitCode, s.OOMKilled))
	default:
		return string(s.Phase)
	}
}

// ExitWords puts an exit code in words where it has a meaning beyond its
// number: 128+n is death by signal n, 125 to 127 are the Engine's and the
// shell's (POSIX sh, "Exit Status for Commands").
func ExitWords(code int, oom bool) string {
	switch {
	case oom:
		return fmt.Sprintf("%d: out of memory", code)
	case code == 125:
		return "125: the Engine could not run it"
	case code == 126:
		return "126: command cannot be executed"
	case code == 127:
		return "127: command not found"
	case code == 130:
		return "130: interrupted"
	case code == 134:
		return "134: aborted"
	case code == 137:
		return "137: killed"
	case code == 139:
		return "139: segmentation fault"
	case code == 143:
		return "143: terminated"
	default:
		return fmt.Sprint(code)
	}
}

// Uptime is how long the process has been running at a moment; 0 when it is
// not.
func (s Service) Uptime(at time.Time) time.Duration {
	if !s.Up() || s.StartedAt.IsZero() || at.Before(s.StartedAt) {
		return 0
	}
	return at.Sub(s.StartedAt)
}
