// Package build is the pane that shows the last work that built, pulled or
// started something: its steps as they run on a time line, what was cached, how
// long each took, and on a failure the step, its last lines and where it stands
// in the Dockerfile.
package build

import (
	"slices"
	"time"

	tea "charm.land/bubbletea/v2"

	"berth/stack"
	"berth/tui/bind"
	"berth/tui/feed"
	"berth/tui/steps"
	"berth/tui/theme"
)

// Pane is the build pane.
type Pane struct {
	group  *feed.Group
	builds Builds
	open   func(*steps.Item) tea.Cmd

	w, h    int
	theme   theme.Theme
	service string // the selected one
	asked   feed.Slot[[]stack.Build]
	past    past

	live   *steps.Work     // the last work; nil: nothing was built yet
	work   *steps.Work     // what is shown: that, or a past build
	cursor string          // ID of the selected step
	held   bool            // the person moved: do not follow the running step
	turned map[string]bool // what the person changed: outputs shown, parts hidden
	offset int             // first line that is visible
	rows   []row           // as last drawn
	text   []line          // all lines of them

	done map[string][]*steps.Work // by title, the last two that went well
}

// New makes the pane. builds may be nil: then there is no history. open shows
// all that a step printed.
func New(g *feed.Group, builds Builds, open func(*steps.Item) tea.Cmd) *Pane {
	return &Pane{group: g, builds: builds, open: open, done: map[string][]*steps.Work{}}
}

// Title is the pane's name.
func (p *Pane) Title() string { return "Build" }

// Resize sets the room there is.
func (p *Pane) Resize(w, h int) { p.w, p.h = w, h }

// Restyle sets the theme.
func (p *Pane) Restyle(t theme.Theme) { p.theme = t }

// Select says whose builds are the past ones.
func (p *Pane) Select(s stack.Service, _ string) tea.Cmd {
	if p.service == s.Service {
		return nil
	}
	p.service = s.Service
	if !p.past.open {
		return nil
	}
	p.past = past{open: true}
	p.look()
	return p.readPast()
}

// Show is of no consequence: reports come with the work, seen or not.
func (p *Pane) Show(bool) tea.Cmd { return nil }

// Update takes past builds that were read.
func (p *Pane) Update(msg tea.Msg) tea.Cmd {
	if a, ok := msg.(feed.Answer[[]stack.Build]); ok {
		p.tookPast(a)
	}
	return nil
}

// Follow shows a piece of work, which goes on changing while it runs, and
// reports whether it is another than before.
func (p *Pane) Follow(w *steps.Work) bool {
	if p.live == w {
		return false
	}
	if was := p.live; was != nil && !was.Running() && was.Err == nil {
		if all := p.done[was.Title]; !slices.Contains(all, was) {
			p.done[was.Title] = append(all, was)[max(0, len(all)-1):]
		}
	}
	p.live, p.past = w, past{}
	p.look()
	return true
}

// look shows other work, from its beginning.
func (p *Pane) look() {
	w := p.live
	if p.past.shown != nil {
		w = p.past.shown
	}
	if p.work != w {
		p.work, p.cursor, p.held, p.turned, p.offset, p.rows, p.text = w, "", false, map[string]bool{}, 0, nil, nil
	}
}

// before is the same work as it went well before, nil if it did not.
func (p *Pane) before() *steps.Work {
	for _, w := range slices.Backward(p.done[p.work.Title]) {
		if w.Begun.Before(p.work.Begun) {
			return w
		}
	}
	return nil
}

// Wheel scrolls by lines.
func (p *Pane) Wheel(lines int) tea.Cmd {
	if p.listing() {
		bind.Wheel(&p.past, lines)
		return nil
	}
	bind.Wheel(p, lines)
	return nil
}

// Height is how many lines are visible.
func (p *Pane) Height() int {
	room := max(1, p.h-headerHeight)
	if len(p.text) > room {
		room-- // the mark's line
	}
	return max(1, room)
}

// ScrollUp shows earlier lines.
func (p *Pane) ScrollUp(n int) { p.held = true; p.offset = max(0, p.offset-n) }

// ScrollDown shows later lines.
func (p *Pane) ScrollDown(n int) {
	p.held = true
	p.offset = max(0, min(p.offset+n, len(p.text)-p.Height()))
}

// Top goes to the first step.
func (p *Pane) Top() { p.held, p.offset = true, 0; p.step(-len(p.text)) }

// Bottom follows the work again.
func (p *Pane) Bottom() { p.held = false }

// step selects the step n further down.
func (p *Pane) step(n int) {
	if len(p.rows) == 0 {
		return
	}
	at := max(0, slices.IndexFunc(p.rows, func(r row) bool { return r.id == p.cursor }))
	p.held = true
	p.cursor = p.rows[max(0, min(at+n, len(p.rows)-1))].id
	p.reveal()
}

func (p *Pane) toggle() {
	p.held = true
	p.turned[p.cursor] = !p.turned[p.cursor]
	p.reveal()
}

// unfolded reports whether enter folds the selected row.
func (p *Pane) unfolded() bool {
	for _, r := range p.rows {
		if r.id == p.cursor {
			return p.turned[r.id] != r.Whole()
		}
	}
	return false
}

// reveal scrolls so far that the selected step is visible.
func (p *Pane) reveal() {
	for n, l := range p.text {
		if l.id == p.cursor && l.head {
			p.offset = max(min(p.offset, n), n-p.Height()+1)
		}
	}
}

// follow moves to what runs, or to what failed, unless the person has moved.
func (p *Pane) follow() {
	if p.held {
		return
	}
	switch {
	case p.work.Running() && p.work.Current() != nil:
		p.cursor = p.work.Current().ID
	case p.work.Failed() != nil:
		p.cursor = p.work.Failed().ID
	default:
		if len(p.rows) > 0 {
			p.cursor = p.rows[len(p.rows)-1].id
		}
	}
}

// Moves reports whether the pane changes as time goes by: work that runs does.
func (p *Pane) Moves() bool { return p.past.open || p.work != nil && p.work.Running() }

// View draws the pane.
func (p *Pane) View(now time.Time, focused bool) string {
	if p.listing() {
		return theme.Block(p.viewPast(now, focused), p.w, p.h)
	}
	if p.work == nil {
		return theme.Block(p.empty(), p.w, p.h)
	}
	p.rows = rows(p.work, p.turned, now)
	p.follow()
	p.text = p.draw(now, focused)
	if !p.held { // the step and as much of its output as there is room for
		last := 0
		for n, l := range p.text {
			if l.id == p.cursor {
				last = n
			}
		}
		p.offset = max(0, last-p.Height()+1)
	}
	p.offset = max(0, min(p.offset, len(p.text)-p.Height()))
	lines := p.header(now)
	for _, l := range p.text[p.offset:min(len(p.text), p.offset+p.Height())] {
		lines = append(lines, l.text)
	}
	if mark := theme.Unseen(p.offset, len(p.text)-p.offset-p.Height()); mark != "" {
		lines = append(lines, p.theme.Muted.Render(mark))
	}
	return theme.Block(lines, p.w, p.h)
}
