package diagnose

import (
	"fmt"
	"path"
	"regexp"
	"strings"

	"berth/stack"
)

// noBinary is how the Engine's runtime says that what a check runs is not there;
// notFound is how a shell does.
var noBinary = regexp.MustCompile(`exec: "([^"]+)": (?:executable file not found|stat .*no such file)|exec: \\?"([^"\\]+)\\?": executable file not found`)

// instead is a check that needs nothing but what such images have.
const instead = `python -c "import urllib.request as r; r.urlopen('http://localhost:PORT/health', timeout=2)"`

// badCheck is of a health check that cannot say anything, whatever the service
// does.
func badCheck(f Facts) *stack.Cause {
	p, failed := f.lastFailure()
	if !failed {
		return nil
	}
	name, missing := f.missing(p)
	switch {
	case missing && path.Base(name) == "sh":
		return &stack.Cause{
			Short: "check needs a shell", Text: "The health check is a line for a shell, and the image has none.",
			Advice: `Write it as a list: test: ["CMD", "/app/healthcheck"], or with what the image has.`,
		}
	case missing:
		return &stack.Cause{
			Short: "check needs " + path.Base(name), Text: "The health check runs " + name + ", which is not in the image.",
			Advice: "Install it in the Dockerfile, or check with what is there, such as " + instead,
		}
	case TimedOut(p):
		return &stack.Cause{
			Short: "check times out", Text: fmt.Sprintf("The health check did not end within its timeout of %s, and was killed.", stack.Took(f.Check.Timeout)),
			Advice: "The service is too busy to answer, or hangs; or give the check a longer timeout:.",
		}
	default:
		return nil
	}
}

// lastFailure is the newest run of the check, if that failed and counts.
func (f Facts) lastFailure() (stack.Probe, bool) {
	n := len(f.Probes)
	if f.Phase != stack.Running || f.Check == nil || n == 0 || f.Probes[n-1].ExitCode == 0 || f.FailingStreak == 0 && f.Health != stack.Unhealthy {
		return stack.Probe{}, false
	}
	return f.Probes[n-1], true
}

// missing is what a run of the check did not find.
func (f Facts) missing(p stack.Probe) (name string, missing bool) {
	if m := noBinary.FindStringSubmatch(p.Output); m != nil {
		return m[1] + m[2], true
	}
	if m := notFound.FindStringSubmatch(p.Output); m != nil {
		return m[1], true
	}
	if words := strings.Fields(strings.Join(f.Check.Argv(), " ")); p.ExitCode == 127 && len(words) > 0 {
		if words[0] == "/bin/sh" && len(words) > 2 { // CMD-SHELL
			words = words[2:]
		}
		return words[0], true
	}
	return "", false
}

// TimedOut reports whether the Engine ended a run of the check. It gives -1 for
// what could not be run, too.
func TimedOut(p stack.Probe) bool {
	return p.ExitCode < 0 && !strings.Contains(p.Output, "exec failed") && !strings.Contains(p.Output, "not found")
}

// The exit codes of what health checks are made of, as their manuals have them.
var (
	curlCodes = map[int]string{
		6: "the host's name is not known", 7: "nothing listens there", 22: "the answer was an HTTP error",
		28: "no answer in the time that curl was given", 35: "TLS failed", 52: "the connection was closed without an answer",
		56: "the connection broke, or the answer was an HTTP error", 60: "the certificate is not trusted",
	}
	wgetCodes = map[int]string{4: "no connection, or it broke", 5: "the certificate is not trusted", 8: "the answer was an HTTP error"}
)

// CheckWords is what the exit code of a check says, where it says more than that
// it failed.
func CheckWords(c stack.Check, p stack.Probe) string {
	text := ""
	if len(c.Test) > 1 {
		text = c.Test[1]
	}
	words := strings.Fields(text)
	program := ""
	if len(words) > 0 {
		program = path.Base(words[0])
	}
	// "curl … || exit 1" has the codes of the shell.
	switch {
	case TimedOut(p):
		return "The check did not end within its timeout, and was killed."
	case p.ExitCode < 0:
		return "The check could not be run."
	case p.ExitCode == 126:
		return "What the check runs is in the image but cannot be executed: " + program
	case p.ExitCode == 127:
		return "What the check runs is not in the image: " + program
	case program == "curl" && curlCodes[p.ExitCode] != "":
		return fmt.Sprintf("curl's %d: %s.", p.ExitCode, curlCodes[p.ExitCode])
	case program == "wget" && wgetCodes[p.ExitCode] != "":
		return fmt.Sprintf("wget's %d: %s.", p.ExitCode, wgetCodes[p.ExitCode])
	default:
		return ""
	}
}

// unhealthy is Docker's verdict, with what the check said.
func unhealthy(f Facts) *stack.Cause {
	p, failed := f.lastFailure()
	if !failed || f.Health != stack.Unhealthy {
		return nil
	}
	c := &stack.Cause{Short: fmt.Sprintf("check exits %d", p.ExitCode), Text: fmt.Sprintf("Its health check fails with exit code %d.", p.ExitCode)}
	if words := CheckWords(*f.Check, p); words != "" {
		c.Text = "Its health check fails: " + words
	}
	if out := strings.TrimSpace(p.Output); out != "" {
		lines := strings.Split(out, "\n")
		c.Lines = last(lines)
	}
	if f.Serving == stack.ServingYes {
		c.Advice = "Asked from outside it answers: the check looks at something else, or asks in another way."
	}
	return c
}
