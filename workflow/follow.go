package workflow

import (
	"context"
	"iter"
	"slices"
	"strings"
	"time"

	"berth/compose"
	"berth/sources"
	"berth/stack"
	"berth/watch"
)

// FollowOptions is what to follow.
type FollowOptions struct {
	Services []string // none: all that the profiles enable
	// Changes yields the project anew when its files have changed, and why they
	// cannot be read; nil: it stays as it is.
	Changes func(context.Context, *compose.Project) iter.Seq2[*compose.Project, error]
}

// Follow watches the files that the services are made of until ctx ends, and
// yields what follows from their changes; it does none of it (see Carry). The
// first News is the Scope. An error is a trouble on the way, unless the sequence
// ends with it.
func (s Stack) Follow(ctx context.Context, o FollowOptions) iter.Seq2[News, error] {
	return func(yield func(News, error) bool) {
		ctx, cancel := context.WithCancel(ctx)
		defer cancel()
		p, err := s.load(ctx, o.Services)
		if err == nil {
			_, err = p.Select(o.Services, false)
		}
		if err != nil {
			yield(News{}, err)
			return
		}
		f := following{Stack: s, o: o, project: p, own: ownWriting{}, yield: func(n News, err error) bool {
			n.At = time.Now()
			return ctx.Err() == nil && yield(n, err)
		}}
		read := make(chan projectRead)
		done := make(chan struct{})
		go func() {
			defer close(done)
			if o.Changes == nil {
				return
			}
			for p, err := range o.Changes(ctx, p) {
				select {
				case read <- projectRead{p, err}:
				case <-ctx.Done():
				}
			}
		}()
		for f.round(ctx, read) {
		}
		cancel()
		<-done
	}
}

type projectRead struct {
	project *compose.Project
	err     error
}

// following is a Follow under way.
type following struct {
	Stack
	o       FollowOptions
	project *compose.Project
	rules   []rule
	own     ownWriting
	yield   func(News, error) bool
}

// round follows the project as it is now, and reports whether to go on with it
// as it is afterwards.
func (f *following) round(ctx context.Context, read <-chan projectRead) bool {
	before := f.rules
	notes, err := f.resolve(ctx)
	if err != nil && !f.yield(News{}, err) {
		return false
	}
	ctx, cancel := context.WithCancel(ctx)
	type batch struct {
		watch.Batch
		err error
	}
	batches := make(chan batch)
	over := make(chan struct{})
	go func() {
		defer close(over)
		var trees []sources.Tree
		for _, r := range f.rules {
			for _, p := range r.parts {
				if r.quiet == "" {
					trees = append(trees, p.Tree)
				}
			}
		}
		for b, err := range watch.Files(ctx, trees) {
			select {
			case batches <- batch{b, err}:
			case <-ctx.Done():
			}
		}
	}()
	defer func() { cancel(); <-over }()
	armed := false
	for {
		select {
		case <-ctx.Done():
			return false
		case now := <-read:
			if now.err != nil {
				if !f.yield(News{}, now.err) {
					return false
				}
				continue
			}
			enabled, err := now.project.Enable(f.o.Services)
			if err != nil {
				if !f.yield(News{}, err) {
					return false
				}
				continue
			}
			f.project = enabled
			return f.yield(News{Project: enabled}, nil)
		case b := <-batches:
			switch {
			case b.err != nil:
				if !f.yield(News{}, b.err) {
					return false
				}
			case !armed:
				armed = true
				if !f.begin(ctx, before, notes) {
					return false
				}
			default:
				if !f.took(ctx, b.Batch) {
					return false
				}
				if slices.ContainsFunc(b.Paths, func(p string) bool { return strings.HasSuffix(p, sources.IgnoreFile) }) {
					return true // the rules are others now
				}
			}
		}
	}
}

// resolve finds the rules of the project.
func (f *following) resolve(ctx context.Context) (notes []string, err error) {
	f.rules = nil
	names, err := f.project.Select(f.o.Services, false)
	if err != nil {
		return nil, err
	}
	for _, name := range names {
		var argv []string
		if config := f.project.Model.Services[name]; config.Develop == nil && len(f.mountSubject(f.project, config).Trees) > 0 {
			if m, err := f.Engine.MainProcess(ctx, stack.Ref{Project: f.project.Name, Service: name, Number: 1}); err == nil { // else it says nothing
				argv = m.Argv
			}
		}
		rules, more, err := f.rulesOf(f.project, name, argv)
		if err != nil {
			return nil, err
		}
		f.rules, notes = append(f.rules, rules...), append(notes, more...)
	}
	if len(f.rules) == 0 {
		notes = append(notes, "no service is built from or mounts a folder of this project, or has a develop.watch section")
	}
	return notes, nil
}

// begin says what is watched. What was followed before goes on from where it
// was: what changed in between is not lost.
func (f *following) begin(ctx context.Context, before []rule, notes []string) bool {
	for n := range f.rules {
		r := &f.rules[n]
		if was := slices.IndexFunc(before, func(b rule) bool { return b.key() == r.key() }); was >= 0 {
			for i := range r.parts {
				r.parts[i].memory = before[was].parts[i].memory
			}
		}
		var known sources.Manifest
		if r.rebuild {
			known = f.builtLast(ctx, r.service)
		}
		if err := r.remember(ctx, known); err != nil && !f.yield(News{}, err) {
			return false
		}
	}
	sc := scope(f.rules, notes)
	if !f.yield(News{Scope: &sc}, nil) {
		return false
	}
	if len(before) > 0 {
		return f.took(ctx, watch.Batch{All: true})
	}
	for _, r := range f.rules {
		if !r.sync || !r.initial {
			continue
		}
		changes, err := f.differing(ctx, f.project, r)
		if err != nil && !f.yield(News{}, err) {
			return false
		}
		if o := r.orderFor(changes); len(o.Copies) > 0 && !f.yield(News{Order: &o}, nil) {
			return false
		}
	}
	return true
}

// builtLast is what the service's image was built from, which saves reading what
// has not changed; empty where that is not known.
func (f *following) builtLast(ctx context.Context, service string) sources.Manifest {
	var m sources.Manifest
	if f.Manifests == nil {
		return m
	}
	image, ok, err := f.Engine.Image(ctx, f.project.ImageName(service))
	if err != nil || !ok {
		return m
	}
	if ok, err := f.Manifests.Load(image.ID, &m); err != nil || !ok {
		return sources.Manifest{}
	}
	return m
}
