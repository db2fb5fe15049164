package workflow

import (
	"context"
	"strings"

	"berth/compose"
	"berth/stack"
)

// Stop stops services, dependents first; none named: all.
func (s Stack) Stop(ctx context.Context, services []string, report stack.Report) error {
	return s.request(ctx, compose.Request{Op: compose.OpStop, Services: services}, report)
}

// Start starts containers that exist; none named: all.
func (s Stack) Start(ctx context.Context, services []string, report stack.Report) error {
	return s.request(ctx, compose.Request{Op: compose.OpStart, Services: services}, report)
}

// Restart restarts containers without recreating them; none named: all.
func (s Stack) Restart(ctx context.Context, services []string, report stack.Report) error {
	return s.request(ctx, compose.Request{Op: compose.OpRestart, Services: services}, report)
}

// DownOptions is what to remove beside containers and networks.
type DownOptions struct {
	RemoveOrphans bool
	KeepOrphans   bool // whatever COMPOSE_REMOVE_ORPHANS says
	RemoveVolumes bool // named volumes: their data is lost
}

// Request is Down's request, as PlanFor shows it.
func (o DownOptions) Request() compose.Request {
	return compose.Request{Op: compose.OpDown, RemoveOrphans: o.RemoveOrphans, KeepOrphans: o.KeepOrphans, RemoveVolumes: o.RemoveVolumes}
}

// Down stops and removes the project's containers and networks.
func (s Stack) Down(ctx context.Context, o DownOptions, report stack.Report) error {
	return s.request(ctx, o.Request(), report)
}

// request carries out what needs no image.
func (s Stack) request(ctx context.Context, r compose.Request, report stack.Report) error {
	p, plan, err := s.plan(ctx, r, false)
	if err != nil {
		return err
	}
	if r.Op == compose.OpDown { // whose networks it would keep
		if err := s.sweep(ctx, p, stamped(report)); err != nil {
			return err
		}
	}
	if plan.Empty() && len(plan.Notes) == 0 {
		stamped(report)(stack.Progress{ID: string(r.Op), Action: stack.ActNote, Status: stack.Unchanged, Subject: p.Name, Text: nothingTo[r.Op]})
		return nil
	}
	return s.apply(ctx, p, plan, report)
}

// nothingTo says that a request has nothing to do.
var nothingTo = map[compose.Op]string{
	compose.OpDown:    "nothing to take down",
	compose.OpStop:    "nothing to stop",
	compose.OpStart:   "nothing to start",
	compose.OpRestart: "nothing to restart",
}

// PlanFor is what a request would do now. With build, services that have a
// build section are taken as about to be rebuilt, so what follows for their
// containers is pending.
func (s Stack) PlanFor(ctx context.Context, r compose.Request, build bool) (compose.Plan, error) {
	_, plan, err := s.plan(ctx, r, build)
	return plan, err
}

func (s Stack) plan(ctx context.Context, r compose.Request, build bool) (*compose.Project, compose.Plan, error) {
	p, err := s.load(ctx, r.Services)
	if err != nil {
		return nil, compose.Plan{}, err
	}
	var names []string // whose images matter
	if r.Op == compose.OpUp {
		if names, err = p.Select(r.Services, !r.NoDeps); err != nil {
			return nil, compose.Plan{}, err
		}
	}
	observed, images, err := s.look(ctx, p, names)
	if err != nil {
		return nil, compose.Plan{}, err
	}
	var built []string // and would not be built now
	for _, name := range names {
		config, err := p.Service(name)
		if err != nil {
			return nil, compose.Plan{}, err
		}
		switch _, have := images[name]; {
		case needOf(config, have, build) != haveImage:
			delete(images, name)
		case config.Build != nil:
			built = append(built, name)
		}
	}
	plan, err := compose.Reconcile(p, observed, images, r)
	if len(built) > 0 {
		plan.Notes = append(plan.Notes, "sources are not compared with images: `berth up --build`, or r in the dashboard, builds "+strings.Join(built, ", ")+" anew")
	}
	s.noteMissing(p, names, &plan)
	return p, plan, err
}
