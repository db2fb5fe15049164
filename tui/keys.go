package tui

import (
	"context"
	"slices"
	"strconv"

	tea "charm.land/bubbletea/v2"

	"berth/stack"
	"berth/tui/bind"
)

// keys is every action that can be reached now, in the order of routing and of
// help: what has the focus first.
func (r *root) keys() []bind.Action {
	var all []bind.Action
	if r.plan.Busy() {
		all = append(all, r.unaskKey())
	}
	switch {
	case r.list.Typing():
		all = slices.Concat(all, r.list.Keys(), r.escapes())
	case r.typing():
		all = append(slices.Concat(all, r.shown().Keys()), r.backKey())
	case r.focus == onServices:
		all = append(all, r.list.Keys()...)
		all = append(all, r.lookKey())
		all = append(all, r.workKeys()...)
		all = append(all, r.paneKeys()...) // those that the list does not use work from here too
		all = append(all, r.commonKeys()...)
	default:
		all = append(all, r.shown().Keys()...)
		all = append(all, r.workKeys()...)
		all = append(all, r.commonKeys()...)
	}
	return r.o.Keys.Apply(append(all, r.themeKeys()...))
}

// paneKeys are the shown pane's for the list: where one opens something in it, as
// other keys tell, the focus goes there.
func (r *root) paneKeys() []bind.Action {
	all := r.shown().Keys()
	for n := range all {
		do := all[n].Do
		all[n].Do = func() tea.Cmd {
			pane := r.shown()
			was := pane.Keys()
			cmd := do()
			if is := pane.Keys(); r.shown() == pane && len(was) > 0 && len(is) > 0 && is[0].ID != was[0].ID {
				r.focus = onPane
			}
			return cmd
		}
	}
	return all
}

// commonKeys work wherever one does not type.
func (r *root) commonKeys() []bind.Action {
	return slices.Concat(r.screenKeys(), r.generalKeys(), r.escapes())
}

// typist is what takes keys as text now, and where it is; nil when nothing does.
func (r *root) typist() (typist, Rect) {
	if r.list.Typing() {
		return &r.list, r.layout.Services
	}
	if t, ok := r.shown().(typist); ok && t.Typing() {
		at, _ := r.placeOf(r.active)
		return t, at
	}
	return nil, Rect{}
}

// typing reports whether keys are text now.
func (r *root) typing() bool {
	t, _ := r.typist()
	return t != nil
}

// always is an action's Do for what needs no command.
func always(f func()) func() tea.Cmd {
	return func() tea.Cmd { f(); return nil }
}

// when is the reason if it applies.
func when(applies bool, reason string) string {
	if applies {
		return reason
	}
	return ""
}

// lookKey goes from the list to the pane.
func (r *root) lookKey() bind.Action {
	return bind.New("list.look", "look at "+r.shown().Title(), always(func() { r.focus = onPane }), "enter").Quietly()
}

// workKeys have something done. They act on the selected service where a
// single one is meant.
func (r *root) workKeys() []bind.Action {
	row, any := r.list.Selected()
	name, ref := row.Ref.Service, row.Ref.String()
	one, meant := []string{name}, r.list.Meant()
	away := when(r.snapshot.Down != "", "the Engine is not reachable")
	busy, here, rebuilt := r.busy(), r.busy(name), r.busy(name)
	rebuild := r.orAsk("rebuild", one, func() tea.Cmd { return r.rebuild(name, stack.BuildOptions{}) })
	again := "rebuild"
	if j := r.jobs.touching(name); j != nil && j.rebuilds && !j.cancelled {
		rebuilt, again, rebuild = "", "rebuild anew", func() tea.Cmd { return r.rebuild(name, stack.BuildOptions{}) }
	}
	first := func(reasons ...string) string {
		for _, s := range append([]string{away}, reasons...) {
			if s != "" {
				return s
			}
		}
		return ""
	}
	none := when(!any, "no service is selected")
	off := when(row.Off != "" && !row.Up(), name+" is off: "+row.Off)
	idle := when(!row.Up() && row.Phase != stack.Restarting, ref+" is not running")
	absent := when(row.ContainerID == "", ref+" has no container")
	stranger := when(row.Extra != "", ref+" is not in the compose file")
	predict := "predict" // opens the pane
	if r.active == panePredict {
		predict = "send the body"
	}

	watch := "watch the files"
	switch f := r.following; {
	case f.paused:
		watch = "go on watching"
	case f.stream != nil:
		watch = "pause the watch"
	}
	cancel := "cancel the work"
	if j := r.jobs.current(name); j != nil && len(r.jobs) > 1 {
		cancel = "cancel: " + j.Title
	}

	return []bind.Action{
		bind.New("work.up", "up", r.orAsk("up", nil, func() tea.Cmd { return r.up() }), "u").Unless(first(busy)),
		bind.New("work.rebuild", again, rebuild, "r").Unless(first(rebuilt, none, stranger, off, when(!row.Built, name+" has no build section: its image is pulled"))),
		bind.New("work.rebuildwith", "rebuild with…", func() tea.Cmd { return r.askRebuild(name) }, "b").Unless(first(rebuilt, none, stranger, off, when(!row.Built, name+" has no build section: its image is pulled"))).Quietly(),
		bind.New("work.back", "put the image before the last rebuild back", r.orAsk("back", one, func() tea.Cmd { return r.putBack(name) }), "B").Unless(first(here, none, stranger, off, when(!row.Built, name+" is not built"))).Quietly(),
		bind.New("work.stop", "stop", func() tea.Cmd {
			return r.run("stop "+meant, "stopped "+meant, one, func(ctx context.Context, report stack.Report) error {
				return r.o.Work.Stop(ctx, []string{meant}, report)
			})
		}, "s").Unless(first(here, none, stranger, idle)),
		bind.New("work.restart", "restart", func() tea.Cmd {
			return r.run("restart "+meant, "restarted "+meant, one, func(ctx context.Context, report stack.Report) error {
				return r.o.Work.Restart(ctx, []string{meant}, report)
			})
		}, "R").Unless(first(here, none, stranger, absent)),
		bind.New("work.down", "down", r.askDown, "D").Unless(first(busy)), // networks and volumes may be left where no container is
		bind.New("work.watch", watch, r.follow, "w").Unless(when(r.o.Follow == nil, "nothing watches the files")).Quietly(),
		bind.New("work.unwatch", "end the watch", r.unfollow, "ctrl+w").Unless(when(r.following.stream == nil, "the files are not watched")).Quietly(),
		bind.New("work.predict", predict, r.predictKey, "p").Unless(none),
		bind.New("work.plan", "plan: what up would do", r.askUp, "P").Unless(first(busy)).Quietly(),
		bind.New("work.uponly", "up, this service only", r.orAsk("up", one, func() tea.Cmd { return r.up(name) }), "U").Unless(first(here, none, stranger)).Quietly(),
		bind.New("work.cancel", cancel, r.cancelJob, "x").Unless(when(len(r.jobs) == 0, "no work is running")).Quietly(),
	}
}

// busy is why nothing can be done with services now, for the work on them that
// runs; none named: with any.
func (r *root) busy(services ...string) string {
	if j := r.jobs.touching(services...); j != nil {
		return j.Title + " is running"
	}
	return ""
}

// screenKeys change what is seen.
func (r *root) screenKeys() []bind.Action {
	zoom := "full screen"
	if r.zoom {
		zoom = "back to the list"
	}
	mouse := "leave the mouse to the terminal, to select text"
	if r.mouse {
		mouse = "take the mouse back"
	}
	split := "two panes side by side"
	if r.split {
		split = "one pane only"
	}
	zoomed := when(r.zoom, "the pane has the full screen")
	narrow := zoomed
	if r.w < splitFrom {
		narrow = "there is room for two panes from " + strconv.Itoa(splitFrom) + " columns on"
	}
	zoomKey := bind.New("screen.zoom", zoom, func() tea.Cmd { r.zoom = !r.zoom; return r.resize() }, "z")
	zoomKey.Quiet = !r.zoom
	all := []bind.Action{
		bind.New("screen.next", "next region", always(func() { r.step(1) }), "tab").Unless(zoomed).Quietly(),
		bind.New("screen.previous", "region before", always(func() { r.step(-1) }), "shift+tab").Unless(zoomed).Quietly(),
		zoomKey,
		bind.New("screen.split", split, func() tea.Cmd { r.split = !r.split; return r.place() }, "|").Unless(narrow).Quietly(),
	}
	for n, p := range r.panes {
		all = append(all, bind.New("screen."+paneName(p), "show "+p.Title(), func() tea.Cmd { return r.open(n) }, strconv.Itoa(n+1)).Quietly())
	}
	return append(all,
		bind.New("screen.mouse", mouse, always(r.freeMouse), "ctrl+t").Quietly(),
		bind.New("screen.error", "what went wrong last", always(func() { r.dialogs.Push(details(r.theme, *r.lastError())) }), "e").Unless(when(r.lastError() == nil, "nothing did")).Quietly(),
		bind.New("screen.messages", "messages so far", always(func() { r.dialogs.Push(r.messages()) }), "E").Unless(when(len(r.told) == 0, "there are none")).Quietly(),
		bind.New("screen.notices", "notices of the compose file", always(func() { r.dialogs.Push(r.noticeBox()) }), "!").Unless(when(len(r.notices()) == 0, "there are none")).Quietly(),
	)
}

// generalKeys are about Berth itself.
func (r *root) generalKeys() []bind.Action {
	return []bind.Action{
		bind.New("berth.palette", "all commands", always(r.openPalette), ":", "ctrl+p").Quietly(),
		bind.New("berth.help", "all keys", always(r.openHelp), "?").Quietly(),
		bind.New("berth.quit", "quit", r.quit, "q", "ctrl+c").Quietly(),
	}
}

// backKey works everywhere, also while typing.
func (r *root) backKey() bind.Action {
	return bind.New("screen.back", "one step back", r.back, "esc").Quietly()
}

// escapes lead out.
func (r *root) escapes() []bind.Action {
	return []bind.Action{
		r.backKey(),
		bind.New("berth.suspend", "suspend", r.suspend, "ctrl+z").Quietly(),
	}
}
