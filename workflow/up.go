package workflow

import (
	"context"

	"berth/compose"
	"berth/ready"
	"berth/stack"

	"golang.org/x/sync/errgroup"
)

// UpOptions is what to bring up, and how.
type UpOptions struct {
	Services      []string // none: all that the profiles enable
	Build         bool     // build even what has an image
	BuildOptions  BuildOptions
	NoDeps        bool
	ForceRecreate bool
	NoRecreate    bool
	RemoveOrphans bool
	KeepOrphans   bool // whatever COMPOSE_REMOVE_ORPHANS says
	Wait          bool // until every service serves
}

// Up makes the Engine match the project: images are built or pulled where they
// are missing, then what differs is created, recreated or started.
func (s Stack) Up(ctx context.Context, o UpOptions, report stack.Report) error {
	report = stamped(report)
	p, err := s.load(ctx, o.Services)
	if err != nil {
		return err
	}
	tell(p, report)
	if err := s.sweep(ctx, p, report); err != nil {
		return err
	}
	names, err := p.Select(o.Services, !o.NoDeps)
	if err != nil {
		return err
	}
	observed, images, err := s.look(ctx, p, names)
	if err != nil {
		return err
	}
	if err := s.portsFree(ctx, p, names, observed, report); err != nil {
		return err
	}
	did, err := s.provide(ctx, p, names, images, o.Build, o.BuildOptions, report)
	if err != nil {
		return err
	}
	if did { // a build takes long enough for the Engine to have changed
		if observed, err = s.Engine.Observe(ctx, p); err != nil {
			return err
		}
	}
	plan, err := compose.Reconcile(p, observed, images, compose.Request{
		Op: compose.OpUp, Services: o.Services, NoDeps: o.NoDeps,
		ForceRecreate: o.ForceRecreate, NoRecreate: o.NoRecreate, RemoveOrphans: o.RemoveOrphans, KeepOrphans: o.KeepOrphans,
	})
	if err != nil {
		return err
	}
	s.noteMissing(p, names, &plan)
	if err := s.apply(ctx, p, plan, report); err != nil {
		return err
	}
	if !o.Wait {
		return nil
	}
	return s.wait(ctx, p, names, report)
}

// look observes the Engine and looks images up, at the same time.
func (s Stack) look(ctx context.Context, p *compose.Project, services []string) (observed compose.Observed, images map[string]string, err error) {
	g, ctx := errgroup.WithContext(ctx)
	g.Go(func() (err error) { observed, err = s.Engine.Observe(ctx, p); return err })
	g.Go(func() (err error) { images, err = s.present(ctx, p, services); return err })
	return observed, images, g.Wait()
}

// apply carries a plan out, after saying what it leaves alone.
func (s Stack) apply(ctx context.Context, p *compose.Project, plan compose.Plan, report stack.Report) error {
	report = stamped(report)
	for _, note := range plan.Notes {
		report(stack.Progress{ID: "note " + note, Action: stack.ActNote, Status: stack.Warning, Subject: p.Name, Text: note})
	}
	for _, r := range plan.Unchanged {
		report(stack.Progress{ID: "unchanged " + r.String(), Service: r.Service, Action: stack.ActStart, Status: stack.Unchanged, Subject: "container " + p.ContainerName(r.Service, r.Number), Text: "up to date"})
	}
	if plan.Empty() {
		return nil
	}
	record := s.starting(ctx, p, plan)
	if err := s.Engine.Apply(ctx, p, plan, report); err != nil {
		return err
	}
	if err := record(ctx); err != nil && ctx.Err() == nil {
		report(stack.Progress{ID: "sources", Action: stack.ActNote, Status: stack.Warning, Subject: p.Name, Text: "whether mounted files are newer than the containers will not be known: " + err.Error()})
	}
	return nil
}

// Wait returns when the services serve (none named: all). See package ready.
func (s Stack) Wait(ctx context.Context, services []string, report stack.Report) error {
	p, err := s.load(ctx, services)
	if err != nil {
		return err
	}
	names, err := p.Select(services, false)
	if err != nil {
		return err
	}
	return s.wait(ctx, p, names, stamped(report))
}

func (s Stack) wait(ctx context.Context, p *compose.Project, services []string, report stack.Report) error {
	var refs []stack.Ref
	for _, name := range services {
		if completes(p, name) {
			continue
		}
		config, err := p.Service(name)
		if err != nil {
			return err
		}
		for n := 1; n <= config.GetScale(); n++ {
			refs = append(refs, stack.Ref{Project: p.Name, Service: name, Number: n})
		}
	}
	o := ready.WaitOptions{Timeout: s.WaitTimeout, PublishHost: s.PublishHost, Interval: s.ProbeInterval}
	return s.withLastLines(ctx, ready.Wait(ctx, s.Engine, refs, o, report))
}

// completes reports whether a service is one that others wait for to end
// (a migration, a training run): it never serves, and was waited for already.
func completes(p *compose.Project, service string) bool {
	for _, other := range p.Model.Services {
		if d, ok := other.DependsOn[service]; ok && compose.Condition(d.Condition) == compose.ServiceCompleted {
			return true
		}
	}
	return false
}
