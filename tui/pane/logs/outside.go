package logs

import (
	tea "charm.land/bubbletea/v2"

	"berth/logbook"
	"berth/tui/take"
)

// pager shows the lines in the person's own pager.
func (p *Pane) pager() tea.Cmd { return take.Page(p, p.everyLine()) }

// editor opens the lines in the person's own editor.
func (p *Pane) editor() tea.Cmd { return take.Edit(p, p.everyLine(), "berth-*.log") }

// everyLine is what is shown, the lines above and below too.
func (p *Pane) everyLine() string { return p.text(p.lines(logbook.Start(), logbook.End()), true) }
