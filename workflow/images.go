package workflow

import (
	"context"
	"errors"
	"strings"
	"sync"

	"berth/compose"
	"berth/stack"

	"github.com/compose-spec/compose-go/v2/types"
	"golang.org/x/sync/errgroup"
)

// need is what must be done before a service's image can be used.
type need int

const (
	haveImage need = iota
	buildImage
	pullImage
	missingImage // pull_policy: never
)

// needOf decides as `docker compose up` does: build what has a build section
// and is asked for, absent, or pull_policy build; pull the rest when absent or
// pull_policy always.
func needOf(s types.ServiceConfig, present, build bool) need {
	switch {
	case s.Build != nil && (build || !present || s.PullPolicy == types.PullPolicyBuild):
		return buildImage
	case s.Build == nil && s.PullPolicy == types.PullPolicyAlways:
		return pullImage
	case present:
		return haveImage
	case s.PullPolicy == types.PullPolicyNever:
		return missingImage
	default:
		return pullImage
	}
}

// present looks the services' images up: service → image ID, those that the
// Engine has.
func (s Stack) present(ctx context.Context, p *compose.Project, services []string) (map[string]string, error) {
	var mu sync.Mutex
	ids := make(map[string]string, len(services))
	g, ctx := errgroup.WithContext(ctx)
	for _, name := range services {
		g.Go(func() error {
			img, ok, err := s.Engine.Image(ctx, p.ImageName(name))
			if err != nil || !ok {
				return err
			}
			mu.Lock()
			defer mu.Unlock()
			ids[name] = img.ID
			return nil
		})
	}
	return ids, g.Wait()
}

// provide builds and pulls what the services need, in parallel, and adds their
// image IDs to ids. It reports whether there was anything to do. What fails
// does not end the rest: a model's build takes minutes, and is worth having
// though the registry of another image does not answer.
func (s Stack) provide(ctx context.Context, p *compose.Project, services []string, ids map[string]string, build bool, o BuildOptions, report stack.Report) (bool, error) {
	var mu sync.Mutex
	var g errgroup.Group
	if p.Parallel > 0 {
		g.SetLimit(p.Parallel)
	}
	work := map[string]func() (string, error){}
	for _, name := range services {
		config, err := p.Service(name)
		if err != nil {
			return false, err
		}
		image := p.ImageName(name)
		switch _, have := ids[name]; needOf(config, have, build) {
		case haveImage:
		case missingImage:
			return false, &stack.Problem{
				What: "image " + image + " is not there", Where: "service " + name,
				Hint: "pull_policy: never forbids pulling it: build or load it, or change the policy",
			}
		case buildImage:
			work[name] = func() (string, error) { return s.build(ctx, p, name, o, report) }
		case pullImage:
			work[name] = func() (string, error) { return s.Engine.Pull(ctx, name, image, config.Platform, report) }
		}
	}
	var failed []error
	for name, do := range work {
		g.Go(func() error {
			id, err := do()
			mu.Lock()
			defer mu.Unlock()
			if err != nil {
				failed = append(failed, err)
				return err
			}
			ids[name] = id
			return nil
		})
	}
	err := g.Wait()
	if len(failed) > 1 && ctx.Err() == nil { // cancelled, all say the same
		err = errors.Join(failed...)
	}
	return len(work) > 0, err
}

// Build builds the images of the services that have a build section; none
// named: of all of them.
func (s Stack) Build(ctx context.Context, services []string, o BuildOptions, report stack.Report) error {
	report = stamped(report)
	p, err := s.load(ctx, services)
	if err != nil {
		return err
	}
	tell(p, report)
	names, err := p.Select(services, false)
	if err != nil {
		return err
	}
	var built []string
	for _, name := range names {
		config, err := p.Service(name)
		if err != nil {
			return err
		}
		if config.Build != nil {
			built = append(built, name)
		} else if len(services) > 0 {
			report(stack.Progress{ID: "build " + name, Service: name, Action: stack.ActBuild, Status: stack.Unchanged, Subject: name, Text: "has no build section: image " + config.Image})
		}
	}
	if o.OneOff() && len(built) > 1 {
		return &stack.Problem{What: o.String() + ": of which service?", Err: stack.ErrUsage, Hint: "name one of those that are built: " + strings.Join(built, ", ")}
	}
	if len(built) == 0 {
		report(stack.Progress{ID: "build", Action: stack.ActNote, Status: stack.Unchanged, Subject: p.Name, Text: "no service has a build section"})
	}
	_, err = s.provide(ctx, p, built, map[string]string{}, true, o, report)
	return err
}

// Pull pulls the images of the services that have no build section; none
// named: of all of them.
func (s Stack) Pull(ctx context.Context, services []string, report stack.Report) error {
	report = stamped(report)
	p, err := s.load(ctx, services)
	if err != nil {
		return err
	}
	names, err := p.Select(services, false)
	if err != nil {
		return err
	}
	g, gctx := errgroup.WithContext(ctx)
	if p.Parallel > 0 {
		g.SetLimit(p.Parallel)
	}
	for _, name := range names {
		config, err := p.Service(name)
		if err != nil {
			return err
		}
		if config.Build != nil {
			report(stack.Progress{ID: "pull " + name, Service: name, Action: stack.ActPull, Status: stack.Unchanged, Subject: name, Text: "is built, not pulled"})
			continue
		}
		g.Go(func() error {
			_, err := s.Engine.Pull(gctx, name, p.ImageName(name), config.Platform, report)
			return err
		})
	}
	return g.Wait()
}
