package compose

import (
	"maps"
	"slices"

	"berth/stack"
)

// stop plans to stop what runs, dependents first.
func (b *planner) stop() {
	stops := map[string][]int{}
	for _, name := range slices.Backward(b.names) {
		for _, c := range append(slices.Clone(b.containers[name]), b.leftovers[name]...) {
			if !live(c) {
				b.keep(c)
				continue
			}
			stops[name] = append(stops[name], b.halt(c, "asked for", b.ofDependents(name, stops)...))
		}
	}
}

// ofDependents collects steps of the services that depend on one.
func (b *planner) ofDependents(name string, steps map[string][]int) []int {
	var of []int
	for _, other := range b.names {
		if _, depends := b.service(other).DependsOn[name]; depends {
			of = append(of, steps[other]...)
		}
	}
	return of
}

// down plans to remove containers, dependents first, then networks and, if
// asked for, volumes. What is external stays, and so does what something that
// stays uses.
func (b *planner) down() {
	const cause = "asked for"
	gone := map[string]bool{}
	var removals []int
	remove := func(c Container, cause string, after ...int) (stopped int) {
		stopped, removed := b.remove(c, cause, after...)
		if b.request.RemoveVolumes && cause != notInFile {
			s := &b.plan.Steps[removed-1]
			s.Anonymous, s.Cause = true, cause+", anonymous volumes too"
		}
		removals = append(removals, removed)
		gone[c.ID] = true
		return stopped
	}
	whole := len(b.request.Services) == 0
	for _, c := range b.oneOffs {
		if whole || b.covers(c.Service) {
			remove(c, cause)
		}
	}
	if whole && b.request.RemoveOrphans {
		for _, c := range b.orphans {
			remove(c, notInFile)
		}
	} else if whole {
		b.removeOrphans() // says that they stay
	}
	stops := map[string][]int{}
	for _, name := range slices.Backward(b.names) {
		after := b.ofDependents(name, stops)
		for _, c := range append(slices.Clone(b.containers[name]), b.leftovers[name]...) {
			if id := remove(c, cause, after...); id > 0 {
				stops[name] = append(stops[name], id)
			}
		}
	}
	if whole {
		b.noteOff()
	}
	var staying []Container
	for _, c := range b.observed.Containers {
		if !gone[c.ID] && c.Phase != stack.Removing {
			staying = append(staying, c)
		}
	}
	b.downNetworks(staying, removals)
	b.downVolumes(staying, removals)
}

// noteOff names containers of services that no profile enables: down leaves
// them, as docker compose does.
func (b *planner) noteOff() {
	for _, name := range slices.Sorted(maps.Keys(b.project.Model.DisabledServices)) {
		if all := b.containers[name]; len(all) > 0 {
			names := containerNames(all)
			b.note("%s %s: %s is off; take it in with --profile %s", list(names), are(names, "stays", "stay"), name, b.project.profile(name))
		}
	}
}

func (b *planner) downNetworks(staying []Container, removals []int) {
	for _, n := range b.observed.Networks {
		if n.Project != b.project.Name {
			continue
		}
		var users []string
		for _, c := range staying {
			if slices.Contains(slices.Collect(maps.Values(c.Networks)), n.ID) {
				users = append(users, c.Name)
			}
		}
		if len(users) > 0 {
			b.note("network %s stays: %s %s it", n.Name, list(users), are(users, "uses", "use"))
			continue
		}
		b.add(Step{Kind: RemoveNetwork, Key: n.Key, Name: n.Name, Target: n.ID, Cause: "asked for", After: removals})
	}
}

// downVolumes removes the volumes that the file names. Data that it names no
// more stays, with a note. Without a file, all of the project's are meant.
func (b *planner) downVolumes(staying []Container, removals []int) {
	if !b.request.RemoveVolumes {
		return
	}
	wanted := b.volumeKeys()
	for _, v := range b.observed.Volumes {
		if v.Project != b.project.Name {
			continue
		}
		config, declared := b.project.Model.Volumes[v.Key]
		if !declared || bool(config.External) || config.Name != v.Name || len(b.project.Files) > 0 && !slices.Contains(wanted, v.Key) {
			b.note("volume %s stays: no service that is taken down uses it", v.Name)
			continue
		}
		var users []string
		for _, c := range staying {
			if slices.Contains(slices.Collect(maps.Values(c.Volumes)), v.Name) {
				users = append(users, c.Name)
			}
		}
		if len(users) > 0 {
			b.note("volume %s stays: %s %s it", v.Name, list(users), are(users, "uses", "use"))
			continue
		}
		b.add(Step{Kind: RemoveVolume, Key: v.Key, Name: v.Name, Target: v.Name, Cause: "asked for", After: removals})
	}
}
