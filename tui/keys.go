package tui

import (
	"context"
	"fmt"
	"strconv"

	tea "charm.land/bubbletea/v2"

	"berth/compose"
	"berth/stack"
	"berth/tui/bind"
	"berth/tui/theme"
)

// keys is every action that can be reached now, in the order of routing and of
// help: what has the focus first.
func (r *root) keys() []bind.Action {
	if r.typing() {
		return append(r.shown().Keys(), r.escapes()...)
	}
	var all []bind.Action
	if r.focus == onServices {
		all = append(all, r.list.Keys()...)
		all = append(all, bind.New("enter", "look at "+r.shown().Title(), func() tea.Cmd { r.focus = onPane; return nil }, "enter").Quietly())
		all = append(all, r.workKeys()...)
		all = append(all, r.shown().Keys()...) // those that the list does not use work from here too
	} else {
		all = append(all, r.shown().Keys()...)
		all = append(all, r.workKeys()...)
	}
	all = append(all, r.screenKeys()...)
	all = append(all, r.generalKeys()...)
	return append(all, r.escapes()...)
}

// typing reports whether keys are text now.
func (r *root) typing() bool {
	t, ok := r.shown().(typist)
	return ok && t.Typing()
}

// workKeys have something done. They act on the selected service where a
// single one is meant.
func (r *root) workKeys() []bind.Action {
	row, any := r.list.Selected()
	name, ref := row.Ref.Service, row.Ref.String()
	busy := ""
	switch {
	case r.job != nil:
		busy = r.job.Title + " is running"
	case r.snapshot.Down != "":
		busy = "the Engine is not reachable"
	}
	first := func(reasons ...string) string {
		for _, s := range append([]string{busy}, reasons...) {
			if s != "" {
				return s
			}
		}
		return ""
	}
	when := func(bad bool, reason string) string {
		if bad {
			return reason
		}
		return ""
	}
	none := when(!any, "no service is selected")
	off := when(row.Off != "" && !row.Up(), name+" is off: "+row.Off)
	idle := when(!row.Up() && row.Phase != stack.Restarting, ref+" is not running")
	absent := when(row.ContainerID == "", ref+" has no container")
	stranger := when(row.Extra != "", ref+" is not in the compose file")
	one := []string{name}

	return []bind.Action{
		bind.New("u", "up", r.up, "u").Unless(first()),
		bind.New("r", "rebuild", func() tea.Cmd {
			return r.run("rebuild "+name, "rebuilt "+name, func(ctx context.Context, report stack.Report) error {
				return r.o.Work.Rebuild(ctx, name, report)
			})
		}, "r").Unless(first(none, stranger, off, when(!row.Built, name+" has no build section: its image is pulled"))),
		bind.New("s", "stop", func() tea.Cmd {
			return r.run("stop "+name, "stopped "+name, func(ctx context.Context, report stack.Report) error {
				return r.o.Work.Stop(ctx, one, report)
			})
		}, "s").Unless(first(none, stranger, idle)),
		bind.New("R", "restart", func() tea.Cmd {
			return r.run("restart "+name, "restarted "+name, func(ctx context.Context, report stack.Report) error {
				return r.o.Work.Restart(ctx, one, report)
			})
		}, "R").Unless(first(none, stranger, absent)),
		bind.New("D", "down", r.askDown, "D").Unless(first()), // networks and volumes may be left where no container is
		bind.New("p", "predict", r.predictKey, "p").Unless(none),
		bind.New("U", "up, this service only", func() tea.Cmd {
			return r.run("up "+name, name+" is up", func(ctx context.Context, report stack.Report) error {
				return r.o.Work.Up(ctx, one, report)
			})
		}, "U").Unless(first(none, stranger)).Quietly(),
	}
}

// screenKeys change what is seen.
func (r *root) screenKeys() []bind.Action {
	var all []bind.Action
	for n, p := range r.panes {
		digit := strconv.Itoa(n + 1)
		all = append(all, bind.New(digit, p.Title(), func() tea.Cmd { return r.open(n) }, digit).Quietly())
	}
	zoom, noError, noNotices := "full screen", "", ""
	if r.zoom {
		zoom = "back to the list"
	}
	if r.note.err == nil {
		noError = "there is none"
	}
	if len(r.notices()) == 0 {
		noNotices = "there are none"
	}
	zoomed := ""
	if r.zoom {
		zoomed = "the pane has the full screen"
	}
	show := func(f func()) func() tea.Cmd {
		return func() tea.Cmd { f(); return nil }
	}
	zoomKey := bind.New("z", zoom, func() tea.Cmd { r.zoom = !r.zoom; return r.resize() }, "z")
	zoomKey.Quiet = !r.zoom
	return []bind.Action{
		bind.New("tab", "next region", show(r.otherRegion), "tab", "shift+tab").Unless(zoomed).Quietly(),
		all[0], all[1], all[2], all[3],
		zoomKey,
		bind.New("e", "error", show(func() { r.dialogs.Push(details(r.theme, r.note)) }), "e").Unless(noError).Quietly(),
		bind.New("!", "notices", show(func() { r.dialogs.Push(r.noticeBox()) }), "!").Unless(noNotices).Quietly(),
	}
}

// generalKeys work wherever one does not type.
func (r *root) generalKeys() []bind.Action {
	idle := ""
	if r.job == nil {
		idle = "no work is running"
	}
	return []bind.Action{
		bind.New("x", "cancel the work", r.cancelJob, "x").Unless(idle).Quietly(),
		bind.New("?", "all keys", func() tea.Cmd { r.dialogs.Push(r.helpBox()); return nil }, "?").Quietly(),
		bind.New("q", "quit", r.quit, "q").Quietly(),
	}
}

// escapes work everywhere, also while typing.
func (r *root) escapes() []bind.Action {
	return []bind.Action{
		bind.New("esc", "one step back", r.back, "esc").Quietly(),
		bind.New("ctrl+c", "quit", r.quit, "ctrl+c").Quietly(),
		bind.New("ctrl+z", "suspend", func() tea.Cmd { return tea.Suspend }, "ctrl+z").Quietly(),
	}
}

// up brings the whole project up.
func (r *root) up() tea.Cmd {
	name := r.o.Project.Name
	return r.run("up "+name, name+" is up", func(ctx context.Context, report stack.Report) error {
		return r.o.Work.Up(ctx, nil, report)
	})
}

// askDown reads what taking the project down would do, to show it and ask.
func (r *root) askDown() tea.Cmd {
	r.say(theme.Working, "◐", "reading what down would do…")
	return r.plan.Ask(r.group, func(ctx context.Context) (compose.Plan, error) {
		return r.o.Work.Plan(ctx, compose.Request{Op: compose.OpDown})
	})
}

// predictKey opens the pane, or sends when it is open.
func (r *root) predictKey() tea.Cmd {
	if r.active == panePredict {
		r.focus = onPane
		return r.predict.Send()
	}
	return r.open(panePredict)
}

// notices is what the compose file has that a person should know.
func (r *root) notices() []string {
	var all []string
	for _, a := range r.o.Project.NotApplied {
		line := a.Path
		if a.Where != "" {
			line += "  " + a.Where
		}
		all = append(all, line)
	}
	return append(all, r.o.Project.Warnings...)
}

// noticeText is the notices in a few words.
func (r *root) noticeText() string {
	switch n, w := len(r.o.Project.NotApplied), len(r.o.Project.Warnings); {
	case n+w == 0:
		return ""
	case w == 0:
		return fmt.Sprintf("△ %s not applied  ! which", theme.Count(n, "attribute"))
	default:
		return fmt.Sprintf("△ %s  ! read", theme.Count(n+w, "notice"))
	}
}
