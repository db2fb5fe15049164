// Package build is the pane that shows the last work that built or pulled
// something: its steps as they run, what was cached, how long each took, and
// on a failure the step, its last lines and where it stands in the Dockerfile.
package build

import (
	"time"

	tea "charm.land/bubbletea/v2"

	"berth/stack"
	"berth/tui/bind"
	"berth/tui/steps"
	"berth/tui/theme"
)

// Pane is the build pane.
type Pane struct {
	w, h  int
	theme theme.Theme

	work   *steps.Work     // nil: nothing was built yet
	cursor string          // ID of the selected step
	held   bool            // the person moved: do not follow the running step
	open   map[string]bool // steps whose whole output is shown
	offset int             // first line that is visible
	text   []line          // all lines, as last drawn
}

// New makes the pane.
func New() *Pane { return &Pane{} }

// Title is the pane's name.
func (p *Pane) Title() string { return "Build" }

// Resize sets the room there is.
func (p *Pane) Resize(w, h int) { p.w, p.h = w, h }

// Restyle sets the theme.
func (p *Pane) Restyle(t theme.Theme) { p.theme = t }

// Select is of no consequence: a build belongs to the project.
func (p *Pane) Select(stack.Service, string) tea.Cmd { return nil }

// Show is of no consequence: reports come with the work, seen or not.
func (p *Pane) Show(bool) tea.Cmd { return nil }

// Update has no messages of its own to take.
func (p *Pane) Update(tea.Msg) tea.Cmd { return nil }

// Follow shows a piece of work, which goes on changing while it runs.
func (p *Pane) Follow(w *steps.Work) {
	if p.work == w {
		return
	}
	*p = Pane{w: p.w, h: p.h, theme: p.theme, work: w, open: map[string]bool{}}
}

// Keys are the pane's keys.
func (p *Pane) Keys() []bind.Action {
	none := ""
	if p.work == nil {
		none = "nothing was built yet"
	}
	do := func(f func()) func() tea.Cmd {
		return func() tea.Cmd { f(); return nil }
	}
	output := bind.New("build.output", "output", do(p.toggle), "enter").Unless(none)
	if p.work != nil && p.open[p.cursor] {
		output.Desc = "fold output"
	}
	actions := []bind.Action{
		output,
		bind.New("build.above", "step above", do(func() { p.step(-1) }), "up", "k").Unless(none).Quietly(),
		bind.New("build.below", "step below", do(func() { p.step(1) }), "down", "j").Unless(none).Quietly(),
		bind.New("build.last", "last step, and follow", do(p.Bottom), "G", "end").Unless(none).Quietly(),
	}
	return append(actions, bind.Scrolling(p)...)
}

// Wheel scrolls by lines.
func (p *Pane) Wheel(lines int) { bind.Wheel(p, lines) }

// Height is how many lines are visible.
func (p *Pane) Height() int { return max(1, p.h-headerHeight) }

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
	if p.work == nil || p.work.Len() == 0 {
		return
	}
	rows, at := p.work.Tree(), 0
	for i, r := range rows {
		if r.ID == p.cursor {
			at = i
		}
	}
	p.held = true
	p.cursor = rows[max(0, min(at+n, len(rows)-1))].ID
	p.reveal()
}

func (p *Pane) toggle() {
	p.held = true
	p.open[p.cursor] = !p.open[p.cursor]
	p.reveal()
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
		if rows := p.work.Tree(); len(rows) > 0 {
			p.cursor = rows[len(rows)-1].ID
		}
	}
}

// View draws the pane.
func (p *Pane) View(now time.Time, focused bool) string {
	if p.work == nil {
		return theme.Block(p.empty(), p.w, p.h)
	}
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
	return theme.Block(lines, p.w, p.h)
}
