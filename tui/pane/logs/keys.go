package logs

import (
	tea "charm.land/bubbletea/v2"

	"berth/logbook"
	"berth/tui/bind"
)

// Keys are the pane's keys.
func (p *Pane) Keys() []bind.Action {
	if p.prompt.Opened() {
		return p.prompt.Keys()
	}
	return append(append(p.lookKeys(), p.lineKeys()...), p.moveKeys()...)
}

// lookKeys change which lines are shown, and how.
func (p *Pane) lookKeys() []bind.Action {
	toggle := func(on *bool) func() tea.Cmd {
		return p.then(func() { *on = !*on })
	}
	plain := ""
	if p.find == nil && p.filtered == "" && p.least == logbook.NoLevel && !p.noHealth {
		plain = "every line is shown"
	}
	lost := ""
	if p.find == nil {
		lost = "nothing is looked for: / finds"
	}
	merge, wrap := "merged", "wrap"
	if p.merged {
		merge = "single"
	}
	if p.settings.Wrap {
		wrap = "no wrap"
	}
	return []bind.Action{
		bind.New("logs.find", "find", p.ask(p.findQuestion), "/"),
		bind.New("logs.next", "next match", p.jump(1), "n").Unless(lost),
		bind.New("logs.previous", "previous match", p.jump(-1), "N").Unless(lost),
		bind.New("logs.filter", "filter", p.ask(p.filterQuestion), "f"),
		bind.New("logs.level", "least level", p.relook(p.raise), "L").Quietly(),
		bind.New("logs.health", "hide or show health checks", p.relook(func() { p.noHealth = !p.noHealth }), "H").Quietly(),
		bind.New("logs.all", "show every line", p.relook(p.clear), "F").Unless(plain).Quietly(),
		bind.New("logs.merge", merge, func() tea.Cmd { p.said, p.wanted, p.merged = "", 0, !p.merged; return p.open() }, "m"),
		bind.New("logs.wrap", wrap, toggle(&p.settings.Wrap), "W").Quietly(),
		bind.New("logs.times", "times: clock, age, none", p.then(func() { p.settings.Times = p.settings.Times.next() }), "t").Quietly(),
	}
}

// lineKeys act on the line under the cursor, or on those that are selected.
func (p *Pane) lineKeys() []bind.Action {
	none := ""
	if p.view().Len() == 0 {
		none = "there is no line"
	}
	unmarked := ""
	if len(p.marks) == 0 {
		unmarked = "no line is marked"
	}
	unselected := ""
	if p.spot().anchor == (logbook.Position{}) {
		unselected = "nothing is selected"
	}
	return []bind.Action{
		bind.New("logs.fold", "fold or unfold", p.then(p.fold), "enter").Unless(none).Quietly(),
		bind.New("logs.select", "select lines", p.then(p.selectFrom), "v", "V").Unless(none).Quietly(),
		bind.New("logs.unselect", "select nothing", p.then(func() { p.spot().anchor = logbook.Position{} }), "esc").Unless(unselected).Quietly(),
		bind.New("logs.copy", "copy", p.copy, "y").Unless(none),
		bind.New("logs.save", "save to a file", p.ask(p.saveQuestion), "S").Unless(none).Quietly(),
		bind.New("logs.pager", "open in $PAGER", p.pager, "o").Unless(none).Quietly(),
		bind.New("logs.editor", "open in $EDITOR", p.editor, "O").Unless(none).Quietly(),
		bind.New("logs.mark", "mark", p.then(p.mark), "M").Unless(none).Quietly(),
		bind.New("logs.marked", "next mark", p.then(p.nextMark), "'").Unless(unmarked).Quietly(),
		bind.New("logs.time", "go to a time", p.ask(p.timeQuestion), "J").Unless(none).Quietly(),
	}
}

// moveKeys move the cursor and the window.
func (p *Pane) moveKeys() []bind.Action {
	page, half := max(1, p.height()-1), max(1, p.height()/2)
	move := func(n int) func() tea.Cmd { return p.then(func() { p.move(n) }) }
	scroll := func(n int) func() tea.Cmd { return p.then(func() { p.scroll(n) }) }
	following := ""
	if p.spot().follow {
		following = "it does"
	}
	return []bind.Action{
		bind.New("logs.follow", "follow", p.then(p.resume), "G", "end").Unless(following),
		bind.New("scroll.up", "line up", move(-1), "up", "k").Quietly(),
		bind.New("scroll.down", "line down", move(1), "down", "j").Quietly(),
		bind.New("scroll.pageup", "page up", scroll(-page), "pgup").Quietly(),
		bind.New("scroll.pagedown", "page down", scroll(page), "pgdown", "space").Quietly(),
		bind.New("scroll.halfup", "half a page up", scroll(-half), "ctrl+u").Quietly(),
		bind.New("scroll.halfdown", "half a page down", scroll(half), "ctrl+d").Quietly(),
		bind.New("scroll.top", "top", p.then(func() { p.show(p.step(logbook.Start(), 1)) }), "g", "home").Quietly(),
	}
}

// raise asks for lines that are more serious: info, warn, error, and all again.
func (p *Pane) raise() {
	p.least = max(logbook.Info, p.least+1) % logbook.Fatal
}

// then is a key that changes what is seen, and needs nothing else.
func (p *Pane) then(do func()) func() tea.Cmd {
	return func() tea.Cmd {
		p.said = ""
		do()
		return p.more()
	}
}

// relook is a key that changes which lines are shown.
func (p *Pane) relook(do func()) func() tea.Cmd {
	return func() tea.Cmd {
		p.said = ""
		do()
		return p.lookAgain()
	}
}
