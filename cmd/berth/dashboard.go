package main

import (
	"context"
	"iter"
	"slices"
	"strings"
	"sync/atomic"

	"github.com/atotto/clipboard"

	"berth/compose"
	"berth/dockerops"
	"berth/stack"
	"berth/tui"
	"berth/tui/pane/logs"
	"berth/tui/services"
	"berth/workflow"
)

// dashboardOptions is how to open the dashboard.
type dashboardOptions struct {
	up bool // bring the project up at once
}

// dashboard opens the screen on the project of this folder. The Engine need
// not be there yet: the screen says so and goes on when it comes.
func (a *app) dashboard(ctx context.Context, o dashboardOptions) error {
	if !isTerminal(a.in) || !isTerminal(a.out) {
		return noTerminal()
	}
	if compose.Missing(a.project) {
		return a.welcome(ctx)
	}
	err := tui.Run(ctx, func(ctx context.Context) (tui.Options, error) { return a.open(ctx, o) })
	if err == nil { // a signal ends the screen as a key does, but is told to the caller
		err = ctx.Err()
	}
	return err
}

// open reads what the dashboard is opened on.
func (a *app) open(ctx context.Context, o dashboardOptions) (tui.Options, error) {
	none := tui.Options{}
	p, err := a.load(ctx)
	if err != nil {
		return none, err
	}
	if a.eng == nil {
		if a.eng, err = dockerops.Dial(a.target); err != nil {
			return none, err
		}
	}
	settings, amiss := readSettings(p.Dir) // the screen tells what is wrong in them
	if settings == nil {
		return none, amiss
	}
	a.settings = settings
	s, err := a.on(ctx, a.eng, p)
	if err != nil {
		return none, err
	}
	keys, _ := bindings(settings) // amiss has what is wrong with them
	colours, _ := chooseTheme(settings)
	pr, err := a.predictor(s, p.Dir, settings)
	if err != nil {
		return none, err
	}
	loop := workflow.LoopOptions{Grace: settings.LoopGrace, Replay: pr.replay(settings.LoopTolerance)}
	if settings.LoopSuite {
		loop.Suite = pr.suites(p, settings).afterTurn
	}
	var current atomic.Pointer[compose.Project]
	current.Store(p)
	options := tui.Options{
		Project: describe(p),
		Changes: a.changes(p, &current),
		Sources: func(ctx context.Context, of []stack.Service) []*stack.Sources {
			return s.Sources(ctx, current.Load(), of)
		},
		Builds: func(_ context.Context, service string) ([]stack.Build, error) {
			if s.Builds == nil {
				return nil, nil
			}
			return s.Builds.List(p.Name, service)
		},
		Follow: func(ctx context.Context) iter.Seq2[workflow.News, error] {
			return s.Follow(ctx, workflow.FollowOptions{Changes: a.projects})
		},
		Engine:    reader{s, a.eng, p.Name},
		Work:      worker{s, loop},
		Predictor: workbench{pr, a, pr.suites(p, settings), settings.LoopTolerance},
		Up:        o.up,
		Keys:      keys,
		Amiss:     flatten(amiss),
		Settings: tui.Settings{
			Theme:  colours,
			Themes: ownThemes(),
			ASCII:  asciiOnly(settings),
			Notify: tui.Notify{How: settings.Notify, After: settings.NotifyAfter},
			Logs: logs.Settings{
				Lines: settings.LogLines, Bytes: settings.LogBytes, Total: settings.LogTotal,
				Copy: clipboard.WriteAll,
			},
			Paste: clipboard.ReadAll,
		},
	}
	options.Amiss = append(options.Amiss, flatten(a.remembered(settings.Theme, &options))...)
	return options, nil
}

func noTerminal() error {
	return &stack.Problem{
		What: "the dashboard needs a terminal that can show more than plain lines",
		Hint: "every capability is a subcommand too: `berth up --wait`, `berth logs -f`, `berth predict`; `berth --help` lists them",
	}
}

// describe is what the screen shows of a compose file.
func describe(p *compose.Project) tui.Project {
	shown := tui.Project{Name: p.Name, NotApplied: p.NotApplied, Warnings: p.Warnings, Needing: workflow.Dependents(p)}
	for _, name := range slices.Sorted(slices.Values(p.Names())) {
		service := p.Model.Services[name]
		shown.Services = append(shown.Services, services.Declared{Name: name, Built: service.Build != nil, Dir: p.Dir})
	}
	for _, name := range p.Off {
		shown.Services = append(shown.Services, services.Declared{Name: name, Dir: p.Dir, Off: "profile " + strings.Join(p.Model.DisabledServices[name].Profiles, ", ")})
	}
	return shown
}

// reader is what the screen reads.
type reader struct {
	workflow.Stack
	engine  *dockerops.Engine
	project string
}

func (r reader) Watch(ctx context.Context) iter.Seq2[stack.Snapshot, error] {
	return r.Stack.Watch(ctx, r.project)
}

func (r reader) Inspect(ctx context.Context, ref stack.Ref) (stack.Detail, error) {
	return r.engine.Inspect(ctx, ref)
}

func (r reader) MainProcess(ctx context.Context, ref stack.Ref) (stack.MainProcess, error) {
	return r.engine.MainProcess(ctx, ref)
}

func (r reader) Logs(ctx context.Context, ref stack.Ref, o stack.LogOptions) iter.Seq2[stack.LogLine, error] {
	return r.engine.Logs(ctx, ref, o)
}

func (r reader) Stats(ctx context.Context, ref stack.Ref) iter.Seq2[stack.Sample, error] {
	return r.engine.Stats(ctx, ref)
}

// worker is what the screen can have done.
type worker struct {
	workflow.Stack
	loop workflow.LoopOptions
}

func (w worker) Rebuild(ctx context.Context, service string, how stack.BuildOptions, report stack.Report) error {
	o := w.loop
	o.Service, o.Build = service, how
	_, err := w.Loop(ctx, o, report)
	return err
}

func (w worker) Carry(ctx context.Context, o workflow.Order, report stack.Report) (string, error) {
	_, left, err := w.Stack.Carry(ctx, o, w.loop, report)
	return left, err
}

func (w worker) Back(ctx context.Context, service string, report stack.Report) error {
	o := w.loop
	o.Service = service
	_, err := w.Stack.Back(ctx, o, report)
	return err
}

func (w worker) Up(ctx context.Context, services []string, report stack.Report) error {
	return w.Stack.Up(ctx, workflow.UpOptions{Services: services, Wait: true}, report)
}

func (w worker) Down(ctx context.Context, report stack.Report) error {
	return w.Stack.Down(ctx, workflow.DownOptions{}, report)
}

func (w worker) Plan(ctx context.Context, r compose.Request) (compose.Plan, error) {
	return w.PlanFor(ctx, r, false)
}
