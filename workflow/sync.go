package workflow

import (
	"context"
	"io/fs"
	"path/filepath"
	"slices"
	"strings"

	"berth/compose"
	"berth/sources"
	"berth/stack"
)

// SyncOrders are what brings services up to date without a build: for each, the
// files that differ from those that its image was built from, as far as a sync
// of its develop.watch is about them, and what that asks for. None named: all
// services that have one. notes say what is not known.
func (s Stack) SyncOrders(ctx context.Context, services []string) (orders []Order, notes []string, err error) {
	p, err := s.load(ctx, services)
	if err != nil {
		return nil, nil, err
	}
	names, err := p.Select(services, false)
	if err != nil {
		return nil, nil, err
	}
	followed := false
	for _, name := range names {
		rules, more, err := s.rulesOf(p, name, nil)
		if err != nil {
			return nil, nil, err
		}
		notes = append(notes, more...)
		order := Order{Service: name}
		for _, r := range rules {
			if !r.sync {
				continue
			}
			followed = true
			changes, err := s.differing(ctx, p, r)
			if err != nil {
				return nil, nil, err
			}
			if len(changes) > 0 {
				order = order.With(r.orderFor(changes))
			}
		}
		if len(order.Copies) > 0 {
			orders = append(orders, order)
		}
	}
	if !followed {
		what := "nothing says which files go where in a container"
		if len(services) > 0 {
			what += " of " + strings.Join(services, ", ")
		}
		return nil, nil, &stack.Problem{
			What: what, Where: "project " + p.Name,
			Hint: "add a trigger with `action: sync` (or sync+restart, sync+exec), a path and a target to the service's develop.watch; without one `berth loop` rebuilds",
		}
	}
	return orders, notes, nil
}

// differing is the files of a sync that are not as the image of the service has
// them. Of what the image was not built from, or where that is not known, that
// is all of them.
func (s Stack) differing(ctx context.Context, p *compose.Project, r rule) ([]change, error) {
	if changes, ok, err := s.sinceBuild(ctx, p, r); ok || err != nil {
		return changes, err
	}
	t := r.parts[0].Tree
	m, err := sources.Look(ctx, sources.Subject{Trees: []sources.Tree{t}}, sources.Manifest{})
	if err != nil {
		return nil, err
	}
	var all []change
	for _, f := range m.Trees[0].Files {
		file := filepath.Join(t.Dir, filepath.FromSlash(f.Path))
		if f.Mode.IsRegular() || f.Mode&fs.ModeSymlink != 0 {
			all = append(all, change{stack.FileChange{Path: near(p, file), Fate: stack.FileAdded}, file})
		}
	}
	slices.SortFunc(all, func(a, b change) int { return strings.Compare(a.Path, b.Path) })
	return all, nil
}

// sinceBuild is what differs from what the service's image was built from; ok
// says that it is known.
func (s Stack) sinceBuild(ctx context.Context, p *compose.Project, r rule) (changes []change, ok bool, err error) {
	config := p.Model.Services[r.service]
	if s.Manifests == nil || config.Build == nil {
		return nil, false, nil
	}
	if rel, err := filepath.Rel(config.Build.Context, r.parts[0].Dir); err != nil || !filepath.IsLocal(rel) {
		return nil, false, nil
	}
	observed, err := s.Engine.Observe(ctx, p)
	if err != nil {
		return nil, false, err
	}
	c, ok := containerOf(observed, r.service)
	if !ok {
		return nil, false, nil
	}
	made, err := buildSubject(p, r.service, BuildOptions{})
	if made.remote != "" || err != nil {
		return nil, false, err
	}
	var was sources.Manifest
	if ok, err = s.Manifests.Load(c.ImageID, &was); !ok || err != nil {
		return nil, false, err
	}
	was.Parts = nil // arguments are no files
	all, _, err := compared(ctx, sources.Subject{Trees: made.Trees}, &was)
	if err != nil {
		return nil, false, err
	}
	for _, c := range all {
		file := c.Path
		if !filepath.IsAbs(file) {
			file = filepath.Join(p.Dir, filepath.FromSlash(file))
		}
		if r.parts[0].has(file, false) {
			changes = append(changes, change{c, file})
		}
	}
	return changes, true, nil
}
