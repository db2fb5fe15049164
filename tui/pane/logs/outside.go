package logs

import (
	"cmp"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strings"

	tea "charm.land/bubbletea/v2"

	"berth/logbook"
	"berth/safetext"
)

// pager shows the lines in the person's own pager.
func (p *Pane) pager() tea.Cmd {
	command := cmp.Or(strings.TrimSpace(os.Getenv("PAGER")), "less -R")
	cmd := outside(command)
	cmd.Stdin = strings.NewReader(p.everyLine())
	return tea.ExecProcess(cmd, func(err error) tea.Msg { return ended("PAGER", command, err) })
}

// editor opens the lines in the person's own editor: a copy, that is gone
// afterwards.
func (p *Pane) editor() tea.Cmd {
	command, text := cmp.Or(os.Getenv("VISUAL"), os.Getenv("EDITOR"), "vi"), p.everyLine()
	return func() tea.Msg {
		f, err := os.CreateTemp("", "berth-*.log")
		if err != nil {
			return ended("EDITOR", command, err)
		}
		_, err = f.WriteString(text)
		if err = errors.Join(err, f.Close()); err != nil {
			return ended("EDITOR", command, errors.Join(err, os.Remove(f.Name())))
		}
		return tea.ExecProcess(outside(command, f.Name()), func(err error) tea.Msg {
			return ended("EDITOR", command, errors.Join(err, os.Remove(f.Name())))
		})()
	}
}

// everyLine is what is shown, the lines above and below too.
func (p *Pane) everyLine() string { return p.text(p.lines(logbook.Start(), logbook.End()), true) }

// outside runs a command of the person's through the shell, as git does: it may
// hold arguments.
func outside(command string, args ...string) *exec.Cmd {
	return exec.Command("sh", append([]string{"-c", command + ` "$@"`, command}, args...)...) //nolint:gosec,noctx // the person's own choice, and theirs to end
}

// notFound is how a shell ends that does not find a command.
const notFound = 127

// ended says why a command failed, nil when it did not.
func ended(variable, command string, err error) tea.Msg {
	exit, ran := errors.AsType[*exec.ExitError](err)
	switch {
	case err == nil:
		return nil
	case ran && exit.ExitCode() == notFound:
		return savedMsg{fmt.Sprintf("there is no %q: set $%s to a program that is there", safetext.Line(command), variable)}
	default:
		return savedMsg{fmt.Sprintf("%q failed: %s", safetext.Line(command), safetext.Line(err.Error()))}
	}
}
