package tui

import (
	"time"

	tea "charm.land/bubbletea/v2"

	"berth/stack"
	"berth/tui/bind"
	"berth/tui/theme"
)

// pane is what the root needs of each pane, so that it treats all alike. Panes
// never block: what they ask for comes back as a message.
type pane interface {
	Title() string
	Resize(w, h int)
	Restyle(theme.Theme)
	// Select says which service is selected and what is known of it now; off
	// is why the compose file expects no container.
	Select(s stack.Service, off string) tea.Cmd
	Show(visible bool) tea.Cmd
	// Update takes messages that are not input; those of others are ignored.
	Update(tea.Msg) tea.Cmd
	Keys() []bind.Action
	Wheel(lines int) tea.Cmd
	// View is exactly as large as the pane.
	View(now time.Time, focused bool) string
}

// typist is a pane with a place for text. While it types, keys that none of
// its actions names are text.
type typist interface {
	Typing() bool
	// Type takes a key press or a paste.
	Type(tea.Msg) tea.Cmd
	// Cursor is where the terminal's cursor belongs, relative to the pane.
	Cursor() *tea.Cursor
}

// mover is a pane that does not always change as time goes by.
type mover interface{ Moves() bool }

// The panes, in the order of their tabs.
const (
	paneLogs = iota
	paneHealth
	paneBuild
	panePredict
)
