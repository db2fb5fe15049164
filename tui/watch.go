package tui

import (
	"time"

	tea "charm.land/bubbletea/v2"

	"berth/stack"
	"berth/tui/feed"
	"berth/tui/services"
	"berth/tui/theme"
)

// stateFrame is the shortest time between two states: the screen's own frame.
const stateFrame = time.Second / 60

// observe watches the Engine.
func (r *root) observe() tea.Cmd {
	// A state is shown in the frame in which it is known: at the start what
	// services answer comes right behind what the Engine says.
	r.watch = feed.Open(r.group, feed.Latest[stack.Snapshot]()).Every(stateFrame)
	r.watch.Go(feed.Seq(r.o.Engine.Watch))
	return r.watch.Next
}

// again is the message to watch anew after a watch that ended.
type again struct{}

// watchAgain is how long to wait before that. The Engine's own back-off is in
// Watch; this is for what Watch itself cannot mend.
const watchAgain = 2 * time.Second

// observed takes up the project's new state.
func (r *root) observed(b feed.Batch[stack.Snapshot]) tea.Cmd {
	if b.From != r.watch {
		return nil
	}
	before, _ := services.Serving(r.list.Rows())
	var alarms tea.Cmd
	for _, s := range b.Items {
		alarms = tea.Batch(alarms, r.alarm(r.snapshot, s))
		r.snapshot, r.known = s, r.known || s.Down == ""
	}
	r.relist()
	r.warnElsewhere()
	if now, _ := services.Serving(r.list.Rows()); now < before && r.note.tone == theme.Good {
		r.note = note{} // what went well no longer holds
	}
	for _, err := range b.Errs {
		r.fail("watching the Engine", err)
	}
	var next tea.Cmd = r.watch.Next
	if b.Done {
		r.watch.Close()
		next = tea.Tick(watchAgain, func(time.Time) tea.Msg { return again{} })
	}
	if r.sources.replaced(r.snapshot) {
		next = tea.Batch(next, r.compareSoon())
	}
	return tea.Batch(next, alarms, r.obey(), r.selected())
}

// selected tells the panes which service is selected and how it is.
func (r *root) selected() tea.Cmd {
	row, _ := r.list.Selected()
	off := row.Off
	if row.Up() {
		off = ""
	}
	var all []stack.Service
	for _, row := range r.list.Rows() {
		if row.Extra == "" && (row.Off == "" || row.ContainerID != "") {
			all = append(all, row.Service)
		}
	}
	r.logs.Services(all)
	r.health.Services(r.snapshot.Services)
	r.followWork()
	var cmds []tea.Cmd
	for _, p := range r.panes {
		cmds = append(cmds, p.Select(row.Service, off))
	}
	return tea.Batch(cmds...)
}
