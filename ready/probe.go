// Package ready finds out whether a service serves, by asking it.
//
// Docker's own verdict lags by an interval of the health check, and there is
// none without one. So the check's request is made from outside, as a client
// would, as soon and as often as waiting needs it; see Choose for what is asked
// and Prober for when.
package ready

import (
	"context"
	"fmt"
	"net"
	"strings"
	"time"

	"berth/stack"
)

// Runner runs a command in the container that plays a role.
type Runner interface {
	Exec(ctx context.Context, r stack.Ref, argv []string) (stack.ExecResult, error)
}

// Inspector looks closely at the container that plays a role.
type Inspector interface {
	Inspect(ctx context.Context, r stack.Ref) (stack.Detail, error)
}

// Engine is what asking needs of the Docker Engine.
type Engine interface {
	Runner
	Inspector
}

// Kind is how a service is asked.
type Kind string

// The kinds, from the most to the least telling.
const (
	HTTP    Kind = "http"    // a request whose answer is judged
	Exec    Kind = "exec"    // the health check's command, run in the container
	Port    Kind = "port"    // any answer on a published port
	Running Kind = "running" // the process stays alive
)

// Probe is one way of asking one service whether it serves.
type Probe struct {
	Ref  stack.Ref
	Kind Kind
	// Reason is why it is asked this way, "as its health check does".
	Reason string
	// Timeout limits one try.
	Timeout time.Duration
	// Request is what an HTTP probe sends.
	Request Request
	// Address is the published host:port that HTTP and Port probes dial.
	Address string
	// Argv is what an Exec probe runs.
	Argv []string

	run    run                                                                  // of a Running probe
	dialer func(ctx context.Context, network, address string) (net.Conn, error) // nil: the network
}

// run is one run of a container, from a start to its end.
type run struct {
	container string
	started   time.Time
}

func runOf(s stack.Service) run { return run{s.ContainerID, s.StartedAt} }

// String says what is asked, where and why.
func (p Probe) String() string {
	var what string
	switch p.Kind {
	case HTTP:
		what = p.Request.String(p.Address)
	case Exec:
		what = "exec " + strings.Join(p.Argv, " ")
	case Port:
		what = "any answer on " + p.Address
	case Running:
		what = "running for " + stack.Took(runningFor)
	}
	if p.Reason == "" {
		return what
	}
	return what + ", " + p.Reason
}

// Result is what one try got.
type Result struct {
	OK   bool
	Text string // the answer in short, "200 in 2 ms"; untrusted
	Took time.Duration
	// Closed says that the connection was accepted and then closed without an
	// answer, as Docker's proxy does while nothing listens behind it.
	Closed bool
	// Status is an Exec probe's exit status.
	Status int
}

// Evident is what asking a service would get, where a watch of the Engine shows
// it: one that only has to run, and has for long enough.
func Evident(now time.Time, s stack.Service, publishHost string) (Result, bool) {
	if s.Health != stack.NoCheck || s.Phase != stack.Running || now.Sub(s.StartedAt) < runningFor {
		return Result{}, false
	}
	return alive, Choose(stack.Detail{Service: s}, publishHost).Kind == Running
}

// Ask tries the probe that fits a service as a watch of the Engine shows it. An
// error means that the Engine could not be asked; that the service does not
// serve is a Result.
func Ask(ctx context.Context, e Engine, s stack.Service, publishHost string) (Result, error) {
	d := stack.Detail{Service: s}
	if s.Health != stack.NoCheck { // how it is checked is not in the watch
		var err error
		if d, err = e.Inspect(ctx, s.Ref); err != nil {
			return Result{}, fmt.Errorf("asking whether %s serves: %w", s.Ref, err)
		}
	}
	if d.Phase != stack.Running {
		return Result{Text: d.State()}, nil
	}
	return Choose(d, publishHost).Try(ctx, e), nil
}
