package tui

import (
	tea "charm.land/bubbletea/v2"
)

// click focuses what is clicked on, and selects the row, tab or button.
func (r *root) click(msg tea.MouseClickMsg) tea.Cmd {
	if msg.Button != tea.MouseLeft {
		return nil
	}
	x, y := msg.X, msg.Y
	if r.dialogs.Open() {
		return r.act(r.dialogs.Click(x-r.at.X, y-r.at.Y))
	}
	if r.wish != nil {
		return r.wish.Click(y - r.at.Y)
	}
	if r.palette != nil {
		if !r.at.Contains(x, y) {
			return r.chosen(nil, true, nil)
		}
		return r.chosen(r.palette.Click(y - r.at.Y))
	}
	l := r.layout
	r.list.KeepFilter()
	switch {
	case l.Services.Contains(x, y):
		r.focus = onServices
		r.list.Click(x-l.Services.X, y-l.Services.Y)
		return r.selected()
	case l.Tabs.Contains(x, y):
		for _, t := range r.tabs() {
			if x-l.Tabs.X >= t.x && x-l.Tabs.X < t.x+t.w {
				return r.open(t.pane)
			}
		}
	default:
		if n := r.paneAt(x, y); n >= 0 {
			return tea.Batch(r.open(n), r.point(n, x, y, false))
		}
	}
	return nil
}

// pointed is a pane whose lines are pointed at: by a click, and from there to
// another one while the button is held.
type pointed interface {
	Point(x, y int, held bool) tea.Cmd
}

// drag goes on from a click with the button held.
func (r *root) drag(msg tea.MouseMotionMsg) tea.Cmd {
	n := r.paneAt(msg.X, msg.Y)
	if msg.Button != tea.MouseLeft || n < 0 || r.dialogs.Open() || r.palette != nil || r.wish != nil {
		return nil
	}
	return r.point(n, msg.X, msg.Y, true)
}

func (r *root) point(n, x, y int, held bool) tea.Cmd {
	p, ok := r.panes[n].(pointed)
	if !ok {
		return nil
	}
	at, _ := r.placeOf(n)
	return p.Point(x-at.X, y-at.Y, held)
}

// wheelLines is how far one notch of the wheel goes.
const wheelLines = 3

func (r *root) wheel(msg tea.MouseWheelMsg) tea.Cmd {
	n := wheelLines
	switch msg.Button {
	case tea.MouseWheelUp:
		n = -n
	case tea.MouseWheelDown:
	default:
		return nil
	}
	switch {
	case r.dialogs.Open():
		r.dialogs.Top().Scroll(n)
	case r.wish != nil:
	case r.palette != nil:
		r.palette.Move(n)
		r.peek()
	case r.layout.Services.Contains(msg.X, msg.Y):
		r.list.Move(n / wheelLines)
		return r.selected()
	default:
		if at := r.paneAt(msg.X, msg.Y); at >= 0 {
			return r.panes[at].Wheel(n)
		}
	}
	return nil
}
