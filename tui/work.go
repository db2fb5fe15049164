package tui

import (
	"context"
	"strings"

	tea "charm.land/bubbletea/v2"

	"berth/stack"
)

// up brings services up; none named: the whole project.
func (r *root) up(services ...string) tea.Cmd {
	name := r.o.Project.Name
	if len(services) > 0 {
		name = strings.Join(services, ", ")
	}
	return r.leading(r.run("up "+name, name+" is up", func(ctx context.Context, report stack.Report) error {
		return r.o.Work.Up(ctx, services, report)
	}))
}

// rebuild builds a service, and what follows from it.
func (r *root) rebuild(name string) tea.Cmd {
	return r.leading(r.run("rebuild "+name, "rebuilt "+name, func(ctx context.Context, report stack.Report) error {
		return r.o.Work.Rebuild(ctx, name, report)
	}))
}

// putBack undoes the last rebuild; a second time it undoes that.
func (r *root) putBack(name string) tea.Cmd {
	return r.leading(r.run("put the previous image of "+name+" back", "put the previous image of "+name+" back", func(ctx context.Context, report stack.Report) error {
		return r.o.Work.Back(ctx, name, report)
	}))
}

// predictKey opens the pane, or sends when it is open.
func (r *root) predictKey() tea.Cmd {
	if r.active == panePredict {
		r.focus = onPane
		return r.predict.Send()
	}
	return r.open(panePredict)
}
