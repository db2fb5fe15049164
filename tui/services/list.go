package services

import (
	"time"

	tea "charm.land/bubbletea/v2"

	"berth/stack"
	"berth/tui/bind"
	"berth/tui/theme"
)

// List is the rows with a selected one. The selection stays with its service
// when rows come and go.
type List struct {
	rows     []Row
	selected stack.Ref
	offset   int // first row that is visible
	w, h     int
	theme    theme.Theme
	spots    []spot // of the one-line form, as last drawn
}

type spot struct{ x, w, row int }

// SetRows replaces the rows.
func (l *List) SetRows(rows []Row) {
	at := l.cursor()
	l.rows = rows
	for _, r := range rows {
		if r.Ref == l.selected {
			return
		}
	}
	l.selectAt(at) // its row is gone: what moved up to its place
}

// Rows are all rows.
func (l *List) Rows() []Row { return l.rows }

// Selected is the selected row; false when there is none.
func (l *List) Selected() (Row, bool) {
	if len(l.rows) == 0 {
		return Row{}, false
	}
	return l.rows[l.cursor()], true
}

// Resize sets the room there is. One line is the narrow form.
func (l *List) Resize(w, h int) { l.w, l.h = w, h }

// Restyle sets the theme.
func (l *List) Restyle(t theme.Theme) { l.theme = t }

// Move selects the row n further down.
func (l *List) Move(n int) { l.selectAt(l.cursor() + n) }

// Click selects the row at a place relative to the list.
func (l *List) Click(x, y int) {
	if l.h == 1 {
		for _, s := range l.spots {
			if x >= s.x && x < s.x+s.w {
				l.selectAt(s.row)
			}
		}
		return
	}
	if n := l.offset + y/l.pitch(); n < len(l.rows) {
		l.selectAt(n)
	}
}

// Keys are the list's own keys.
func (l *List) Keys() []bind.Action {
	move := func(n int) func() tea.Cmd {
		return func() tea.Cmd { l.Move(n); return nil }
	}
	few := ""
	if len(l.rows) < 2 {
		few = "there is one service only"
	}
	return []bind.Action{
		bind.New("list.above", "service above", move(-1), "up", "k", "left", "h").Unless(few).Quietly(),
		bind.New("list.below", "service below", move(1), "down", "j", "right", "l").Unless(few).Quietly(),
		bind.New("list.first", "first service", move(-len(l.rows)), "g", "home").Unless(few).Quietly(),
		bind.New("list.last", "last service", move(len(l.rows)), "G", "end").Unless(few).Quietly(),
	}
}

func (l *List) cursor() int {
	for n, r := range l.rows {
		if r.Ref == l.selected {
			return n
		}
	}
	return 0
}

func (l *List) selectAt(n int) {
	if len(l.rows) == 0 {
		l.selected = stack.Ref{}
		return
	}
	l.selected = l.rows[max(0, min(n, len(l.rows)-1))].Ref
}

// since is when a row's service came into the state it is in.
func since(r Row) time.Time {
	if r.Up() {
		return r.StartedAt
	}
	if r.Phase == stack.Exited || r.Phase == stack.Dead {
		return r.FinishedAt
	}
	return time.Time{}
}
