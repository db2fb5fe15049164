// Package bind is what keys do: an Action carries its name, its keys, its help,
// and why it cannot be used now. Help, palette, settings and routing read the
// same actions, so that they cannot drift apart.
package bind

import (
	"slices"
	"strings"

	tea "charm.land/bubbletea/v2"
)

// Action is one thing a key does.
type Action struct {
	// ID is its name in the settings: "logs.wrap". It never changes.
	ID string
	// Desc is what it does, in a word or two.
	Desc string
	// Keys reach it, as Bubble Tea names them; none: the palette alone does.
	Keys []string
	// Off is why it cannot be done now: "nothing is running". Empty: it can.
	Off string
	// Do does it. It must not block.
	Do func() tea.Cmd
	// Peek shows what it would make of the screen, while it is selected in the
	// palette; nil: nothing to be seen.
	Peek func()
	// Quiet keeps it out of the help line; the list of all keys has it.
	Quiet bool
}

// New makes an action with its default keys.
func New(id, desc string, do func() tea.Cmd, keys ...string) Action {
	return Action{ID: id, Desc: desc, Keys: keys, Do: do}
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

// Label is how help shows the key: the first one, and for an arrow the letter
// beside it.
func (a Action) Label() string {
	switch {
	case len(a.Keys) == 0:
		return ""
	case len(a.Keys) > 1 && arrows[a.Keys[0]] != "":
		return Name(a.Keys[0]) + "/" + Name(a.Keys[1])
	default:
		return Name(a.Keys[0])
	}
}

// AllKeys is every key as help shows it.
func (a Action) AllKeys() string {
	names := make([]string, len(a.Keys))
	for n, k := range a.Keys {
		names[n] = Name(k)
	}
	return strings.Join(names, " ")
}

// Find is the first action that the key belongs to and that can be done, or
// else the first that it belongs to.
func Find(k tea.KeyPressMsg, actions []Action) (Action, bool) {
	var off Action
	for _, a := range actions {
		switch {
		case !slices.Contains(a.Keys, k.String()):
		case a.Off == "":
			return a, true
		case off.ID == "":
			off = a
		}
	}
	return off, off.ID != ""
}
