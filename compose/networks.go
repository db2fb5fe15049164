package compose

import (
	"maps"
	"slices"

	"berth/stack"
)

// upNetworks creates what is missing and makes anew what is configured
// differently. Whatever is on a network that is made anew must be replaced
// too, though nobody asked for its service.
func (b *planner) upNetworks() error {
	for changed := true; changed; {
		changed = false
		for _, key := range b.networkKeys() {
			_, attached, err := b.diverged(key)
			if err != nil {
				return err
			}
			if len(b.strangers(attached)) > 0 {
				continue // it will stay
			}
			for _, c := range attached {
				if _, active := b.project.Model.Services[c.Service]; active && !b.covers(c.Service) {
					b.names = b.project.inOrder(append(b.names, c.Service))
					changed = true
				}
			}
		}
	}
	for _, key := range b.networkKeys() {
		if err := b.upNetwork(key); err != nil {
			return err
		}
	}
	return nil
}

// networkKeys are the networks of the services that the plan is about.
func (b *planner) networkKeys() []string {
	keys := map[string]bool{}
	for _, name := range b.names {
		for key := range b.service(name).Networks {
			keys[key] = true
		}
	}
	return slices.Sorted(maps.Keys(keys))
}

func (b *planner) upNetwork(key string) error {
	config := b.project.Model.Networks[key]
	have, exists := b.network(config.Name)
	if config.External {
		if !exists {
			return missingExternal("network", config.Name)
		}
		return nil
	}
	if !exists {
		b.networks[key] = b.add(Step{Kind: CreateNetwork, Key: key, Name: config.Name, Cause: notThereYet})
		return nil
	}
	if have.Project != b.project.Name {
		b.note("network %s was not made for this project; it is used as it is", have.Name)
		return nil
	}
	differs, attached, err := b.diverged(key)
	if err != nil || !differs {
		return err
	}
	if strangers := b.strangers(attached); len(strangers) > 0 {
		b.note("network %s is configured differently and stays so: %s %s it", have.Name, list(strangers), are(strangers, "uses", "use"))
		return nil
	}
	cause := "network " + have.Name + " is configured differently"
	var stops []int
	for _, c := range attached {
		if _, active := b.project.Model.Services[c.Service]; live(c) && active {
			stops = append(stops, b.halt(c, cause))
		}
	}
	removed := b.add(Step{Kind: RemoveNetwork, Key: key, Name: have.Name, Target: have.ID, Cause: "configured differently", After: append(stops, b.cleared...)})
	b.networks[key] = b.add(Step{Kind: CreateNetwork, Key: key, Name: config.Name, Cause: "configured differently", After: []int{removed}})
	b.replaced[have.ID] = true
	return nil
}

// diverged reports whether a network of the project is configured differently
// from the file, and what is attached to it then. One without a hash was made
// by hand or long ago: nobody can tell, so it stays.
func (b *planner) diverged(key string) (bool, []Container, error) {
	config := b.project.Model.Networks[key]
	have, exists := b.network(config.Name)
	if !exists || bool(config.External) || have.Project != b.project.Name || have.ConfigHash == "" {
		return false, nil, nil
	}
	hash, err := b.project.NetworkHash(key)
	if err != nil || hash == have.ConfigHash {
		return false, nil, err
	}
	var attached []Container
	for _, c := range b.observed.Containers {
		for _, id := range c.Networks {
			if id == have.ID {
				attached = append(attached, c)
			}
		}
	}
	return true, attached, nil
}

// strangers are containers that the plan will neither replace nor remove.
func (b *planner) strangers(attached []Container) []string {
	var names []string
	for _, c := range attached {
		_, active := b.project.Model.Services[c.Service]
		_, off := b.project.Model.DisabledServices[c.Service]
		goes := active || !off && b.request.RemoveOrphans
		if live(c) && (c.OneOff || !goes) {
			names = append(names, c.Name)
		}
	}
	return names
}

// network finds a network by name, the project's own before a namesake: old
// Engines allow several.
func (b *planner) network(name string) (found Network, exists bool) {
	for _, n := range b.observed.Networks {
		if (n.Name == name || n.ID == name) && (!exists || n.Project == b.project.Name) {
			found, exists = n, true
		}
	}
	return found, exists
}

// onReplaced names a network of the container's that is made anew.
func (b *planner) onReplaced(c Container) string {
	for _, name := range slices.Sorted(maps.Keys(c.Networks)) {
		if b.replaced[c.Networks[name]] {
			return name
		}
	}
	return ""
}

// missingNetwork names a network that the container should be on and is not.
// A stopped one keeps the ID of a network that was removed, and would not
// start; one that never started has none.
func (b *planner) missingNetwork(service string, c Container) string {
	for _, key := range slices.Sorted(maps.Keys(b.service(service).Networks)) {
		name := b.project.Model.Networks[key].Name
		have, exists := b.network(name)
		id, attached := c.Networks[name]
		if c.Phase == stack.Running && exists && !slices.Contains(slices.Collect(maps.Values(c.Networks)), have.ID) {
			return name
		}
		if attached && id != "" && (!exists || id != have.ID) {
			return name
		}
	}
	return ""
}
