// Package take is what a person takes away from the screen: into the clipboard,
// a file, their pager or their editor. How it went comes as a message.
package take

import (
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	tea "charm.land/bubbletea/v2"

	"berth/safetext"
)

// Done is how it went.
type Done struct {
	For  any // whose text it was
	Text string
}

// Copy puts a text into the clipboards: the terminal's, by OSC 52, which also
// works through ssh, and the machine's own, which native writes, if it is not
// nil. what names the text, as in "3 lines copied".
func Copy(whose any, what, text string, native func(string) error) tea.Cmd {
	return tea.Batch(tea.SetClipboard(text), func() tea.Msg {
		if native == nil {
			return nil
		}
		if err := native(text); err != nil {
			return Done{whose, what + " copied through the terminal only (" + safetext.Line(err.Error()) + ")"}
		}
		return nil
	})
}

// Pasted is what was in the machine's own clipboard.
type Pasted struct {
	Text string
	Err  error
}

// Paste reads the machine's own clipboard.
func Paste(read func() (string, error)) tea.Cmd {
	return func() tea.Msg {
		text, err := read()
		return Pasted{text, err}
	}
}

// free is a name that no file has: the one that is given, or that with a number.
func free(name string) string {
	end := filepath.Ext(name)
	other := name
	for n := 2; n < 1000; n++ {
		if _, err := os.Lstat(other); err != nil {
			break
		}
		other = fmt.Sprintf("%s-%d%s", strings.TrimSuffix(name, end), n, end)
	}
	return other
}

// Save writes a text to a file that is not there yet. A name that was offered, and
// not typed, gets a number where it is taken.
func Save(whose any, what, text, name string, offered bool) tea.Cmd {
	return func() tea.Msg {
		if offered {
			name = free(name)
		}
		f, err := os.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o644)
		if errors.Is(err, fs.ErrExist) {
			return Done{whose, safetext.Line(name) + " is there already: nothing was saved"}
		}
		if err == nil {
			_, err = f.WriteString(text)
			err = errors.Join(err, f.Close())
		}
		if err != nil {
			return Done{whose, "not saved: " + safetext.Line(err.Error())}
		}
		return Done{whose, what + " saved to " + safetext.Line(name)}
	}
}

// Page shows a text in the person's own pager.
func Page(whose any, text string) tea.Cmd {
	command := cmp.Or(strings.TrimSpace(os.Getenv("PAGER")), "less -R")
	cmd := Shell(command)
	cmd.Stdin = strings.NewReader(text)
	return tea.ExecProcess(cmd, func(err error) tea.Msg { return ended(whose, "PAGER", command, err) })
}

// Editor is the person's own.
func Editor() string { return cmp.Or(os.Getenv("VISUAL"), os.Getenv("EDITOR"), "vi") }

// Edit opens a text in it: a copy, that is gone afterwards, in a file named
// like pattern.
func Edit(whose any, text, pattern string) tea.Cmd {
	command := Editor()
	return func() tea.Msg {
		f, err := os.CreateTemp("", pattern)
		if err != nil {
			return ended(whose, "EDITOR", command, err)
		}
		_, err = f.WriteString(text)
		if err = errors.Join(err, f.Close()); err != nil {
			return ended(whose, "EDITOR", command, errors.Join(err, os.Remove(f.Name())))
		}
		return tea.ExecProcess(Shell(command, f.Name()), func(err error) tea.Msg {
			return ended(whose, "EDITOR", command, errors.Join(err, os.Remove(f.Name())))
		})()
	}
}

// Shell runs a command of the person's through the shell, as git does: it may
// hold arguments.
func Shell(command string, args ...string) *exec.Cmd {
	return exec.Command("sh", append([]string{"-c", command + ` "$@"`, command}, args...)...) //nolint:gosec,noctx // the person's own choice, and theirs to end
}

// notFound is how a shell ends that does not find a command.
const notFound = 127

// ended says why a command failed, nil when it did not.
func ended(whose any, variable, command string, err error) tea.Msg {
	exit, ran := errors.AsType[*exec.ExitError](err)
	switch {
	case err == nil:
		return nil
	case ran && exit.ExitCode() == notFound:
		return Done{whose, fmt.Sprintf("there is no %q: set $%s to a program that is there", safetext.Line(command), variable)}
	default:
		return Done{whose, fmt.Sprintf("%q failed: %s", safetext.Line(command), safetext.Line(err.Error()))}
	}
}
