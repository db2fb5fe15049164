package tui

import (
	"context"

	tea "charm.land/bubbletea/v2"

	"berth/compose"
	"berth/stack"
	"berth/tui/theme"
)

// up brings the whole project up.
func (r *root) up() tea.Cmd {
	name := r.o.Project.Name
	return r.leading(r.run("up "+name, name+" is up", func(ctx context.Context, report stack.Report) error {
		return r.o.Work.Up(ctx, nil, report)
	}))
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
