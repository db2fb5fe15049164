package workflow

import (
	"context"
	"errors"
	"slices"
	"time"

	"berth/compose"
	"berth/predict"
	"berth/predict/suite"
	"berth/stack"
)

// LoopOptions is how to go round the loop.
type LoopOptions struct {
	Service string // empty: the only one that is built
	Build   BuildOptions
	Grace   time.Duration // for the old container to end by itself, in whole seconds
	Told    bool          // what the compose file has that is not applied was said before
	// Replay sends the last prediction to the service as it now is; nil: none
	// is sent. It returns nil where there is nothing to send, and may return an
	// error beside what it got.
	Replay func(ctx context.Context, r stack.Ref) (*Replay, error)
	// Suite asks the service all cases of the project's suites that are about
	// it; nil: none are asked. It returns nil where there are none. told hears
	// how many of how many were asked.
	Suite func(ctx context.Context, r stack.Ref, told func(n, of int)) (*suite.Report, error)
}

// Turn is what one turn of the loop did.
type Turn struct {
	Service string        `json:"service"`
	Began   time.Time     `json:"began"`
	Took    time.Duration `json:"took"` // nanoseconds
	// Unchanged: the build gave the image that runs already, configured as it
	// is, so nothing was touched.
	Unchanged bool        `json:"unchanged"`
	Before    stack.Image `json:"before,omitzero"` // that the service ran; zero: it did not run
	After     stack.Image `json:"after,omitzero"`  // that it runs now
	Did       string      `json:"did,omitempty"`   // instead of a build: "2 files copied, restarted"
	Phases    []Phase     `json:"phases"`
	Replay    *Replay     `json:"replay,omitempty"` // nil: nothing was predicted
	// Suite is what came of the project's suites; nil: there are none.
	Suite *suite.Report `json:"suite,omitempty"`
	// Kept is the ID of the image that Stack.Back would put in place; empty: of
	// none.
	Kept string `json:"kept,omitempty"`
}

// Replay is a prediction sent again.
type Replay struct {
	Endpoint   string              `json:"endpoint"`
	Before     *Answer             `json:"before,omitempty"` // nil: it was the first
	After      Answer              `json:"after"`
	Comparison *predict.Comparison `json:"comparison,omitempty"` // nil: nothing to compare with
}

// Answer is an answer to a prediction.
type Answer struct {
	At      time.Time     `json:"at,omitzero"`
	Status  int           `json:"status"`
	Took    time.Duration `json:"took"` // nanoseconds
	ImageID string        `json:"image_id"`
	Body    string        `json:"body"` // untrusted
}

// Loop is one turn for one service: build it; if its image or configuration
// changed, recreate it, wait until it serves, and send the last prediction
// again. A build that fails leaves the running service alone. The Turn tells
// how far it got, also beside an error.
func (s Stack) Loop(ctx context.Context, o LoopOptions, report stack.Report) (Turn, error) {
	turn, err := s.turn(ctx, o, report, (*looping).round)
	return turn, turn.undoable(err)
}

// turn does a turn, and tells how long it took and what came of it.
func (s Stack) turn(ctx context.Context, o LoopOptions, report stack.Report, do func(*looping, context.Context) error) (Turn, error) {
	l := looping{Stack: s, o: o, turn: Turn{Service: o.Service, Began: time.Now()}}
	l.report = l.timed(stamped(report))
	err := do(&l, ctx)
	l.turn.Took, l.turn.Phases = time.Since(l.turn.Began), l.phases()
	if err == nil {
		status := stack.Done
		if l.turn.Suite != nil && !l.turn.Suite.OK() {
			status = stack.Warning
		}
		l.report(stack.Progress{
			ID: "result " + l.turn.Service, Service: l.turn.Service, Action: stack.ActResult, Status: status,
			Subject: l.turn.Service, Text: l.turn.String(),
		})
	}
	return l.turn, err
}

type looping struct {
	Stack
	o      LoopOptions
	report stack.Report
	turn   Turn

	clock
}

func (l *looping) round(ctx context.Context) error {
	p, name, err := l.target(ctx)
	if err != nil {
		return err
	}
	l.turn.Service = name
	if !l.o.Told {
		tell(p, l.report)
	}
	names := []string{name}
	observed, images, err := l.look(ctx, p, names)
	if err != nil {
		return err
	}
	if err := l.before(ctx, observed, name); err != nil {
		return err
	}
	old := l.lookAtOld(ctx, p, observed, name)
	defer old()
	built, err := l.provide(ctx, p, names, images, true, l.o.Build, l.report)
	if err != nil {
		return err
	}
	if l.turn.After, _, err = l.Engine.Image(ctx, images[name]); err != nil {
		return err
	}
	if built { // that takes long enough for the Engine to have changed
		if observed, err = l.Engine.Observe(ctx, p); err != nil {
			return err
		}
	}
	plan, err := l.replacement(p, observed, name, images[name], old())
	if err != nil {
		return err
	}
	l.turn.Unchanged = plan.Empty()
	if l.turn.Unchanged {
		return l.apply(ctx, p, plan, l.report) // says so
	}
	if err := l.exchange(ctx, p, plan, name, old().serves); err != nil {
		return err
	}
	return l.serve(ctx, p, name)
}

// replacement plans the service anew from an image. What does not hear that it
// should stop is not waited for.
func (l *looping) replacement(p *compose.Project, observed compose.Observed, service, imageID string, old old) (compose.Plan, error) {
	grace := l.o.Grace
	if old.deaf {
		grace = 0
	}
	return compose.Reconcile(p, observed, map[string]string{service: imageID}, compose.Request{
		Op: compose.OpUp, Services: []string{service}, NoDeps: true, Grace: &grace,
	})
}

// serve waits until the service serves, sends the last prediction again, and
// then what the suites have.
func (l *looping) serve(ctx context.Context, p *compose.Project, service string) error {
	if err := l.wait(ctx, p, []string{service}, l.report); err != nil {
		return err
	}
	r := stack.Ref{Project: p.Name, Service: service, Number: 1}
	return errors.Join(l.replay(ctx, r), l.suite(ctx, r))
}

// target is the service to go round with: the named one, or the only one that
// is built.
func (l *looping) target(ctx context.Context) (*compose.Project, string, error) {
	if l.o.Service != "" {
		p, err := l.load(ctx, []string{l.o.Service})
		if err != nil {
			return nil, "", err
		}
		names, err := p.Select([]string{l.o.Service}, false)
		if err != nil {
			return nil, "", err
		}
		return p, names[0], nil
	}
	p, err := l.load(ctx, nil)
	if err != nil {
		return nil, "", err
	}
	var built []string
	for _, name := range p.Names() {
		if p.Model.Services[name].Build != nil {
			built = append(built, name)
		}
	}
	if len(built) != 1 {
		return nil, "", undecided(p, built)
	}
	return p, built[0], nil
}

func undecided(p *compose.Project, built []string) error {
	problem := &stack.Problem{What: "which service?", Where: "project " + p.Name, Err: stack.ErrUsage, Hint: "name one: `berth loop SERVICE`"}
	if len(built) == 0 {
		problem.Err = errors.Join(stack.ErrUsage, errors.New("none has a build section"))
	} else {
		problem.Lines = built
	}
	return problem
}

// before finds out which image the service runs.
func (l *looping) before(ctx context.Context, observed compose.Observed, service string) error {
	c, ok := containerOf(observed, service)
	if !ok {
		return nil
	}
	image, ok, err := l.Engine.Image(ctx, c.ImageID)
	if ok { // it was not removed under its container
		l.turn.Before = image
	}
	return err
}

func containerOf(observed compose.Observed, service string) (compose.Container, bool) {
	n := slices.IndexFunc(observed.Containers, func(c compose.Container) bool { return c.Service == service && !c.OneOff })
	if n < 0 {
		return compose.Container{}, false
	}
	return observed.Containers[n], true
}
