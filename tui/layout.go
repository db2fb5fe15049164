package tui

// Rect is a place on the screen in cells.
type Rect struct{ X, Y, W, H int }

// Contains reports whether a cell is in the rectangle.
func (r Rect) Contains(x, y int) bool {
	return x >= r.X && x < r.X+r.W && y >= r.Y && y < r.Y+r.H
}

// Form is how the screen is divided.
type Form int

// The forms. Tiny has room for one line that says so.
const (
	Tiny Form = iota
	Narrow
	Wide
)

// The limits of the forms: below 60×15 nothing can be read any more, from 100
// columns on a list beside the pane leaves the pane its 64, and from 160 on two
// panes beside each other have 60 each.
const (
	leastWidth  = 60
	leastHeight = 15
	wideFrom    = 100
	splitFrom   = 160
)

// Layout is where everything is. A rectangle without cells is not shown.
type Layout struct {
	Form     Form
	Header   Rect
	Top      Rect // rule below the header, or the banner; the narrow form saves it
	Services Rect // in the narrow form two lines, the second of which the banner takes
	Divider  Rect // rule between the services and the pane
	Tabs     Rect // labels, and below them the mark of the active one
	Pane     Rect
	Split    Rect // rule between two panes
	Beside   Rect // the second of them
	Bottom   Rect // rule above the status
	Status   Rect
	Help     Rect
}

// arrange divides a screen of w × h cells. With zoom the pane has all of it
// but the tabs, the status and the help; with split a second one is beside it
// where there is room.
func arrange(w, h int, zoom, split bool) Layout {
	if w < leastWidth || h < leastHeight {
		return Layout{Form: Tiny}
	}
	l := Layout{
		Form:   Narrow,
		Bottom: Rect{0, h - 3, w, 1},
		Status: Rect{1, h - 2, w - 2, 1},
		Help:   Rect{1, h - 1, w - 2, 1},
	}
	if w >= wideFrom {
		l.Form = Wide
	}
	if zoom {
		l.Tabs = Rect{1, 0, w - 2, 2}
		l.Pane = Rect{1, 2, w - 2, h - 5}
		return l
	}
	l.Header = Rect{1, 0, w - 2, 1}
	l.Top = Rect{0, 1, w, 1}
	if l.Form == Narrow {
		l.Top, l.Services = Rect{}, Rect{0, 1, w, 2}
		l.Tabs = Rect{1, 3, w - 2, 2}
		l.Pane = Rect{1, 5, w - 2, h - 8}
		return l
	}
	split = split && w >= splitFrom
	list := min(48, 34+max(0, w-120)/4) // the pane gains more than the list
	if split {
		list = min(48, 34+(w-splitFrom)/3)
	}
	l.Services = Rect{0, 2, list, h - 5}
	l.Divider = Rect{list, 2, 1, h - 5}
	l.Tabs = Rect{list + 2, 2, w - list - 3, 2}
	l.Pane = Rect{list + 2, 4, w - list - 3, h - 7}
	if split {
		const between = 3 // the rule and a cell on either side
		half := (l.Pane.W - between) / 2
		l.Beside = Rect{l.Pane.X + half + between, 4, l.Pane.W - half - between, h - 7}
		l.Split = Rect{l.Pane.X + half + 1, 4, 1, h - 7}
		l.Pane.W = half
	}
	return l
}
