package compose

import (
	"fmt"
	"maps"
	"slices"

	"berth/stack"
)

// start plans to start what exists, dependencies first.
func (b *planner) start() error {
	found := false
	for _, name := range b.names {
		all := b.containers[name]
		found = found || len(all) > 0
		if len(all) == 0 && slices.Contains(b.request.Services, name) {
			return nothingTo("start", name)
		}
		if s := b.service(name); len(all) == 0 && s.GetScale() > 0 {
			b.note("%s has no container; berth up makes it", name)
		}
		var starts []Step
		for _, c := range all {
			if step, needed := b.resume(c); needed {
				starts = append(starts, step)
			}
		}
		b.addStarts(name, starts)
	}
	if !found {
		return nothingTo("start", b.project.Name)
	}
	return nil
}

func nothingTo(verb, what string) error {
	return &stack.Problem{What: "there is no container of " + what + " to " + verb, Hint: "berth up makes it"}
}

// resume is the step that an up-to-date container needs, if any.
func (b *planner) resume(c Container) (Step, bool) {
	switch c.Phase {
	case stack.Created:
		return b.startOf(c.Service, c.Number, c.ID, "not started yet", 0), true
	case stack.Exited:
		return b.startOf(c.Service, c.Number, c.ID, fmt.Sprintf("exited with %d", c.ExitCode), 0), true
	case stack.Running:
		if dependency := b.restartedWith(c.Service); dependency != "" {
			return Step{Kind: RestartContainer, Ref: b.ref(c), Name: c.Name, Target: c.ID, Cause: dependency + " is made anew"}, true
		}
	case stack.Paused:
		b.note("%s is paused and stays so; docker unpause %s", b.ref(c), c.Name)
	case stack.Restarting:
		b.note("%s keeps restarting, last exit code %d; it stays as it is", b.ref(c), c.ExitCode)
	}
	b.keep(c)
	return Step{}, false
}

// restartedWith names a dependency that takes the service along when it is
// made anew (depends_on: restart: true).
func (b *planner) restartedWith(name string) string {
	dependsOn := b.service(name).DependsOn
	for _, dependency := range slices.Sorted(maps.Keys(dependsOn)) {
		if dependsOn[dependency].Restart && b.covers(dependency) && len(b.made[dependency]) > 0 {
			return dependency
		}
	}
	return ""
}

// startOf starts a container: an observed one, or the one that step makes.
func (b *planner) startOf(service string, number int, target, cause string, step int) Step {
	s := Step{Kind: StartContainer, Ref: stack.Ref{Service: service, Number: number}, Name: b.project.ContainerName(service, number), Target: target, Cause: cause}
	if step > 0 {
		s.After = []int{step}
	}
	return s
}

// addStarts appends a service's starts behind what they wait for.
func (b *planner) addStarts(service string, starts []Step) {
	if len(starts) == 0 {
		return
	}
	after := append(b.conditions(service), b.cleared...)
	for _, s := range starts {
		s.After = append(s.After, after...)
		b.started[service] = append(b.started[service], b.add(s))
	}
}

// waiting is a shared wait: who it is for decides what it says.
type waiting struct {
	step       int
	dependents []string
}

// conditions are the steps after which a service's dependencies are as it
// asks. service_started needs no waiting of its own: the start is enough.
func (b *planner) conditions(service string) []int {
	var after []int
	dependsOn := b.service(service).DependsOn
	for _, name := range slices.Sorted(maps.Keys(dependsOn)) {
		d := dependsOn[name]
		dependency := b.service(name)
		if !b.covers(name) || dependency.GetScale() == 0 || dependency.Provider != nil {
			continue
		}
		until := Condition(d.Condition)
		if until != ServiceHealthy && until != ServiceCompleted {
			after = append(after, b.started[name]...)
			continue
		}
		if len(b.started[name]) > 0 || !b.fulfilled(name, until) {
			after = append(after, b.wait(name, until, d.Required, service))
		}
	}
	return after
}

// fulfilled reports whether what was observed is what is waited for.
func (b *planner) fulfilled(name string, until Condition) bool {
	for _, c := range b.containers[name] {
		healthy := c.Phase == stack.Running && c.Health == stack.Healthy
		completed := c.Phase == stack.Exited && c.ExitCode == 0
		if until == ServiceHealthy && !healthy || until == ServiceCompleted && !completed {
			return false
		}
	}
	return len(b.containers[name]) > 0
}

// wait gives the one step that waits for a condition, whoever needs it.
func (b *planner) wait(name string, until Condition, required bool, dependent string) int {
	key := name + " " + string(until)
	w, ok := b.waits[key]
	if !ok {
		w = &waiting{step: b.add(Step{Kind: WaitDependency, Ref: stack.Ref{Service: name}, Name: name, Until: until, After: append(b.trimmed[name], b.started[name]...), Optional: true})}
		b.waits[key] = w
	}
	w.dependents = append(w.dependents, dependent)
	s := &b.plan.Steps[w.step-1]
	s.Optional = s.Optional && !required
	s.Cause = list(w.dependents) + " " + are(w.dependents, "depends", "depend") + " on it"
	return w.step
}

// restart plans to restart what exists, with those that restart along.
func (b *planner) restart() error {
	asked := b.names
	if len(b.request.Services) > 0 && !b.request.NoDeps {
		b.names = b.project.inOrder(b.withDependents(asked))
	}
	found := false
	for _, name := range b.names {
		cause := "asked for"
		if !slices.Contains(asked, name) {
			cause = "a dependency restarts"
		}
		var after []int
		for dependency := range b.service(name).DependsOn {
			after = append(after, b.started[dependency]...)
		}
		for _, c := range b.containers[name] {
			found = true
			b.started[name] = append(b.started[name], b.act(RestartContainer, c, cause, after...))
		}
		if len(b.containers[name]) == 0 && slices.Contains(b.request.Services, name) {
			return nothingTo("restart", name)
		}
	}
	if !found {
		return nothingTo("restart", b.project.Name)
	}
	return nil
}

// withDependents adds the services that restart with those named.
func (b *planner) withDependents(names []string) []string {
	all := slices.Clone(names)
	for i := 0; i < len(all); i++ {
		for _, other := range b.project.Names() {
			if b.service(other).DependsOn[all[i]].Restart && !slices.Contains(all, other) {
				all = append(all, other)
			}
		}
	}
	return all
}
