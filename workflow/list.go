package workflow

import (
	"cmp"
	"context"
	"slices"
	"sync"
	"time"

	"berth/compose"
	"berth/diagnose"
	"berth/stack"

	"golang.org/x/sync/errgroup"
)

// Refs are the roles of services as they are now: the containers there are,
// and one for a service that has none. None named: all of the project's.
func (s Stack) Refs(ctx context.Context, services []string) ([]stack.Ref, error) {
	rows, err := s.rows(ctx, services)
	if err != nil {
		return nil, err
	}
	refs := make([]stack.Ref, 0, len(rows))
	for _, r := range rows {
		if !r.OneOff || slices.Contains(services, r.Ref.String()) {
			refs = append(refs, r.Ref)
		}
	}
	return slices.Compact(refs), nil
}

// askTimeout limits List's one question to each service.
const askTimeout = 2 * time.Second

// List is what `berth ps` prints: each service in its state, asked once whether
// it serves.
func (s Stack) List(ctx context.Context, services []string) ([]stack.Service, error) {
	p, err := s.load(ctx, services)
	if err != nil {
		return nil, err
	}
	all, err := s.rowsOf(ctx, p, nil)
	if err != nil {
		return nil, err
	}
	rows, err := named(p, slices.Clone(all), services)
	if err != nil {
		return nil, err
	}
	var mu sync.Mutex
	g, gctx := errgroup.WithContext(ctx)
	for i, row := range rows {
		if row.Phase == stack.Absent || row.OneOff {
			continue
		}
		g.Go(func() error {
			d, err := s.examine(gctx, row.Ref)
			if err != nil {
				return err
			}
			d.Life = nil // that is for Health
			mu.Lock()
			defer mu.Unlock()
			rows[i] = d.Service
			return nil
		})
	}
	if err := g.Wait(); err != nil {
		return rows, err
	}
	for n, differ := range s.Sources(ctx, p, rows) {
		rows[n].Sources = differ
	}
	needing := Dependents(p)
	for n := range rows {
		if rows[n].Cause == nil {
			rows[n].Cause = diagnose.Waiting(stack.Needs(rows[n], needing, all))
		}
	}
	return rows, nil
}

func (s Stack) rows(ctx context.Context, services []string) ([]stack.Service, error) {
	p, err := s.load(ctx, services)
	if err != nil {
		return nil, err
	}
	return s.rowsOf(ctx, p, services)
}

// rowsOf is one row for each role of the services, or an absent one.
func (s Stack) rowsOf(ctx context.Context, p *compose.Project, services []string) ([]stack.Service, error) {
	o, err := s.Engine.Observe(ctx, p)
	if err != nil {
		return nil, err
	}
	var rows []stack.Service
	for _, c := range o.Containers {
		rows = append(rows, row(p, c))
	}
	for _, name := range p.Names() {
		if !slices.ContainsFunc(rows, func(r stack.Service) bool { return r.Ref.Service == name }) {
			rows = append(rows, stack.Service{Ref: stack.Ref{Project: p.Name, Service: name, Number: 1}, Phase: stack.Absent, Image: p.ImageName(name)})
		}
	}
	rows = stack.Actors(rows)
	slices.SortFunc(rows, func(a, b stack.Service) int { return cmp.Or(a.Compare(b.Ref), a.CreatedAt.Compare(b.CreatedAt)) })
	return named(p, rows, services)
}

func row(p *compose.Project, c compose.Container) stack.Service {
	r := stack.Ref{Project: p.Name, Service: c.Service, Number: c.Number}
	if c.OneOff {
		r.Run = stack.ShortID(c.ID)
	}
	return stack.Service{
		Ref:         r,
		ContainerID: c.ID, Container: c.Name, ImageID: c.ImageID,
		Phase: c.Phase, Health: c.Health, ExitCode: c.ExitCode, CreatedAt: c.Created, OneOff: c.OneOff,
	}
}
