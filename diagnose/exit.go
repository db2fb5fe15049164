package diagnose

import (
	"fmt"
	"regexp"

	"berth/stack"
)

// Numbers of signals that decide whom an end is owed to, and what a shell adds
// to them for its exit code.
const (
	sigint, sigkill, sigterm = 2, 9, 15
	bySignal                 = 128
)

// ended is of a process that is over, and did not end well.
func ended(f Facts) *stack.Cause {
	if left(f.Service) {
		return &stack.Cause{
			Short: "ended by itself", Text: "It ended by itself with exit code 0: a server should keep running.",
			Advice: "Run the server in the foreground, without a daemon option or & at the end of its command; a job needs neither a published port nor a health check.",
			Lines:  last(f.Lines),
		}
	}
	if f.Phase != stack.Exited && f.Phase != stack.Dead || f.ExitCode == 0 && !f.OOMKilled {
		return nil
	}
	return exit(f)
}

// left reports whether a server ended well though nobody stopped it. Where that
// is not remembered it may have been stopped.
func left(s stack.Service) bool {
	_, known := s.LastRun()
	return s.Phase == stack.Exited && s.ExitCode == 0 && s.Error == "" && !s.OOMKilled && !s.Finished() && known && !s.Stopped()
}

// exit is why the last run ended as it did.
func exit(f Facts) *stack.Cause {
	switch code := f.ExitCode; {
	case f.OOMKilled && code == bySignal+sigkill:
		return outOfMemory(f)
	case code == bySignal+sigkill:
		return killed(f)
	case code == bySignal+sigterm, code == bySignal+sigint:
		return terminated(f)
	case code == 126 || code == 127:
		return notRun(f)
	case code == 125:
		return &stack.Cause{Short: "did not run", Text: "The Engine could not run it."}
	}
	if f.OOMKilled {
		return childOutOfMemory(f)
	}
	c := said(f)
	if c == nil {
		c = &stack.Cause{Text: fmt.Sprintf("It ended with exit code %s and gave no reason.", stack.ExitWords(f.ExitCode, false))}
		if len(f.Lines) > 0 {
			c.Text = fmt.Sprintf("It ended with exit code %s.", stack.ExitWords(f.ExitCode, false))
		}
	}
	if c.Short == "" {
		c.Short = "exit " + stack.ExitWords(f.ExitCode, false)
	}
	c.Lines = last(f.Lines)
	return c
}

func outOfMemory(f Facts) *stack.Cause {
	return &stack.Cause{
		Short: "out of memory", Text: "It used more memory than " + f.limit() + ", and the kernel killed it.",
		Advice: f.moreMemory(), Lines: last(f.Lines),
	}
}

// childOutOfMemory is of a main process that outlived a worker or a command.
func childOutOfMemory(f Facts) *stack.Cause {
	return &stack.Cause{
		Short: "out of memory", Text: fmt.Sprintf("It used more memory than %s, and the kernel killed a process that it had started; then it ended with exit code %s.",
			f.limit(), stack.ExitWords(f.ExitCode, false)),
		Advice: f.moreMemory(), Lines: last(f.Lines),
	}
}

func (f Facts) limit() string {
	if f.MemoryLimit > 0 {
		return "its limit of " + mebibytes(f.MemoryLimit)
	}
	return "there is"
}

func (f Facts) moreMemory() string {
	if f.MemoryLimit > 0 {
		return "Raise mem_limit (or deploy.resources.limits.memory), or load less."
	}
	return "Give the machine, or Docker Desktop, more memory; or load less."
}

func mebibytes(n int64) string { return fmt.Sprintf("%.4g MiB", float64(n)/(1<<20)) }

// killed tells apart who sent SIGKILL.
func killed(f Facts) *stack.Cause {
	run, known := f.LastRun()
	signal := stack.SignalNumber(f.StopSignal)
	asked, forced := run.Signalled(signal), run.Signalled(sigkill)
	switch {
	case !known:
		return &stack.Cause{
			Short: "killed", Text: "It was killed; by whom is not remembered.",
			Advice: "Its grace period after a stop was over, somebody killed it, or the host ran out of memory.", Lines: last(f.Lines),
		}
	case !asked.IsZero() && !forced.IsZero() && signal != sigkill:
		c := &stack.Cause{Short: "ignored " + stack.SignalName(signal), Text: fmt.Sprintf(
			"It was stopped, did not react to %s, and was killed after its whole grace period (%s).", stack.SignalName(signal), stack.Took(forced.Sub(asked)))}
		if m, deaf := f.deaf(); deaf {
			c.Text += " " + sentence(m.Why())
			c.Advice = sentence(m.Fix())
		} else {
			c.Advice = "Let PID 1 handle the signal: exec in front of the command, or init: true on the service; or give it longer with stop_grace_period."
		}
		return c
	case !forced.IsZero():
		return &stack.Cause{Short: "killed", Text: "It was killed on somebody's request (docker kill, or rm -f)."}
	default:
		why := "the host ran out of memory"
		if f.MemoryLimit > 0 {
			why = "it reached " + f.limit() + ", the host ran out of memory"
		}
		return &stack.Cause{
			Short: "killed", Text: "It was killed, but not by Docker: " + why + ", or a process inside or outside of it sent SIGKILL.",
			Advice: "On the Engine's host, `dmesg` tells when it was for memory.", Lines: last(f.Lines),
		}
	}
}

// terminated is by SIGTERM or SIGINT: a stop, if one was asked for.
func terminated(f Facts) *stack.Cause {
	signal := f.ExitCode - bySignal
	if f.Stopped() {
		return nil
	}
	name := stack.SignalName(signal)
	run, known := f.LastRun()
	switch {
	case known && !run.Signalled(signal).IsZero():
		return &stack.Cause{Short: "stopped", Text: "It was sent " + name + " through the Engine."}
	case known:
		return &stack.Cause{Short: "ended by " + name, Text: "It was sent " + name + ", but not by Docker: by a process inside, or on the host.", Lines: last(f.Lines)}
	default:
		return &stack.Cause{Short: "ended by " + name, Text: "It was sent " + name + ": by a stop, most likely, which is not remembered."}
	}
}

// notFound is how shells say that there is no such command: dash and busybox,
// and bash.
var (
	notFound   = regexp.MustCompile(`(?m)^\S*sh: (?:\d+: |line \d+: )?(?:exec: )?(?:line \d+: )?([^\s:]+): (?:command )?not found`)
	notAllowed = regexp.MustCompile(`(?m)^\S*sh: (?:\d+: |line \d+: )?(?:exec: )?(?:line \d+: )?([^\s:]+): [Pp]ermission denied`)
)

// notRun is of a command that is not there or cannot be executed.
func notRun(f Facts) *stack.Cause {
	if f.ExitCode == 126 {
		name := found(notAllowed, f.Lines, f.command())
		return &stack.Cause{
			Short: "not executable", Text: name + " is there but cannot be executed, for its mode or its interpreter (exit 126).",
			Advice: "Make it executable in the Dockerfile (RUN chmod +x), and look at its first line.", Lines: last(f.Lines),
		}
	}
	name := found(notFound, f.Lines, f.command())
	return &stack.Cause{
		Short: "command not found", Text: name + " is not in the image (exit 127).",
		Advice: "Correct command: or entrypoint:, or install it in the Dockerfile.", Lines: last(f.Lines),
	}
}

// found is what a form has found in the last of the lines that it fits.
func found(form *regexp.Regexp, lines []string, otherwise string) string {
	for n := len(lines) - 1; n >= 0; n-- {
		if m := form.FindStringSubmatch(lines[n]); m != nil {
			return m[1]
		}
	}
	return otherwise
}
