package tui

import (
	"io"

	tea "charm.land/bubbletea/v2"

	"berth/tui/theme"
)

// suspendMsg is the wish to be suspended that came from another process.
type suspendMsg struct{}

// suspend gives the terminal back and stops the program until it is continued.
//
// Bubble Tea's own suspend stops it by SIGTSTP, which no longer does that once
// it was asked to be told of it: Go's handler stays. And where nobody could
// continue it the kernel discards that signal, and Bubble Tea waits for ever.
func (r *root) suspend() tea.Cmd {
	if alone() {
		r.say(theme.Warn, "△", "suspend: there is no shell here that could bring Berth back")
		return nil
	}
	return tea.Exec(suspension{}, func(err error) tea.Msg { return resumed{err} })
}

// resumed is the end of a suspension.
type resumed struct{ err error }

// suspension is what has the terminal meanwhile.
type suspension struct{}

func (suspension) Run() error          { return stop() }
func (suspension) SetStdin(io.Reader)  {}
func (suspension) SetStdout(io.Writer) {}
func (suspension) SetStderr(io.Writer) {}
