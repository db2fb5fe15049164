// Package dialog is what lies on top of the screen and must be answered first:
// a stack of boxes with a title, text and buttons. A box answers with an Action
// that the root interprets; it does not know the root.
package dialog

import (
	"strings"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"

	"berth/tui/theme"
)

// Action is what a button stands for. Nil only closes.
type Action any

// Button is one answer.
type Button struct {
	Label  string
	Key    string // a key that presses it, beside enter when it has the focus
	Action Action
	Stays  bool // pressing it leaves the box open
}

// Box is one dialog. Lines are safe text, styled or not; they wrap.
type Box struct {
	Title   string
	Tone    theme.Tone
	Lines   []string
	Buttons []Button // the first has the focus, so it must do no harm; none: a Close button
	// Interrupt is what ctrl+c means while the box is on top; nil: nothing.
	Interrupt Action

	focus  int
	offset int // first line that is visible
	// As last drawn: what keys and the mouse refer to.
	rows, page int
	spots      []spot
}

// spot is where a button was drawn, relative to the box.
type spot struct{ x, y, w int }

// Stack is the open boxes, the topmost last.
type Stack struct{ boxes []*Box }

// Close is the button that only closes.
var Close = Button{Label: "Close", Key: "q"}

// Push opens a box on top.
func (s *Stack) Push(b Box) {
	if len(b.Buttons) == 0 {
		b.Buttons = []Button{Close}
	}
	s.boxes = append(s.boxes, &b)
}

// Open reports whether a box is open.
func (s *Stack) Open() bool { return len(s.boxes) > 0 }

// Top is the topmost box, nil when none is open.
func (s *Stack) Top() *Box {
	if !s.Open() {
		return nil
	}
	return s.boxes[len(s.boxes)-1]
}

// Pop closes the topmost box.
func (s *Stack) Pop() {
	if s.Open() {
		s.boxes = s.boxes[:len(s.boxes)-1]
	}
}

// Key hands a key to the topmost box and returns the action that was chosen.
func (s *Stack) Key(k tea.KeyPressMsg) Action {
	b := s.Top()
	if b == nil {
		return nil
	}
	switch k.String() {
	case "esc":
		s.Pop()
	case "enter", "space":
		return s.press(b.focus)
	case "tab", "right", "l":
		b.focus = (b.focus + 1) % len(b.Buttons)
	case "shift+tab", "left", "h":
		b.focus = (b.focus + len(b.Buttons) - 1) % len(b.Buttons)
	case "down", "j":
		b.Scroll(1)
	case "up", "k":
		b.Scroll(-1)
	case "pgdown", "ctrl+d":
		b.Scroll(b.page)
	case "pgup", "ctrl+u":
		b.Scroll(-b.page)
	case "home", "g":
		b.offset = 0
	case "end", "G":
		b.Scroll(b.rows)
	default:
		for n, button := range b.Buttons {
			if button.Key == k.String() {
				return s.press(n)
			}
		}
	}
	return nil
}

// Click hands a click at a place relative to the topmost box to it.
func (s *Stack) Click(x, y int) Action {
	b := s.Top()
	if b == nil {
		return nil
	}
	for n, at := range b.spots {
		if y == at.y && x >= at.x && x < at.x+at.w {
			return s.press(n)
		}
	}
	return nil
}

func (s *Stack) press(n int) Action {
	b := s.Top().Buttons[n]
	if !b.Stays {
		s.Pop()
	}
	return b.Action
}

// Text is what the box says, without its looks.
func (b *Box) Text() string { return ansi.Strip(strings.Join(b.Lines, "\n")) + "\n" }

// Scroll moves the text by some lines.
func (b *Box) Scroll(lines int) {
	b.offset = max(0, min(b.offset+lines, b.rows-b.page))
}
