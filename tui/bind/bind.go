// Package bind is what keys do: an Action carries its keys, its help, and why
// it cannot be used now. Help and routing read the same actions, so that they
// cannot drift apart.
package bind

import (
	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"
)

// Action is one thing a key does.
type Action struct {
	key.Binding
	// Off is why it cannot be done now: "nothing is running". Empty: it can.
	Off string
	// Do does it. It must not block.
	Do func() tea.Cmd
	// Quiet keeps it out of the help line; the list of all keys has it.
	Quiet bool
}

// New makes an action. label is how the help shows its keys.
func New(label, desc string, do func() tea.Cmd, keys ...string) Action {
	return Action{Binding: key.NewBinding(key.WithKeys(keys...), key.WithHelp(label, desc)), Do: do}
}

// Unless makes the action unavailable when there is a reason.
func (a Action) Unless(reason string) Action {
	a.Off = reason
	return a
}

// Quietly keeps the action out of the help line.
func (a Action) Quietly() Action {
	a.Quiet = true
	return a
}

// Find is the first action of the sets that the key belongs to.
func Find(k tea.KeyPressMsg, sets ...[]Action) (Action, bool) {
	for _, set := range sets {
		for _, a := range set {
			if key.Matches(k, a.Binding) {
				return a, true
			}
		}
	}
	return Action{}, false
}
