package tui

import (
	"slices"
	"strings"

	"berth/tui/services"
)

// State is how a screen was left, to be found again in the next run on the
// same project. The zero value is how a first one looks.
type State struct {
	Pane     string                       `json:"pane,omitempty"`
	Beside   string                       `json:"beside,omitempty"`
	OnePane  bool                         `json:"one_pane,omitempty"`
	Order    services.Order               `json:"order,omitempty"`
	Unfolded []string                     `json:"unfolded,omitempty"`
	Panes    map[string]map[string]string `json:"panes,omitempty"`
	// Theme is the one that was chosen in this run, if any: a matter of the
	// person, not of the project.
	Theme string `json:"-"`
}

// keeper is a pane that is to be found as it was left.
type keeper interface {
	Keep() map[string]string
	Recall(map[string]string)
}

// paneName is a pane's name in a state and in the names of actions.
func paneName(p pane) string { return strings.ToLower(p.Title()) }

// state is how the screen is.
func (r *root) state() State {
	s := State{
		Pane: paneName(r.shown()), Beside: paneName(r.panes[r.beside]), OnePane: !r.split,
		Panes: map[string]map[string]string{},
	}
	if r.recoloured {
		s.Theme = r.colours.Name
	}
	s.Order, s.Unfolded = r.list.Arrangement()
	for _, p := range r.panes {
		if k, ok := p.(keeper); ok {
			s.Panes[paneName(p)] = k.Keep()
		}
	}
	return s
}

// recall makes the screen as it was. What is no longer there is as usual.
func (r *root) recall(s State) {
	named := func(name string, otherwise int) int {
		if n := slices.IndexFunc(r.panes, func(p pane) bool { return paneName(p) == name }); n >= 0 {
			return n
		}
		return otherwise
	}
	r.active = named(s.Pane, r.active)
	if beside := named(s.Beside, r.beside); beside != paneLogs {
		r.beside = beside
	}
	r.split = !s.OnePane
	r.list.Arrange(s.Order, s.Unfolded)
	for _, p := range r.panes {
		if k, ok := p.(keeper); ok && s.Panes[paneName(p)] != nil {
			k.Recall(s.Panes[paneName(p)])
		}
	}
}
