package workflow

import (
	"context"
	"iter"
	"net/netip"
	"time"

	"berth/compose"
	"berth/stack"
)

// Engine is what requests need of the Docker Engine.
type Engine interface {
	Observe(ctx context.Context, p *compose.Project) (compose.Observed, error)
	Image(ctx context.Context, ref string) (stack.Image, bool, error)
	Tag(ctx context.Context, image, name string) error
	RemoveUnused(ctx context.Context, imageID string) error
	Build(ctx context.Context, p *compose.Project, service string, o BuildOptions, report stack.Report) (imageID string, err error)
	Pull(ctx context.Context, service, ref, platform string, report stack.Report) (imageID string, err error)
	Apply(ctx context.Context, p *compose.Project, pl compose.Plan, report stack.Report) error
	Watch(ctx context.Context, project string) iter.Seq2[stack.Snapshot, error]
	Inspect(ctx context.Context, r stack.Ref) (stack.Detail, error)
	Logs(ctx context.Context, r stack.Ref, o stack.LogOptions) iter.Seq2[stack.LogLine, error]
	Exec(ctx context.Context, r stack.Ref, argv []string) (stack.ExecResult, error)
	Copy(ctx context.Context, r stack.Ref, files []stack.Copy) (kept error, err error)
	Hook(ctx context.Context, r stack.Ref, h stack.Hook) (stack.ExecResult, error)
	Life(ctx context.Context, r stack.Ref) (stack.Life, error)
	MainProcess(ctx context.Context, r stack.Ref) (stack.MainProcess, error)
	PortHolders(ctx context.Context, ports []stack.Port) ([]stack.PortHolder, error)
	Listening(ctx context.Context, r stack.Ref) ([]netip.AddrPort, error)
	Beside(ctx context.Context, p *compose.Project, service, image, publishHost string, report stack.Report) (Beside, error)
	SweepBeside(ctx context.Context, project string) (removed []string, err error)
}

// BuildOptions is how to build.
type BuildOptions = stack.BuildOptions

// Stack is a compose project on an Engine.
type Stack struct {
	// Load reads the project as its files are now.
	Load   func(ctx context.Context) (*compose.Project, error)
	Engine Engine
	// PublishHost is where published ports answer, seen from here.
	PublishHost string
	// WaitTimeout limits every wait for serving; 0: five minutes, since models
	// load slowly.
	WaitTimeout time.Duration
	// ProbeInterval is the longest pause between two questions whether a
	// service serves, while waiting; 0: package ready's own.
	ProbeInterval time.Duration
	// Manifests keeps what things were made from; nil: nothing is known of it.
	Manifests Manifests
	// Builds remembers builds; nil: none are.
	Builds Builds
	// Secret reports whether an argument goes by a name that secrets have: its
	// value is not told; nil: none does.
	Secret func(name string) bool
}

// load reads the project; services that are named are on, whatever their
// profile.
func (s Stack) load(ctx context.Context, services []string) (*compose.Project, error) {
	p, err := s.Load(ctx)
	if err != nil {
		return nil, err
	}
	return p.Enable(services)
}

// tell reports what a person should know about the project before anything is
// done: what will not be applied, and the loader's warnings.
func tell(p *compose.Project, report stack.Report) {
	for _, a := range p.NotApplied {
		text := "not applied by Berth"
		if a.Where != "" {
			text += " (" + a.Where + ")"
		}
		report(stack.Progress{ID: "not applied " + a.Path, Action: stack.ActNote, Status: stack.Warning, Subject: a.Path, Text: text})
	}
	for _, w := range p.Warnings {
		report(stack.Progress{ID: "warning " + w, Action: stack.ActNote, Status: stack.Warning, Subject: "compose file", Text: w})
	}
}

// stamped fills in the time of every report, so that its sources need not.
func stamped(report stack.Report) stack.Report {
	return func(p stack.Progress) {
		if p.At.IsZero() {
			p.At = time.Now()
		}
		report(p)
	}
}
