package main

import (
	"context"
	"errors"
	"os"
	"slices"
	"sync/atomic"

	"berth/compose"
	"berth/dockerops"
	"berth/stack"
	"berth/store"
	"berth/workflow"

	"github.com/spf13/cobra"
	"golang.org/x/term"
)

// app is what every subcommand shares: the streams, the global flags, and what
// they lead to, made when first asked for.
type app struct {
	streams
	json     bool
	project  compose.Options
	target   dockerops.Target
	settings *store.Settings
	eng      *dockerops.Engine
	history  *store.History
}

// list is a flag that may be given several times, before the subcommand and
// after it.
type list struct{ values *[]string }

func (l list) String() string     { return "" }
func (l list) Type() string       { return "string" }
func (l list) Set(s string) error { *l.values = append(*l.values, s); return nil }

// addGlobalFlags gives a command the flags of `docker compose` and of `docker`.
// They are the command's own, not inherited, so that `berth logs -f` can follow
// while `berth -f FILE logs` reads a file.
func (a *app) addGlobalFlags(cmd *cobra.Command) {
	f := cmd.Flags()
	short := func(s string) string {
		if f.ShorthandLookup(s) != nil {
			return ""
		}
		return s
	}
	f.VarP(list{&a.project.Files}, "file", short("f"), "compose file; may be given several times")
	f.StringVarP(&a.project.Name, "project-name", short("p"), a.project.Name, "project name")
	f.Var(list{&a.project.Profiles}, "profile", "profile to enable; may be given several times")
	f.Var(list{&a.project.EnvFiles}, "env-file", "environment file; may be given several times")
	f.StringVar(&a.project.ProjectDir, "project-directory", "", "folder that relative paths start from")
	f.StringVarP(&a.target.Host, "host", short("H"), "", "Docker Engine to talk to: unix://, tcp://, ssh://")
	if f.Lookup("context") == nil { // `berth logs --context` is lines; `berth --context NAME logs` chooses the Engine
		f.StringVarP(&a.target.Context, "context", short("c"), "", "docker context to use")
	}
	f.BoolVar(&a.json, "json", false, "print JSON: an object a line, or one document")
}

// addFlagsBelow gives them to a command and all of its subcommands.
func (a *app) addFlagsBelow(cmd *cobra.Command) {
	for _, sub := range cmd.Commands() {
		a.addFlagsBelow(sub)
	}
	a.addGlobalFlags(cmd)
}

// engine connects on first use.
func (a *app) engine(ctx context.Context) (*dockerops.Engine, error) {
	if a.eng != nil {
		return a.eng, nil
	}
	e, err := dockerops.Connect(ctx, a.target)
	if err != nil {
		return nil, err
	}
	a.eng = e
	return e, nil
}

// openHistory is the history of predictions, which is opened when it is used.
func (a *app) openHistory(settings *store.Settings) (*store.History, error) {
	if a.history != nil {
		return a.history, nil
	}
	h, err := store.OpenHistory("", store.Limits{Entries: settings.HistoryEntries, Bytes: settings.HistoryBytes})
	if err != nil {
		return nil, err
	}
	a.history = h
	return h, nil
}

func (a *app) close() error {
	var errs []error
	if a.history != nil {
		errs = append(errs, a.history.Close())
	}
	if a.eng != nil {
		errs = append(errs, a.eng.Close())
	}
	return errors.Join(errs...)
}

// load reads the compose project as its files are now.
func (a *app) load(ctx context.Context) (*compose.Project, error) {
	return compose.Load(ctx, a.project)
}

// stack is the project on the Engine, with the settings that apply to it. The
// project that was loaded to know whether there is one serves the first
// request; later ones (the dashboard's) read the files anew.
func (a *app) stack(ctx context.Context) (workflow.Stack, *compose.Project, error) {
	p, err := a.load(ctx)
	if err != nil {
		return workflow.Stack{}, nil, err
	}
	return a.stackOf(ctx, p)
}

func (a *app) stackOf(ctx context.Context, p *compose.Project) (workflow.Stack, *compose.Project, error) {
	e, err := a.engine(ctx)
	if err != nil {
		return workflow.Stack{}, nil, err
	}
	s, err := a.on(ctx, e, p)
	return s, p, err
}

// existing is stack for requests that only need what is there: where the
// compose file cannot be read they go by the labels of the project, as `docker
// compose -p NAME` does.
func (a *app) existing(ctx context.Context) (workflow.Stack, *compose.Project, error) {
	none := workflow.Stack{}
	p, unread := a.load(ctx)
	if unread == nil {
		return a.stackOf(ctx, p)
	}
	name, dir, ok := compose.Whereabouts(a.project)
	if !ok {
		return none, nil, unread
	}
	e, err := a.engine(ctx)
	if err != nil {
		return none, nil, unread // one thing after the other
	}
	if name == "" {
		made, err := e.Projects(ctx, dir)
		if err != nil {
			return none, nil, errors.Join(unread, err)
		}
		if len(made) != 1 {
			return none, nil, unnamed(unread)
		}
		name = made[0]
	}
	o, err := e.Observe(ctx, &compose.Project{Name: name})
	if err != nil {
		return none, nil, err
	}
	p = compose.FromLabels(name, o)
	if err := a.warn(unread.Error() + "; going by the labels of project " + name); err != nil {
		return none, nil, err
	}
	s, err := a.on(ctx, e, p)
	s.Load = func(context.Context) (*compose.Project, error) { return p, nil }
	return s, p, err
}

// unnamed says of a file that cannot be read what can be done without it.
func unnamed(err error) error {
	const without = "without the file, name the project with -p"
	p, ok := errors.AsType[*stack.Problem](err)
	if !ok {
		return err
	}
	said := *p
	if said.Hint != "" {
		said.Hint += "; "
	}
	said.Hint += without
	return &said
}

func (a *app) on(ctx context.Context, e *dockerops.Engine, p *compose.Project) (workflow.Stack, error) {
	settings, err := a.loadSettings(p.Dir)
	if err != nil {
		return workflow.Stack{}, err
	}
	var first atomic.Pointer[compose.Project] // several requests may begin at once
	first.Store(p)
	s := workflow.Stack{
		Load: func(ctx context.Context) (*compose.Project, error) {
			if p := first.Swap(nil); p != nil {
				return p, nil
			}
			return a.load(ctx)
		},
		Engine:        engine{e},
		PublishHost:   e.PublishHost(),
		WaitTimeout:   settings.WaitTimeout,
		ProbeInterval: settings.ProbeInterval,
		Secret:        store.Secret,
	}
	if manifests, err := store.OpenManifests(""); err == nil {
		s.Manifests = manifests
	} else if err := a.warn("what is built is not compared with its sources: " + err.Error()); err != nil {
		return s, err
	}
	if builds, err := store.OpenBuilds(""); err == nil {
		s.Builds = builds
	} else if err := a.warn("builds are not remembered: " + err.Error()); err != nil {
		return s, err
	}
	return s, nil
}

// engine fits dockerops.Engine to what workflow asks for.
type engine struct{ *dockerops.Engine }

func (e engine) Build(ctx context.Context, p *compose.Project, service string, o workflow.BuildOptions, report stack.Report) (string, error) {
	return e.Engine.Build(ctx, dockerops.BuildRequest{Project: p, Service: service, BuildOptions: o}, report)
}

func (e engine) Beside(ctx context.Context, p *compose.Project, service, image, publishHost string, report stack.Report) (workflow.Beside, error) {
	b, err := e.Engine.Beside(ctx, p, service, image, publishHost, report)
	if err != nil {
		return nil, err
	}
	return b, nil
}

// isTerminal reports whether a stream is a terminal that can show more than
// plain lines.
func isTerminal(stream any) bool {
	f, ok := stream.(*os.File)
	return ok && term.IsTerminal(int(f.Fd())) && !slices.Contains([]string{"", "dumb"}, os.Getenv("TERM"))
}
