package diagnose

import (
	"fmt"
	"slices"
	"time"

	"berth/stack"
)

// Rhythm is how a service that ends again and again does so: how long its runs
// last, and how long the Engine waits in between. It is the median of the last
// few; times is how many runs these are.
func Rhythm(l stack.Life, container string) (run, pause time.Duration, times int) {
	runs := l.Runs(container)
	runs = runs[max(0, len(runs)-8):]
	var lasted, waited []time.Duration
	for n, r := range runs {
		if r.Died.IsZero() {
			continue
		}
		lasted = append(lasted, r.Took())
		if n+1 < len(runs) {
			waited = append(waited, runs[n+1].Started.Sub(r.Died))
		}
	}
	return median(lasted), median(waited), len(lasted)
}

func median(all []time.Duration) time.Duration {
	if len(all) == 0 {
		return 0
	}
	all = slices.Sorted(slices.Values(all))
	return all[len(all)/2]
}

// settled is how long a run has to last for the service to be out of its loop.
const settled = 10 * time.Second

// restarting is of a service that the Engine starts again each time it ends:
// while it waits, and while it runs once more.
func restarting(f Facts) *stack.Cause {
	again := f.Phase == stack.Running && f.Restarts > 0 && f.Serving != stack.ServingYes && f.Now.Sub(f.StartedAt) < settled
	if f.Phase != stack.Restarting && !again {
		return nil
	}
	if run, known := f.LastRun(); again && known { // the Engine has forgotten it with the new start
		f.ExitCode = run.ExitCode
	} else if again {
		return nil
	}
	c := exit(f)
	if f.ExitCode == 0 && !f.OOMKilled || c == nil {
		c = &stack.Cause{Text: fmt.Sprintf("It ends by itself, with exit code %d.", f.ExitCode), Advice: "A service has to go on; a job should not have a restart policy.", Lines: last(f.Lines)}
	}
	rhythm := fmt.Sprintf("It was restarted %s", times(f.Restarts))
	if run, pause, n := Rhythm(f.Life, f.ContainerID); n > 0 {
		rhythm += fmt.Sprintf(": each run lasts about %s", stack.Took(run))
		if pause > 0 {
			rhythm += fmt.Sprintf(", and the next begins after %s", stack.Took(pause))
		}
	}
	c.Text, c.Loop = c.Text+" "+rhythm+".", true
	return c
}

func times(n int) string {
	if n == 1 {
		return "once"
	}
	return fmt.Sprintf("%d times", n)
}
