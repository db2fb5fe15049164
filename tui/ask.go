package tui

import (
	"context"
	"errors"
	"strings"

	tea "charm.land/bubbletea/v2"

	"berth/compose"
	"berth/safetext"
	"berth/tui/bind"
	"berth/tui/dialog"
	"berth/tui/feed"
	"berth/tui/theme"
)

// question is a piece of work whose plan is shown before it is done.
type question struct {
	request compose.Request
	verb    string // what it is called, "down"
	title   string
	why     string // it is asked; empty: the plan says enough
	nothing string // what is said where there is nothing to do
	do      func() tea.Cmd
}

// ask reads what a piece of work would do, to show it and ask.
func (r *root) ask(q question) tea.Cmd {
	r.say(theme.Working, "◐", "reading what "+q.verb+" would do…")
	r.question = q
	return r.plan.Ask(r.group, func(ctx context.Context) (compose.Plan, error) {
		return r.o.Work.Plan(ctx, q.request)
	})
}

// unaskKey is the key that goes one step back, while a plan is being read: the
// question that it is for is then not asked.
func (r *root) unaskKey() bind.Action {
	a := r.backKey()
	a.Desc, a.Quiet = "do not ask", false
	a.Do = always(func() {
		r.plan.Drop()
		r.say(theme.Plain, "·", r.question.verb+": taken back")
	})
	return a
}

// planned asks whether to do what was planned.
func (r *root) planned(a feed.Answer[compose.Plan]) {
	if !r.plan.Take(a) {
		return
	}
	q := r.question
	if a.Err != nil {
		r.fail("planning "+q.verb, a.Err)
		return
	}
	r.note = note{}
	if a.Value.Empty() && len(a.Value.Pending) == 0 && q.why == "" {
		r.say(theme.Good, "✓", q.nothing)
		return
	}
	var lines []string
	if q.why != "" {
		lines = append(lines, q.why, "")
	}
	r.dialogs.Push(dialog.Box{
		Title:   q.title,
		Tone:    theme.Warn,
		Lines:   append(lines, safetext.Block(strings.TrimSpace(a.Value.String()))...),
		Buttons: []dialog.Button{{Label: "Cancel", Key: "n"}, {Label: strings.ToUpper(q.verb[:1]) + q.verb[1:], Key: "y", Action: doWork{q}}},
	})
}

// askDown shows what taking the project down would do.
func (r *root) askDown() tea.Cmd {
	name := r.o.Project.Name
	return r.ask(question{
		request: compose.Request{Op: compose.OpDown}, verb: "down",
		title:   "Take " + oneWord(name) + " down?",
		nothing: "nothing to take down",
		do:      func() tea.Cmd { return r.run("down "+name, name+" is down", nil, r.o.Work.Down) },
	})
}

// askUp shows what up would do.
func (r *root) askUp() tea.Cmd {
	name := oneWord(r.o.Project.Name)
	return r.ask(question{
		request: compose.Request{Op: compose.OpUp}, verb: "up",
		title:   "Bring " + name + " up?",
		nothing: "nothing to do: " + name + " is as the compose file says",
		do:      func() tea.Cmd { return r.up() },
	})
}

// orAsk has work done that makes containers, unless there are some that were
// made from another folder: then it asks, since they may be somebody else's.
func (r *root) orAsk(verb string, services []string, do func() tea.Cmd) func() tea.Cmd {
	return func() tea.Cmd {
		dir := r.elsewhere()
		if dir == "" {
			return do()
		}
		return r.ask(question{
			request: compose.Request{Op: compose.OpUp, Services: services}, verb: verb,
			title: "Made from another folder", why: r.stranger(dir), do: do,
		})
	}
}

// elsewhere is another folder that containers of the project were made from;
// empty: there is none.
func (r *root) elsewhere() string {
	for _, row := range r.list.Rows() {
		if row.Elsewhere() {
			return row.Service.Dir
		}
	}
	return ""
}

// stranger says what it means that containers were made from another folder.
func (r *root) stranger(dir string) string {
	name := oneWord(r.o.Project.Name)
	return "Containers of " + name + " were made from another folder, " + oneWord(dir) +
		". If that is another project, leave, and give this one a name of its own: berth -p NAME."
}

// warnElsewhere tells of such a folder, once for each.
func (r *root) warnElsewhere() {
	dir := r.elsewhere()
	if dir == "" || dir == r.warned {
		return
	}
	r.warned = dir
	r.tell(note{
		tone: theme.Warn, glyph: "△", text: "containers were made from another folder, " + oneWord(dir) + "; up asks before it touches them",
		err: errors.New(r.stranger(dir)),
	})
}
