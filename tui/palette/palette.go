// Package palette is the list of every command: with its key, with the reason
// where it cannot be used now, found by typing a few of its letters, and run
// from there. Opened as help it is grouped and only read, until `/` begins to
// type.
package palette

import (
	"cmp"
	"slices"
	"strings"

	"charm.land/bubbles/v2/textinput"
	tea "charm.land/bubbletea/v2"

	"berth/tui/bind"
	"berth/tui/theme"
)

// Group is commands that belong together.
type Group struct {
	Name    string
	Actions []bind.Action
}

// Palette is the open list.
type Palette struct {
	title   string
	grouped bool
	all     []row
	found   []row
	query   textinput.Model
	cursor  int // of found
	offset  int // first line that is visible
	page    int // lines that are, as last drawn
	spots   []int
}

// row is one command.
type row struct {
	bind.Action
	group string
	at    []int // runes of its text that were typed
	score int
}

// inWords is what it is worth that a command is found by what it does, and not
// by the name of its group only: more than any difference between two matches.
const inWords = 4000

// unavailable is what it costs that a command cannot be done now: as much as
// the better of two loose matches scores more.
const unavailable = 6

// sideBySide is what a match of the whole query at once scores more than.
const sideBySide = 500

// groupWidth is the longest group's name and the distance after it.
const groupWidth = 10

// text is what is searched and shown.
func (r row) text() string { return theme.Fit(r.group, groupWidth) + r.Desc }

// New opens the palette, ready for typing.
func New(groups []Group) *Palette {
	p := open("Commands", groups)
	p.query.Focus()
	return p
}

// Help opens the list as something to read: in groups.
func Help(groups []Group) *Palette {
	p := open("Keys", groups)
	p.grouped = true
	return p
}

func open(title string, groups []Group) *Palette {
	p := &Palette{title: title, query: textinput.New(), page: 1}
	p.query.Prompt = ""
	p.query.SetVirtualCursor(false)
	p.query.CharLimit = 60
	for _, g := range groups {
		for _, a := range g.Actions {
			p.all = append(p.all, row{Action: a, group: g.Name})
		}
	}
	p.filter()
	return p
}

// Restyle sets the theme.
func (p *Palette) Restyle(t theme.Theme) {
	s := textinput.DefaultStyles(t.Dark)
	s.Focused.Text, s.Blurred.Text = t.Text, t.Text
	p.query.SetStyles(s)
}

// filter finds what was typed: its letters in their order only where nothing has
// them side by side. In groups the order stays, and the best match is chosen; else
// it is first.
func (p *Palette) filter() {
	p.found = p.found[:0]
	whole := false
	for _, r := range p.all {
		at, score, ok := match(p.query.Value(), r.text())
		whole = whole || score > sideBySide
		if _, own, _ := match(p.query.Value(), r.Desc); own > sideBySide {
			score += inWords // what it does says more than where it belongs
		}
		if !ok { // an action that says what it would do now is found by its name too
			_, score, ok = match(p.query.Value(), r.ID)
			at = nil
		}
		if r.Off != "" {
			score -= unavailable
		}
		if ok {
			r.at, r.score = at, score
			p.found = append(p.found, r)
		}
	}
	if whole {
		p.found = slices.DeleteFunc(p.found, func(r row) bool { return r.score <= sideBySide-unavailable })
	}
	best := func(a, b row) int { return cmp.Or(cmp.Compare(b.score, a.score), strings.Compare(a.Off, b.Off)) }
	p.cursor, p.offset = 0, 0
	if !p.grouped {
		slices.SortStableFunc(p.found, best)
		return
	}
	for n := range p.found {
		if p.query.Value() != "" && best(p.found[n], p.found[p.cursor]) < 0 {
			p.cursor = n
		}
	}
}

// Type takes a paste, or another message for the text.
func (p *Palette) Type(msg tea.Msg) tea.Cmd {
	before := p.query.Value()
	var cmd tea.Cmd
	p.query, cmd = p.query.Update(msg)
	if p.query.Value() != before {
		p.filter()
	}
	return cmd
}

// Key takes a key press. It reports whether the palette closes, and with which
// action to do.
func (p *Palette) Key(k tea.KeyPressMsg) (chosen *bind.Action, closed bool, cmd tea.Cmd) {
	typing := p.query.Focused()
	switch s := k.String(); {
	case s == "esc" && typing && p.grouped: // back to reading
		p.query.Reset()
		p.query.Blur()
		p.filter()
	case s == "esc", !typing && (s == "q" || s == "?" || s == "enter"):
		return nil, true, nil
	case s == "enter":
		return p.choose(p.cursor)
	case s == "down", s == "ctrl+n", !typing && s == "j":
		p.Move(1)
	case s == "up", s == "ctrl+p", !typing && s == "k":
		p.Move(-1)
	case s == "pgdown", !typing && (s == "ctrl+d" || s == "space"):
		p.Move(p.page)
	case s == "pgup", !typing && s == "ctrl+u":
		p.Move(-p.page)
	case !typing && (s == "g" || s == "home"):
		p.Move(-p.height())
	case !typing && (s == "G" || s == "end"):
		p.Move(p.height())
	case !typing && s == "/":
		return nil, false, p.query.Focus()
	case typing:
		return nil, false, p.Type(k)
	}
	return nil, false, nil
}

// Move selects the command n further down, or where one reads scrolls by n
// lines.
func (p *Palette) Move(n int) {
	if !p.query.Focused() {
		p.offset += n
		return
	}
	p.cursor = max(0, min(p.cursor+n, len(p.found)-1))
}

// Current is the command that is selected, nil where one reads or nothing is
// found.
func (p *Palette) Current() *bind.Action {
	if !p.query.Focused() || p.cursor >= len(p.found) {
		return nil
	}
	return &p.found[p.cursor].Action
}

// Click chooses the command at a line of the palette.
func (p *Palette) Click(y int) (chosen *bind.Action, closed bool, cmd tea.Cmd) {
	if y < 0 || y >= len(p.spots) || p.spots[y] < 0 || !p.query.Focused() {
		return nil, false, nil
	}
	p.cursor = p.spots[y]
	return p.choose(p.cursor)
}

func (p *Palette) choose(n int) (chosen *bind.Action, closed bool, cmd tea.Cmd) {
	if n >= len(p.found) || p.found[n].Off != "" {
		return nil, false, nil // its line says why
	}
	return &p.found[n].Action, true, nil
}
