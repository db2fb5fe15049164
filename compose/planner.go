package compose

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/compose-spec/compose-go/v2/types"

	"berth/stack"
)

// Reconcile decides what must be done so that the Engine is as r asks. It
// reads nothing but its arguments. images are the IDs of the services' images
// on the Engine; a service that is missing there has none yet.
func Reconcile(p *Project, o Observed, images map[string]string, r Request) (Plan, error) {
	b, err := newPlanner(p, o, images, r)
	if err != nil {
		return Plan{}, err
	}
	b.foreign()
	switch r.Op {
	case OpUp:
		err = b.up()
	case OpDown:
		b.down()
	case OpStop:
		b.stop()
	case OpStart:
		err = b.start()
	case OpRestart:
		err = b.restart()
	default:
		err = &stack.Problem{What: fmt.Sprintf("planning %q", r.Op), Err: stack.ErrUsage}
	}
	if err != nil {
		return Plan{}, err
	}
	return b.plan, nil
}

// planner is a Plan in the making.
type planner struct {
	project  *Project
	observed Observed
	images   map[string]string
	request  Request
	// names are the services that it is about, dependencies first.
	names []string
	// replicas are the numbers of those that alone are meant, of some of them.
	replicas map[string][]int
	plan     Plan

	containers map[string][]Container // of services, by number
	leftovers  map[string][]Container // half-made replacements
	oneOffs    []Container
	orphans    []Container // of services that the file does not have

	networks map[string]int   // key → the step that creates it
	volumes  map[string]int   // key → the step that creates it
	replaced map[string]bool  // IDs of networks that are made anew
	made     map[string][]int // service → steps that make or replace its containers
	standing map[string]actor // service → who others share with, once it is planned
	started  map[string][]int // service → steps after which it runs
	trimmed  map[string][]int // service → removals of what must not be taken for it
	stopped  map[string]int   // container ID → the step that stops it
	cleared  []int            // removals that free ports and names
	waits    map[string]*waiting
}

func newPlanner(p *Project, o Observed, images map[string]string, r Request) (*planner, error) {
	deps := !r.NoDeps && (r.Op == OpUp || r.Op == OpStart)
	var replicas map[string][]int
	if r.Op == OpStop || r.Op == OpRestart {
		r.Services, replicas = p.roles(r.Services)
	}
	names, err := p.Select(r.Services, deps)
	if err != nil {
		return nil, err
	}
	if r, err = r.amid(p.Model.Environment); err != nil {
		return nil, err
	}
	b := &planner{
		project: p, observed: o, images: images, request: r, names: names, replicas: replicas,
		// Empty, not absent, for those who read the Plan as JSON.
		plan:       Plan{Project: p.Name, Steps: []Step{}, Unchanged: []stack.Ref{}, Notes: []string{}, Pending: []string{}},
		containers: map[string][]Container{}, leftovers: map[string][]Container{},
		networks: map[string]int{}, volumes: map[string]int{}, replaced: map[string]bool{},
		made: map[string][]int{}, standing: map[string]actor{}, started: map[string][]int{}, trimmed: map[string][]int{},
		stopped: map[string]int{}, waits: map[string]*waiting{},
	}
	b.sort()
	return b, nil
}

// sort tells the observed containers apart.
func (b *planner) sort() {
	all := slices.Clone(b.observed.Containers)
	slices.SortStableFunc(all, func(x, y Container) int {
		return cmp.Or(cmp.Compare(x.Service, y.Service), cmp.Compare(x.Number, y.Number), x.Created.Compare(y.Created), cmp.Compare(x.ID, y.ID))
	})
	for _, c := range all {
		_, active := b.project.Model.Services[c.Service]
		_, off := b.project.Model.DisabledServices[c.Service]
		only := b.replicas[c.Service]
		switch {
		case c.Phase == stack.Removing:
			// As good as gone.
		case only != nil && !c.OneOff && !slices.Contains(only, c.Number):
			// Another one is meant.
		case c.OneOff:
			b.oneOffs = append(b.oneOffs, c)
		case !active && !off:
			b.orphans = append(b.orphans, c)
		case c.Replaces != "" && stack.IsTemporaryName(c.Name):
			// The label alone does not tell: it stays after the renaming
			// that completes a recreation.
			b.leftovers[c.Service] = append(b.leftovers[c.Service], c)
		default:
			b.containers[c.Service] = append(b.containers[c.Service], c)
		}
	}
}

// add appends a step and gives its ID.
func (b *planner) add(s Step) int {
	s.ID = len(b.plan.Steps) + 1
	s.Ref.Project = b.project.Name
	if s.Kind == StopContainer || s.Kind == RecreateContainer || s.Kind == RestartContainer {
		s.Grace = b.request.Grace
	}
	s.After = slices.Compact(slices.Sorted(slices.Values(s.After)))
	b.plan.Steps = append(b.plan.Steps, s)
	return s.ID
}

// act is a step on an existing container.
func (b *planner) act(kind Kind, c Container, cause string, after ...int) int {
	return b.add(Step{Kind: kind, Ref: b.ref(c), Name: c.Name, Target: c.ID, Cause: cause, After: after})
}

// halt stops a container, once.
func (b *planner) halt(c Container, cause string, after ...int) int {
	if _, already := b.stopped[c.ID]; !already {
		b.stopped[c.ID] = b.act(StopContainer, c, cause, after...)
	}
	return b.stopped[c.ID]
}

// remove stops a container, if it needs that (0: it does not), and removes it.
func (b *planner) remove(c Container, cause string, after ...int) (stopped, removed int) {
	if live(c) {
		stopped = b.halt(c, cause, after...)
		after = []int{stopped}
	}
	removed = b.act(RemoveContainer, c, cause, after...)
	return stopped, removed
}

// foreign notes that the containers of a project of this name were made from
// another folder: what is about to happen may be meant for somebody else's.
func (b *planner) foreign() {
	seen := map[string]bool{b.project.Dir: true, "": true}
	for _, c := range b.observed.Containers {
		if !seen[c.Dir] {
			seen[c.Dir] = true
			b.note("the containers of %s were made from another folder, %s; if that is another project, give this one a name of its own with -p", b.project.Name, c.Dir)
		}
	}
}

func (b *planner) note(format string, args ...any) {
	b.plan.Notes = append(b.plan.Notes, fmt.Sprintf(format, args...))
}

func (b *planner) keep(c Container) {
	b.plan.Unchanged = append(b.plan.Unchanged, b.ref(c))
}

func (b *planner) ref(c Container) stack.Ref {
	return stack.Ref{Project: b.project.Name, Service: c.Service, Number: c.Number}
}

func (b *planner) service(name string) types.ServiceConfig { return b.project.Model.Services[name] }

// covers reports whether the plan is about a service.
func (b *planner) covers(name string) bool { return slices.Contains(b.names, name) }

// live reports whether a container has a process that must be stopped.
func live(c Container) bool {
	return c.Phase == stack.Running || c.Phase == stack.Paused || c.Phase == stack.Restarting
}

// list is "a", "a and b", "a, b and c".
func list(words []string) string {
	if len(words) < 2 {
		return strings.Join(words, "")
	}
	return strings.Join(words[:len(words)-1], ", ") + " and " + words[len(words)-1]
}

// are is the verb that follows a list.
func are(words []string, one, many string) string {
	if len(words) == 1 {
		return one
	}
	return many
}

func containerNames(containers []Container) []string {
	var names []string
	for _, c := range containers {
		names = append(names, c.Name)
	}
	return names
}
