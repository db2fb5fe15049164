package tui

import (
	tea "charm.land/bubbletea/v2"

	"berth/tui/theme"
)

// shown is the pane that has the focus, or had it last.
func (r *root) shown() pane { return r.panes[r.active] }

// open shows a pane and gives it the focus.
func (r *root) open(n int) tea.Cmd {
	r.focus = onPane
	return r.see(seen{n, r.beside})
}

// seen is which panes are: the active one, and the one beside the logs.
type seen struct{ active, beside int }

// see shows panes and leaves the focus in its region.
func (r *root) see(s seen) tea.Cmd {
	r.active, r.beside, r.before = s.active, s.beside, nil
	return r.place()
}

// resize divides the screen anew.
func (r *root) resize() tea.Cmd {
	if r.zoom {
		r.focus = onPane
	}
	return r.place()
}

// place puts each pane that is to be seen into its place, and tells those that
// come and go.
func (r *root) place() tea.Cmd {
	if r.active != paneLogs {
		r.beside = r.active
	}
	r.layout = arrange(r.w, r.h, r.zoom, r.split)
	r.list.Resize(r.layout.Services.W, r.layout.Services.H)
	var cmds []tea.Cmd
	for n, p := range r.panes {
		at, visible := r.placeOf(n)
		p.Resize(at.W, at.H)
		if visible != r.visible[n] {
			r.visible[n] = visible
			cmds = append(cmds, p.Show(visible))
		}
	}
	return tea.Batch(cmds...)
}

// placeOf is where a pane is, or would be, and whether it is seen. Of two
// beside each other the logs are on the left.
func (r *root) placeOf(n int) (Rect, bool) {
	if r.layout.Beside.W == 0 {
		return r.layout.Pane, n == r.active
	}
	if n == paneLogs {
		return r.layout.Pane, true
	}
	return r.layout.Beside, n == r.beside
}

// moves reports whether the screen changes as time goes by, though nothing
// happens: what rests is not drawn again every second.
func (r *root) moves() bool {
	if r.measured || len(r.jobs) > 0 || r.snapshot.Down != "" || r.ageing() != r.ages {
		return true
	}
	for n, p := range r.panes {
		if m, ok := p.(mover); r.visible[n] && (!ok || m.Moves()) {
			return true
		}
	}
	return false
}

// ageing is every age that is shown beside the panes: when it changes, the
// screen does.
func (r *root) ageing() string {
	if r.note.past(r.now) {
		return r.list.Ages(r.now)
	}
	return r.list.Ages(r.now) + r.note.age(r.now)
}

// freeMouse leaves the mouse to the terminal, or takes it back.
func (r *root) freeMouse() {
	r.mouse = !r.mouse
	if r.mouse {
		r.say(theme.Plain, "·", "the mouse selects text as the terminal does; "+r.keyName("screen.mouse")+" gives it back to Berth")
	} else {
		r.note = note{}
	}
}

// paneAt is the pane at a place on the screen, or -1.
func (r *root) paneAt(x, y int) int {
	for n := range r.panes {
		if at, visible := r.placeOf(n); visible && at.Contains(x, y) {
			return n
		}
	}
	return -1
}

// focused reports whether a pane has the focus.
func (r *root) focused(n int) bool { return r.focus == onPane && r.active == n }

// step moves the focus by one region: the list, and each pane that is seen.
func (r *root) step(by int) {
	regions, at := []int{-1}, 0 // -1 is the list
	for n := range r.panes {
		if _, visible := r.placeOf(n); !visible {
			continue
		}
		if r.focused(n) {
			at = len(regions)
		}
		regions = append(regions, n)
	}
	next := regions[(at+by+len(regions))%len(regions)]
	if r.focus = onServices; next >= 0 {
		r.focus, r.active = onPane, next
	}
}
