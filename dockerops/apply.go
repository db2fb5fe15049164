package dockerops

import (
	"cmp"
	"context"
	"errors"
	"strings"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"

	"berth/compose"
	"berth/stack"
)

// workers is how many steps are carried out at once; waiting takes no place.
const workers = 8

// afterwards is how long what must not be left half done may go on after a
// request was cancelled: finishing a rename, removing what was just made.
const afterwards = 10 * time.Second

// Apply carries out a plan: each step when those before it are done, several
// at once. It decides nothing. The first step that fails ends it; so does ctx,
// and then nothing half made is left. Applying the same plan again is harmless:
// what is already as a step wants it is left alone.
func (e *Engine) Apply(ctx context.Context, p *compose.Project, pl compose.Plan, report stack.Report) error {
	if pl.Empty() {
		return nil
	}
	api, err := e.version(ctx)
	if err != nil {
		return err
	}
	a := &application{Engine: e, project: p, api: api, report: report, made: map[stack.Ref]string{}, places: make(chan struct{}, cmp.Or(p.Parallel, workers))}
	done := map[int]chan struct{}{}
	for _, s := range pl.Steps {
		done[s.ID] = make(chan struct{})
	}
	g, gctx := errgroup.WithContext(ctx)
	for _, s := range pl.Steps {
		g.Go(func() error {
			for _, id := range s.After {
				select {
				case <-done[id]:
				case <-gctx.Done():
					return gctx.Err()
				}
			}
			if err := a.carryOut(gctx, s); err != nil {
				return err
			}
			close(done[s.ID])
			return nil
		})
	}
	if err := g.Wait(); err != nil {
		return because(ctx, err)
	}
	return nil
}

// application is a plan being carried out.
type application struct {
	*Engine
	project *compose.Project
	api     string
	report  stack.Report
	places  chan struct{}

	mu   sync.Mutex
	made map[stack.Ref]string // containers made so far, by role
}

// carryOut does one step and reports on it.
func (a *application) carryOut(ctx context.Context, s compose.Step) error {
	if s.Kind != compose.WaitDependency {
		select {
		case a.places <- struct{}{}:
			defer func() { <-a.places }()
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	if ctx.Err() != nil {
		return ctx.Err()
	}
	w := work{step: s, began: time.Now(), report: a.report}
	w.say(stack.Working, s.Cause)
	err := a.problem(ctx, doing(s), a.settled(ctx, s, w))
	switch {
	case err == nil:
		w.say(stack.Done, s.Cause)
	case ctx.Err() != nil && s.Kind != compose.StartContainer: // which is not broken off
		w.say(stack.Cancelled, "")
	case s.Optional:
		w.say(stack.Warning, err.Error())
		return nil
	default:
		w.fail(err)
	}
	return err
}

// settled does a step, again while two networks share a name: older Engines
// allow that, and another `up` at the same time is about to remove one (see
// removeTwins).
func (a *application) settled(ctx context.Context, s compose.Step, w work) error {
	for wait := time.Duration(0); ; wait += twinWait / 20 {
		err := a.do(ctx, s, w)
		if err == nil || wait >= twinWait || !older(a.api, uniqueNamesAPI) || !strings.Contains(err.Error(), "is ambiguous") {
			return err
		}
		if !sleep(ctx, twinWait/20) {
			return ctx.Err()
		}
	}
}

// twinWait is far longer than a network needs to be listed and removed.
const twinWait = 2 * time.Second

func (a *application) do(ctx context.Context, s compose.Step, w work) error {
	switch s.Kind {
	case compose.CreateNetwork:
		return a.createNetwork(ctx, s, w)
	case compose.RemoveNetwork:
		return a.removeNetwork(ctx, s)
	case compose.CreateVolume:
		return a.createVolume(ctx, s)
	case compose.RemoveVolume:
		return a.removeVolume(ctx, s)
	case compose.CreateContainer:
		return a.createContainer(ctx, s, w)
	case compose.RecreateContainer:
		return a.recreateContainer(ctx, s, w)
	case compose.StartContainer:
		return a.startContainer(ctx, s)
	case compose.StopContainer:
		return a.stopContainer(ctx, s, w)
	case compose.RestartContainer:
		return a.restartContainer(ctx, s, w)
	case compose.RemoveContainer:
		return a.removeContainer(ctx, s)
	case compose.WaitDependency:
		return a.waitFor(ctx, s, w)
	}
	return errors.New("no such kind of step: " + string(s.Kind))
}

// outlive is a context that goes on for a while after ctx was cancelled.
func outlive(ctx context.Context) (context.Context, context.CancelFunc) {
	longer, cancel := context.WithCancel(context.WithoutCancel(ctx))
	stop := context.AfterFunc(ctx, func() { time.AfterFunc(afterwards, cancel) })
	return longer, func() {
		stop()
		cancel()
	}
}
