package tui

import (
	tea "charm.land/bubbletea/v2"

	"berth/tui/bind"
	"berth/tui/dialog"
	"berth/tui/services"
	"berth/tui/theme"
)

// key routes a key press: what lies on top first, then what has the focus.
func (r *root) key(k tea.KeyPressMsg) tea.Cmd {
	if k.String() == "ctrl+c" {
		return r.interrupt()
	}
	if r.note.answer {
		r.note = note{}
	}
	if r.dialogs.Open() && r.layout.Form != Tiny {
		return r.act(r.dialogs.Key(k))
	}
	if r.wish != nil && r.layout.Form != Tiny {
		return r.wished(k)
	}
	if r.palette != nil && r.layout.Form != Tiny {
		return r.chosen(r.palette.Key(k))
	}
	text := k.Text != "" && r.typing() // whatever else it may be the key of
	if r.layout.Form == Tiny {
		return r.blind(k) // nobody sees what another key would do
	}
	if a, ok := bind.Find(k, r.keys()); ok && !text {
		if a.Off != "" {
			r.say(theme.Warn, "△", a.Desc+": "+a.Off)
			return nil
		}
		return r.do(a)
	}
	return r.typed(k)
}

// blind does what can be done without a screen: leave it.
func (r *root) blind(k tea.KeyPressMsg) tea.Cmd {
	if a, ok := bind.Find(k, r.generalKeys()); ok && (a.ID == "berth.quit" || a.ID == "berth.suspend") {
		return a.Do()
	}
	return nil
}

// typed gives a key press or a paste to what takes text.
func (r *root) typed(msg tea.Msg) tea.Cmd {
	t, _ := r.typist()
	if t == nil {
		return nil
	}
	was, _ := r.list.Selected()
	cmd := t.Type(msg)
	return tea.Batch(cmd, r.reselected(was))
}

// reselected tells the panes that another row was selected, if it was.
func (r *root) reselected(was services.Row) tea.Cmd {
	if is, _ := r.list.Selected(); is.Same(was) {
		return nil
	}
	return r.selected()
}

// do does an action, and tells the panes when it selected another service.
func (r *root) do(a bind.Action) tea.Cmd {
	was, _ := r.list.Selected()
	cmd := a.Do()
	return tea.Batch(cmd, r.reselected(was))
}

func (r *root) paste(msg tea.PasteMsg) tea.Cmd {
	if r.wish != nil && !r.dialogs.Open() {
		return r.wish.Type(msg)
	}
	if r.palette != nil && !r.dialogs.Open() {
		defer r.peek()
		return r.palette.Type(msg)
	}
	if r.dialogs.Open() {
		return nil
	}
	return r.typed(msg)
}

// back goes one step back: to the pane that work led away from, out of the full
// screen, then to the list, then to an empty status line.
func (r *root) back() tea.Cmd {
	switch {
	case r.before != nil:
		return r.see(*r.before)
	case r.zoom:
		r.zoom = false
		return r.resize()
	case r.focus == onPane:
		r.focus = onServices
	case r.list.ClearFilter():
		return r.selected()
	default:
		r.note, r.unread = note{}, 0
	}
	return nil
}

// What dialogs answer.
type (
	doWork   struct{ question }
	doCancel struct{ quit bool }
	doQuit   struct{}
)

// act does what a dialog was answered with.
func (r *root) act(a dialog.Action) tea.Cmd {
	switch a := a.(type) {
	case doWork:
		if busy := r.busy(a.request.Services...); busy != "" {
			r.say(theme.Warn, "△", a.verb+": "+busy)
			return nil
		}
		return a.do()
	case doCancel:
		r.leaving = a.quit
		if len(r.jobs) == 0 && a.quit { // it has ended in the meantime
			return tea.Quit
		}
		for _, j := range r.jobs {
			j.stop()
		}
		return nil
	case doCopy:
		r.say(theme.Good, "✓", "copied")
		return tea.SetClipboard(a.text)
	case doQuit:
		return tea.Quit
	}
	return nil
}

// quit leaves, unless work is running: then it asks.
func (r *root) quit() tea.Cmd {
	if len(r.jobs) == 0 {
		return tea.Quit
	}
	is, it, does := " is running", "it", "it is"
	if len(r.jobs) > 1 {
		is, it, does = " are running", "them", "they are"
	}
	r.dialogs.Push(dialog.Box{
		Title: r.jobs.String() + is,
		Tone:  theme.Warn,
		Lines: []string{
			"Quitting cancels " + it + ". What " + does + " doing on the Engine ends, and what is half-made is cleaned up.",
		},
		Buttons: []dialog.Button{
			{Label: "Go on", Key: "n"},
			{Label: "Cancel " + it + " and quit", Key: "y", Action: doCancel{quit: true}},
			{Label: "Cancel " + it + " and stay", Key: "x", Action: doCancel{}},
		},
		Interrupt: doQuit{},
	})
	return nil
}

// interrupt is ctrl+c: the first asks when work is running, the second leaves.
func (r *root) interrupt() tea.Cmd {
	if r.leaving {
		return tea.Quit
	}
	if top := r.dialogs.Top(); top != nil && top.Interrupt != nil {
		return r.act(top.Interrupt)
	}
	return r.quit()
}
