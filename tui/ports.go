package tui

import (
	"context"
	"iter"

	"berth/compose"
	"berth/predict"
	"berth/predict/load"
	"berth/predict/suite"
	"berth/stack"
	predictpane "berth/tui/pane/predict"
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

// Predictor asks a service for predictions.
type Predictor interface {
	// Discover finds the endpoint that predicts, or the one that is named, and
	// the body to begin with. An error beside an endpoint does not keep anyone
	// from sending.
	Discover(ctx context.Context, r stack.Ref, endpoint string) (predictpane.Offer, error)
	// Send sends; streaming is told of an answer that comes in parts. An error
	// beside a response is about something else, such as remembering it.
	Send(ctx context.Context, r stack.Ref, e predict.Endpoint, body []byte, streaming func(predict.Stream)) (predict.Response, error)
	// Past is remembered predictions, without their bodies and answers.
	Past(ctx context.Context, q stack.PredictionQuery) (stack.PredictionPage, error)
	// PastOne is one of them, whole; false when it is no longer there.
	PastOne(ctx context.Context, id int64) (stack.Prediction, bool, error)
	// Written is a prediction as a command of curl or berth, or as Python, and
	// the variables of the environment that it needs: secrets are not kept.
	Written(one stack.Prediction, as string) (text string, variables []string, err error)
	// Check asks the service what the project's suites have about it, and tells
	// how far it is; nil: they have nothing.
	Check(ctx context.Context, r stack.Ref, told func(n, of int)) (*suite.Report, error)
	// Compare asks the image that ran before, beside the service, the same as the
	// service, and tells how far it is.
	Compare(ctx context.Context, r stack.Ref, e predict.Endpoint, told func(string)) (predictpane.Versus, error)
	// Load sends a body many times, and tells how it goes. What was measured
	// before ctx ended comes beside its error.
	Load(ctx context.Context, r stack.Ref, e predict.Endpoint, body []byte, p load.Plan, told func(load.Result)) (predictpane.Loaded, error)
	// Keep makes the last prediction of a service a case, and says where it is.
	Keep(service, name string) (where string, err error)
	// Replays yields what rebuilds send and get, from now on until ctx ends.
	Replays(ctx context.Context) iter.Seq2[predictpane.Replayed, error]
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
