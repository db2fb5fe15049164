package compose

import (
	"cmp"
	"fmt"
	"maps"
	"slices"

	"github.com/compose-spec/compose-go/v2/types"
	"github.com/compose-spec/compose-go/v2/utils"

	"berth/stack"
)

// Causes that several steps share.
const (
	notThereYet = "not there yet"
	interrupted = "left by an interrupted recreation"
	notInFile   = "its service is not in the file"
)

// up plans networks, volumes, then service by service, dependencies first.
func (b *planner) up() error {
	b.removeOrphans()
	if err := b.upNetworks(); err != nil {
		return err
	}
	if err := b.upVolumes(); err != nil {
		return err
	}
	for _, name := range b.names {
		if err := b.upService(name); err != nil {
			return err
		}
	}
	b.noteStale()
	return nil
}

// removeOrphans comes first: an orphan may hold a port or name that is needed.
func (b *planner) removeOrphans() {
	if len(b.orphans) == 0 {
		return
	}
	if !b.request.RemoveOrphans {
		if utils.StringToBool(b.project.Model.Environment[ignoreOrphansVariable]) {
			return
		}
		names := containerNames(b.orphans)
		b.note("%s %s to no service of the file and %s; --remove-orphans removes %s",
			list(names), are(names, "belongs", "belong"), are(names, "stays", "stay"), are(names, "it", "them"))
		return
	}
	for _, c := range b.orphans {
		_, removed := b.remove(c, notInFile)
		b.cleared = append(b.cleared, removed)
	}
}

// upService brings one service to its scale: what is too much goes, what is
// out of date is replaced, what is missing is made, and all is started.
func (b *planner) upService(name string) error {
	s := b.service(name)
	if s.Provider != nil {
		b.note("%s is left out: providers are not applied", name)
		return nil
	}
	if err := b.checkShares(s); err != nil {
		return err
	}
	current, err := b.judge(name)
	if err != nil {
		return err
	}
	want := s.GetScale()
	current = b.removeLeftovers(name, current)
	current = b.removeSurplus(name, current, want)
	after := append(b.needs(s), b.trimmed[name]...)
	b.pending(s, len(current) > 0 && !slices.ContainsFunc(current, judged.outdated))

	var starts []Step
	for _, c := range current {
		if !c.outdated() {
			b.stand(name, c.Name, c.ID)
			if step, needed := b.resume(c.Container); needed {
				starts = append(starts, step)
			}
			continue
		}
		before := slices.Clone(after)
		if id, stopped := b.stopped[c.ID]; stopped {
			before = append(before, id)
		}
		recreate := Step{Kind: RecreateContainer, Target: c.ID, Cause: c.cause, After: before}
		starts = append(starts, b.replica(name, c.Number, recreate))
	}
	cause := notThereYet
	if len(current) > 0 {
		cause = fmt.Sprintf("scaled up to %d", want)
	}
	for _, number := range freeNumbers(current, want-len(current)) {
		starts = append(starts, b.replica(name, number, Step{Kind: CreateContainer, Cause: cause, After: after}))
	}
	b.addStarts(name, starts)
	return nil
}

// replica adds the step that creates or recreates a replica and gives the one
// that starts it.
func (b *planner) replica(service string, number int, s Step) (start Step) {
	s.Ref = stack.Ref{Service: service, Number: number}
	s.Name = b.project.ContainerName(service, number)
	id := b.add(s)
	b.made[service] = append(b.made[service], id)
	b.stand(service, s.Name, "")
	cause := "created"
	if s.Kind == RecreateContainer {
		cause = "recreated"
	}
	return b.startOf(service, number, "", cause, id)
}

// needs are the steps before a container of s can be made.
func (b *planner) needs(s types.ServiceConfig) []int {
	var after []int
	for _, key := range slices.Sorted(maps.Keys(s.Networks)) {
		if id, ok := b.networks[key]; ok {
			after = append(after, id)
		}
	}
	for _, v := range s.Volumes {
		if id, ok := b.volumes[v.Source]; ok && v.Type == types.VolumeTypeVolume {
			after = append(after, id)
		}
	}
	for _, other := range shares(s) {
		after = append(append(after, b.made[other]...), b.trimmed[other]...)
	}
	return after
}

// removeLeftovers clears what an interrupted recreation left: beside the
// original it goes; alone it is what remains of the container, and the
// recreation is done over.
func (b *planner) removeLeftovers(name string, current []judged) []judged {
	for _, c := range b.leftovers[name] {
		if slices.ContainsFunc(current, func(j judged) bool { return j.Number == c.Number }) {
			_, removed := b.remove(c, interrupted)
			b.trimmed[name] = append(b.trimmed[name], removed)
			continue
		}
		current = append(current, judged{c, interrupted})
	}
	return current
}

// removeSurplus keeps at most want containers, one for each number.
func (b *planner) removeSurplus(name string, all []judged, want int) (kept []judged) {
	for _, c := range all {
		cause := ""
		switch {
		case slices.ContainsFunc(kept, func(k judged) bool { return k.Number == c.Number }):
			cause = fmt.Sprintf("another container is replica %d", c.Number)
		case len(kept) >= want:
			cause = fmt.Sprintf("scaled down to %d", want)
		default:
			kept = append(kept, c)
			continue
		}
		_, removed := b.remove(c.Container, cause)
		b.trimmed[name] = append(b.trimmed[name], removed)
	}
	slices.SortFunc(kept, func(x, y judged) int { return cmp.Compare(x.Number, y.Number) })
	return kept
}

// freeNumbers are the lowest n replica numbers that are not taken.
func freeNumbers(taken []judged, n int) []int {
	var free []int
	for number := 1; len(free) < n; number++ {
		if !slices.ContainsFunc(taken, func(j judged) bool { return j.Number == number }) {
			free = append(free, number)
		}
	}
	return free
}

// pending says what must be done before the image is known. mayRecreate: some
// containers would be replaced by another image only.
func (b *planner) pending(s types.ServiceConfig, mayRecreate bool) {
	if _, known := b.images[s.Name]; known || s.GetScale() == 0 {
		return
	}
	text := "pull " + s.Image + " for " + s.Name
	if s.Build != nil {
		text = "build " + s.Name
	}
	if mayRecreate && !b.request.NoRecreate {
		text += "; recreate it if the image changes"
	}
	b.plan.Pending = append(b.plan.Pending, text)
}
