package build

import (
	"slices"

	tea "charm.land/bubbletea/v2"

	"berth/tui/bind"
)

// Keys are the pane's keys.
func (p *Pane) Keys() []bind.Action {
	none := ""
	if p.work == nil {
		none = "nothing was built yet"
	}
	if p.listing() {
		return p.pastKeys()
	}
	do := func(f func()) func() tea.Cmd {
		return func() tea.Cmd { f(); return nil }
	}
	forgetful := ""
	if p.builds == nil {
		forgetful = "builds are not remembered"
	}
	unfold := bind.New("build.unfold", "unfold", do(p.toggle), "space").Unless(none)
	if p.work != nil && p.unfolded() {
		unfold.Desc = "fold"
	}
	output := bind.New("build.output", "whole output", p.openLog, "enter").Unless(p.silent())
	if p.work != nil && p.made() {
		output = bind.New("build.output", unfold.Desc, unfold.Do, "enter")
	}
	return append([]bind.Action{
		output, unfold.Quietly(),
		bind.New("build.past", "past builds", p.openPast, "h").Unless(forgetful),
		p.closeKey(),
		bind.New("build.above", "step above", do(func() { p.step(-1) }), "up", "k").Unless(none).Quietly(),
		bind.New("build.below", "step below", do(func() { p.step(1) }), "down", "j").Unless(none).Quietly(),
		bind.New("build.last", "last step, and follow", do(p.Bottom), "G", "end").Unless(none).Quietly(),
	}, bind.Scrolling(p)...)
}

// closeKey leaves past builds.
func (p *Pane) closeKey() bind.Action {
	k := bind.New("build.close", "one step back", func() tea.Cmd { p.closePast(); return nil }, "esc")
	if !p.past.open {
		return k.Unless("nothing is opened").Quietly()
	}
	return k
}

// selected is the row under the cursor, if it is one of a step.
func (p *Pane) selected() (row, bool) {
	n := slices.IndexFunc(p.rows, func(r row) bool { return r.id == p.cursor && !r.fold })
	if n < 0 {
		return row{}, false
	}
	return p.rows[n], true
}

// made reports whether the selected row is made of others.
func (p *Pane) made() bool {
	n := slices.IndexFunc(p.rows, func(r row) bool { return r.id == p.cursor })
	return n >= 0 && (p.rows[n].fold || p.rows[n].Whole())
}

// silent is why there is no output of the selected row to be shown.
func (p *Pane) silent() string {
	if p.work == nil {
		return "nothing was built yet"
	}
	if r, ok := p.selected(); !ok || len(r.Output) == 0 {
		return "it printed nothing"
	}
	return ""
}

// openLog shows all that the selected step printed.
func (p *Pane) openLog() tea.Cmd {
	r, ok := p.selected()
	if !ok {
		return nil
	}
	p.held = true
	return p.open(r.Item)
}
