package workflow

import (
	"cmp"
	"context"
	"os"
	"path/filepath"
	"slices"
	"time"

	"berth/stack"
	"berth/watch"
)

// took takes a batch up.
func (f *following) took(ctx context.Context, b watch.Batch) bool {
	var orders []Order
	written, changed := map[string]bool{}, map[string]bool{}
	for n := range f.rules {
		r := &f.rules[n]
		if r.quiet != "" {
			continue
		}
		changes, touched, err := r.changes(ctx, b)
		if err != nil && !f.yield(News{}, err) {
			return false
		}
		for _, t := range touched {
			written[t] = true
		}
		for _, c := range changes {
			changed[c.file] = true
		}
		if r.shared {
			var own []stack.FileChange
			if changes, own = f.own.without(time.Now(), r.service, changes); len(own) > 0 {
				why := "it changes again and again, and " + r.service + " may write it: not restarted; mount it read-only, or give " + r.service + " a develop.watch section"
				if !f.yield(News{Left: &Left{Service: r.service, Files: own, Why: why}}, nil) {
					return false
				}
			}
		}
		if len(changes) == 0 {
			continue
		}
		o := r.orderFor(changes)
		if at := slices.IndexFunc(orders, func(b Order) bool { return b.Service == o.Service }); at >= 0 {
			orders[at] = orders[at].With(o)
		} else {
			orders = append(orders, o)
		}
	}
	var same []string
	for file := range written {
		if !changed[file] {
			same = append(same, near(f.project, file))
		}
	}
	if slices.Sort(same); len(same) > 0 && len(orders) == 0 && !f.yield(News{Unchanged: same}, nil) {
		return false
	}
	for _, o := range orders {
		if !f.yield(News{Order: &o}, nil) {
			return false
		}
	}
	return true
}

// changes is what a batch is for a rule: files that are others now, and those of
// the batch that are there and that the rule is about.
func (r *rule) changes(ctx context.Context, b watch.Batch) (changes []change, touched []string, err error) {
	for n := range r.parts {
		p := &r.parts[n]
		var paths []string
		for _, path := range b.Paths {
			info, err := os.Lstat(path)
			folder := err == nil && info.IsDir()
			if !p.has(path, folder || err != nil) { // of what is gone it is not known whether it was a folder
				continue
			}
			paths = append(paths, path)
			if err == nil && !folder && !r.shared {
				touched = append(touched, path)
			}
		}
		if len(paths) == 0 && !b.All {
			continue
		}
		all, err := p.differ(ctx, paths, b.All)
		if err != nil {
			return changes, touched, err
		}
		for _, c := range all {
			rel, err := filepath.Rel(filepath.FromSlash(p.Name), filepath.FromSlash(c.Path))
			file := filepath.Join(p.Dir, rel)
			if err == nil && p.has(file, false) {
				changes = append(changes, change{c, file})
			}
		}
	}
	slices.SortFunc(changes, func(a, b change) int { return cmp.Compare(a.Path, b.Path) })
	return slices.CompactFunc(changes, func(a, b change) bool { return a.Path == b.Path }), touched, nil
}

// differ is the changes of files of a part by their content, or by what happened
// where their content is not known.
func (p *part) differ(ctx context.Context, paths []string, all bool) ([]stack.FileChange, error) {
	switch {
	case p.memory != nil && all:
		return p.memory.All(ctx)
	case p.memory != nil:
		return p.memory.Changed(ctx, paths)
	case all:
		paths = append(paths, p.Dir)
	}
	var changes []stack.FileChange
	for _, path := range paths {
		rel, err := filepath.Rel(p.Dir, path)
		if err != nil {
			continue
		}
		c := stack.FileChange{Path: filepath.ToSlash(filepath.Join(p.Name, rel)), Fate: stack.FileChanged}
		if _, err := os.Lstat(path); err != nil {
			c.Fate = stack.FileRemoved
		}
		changes = append(changes, c)
	}
	return changes, nil
}
