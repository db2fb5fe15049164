package compose

import (
	"slices"
	"strings"

	"github.com/compose-spec/compose-go/v2/types"

	"berth/stack"
)

// A service may use the namespaces or volumes of another one's container
// (network_mode, ipc, pid: service:x, volumes_from). It is bound to that
// container's ID, and must be made anew when another one takes its place.

// shares lists the services that s uses in this way.
func shares(s types.ServiceConfig) []string {
	var others []string
	for _, mode := range []string{s.NetworkMode, s.Ipc, s.Pid} {
		if other, ok := strings.CutPrefix(mode, types.ServicePrefix); ok {
			others = append(others, other)
		}
	}
	for _, from := range s.VolumesFrom {
		if !strings.HasPrefix(from, types.ContainerPrefix) {
			other, _, _ := strings.Cut(from, ":")
			others = append(others, other)
		}
	}
	return others
}

// actor is the container that stands for its service: of several, the first
// by name, as in docker compose.
type actor struct {
	name string
	id   string // empty: the plan makes it
}

// stand puts a container up as its service's actor.
func (b *planner) stand(service, name, id string) {
	if now, ok := b.standing[service]; !ok || name < now.name {
		b.standing[service] = actor{name, id}
	}
}

// actor gives who will stand for a service when the plan is carried out.
func (b *planner) actor(service string) (actor, bool) {
	if a, planned := b.standing[service]; planned {
		return a, true
	}
	all := b.containers[service]
	if len(all) == 0 {
		return actor{}, false
	}
	first := slices.MinFunc(all, func(x, y Container) int { return strings.Compare(x.Name, y.Name) })
	return actor{first.Name, first.ID}, true
}

// sharedContainer resolves a service for its dependents' hashes.
func (b *planner) sharedContainer(service string) (id string, ok bool) {
	a, ok := b.actor(service)
	return a.id, ok
}

// sharedWithNew names a service whose actor is new: the old one's ID would be
// a dead reference.
func (b *planner) sharedWithNew(name string) string {
	for _, other := range shares(b.service(name)) {
		if a, ok := b.actor(other); ok && a.id == "" {
			return other
		}
	}
	return ""
}

// noteStale names services that share with a container that is replaced, and
// are not part of the plan.
func (b *planner) noteStale() {
	for _, name := range b.project.Names() {
		if other := b.sharedWithNew(name); other != "" && !b.covers(name) && len(b.containers[name]) > 0 {
			b.note("%s shares with %s, which is made anew: bring it up too", name, other)
		}
	}
}

// checkShares refuses what cannot be made: sharing with nobody.
func (b *planner) checkShares(s types.ServiceConfig) error {
	if s.GetScale() == 0 {
		return nil
	}
	for _, other := range shares(s) {
		if _, ok := b.actor(other); !ok {
			return &stack.Problem{What: s.Name + " shares with " + other + ", which has no container", Hint: "bring " + other + " up too, at a scale of 1 or more"}
		}
	}
	return nil
}
