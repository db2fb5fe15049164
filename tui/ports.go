package tui

import (
	"context"
	"iter"

	"berth/compose"
	"berth/stack"
	"berth/tui/services"
	"berth/workflow"
)

// Engine is what the screen reads. Both streams end with ctx.
type Engine interface {
	// Watch yields the project's state as it changes, Serving filled. It goes
	// on while the Engine is away, saying so in Snapshot.Down.
	Watch(ctx context.Context) iter.Seq2[stack.Snapshot, error]
	Inspect(ctx context.Context, r stack.Ref) (stack.Detail, error)
	MainProcess(ctx context.Context, r stack.Ref) (stack.MainProcess, error)
	Logs(ctx context.Context, r stack.Ref, o stack.LogOptions) iter.Seq2[stack.LogLine, error]
	// Stats is asked for what the list shows only.
	Stats(ctx context.Context, r stack.Ref) iter.Seq2[stack.Sample, error]
}

// Work is what the screen can have done. Each returns when it is done or ctx
// has ended and nothing is left half-made; no services: all.
type Work interface {
	Up(ctx context.Context, services []string, report stack.Report) error
	// Rebuild builds the service, recreates it if its image changed, waits until
	// it serves, and sends the last prediction again.
	Rebuild(ctx context.Context, service string, o stack.BuildOptions, report stack.Report) error
	// Back puts the image before the last rebuild back in place.
	Back(ctx context.Context, service string, report stack.Report) error
	// Carry does what changed files ask for. left is why nothing was done.
	Carry(ctx context.Context, o workflow.Order, report stack.Report) (left string, err error)
	Stop(ctx context.Context, services []string, report stack.Report) error
	Restart(ctx context.Context, services []string, report stack.Report) error
	Down(ctx context.Context, report stack.Report) error
	// Plan is what a request would do now.
	Plan(ctx context.Context, r compose.Request) (compose.Plan, error)
}

// Project is what the compose file says, as far as the screen shows it.
type Project struct {
	Name     string
	Services []services.Declared // in the order they are listed
	// Needing has for a service those that need it in some state.
	Needing map[string][]stack.Dependent
	// NotApplied are attributes of the file that Berth does not apply.
	NotApplied []compose.Attribute
	// Warnings are what else a person should know about the file.
	Warnings []string
}
