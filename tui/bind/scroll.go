package bind

import (
	"charm.land/bubbles/v2/viewport"
	tea "charm.land/bubbletea/v2"
)

// Scroller is what scrolls: one of Bubbles' viewports, or a pane's own window.
type Scroller interface {
	ScrollUp(n int)
	ScrollDown(n int)
	Height() int
	Top()
	Bottom()
}

// Scrolling are the keys that scroll s.
func Scrolling(s Scroller) []Action {
	do := func(f func()) func() tea.Cmd {
		return func() tea.Cmd { f(); return nil }
	}
	page := func() int { return max(1, s.Height()-1) }
	half := func() int { return max(1, s.Height()/2) }
	return []Action{
		New("scroll.up", "line up", do(func() { s.ScrollUp(1) }), "up", "k").Quietly(),
		New("scroll.down", "line down", do(func() { s.ScrollDown(1) }), "down", "j").Quietly(),
		New("scroll.pageup", "page up", do(func() { s.ScrollUp(page()) }), "pgup").Quietly(),
		New("scroll.pagedown", "page down", do(func() { s.ScrollDown(page()) }), "pgdown", "space").Quietly(),
		New("scroll.halfup", "half a page up", do(func() { s.ScrollUp(half()) }), "ctrl+u").Quietly(),
		New("scroll.halfdown", "half a page down", do(func() { s.ScrollDown(half()) }), "ctrl+d").Quietly(),
		New("scroll.top", "top", do(s.Top), "g", "home").Quietly(),
		New("scroll.bottom", "bottom", do(s.Bottom), "G", "end").Quietly(),
	}
}

// Viewport is a Bubbles viewport as a Scroller.
type Viewport struct{ *viewport.Model }

// Top goes to the first line.
func (v Viewport) Top() { v.GotoTop() }

// Bottom goes to the last line.
func (v Viewport) Bottom() { v.GotoBottom() }

// Wheel scrolls down by lines, or up by a negative number of them.
func Wheel(s Scroller, lines int) {
	if lines < 0 {
		s.ScrollUp(-lines)
	} else {
		s.ScrollDown(lines)
	}
}
