package services

import (
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"charm.land/bubbles/v2/textinput"
	tea "charm.land/bubbletea/v2"

	"berth/stack"
	"berth/tui/bind"
	"berth/tui/theme"
)

// List is the rows with a selected one. The selection stays with its service
// when rows come and go.
type List struct {
	rows     []Row
	order    Order
	open     map[string]bool // services whose containers have a row each
	filter   *textinput.Model
	items    []item
	selected stack.Ref
	offset   int // first line that is visible
	w, h     int
	theme    theme.Theme
	spots    []spot // of the one-line form, as last drawn
	lines    []int  // of the column, as last drawn: which item each belongs to, or -1
}

type spot struct{ x, w, row int }

// SetRows replaces the rows.
func (l *List) SetRows(rows []Row) {
	l.rows = rows
	l.arrange()
}

func (l *List) arrange() {
	at := l.cursor()
	l.items = arrange(l.rows, l.order, l.Filter(), l.open)
	if l.find(l.selected) < 0 {
		l.selectAt(at) // its row is gone: what moved up to its place
	}
}

// Rows are all rows, whatever is filtered or folded.
func (l *List) Rows() []Row { return l.rows }

// Selected is the selected row; false when there is none.
func (l *List) Selected() (Row, bool) {
	if len(l.items) == 0 {
		return Row{}, false
	}
	return l.items[l.cursor()].Row, true
}

// Meant is the name of what the selected row alone stands for: a service with all of
// its containers, or one of these ("api-2"), where they are unfolded.
func (l *List) Meant() string {
	if len(l.items) == 0 {
		return ""
	}
	i := l.items[l.cursor()]
	if i.part {
		return i.Ref.Service + "-" + strconv.Itoa(i.Ref.Number)
	}
	return i.Ref.Service
}

// Resize sets the room there is. One or two lines are the narrow form.
func (l *List) Resize(w, h int) { l.w, l.h = w, h }

// Restyle sets the theme.
func (l *List) Restyle(t theme.Theme) {
	l.theme = t
	l.input().SetStyles(inputStyles(t))
}

// Move selects the row n further down.
func (l *List) Move(n int) { l.selectAt(l.cursor() + n) }

// Click selects the row at a place relative to the list.
func (l *List) Click(x, y int) {
	if l.narrow() {
		for _, s := range l.spots {
			if y == 0 && x >= s.x && x < s.x+s.w {
				l.selectAt(s.row)
			}
		}
		return
	}
	if y >= 0 && y < len(l.lines) && l.lines[y] >= 0 {
		l.selectAt(l.lines[y])
	}
}

// manyRows is from how many rows on the help line tells that there is a filter.
const manyRows = 9

// Keys are the list's own keys.
func (l *List) Keys() []bind.Action {
	if l.Typing() {
		return l.Editing()
	}
	move := func(n int) func() tea.Cmd {
		return func() tea.Cmd { l.Move(n); return nil }
	}
	few := ""
	if len(l.items) < 2 {
		few = "there is one service only"
	}
	single := "it has one container only"
	fold := "fold its containers"
	if len(l.items) > 0 {
		if i := l.items[l.cursor()]; len(i.folded) > 0 {
			single, fold = "", "show each container"
		} else if l.open[i.Service.Service] && i.Extra == "" {
			single = ""
		}
	}
	filter := bind.New("list.filter", "find a service", l.edit, "/")
	filter.Quiet = len(l.rows) < manyRows
	return []bind.Action{
		bind.New("list.above", "service above", move(-1), "up", "k", "left", "h").Unless(few).Quietly(),
		bind.New("list.below", "service below", move(1), "down", "j", "right", "l").Unless(few).Quietly(),
		bind.New("list.first", "first service", move(-len(l.items)), "g", "home").Unless(few).Quietly(),
		bind.New("list.last", "last service", move(len(l.items)), "G", "end").Unless(few).Quietly(),
		filter,
		bind.New("list.sort", "sort by "+string(l.order.Next()), func() tea.Cmd { l.order = l.order.Next(); l.arrange(); return nil }, "o").Quietly(),
		bind.New("list.fold", fold, l.fold, "space").Unless(single).Quietly(),
	}
}

// Arrangement is how the rows are sorted, and which services have a row for
// each container.
func (l *List) Arrangement() (Order, []string) { return l.order, slices.Sorted(maps.Keys(l.open)) }

// Arrange sorts and unfolds as Arrangement tells.
func (l *List) Arrange(o Order, unfolded []string) {
	l.order, l.open = ByFile, map[string]bool{}
	if slices.Contains(orders, o) {
		l.order = o
	}
	for _, name := range unfolded {
		l.open[name] = true
	}
	l.arrange()
}

// fold folds or unfolds the containers of the selected service.
func (l *List) fold() tea.Cmd {
	r, _ := l.Selected()
	if l.open == nil {
		l.open = map[string]bool{}
	}
	if l.open[r.Service.Service] {
		delete(l.open, r.Service.Service)
	} else {
		l.open[r.Service.Service] = true
	}
	l.arrange()
	return nil
}

// Same reports whether two rows stand for the same.
func (r Row) Same(o Row) bool { return r.Ref == o.Ref }

// find is the item that shows a container, or that it is folded into; -1 when
// there is none.
func (l *List) find(k stack.Ref) int {
	for n, i := range l.items {
		if i.Ref == k || len(i.folded) > 0 && k.Run == "" && i.Service.Service == k.Service {
			return n
		}
	}
	return -1
}

func (l *List) cursor() int { return max(0, l.find(l.selected)) }

func (l *List) selectAt(n int) {
	if len(l.items) == 0 {
		return // what was selected is again when it can be seen
	}
	l.selected = l.items[max(0, min(n, len(l.items)-1))].Ref
}

// Ages is every age that the list shows: when it changes, the list does.
func (l *List) Ages(now time.Time) string {
	var b strings.Builder
	for _, i := range l.items {
		if at := since(i.Row); !at.IsZero() {
			b.WriteString(theme.Age(now.Sub(at)) + " ")
		}
	}
	return b.String()
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
