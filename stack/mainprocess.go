package stack

import (
	"fmt"
	"path"
	"regexp"
	"slices"
	"strings"
)

// Handling is what a process does with a signal.
type Handling string

// The ways. Default is what the kernel does: to PID 1 of a container, which is
// protected from it, nothing at all (pid_namespaces(7)).
const (
	HandlingUnknown Handling = ""
	Caught          Handling = "caught"
	Ignored         Handling = "ignored"
	Default         Handling = "default"
)

// MainProcess is the process that a container is: it gets the stop signal, and
// the container ends with it.
type MainProcess struct {
	Argv     []string `json:"argv"`   // untrusted
	Signal   string   `json:"signal"` // that the container is stopped with
	Handling Handling `json:"handling,omitempty"`
	// First: it is PID 1 of its namespace. It is not where that is shared with
	// the host or with another container.
	First bool `json:"first"`
}

// inits wait for signals to pass them on. While they wait (sigtimedwait(2)) the
// kernel's masks show these neither as blocked nor as caught.
var inits = []string{"docker-init", "tini", "tini-static", "dumb-init", "catatonit", "podman-init", "init", "systemd", "s6-svscan"}

// Init reports whether it is a program whose job is to pass signals on.
func (m MainProcess) Init() bool {
	return len(m.Argv) > 0 && slices.Contains(inits, path.Base(m.Argv[0]))
}

// Deaf reports whether a stop takes the whole grace period, because the process
// does not react to the signal.
func (m MainProcess) Deaf() bool {
	return m.Handling == Ignored || m.Handling == Default && m.First
}

// Command is the command line on one line, shortened.
func (m MainProcess) Command() string {
	const most = 60
	text := []rune(strings.Join(strings.Fields(strings.Join(m.Argv, " ")), " "))
	if len(text) > most {
		text = append(text[:most-1], '…')
	}
	return string(text)
}

// Why says why it is deaf; empty when it is not.
func (m MainProcess) Why() string {
	switch script, inline := m.shell(); {
	case !m.Deaf():
		return ""
	case m.Handling == Ignored:
		return fmt.Sprintf("PID 1, `%s`, ignores %s", m.Command(), m.Signal)
	case inline:
		return fmt.Sprintf("PID 1 is the shell of `%s`, which neither handles %s nor passes it on", m.Command(), m.Signal)
	case script != "":
		return fmt.Sprintf("PID 1 is the shell that runs %s, which neither handles %s nor passes it on", script, m.Signal)
	default:
		return fmt.Sprintf("PID 1, `%s`, does not handle %s, and the kernel shields PID 1 from it", m.Command(), m.Signal)
	}
}

// loops finds that a shell's script ends with a loop.
var loops = regexp.MustCompile(`\bdone\W*$`)

// Fix is the one line that makes it react; empty when it is not deaf.
func (m MainProcess) Fix() string {
	switch script, inline := m.shell(); {
	case !m.Deaf():
		return ""
	case m.Handling == Ignored:
		return "let it handle " + m.Signal + ", or set stop_signal: to one that it handles"
	case inline && loops.MatchString(script): // exec would end the loop
		return "set init: true on the service, or trap " + m.Signal + " in the loop that its shell runs"
	case inline && strings.ContainsAny(script, ";&|\n"):
		return "put exec in front of the last command that its shell runs"
	case inline && script != "":
		return fmt.Sprintf("put exec in front (exec %s), or write the command as a list, which needs no shell", firstWords(script))
	case script != "":
		return fmt.Sprintf("let %s run its last command with exec", script)
	default:
		return "set init: true on the service, or handle " + m.Signal
	}
}

// Shell reports whether it is a shell that stays while its command runs.
func (m MainProcess) Shell() bool {
	script, _ := m.shell()
	return script != "" && !strings.HasPrefix(strings.TrimSpace(script), "exec ")
}

// shell is what a shell was given to run, and whether as an argument of -c.
func (m MainProcess) shell() (script string, inline bool) {
	if len(m.Argv) < 2 || !slices.Contains([]string{"sh", "bash", "dash", "ash", "zsh"}, path.Base(m.Argv[0])) {
		return "", false
	}
	for n, arg := range m.Argv[1:] {
		switch {
		case !strings.HasPrefix(arg, "-"):
			return arg, false
		case strings.HasSuffix(arg, "c") && !strings.HasPrefix(arg, "--"): // -c, -ec
			return strings.Join(m.Argv[n+2:min(len(m.Argv), n+3)], ""), true
		}
	}
	return "", false
}

// firstWords is the beginning of a command.
func firstWords(s string) string {
	words := strings.Fields(s)
	if len(words) > 2 {
		return strings.Join(words[:2], " ") + " …"
	}
	return strings.Join(words, " ")
}
