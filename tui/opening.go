package tui

import (
	"context"

	tea "charm.land/bubbletea/v2"

	"berth/tui/feed"
	"berth/tui/theme"
)

// opening is the screen while what it shows is still being read: the terminal
// is got ready at the same time. What the terminal says meanwhile, and what is
// typed, goes to the dashboard in its order.
type opening struct {
	open   func(context.Context) (Options, error)
	group  *feed.Group
	w, h   int
	missed []tea.Msg
	root   *root // nil: not read yet
	err    error // why it cannot be read
}

// opened is the end of the reading.
type opened struct {
	Options
	err error
}

// Init begins to read.
func (o *opening) Init() tea.Cmd {
	return func() tea.Msg {
		options, err := o.open(o.group.Context())
		return opened{options, err}
	}
}

// Update waits for the dashboard, and hands over to it.
func (o *opening) Update(msg tea.Msg) (tea.Model, tea.Cmd) {
	switch msg := msg.(type) {
	case opened:
		if o.err = msg.err; o.err != nil {
			return o, tea.Quit
		}
		o.root = newRoot(msg.Options, o.group)
		cmds := []tea.Cmd{o.root.Init()}
		for _, m := range o.missed {
			_, cmd := o.root.Update(m)
			cmds = append(cmds, cmd)
		}
		return o.root, tea.Batch(cmds...)
	case tea.WindowSizeMsg:
		o.w, o.h = msg.Width, msg.Height
	case tea.KeyPressMsg:
		if msg.String() == "ctrl+c" {
			return o, tea.Quit
		}
	}
	o.missed = append(o.missed, msg)
	return o, nil
}

// View says what is going on.
func (o *opening) View() tea.View {
	v := tea.NewView("")
	if o.w > 0 {
		v = tea.NewView(theme.Block([]string{" berth", "", " Reading the compose file"}, o.w, o.h))
	}
	v.AltScreen = true
	return v
}
