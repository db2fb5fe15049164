package workflow

import (
	"context"
	"slices"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"

	"berth/compose"
	"berth/diagnose"
	"berth/ready"
	"berth/stack"
)

// saidLast is among how many of a service's last lines its reason is looked for.
const saidLast = 30

// lookWithin bounds one look into a service.
const lookWithin = 5 * time.Second

// cause looks into a service that is in trouble; nil when it is in none, or when
// nothing is found. What cannot be found out makes the cause less exact.
func (s Stack) cause(ctx context.Context, suspect stack.Service) *stack.Cause {
	if !diagnose.Suspect(suspect, time.Now()) {
		return nil
	}
	ctx, cancel := context.WithTimeout(ctx, lookWithin)
	defer cancel()
	d, err := s.Engine.Inspect(ctx, suspect.Ref)
	if err != nil || d.ContainerID != suspect.ContainerID {
		return nil // gone: the next snapshot says so
	}
	d.Serving, d.Answer = suspect.Serving, suspect.Answer
	d.Recall(suspect.Life)
	return diagnose.Of(s.facts(ctx, d))
}

// facts gathers what may tell a cause, all at once.
func (s Stack) facts(ctx context.Context, d stack.Detail) diagnose.Facts {
	f := diagnose.Facts{Detail: d, Now: time.Now()}
	var wg sync.WaitGroup
	wg.Go(func() {
		since := d.StartedAt
		if run, known := d.LastRun(); known && d.Restarts > 0 && !run.Started.IsZero() { // the one that now runs has not said much
			since = run.Started
		}
		// The Engine notes a start after the process may have printed already.
		lines, err := s.lastLines(ctx, d.Ref, since.Add(-time.Second), saidLast)
		if err != nil {
			lines = append(lines, "its log cannot be read: "+err.Error())
		}
		f.Lines = lines
	})
	if d.Phase == stack.Running && d.Serving != stack.ServingYes {
		wg.Go(func() {
			at, err := s.Engine.Listening(ctx, d.Ref)
			f.Listening, f.Looked = at, err == nil
		})
	}
	wg.Wait()
	return f
}

// Health is one service looked at closely, as `berth health` tells it.
type Health struct {
	stack.Detail
	Main      *stack.MainProcess `json:"main_process,omitempty"` // nil: it does not run, or cannot be looked into
	NextProbe time.Time          `json:"next_probe,omitzero"`
	NeededBy  []stack.Dependent  `json:"needed_by,omitempty"`
	WaitsFor  []stack.Need       `json:"waits_for,omitempty"`
}

// Health looks closely at each service, and asks it once whether it serves.
func (s Stack) Health(ctx context.Context, services []string) ([]Health, error) {
	p, err := s.load(ctx, services)
	if err != nil {
		return nil, err
	}
	rows, err := s.rowsOf(ctx, p, nil)
	if err != nil {
		return nil, err
	}
	chosen, err := named(p, rows, services)
	if err != nil {
		return nil, err
	}
	needing := Dependents(p)
	var all []Health
	for _, r := range chosen {
		if !r.OneOff || slices.Contains(services, r.Ref.String()) {
			h := Health{Detail: stack.Detail{Service: r}}
			h.NeededBy = stack.Dependents(r, needing[r.Service], rows)
			h.WaitsFor = stack.Needs(r, needing, rows)
			all = append(all, h)
		}
	}
	g, gctx := errgroup.WithContext(ctx)
	for i := range all {
		if all[i].Phase != stack.Absent {
			g.Go(func() error { return s.fill(gctx, &all[i]) })
		}
	}
	if err := g.Wait(); err != nil {
		return all, err
	}
	looked := make([]stack.Service, len(all))
	for n, h := range all {
		looked[n] = h.Service
	}
	for n, differ := range s.Sources(ctx, p, looked) {
		all[n].Sources = differ
	}
	return all, nil
}

// fill takes in what there is to be known of a container.
func (s Stack) fill(ctx context.Context, h *Health) error {
	d, err := s.examine(ctx, h.Ref)
	if err != nil {
		return err
	}
	h.Detail, h.NextProbe = d, d.NextProbe()
	if d.Phase == stack.Running {
		if m, err := s.Engine.MainProcess(ctx, d.Ref); err == nil {
			h.Main = &m
		}
	}
	return nil
}

// examine is a container in full: what the Engine says and remembers, whether it
// serves, and if not, why.
func (s Stack) examine(ctx context.Context, r stack.Ref) (stack.Detail, error) {
	d, err := s.Engine.Inspect(ctx, r)
	if err != nil {
		return d, err
	}
	life, err := s.Engine.Life(ctx, r)
	if err != nil {
		return d, err
	}
	d.Recall(life)
	d.Serving = stack.NotServing
	if d.Up() {
		askCtx, cancel := context.WithTimeout(ctx, askTimeout)
		defer cancel()
		got := ready.Choose(d, s.PublishHost).Try(askCtx, s.Engine)
		d.Answer = got.Text
		if got.OK {
			d.Serving = stack.ServingYes
		}
	}
	if diagnose.Suspect(d.Service, time.Now()) {
		d.Cause = diagnose.Of(s.facts(ctx, d))
	}
	return d, nil
}

// Dependents is for each service those that need it in some state, in the order
// of their names.
func Dependents(p *compose.Project) map[string][]stack.Dependent {
	needing := map[string][]stack.Dependent{}
	names := slices.Clone(p.Names())
	slices.Sort(names)
	for _, name := range names {
		for on, d := range p.Model.Services[name].DependsOn {
			needing[on] = append(needing[on], stack.Dependent{Service: name, Condition: d.Condition})
		}
	}
	return needing
}
