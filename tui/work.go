package tui

import (
	"context"
	"strings"

	tea "charm.land/bubbletea/v2"

	"berth/stack"
	"berth/tui/steps"
)

// up brings services up; none named: the whole project.
func (r *root) up(services ...string) tea.Cmd {
	name := r.o.Project.Name
	if len(services) > 0 {
		name = strings.Join(services, ", ")
	}
	return r.leading(r.run("up "+name, name+" is up", services, func(ctx context.Context, report stack.Report) error {
		return r.o.Work.Up(ctx, services, report)
	}))
}

// rebuild builds a service, and what follows from it. One that runs is given up
// for one with the sources as they are now.
func (r *root) rebuild(name string, o stack.BuildOptions) tea.Cmd {
	begin := func() tea.Cmd {
		title := strings.TrimSpace("rebuild " + name + " " + o.String())
		begun := r.leading(r.run(title, "rebuilt "+name, []string{name}, func(ctx context.Context, report stack.Report) error {
			return r.o.Work.Rebuild(ctx, name, o, report)
		}))
		r.jobs[len(r.jobs)-1].rebuilds = true
		return begun
	}
	if j := r.jobs.touching(name); j != nil {
		return j.supersede(begin)
	}
	return begin()
}

// putBack undoes the last rebuild; a second time it undoes that.
func (r *root) putBack(name string) tea.Cmd {
	return r.leading(r.run("put the previous image of "+name+" back", "put the previous image of "+name+" back", []string{name}, func(ctx context.Context, report stack.Report) error {
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

// worked is the last work that made something, by the service that it was about;
// under the empty name that on the whole project.
type worked map[string]*steps.Work

func (w worked) note(j *job) {
	if len(j.services) == 0 {
		clear(w)
		w[""] = j.Work
	}
	for _, name := range j.services {
		w[name] = j.Work
	}
}

// followWork shows the last work on the selected service in the build pane.
func (r *root) followWork() {
	w := r.worked[r.selectedName()]
	if w == nil {
		w = r.worked[""]
	}
	if w != nil {
		r.build.Follow(w)
	}
}

func (r *root) selectedName() string {
	row, _ := r.list.Selected()
	return row.Ref.Service
}
