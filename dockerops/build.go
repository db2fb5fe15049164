package dockerops

import (
	"context"
	"errors"
	"fmt"
	"net"
	"strings"
	"sync/atomic"

	bk "github.com/moby/buildkit/client"
	"github.com/moby/buildkit/session"
	"github.com/moby/moby/client/pkg/versions"

	"berth/compose"
	"berth/stack"
)

// BuildRequest says which service's image to build.
type BuildRequest struct {
	Project *compose.Project
	Service string
	NoCache bool // run every step again
	Pull    bool // ask the registry for newer base images
}

// Build builds a service's image with the Engine's own BuildKit, tags it as
// `docker compose` does, and returns its ID. A failed build is a
// *stack.Problem with a *BuildError in the chain. When ctx ends the build
// stops in the Engine too, and ctx's error is in the chain.
func (e *Engine) Build(ctx context.Context, r BuildRequest, report stack.Report) (imageID string, err error) {
	t := beginTask(report, stack.Progress{ID: "build " + r.Service, Service: r.Service, Action: stack.ActBuild, Subject: "image " + r.Project.ImageName(r.Service)})
	defer func() { err = t.end(ctx, err) }()

	conf, err := readCLIConfig(e.conf.dir) // again: a docker login since then counts
	if err != nil {
		return "", err
	}
	s, err := newBuildSpec(r, conf.proxyEnv(e.at.host))
	if err != nil {
		return "", err
	}
	unlock, err := e.building.lock(ctx, s.source.key(), func() { t.say("waiting for another build of the same folder") })
	if err != nil {
		return "", err
	}
	defer unlock()

	before, had, err := e.Image(ctx, s.tags[0])
	if err != nil {
		return "", err
	}
	for _, notApplied := range s.beyond(e.cli.ClientVersion()) {
		t.warn(notApplied)
	}
	err = e.solve(ctx, s, conf.logins, t)
	if errors.Is(err, errNoBuildKit) {
		err = e.buildClassic(ctx, s, conf.logins, t)
	}
	if err != nil {
		return "", err
	}
	after, has, err := e.Image(ctx, s.tags[0])
	switch {
	case err != nil:
		return "", err
	case !has:
		return "", &stack.Problem{What: "building " + r.Service, Where: s.tags[0], Err: errNoImage}
	}
	t.result(after.ID, had && before.ID == after.ID)
	return after.ID, nil
}

// solve runs one build and reports its steps.
func (e *Engine) solve(ctx context.Context, s buildSpec, l logins, t *task) error {
	c, err := e.buildkit(ctx)
	if err != nil {
		return e.problem(ctx, "building "+s.service, err)
	}
	defer c.Close()
	opt, err := s.solveOpt(ctx, c, l)
	if err != nil {
		return err
	}
	fold := newBuildFold(t.item)
	status := make(chan *bk.SolveStatus)
	drained := make(chan struct{})
	go func() {
		defer close(drained)
		for m := range status {
			t.each(fold.add(m))
		}
	}()
	_, err = c.Solve(ctx, nil, opt, status)
	<-drained
	t.each(fold.finish())
	if err == nil || ctx.Err() != nil {
		return err
	}
	return newBuildError(s, err, fold.failed()).problem(s)
}

// solveOpt is the build in the words of BuildKit's client.
func (s buildSpec) solveOpt(ctx context.Context, c *bk.Client, l logins) (bk.SolveOpt, error) {
	var gateway string
	if s.wantsGateway() {
		var err error
		if gateway, err = gatewayOf(ctx, c); err != nil {
			return bk.SolveOpt{}, err
		}
	}
	key, err := s.sharedKey()
	if err != nil {
		return bk.SolveOpt{}, err
	}
	mounts, err := s.source.mounts()
	if err != nil {
		return bk.SolveOpt{}, err
	}
	opt := bk.SolveOpt{
		Frontend:      "dockerfile.v0",
		FrontendAttrs: s.attrs(gateway),
		LocalMounts:   mounts,
		// Of the exporters only "moby" is there in every Engine.
		Exports:   []bk.ExportEntry{{Type: "moby", Attrs: map[string]string{"name": strings.Join(s.tags, ",")}}},
		SharedKey: key,
		Session:   []session.Attachable{sessionAuth{logins: l}},
	}
	if s.config.Network == "host" {
		opt.AllowedEntitlements = []string{"network.host"}
	}
	return opt, nil
}

// gatewayLabel is where the Engine's BuildKit says what host-gateway is.
const gatewayLabel = "org.mobyproject.buildkit.worker.moby.host-gateway-ip"

func gatewayOf(ctx context.Context, c *bk.Client) (string, error) {
	workers, err := c.ListWorkers(ctx)
	if err != nil {
		return "", err
	}
	for _, w := range workers {
		if ip := w.Labels[gatewayLabel]; ip != "" {
			return ip, nil
		}
	}
	return "", &stack.Problem{What: "build.extra_hosts asks for " + hostGateway, Err: errors.New("this Engine's BuildKit does not say what that is"), Hint: "give the address"}
}

// beyond names what is asked for and this Engine's BuildKit passes over.
// Resource settings came with API 1.42 (Engine 23).
func (s buildSpec) beyond(api string) []string {
	var names []string
	if versions.LessThan(api, "1.42") {
		if s.config.ShmSize > 0 {
			names = append(names, "build.shm_size")
		}
		if len(s.config.Ulimits) > 0 {
			names = append(names, "build.ulimits")
		}
	}
	return names
}

// buildkit is a client of the BuildKit inside the Engine. Its first connection
// is made here, so that what prevents it is an error and not a retry.
func (e *Engine) buildkit(ctx context.Context) (*bk.Client, error) {
	dial := func(ctx context.Context) (net.Conn, error) { return e.cli.DialHijack(ctx, "/grpc", "h2c", nil) }
	conn, err := dial(ctx)
	if err != nil {
		// The client gives the status as text only.
		if strings.HasSuffix(err.Error(), "received 404") {
			err = fmt.Errorf("%w: %w", errNoBuildKit, err)
		}
		return nil, err
	}
	var first atomic.Pointer[net.Conn]
	first.Store(&conn)
	c, err := bk.New(ctx, "",
		bk.WithContextDialer(func(ctx context.Context, _ string) (net.Conn, error) {
			if ready := first.Swap(nil); ready != nil {
				return *ready, nil
			}
			return dial(ctx)
		}),
		bk.WithSessionDialer(func(ctx context.Context, proto string, meta map[string][]string) (net.Conn, error) {
			return e.cli.DialHijack(ctx, "/session", proto, meta)
		}))
	if err != nil {
		_ = conn.Close() // the error that counts is New's
		return nil, err
	}
	return c, nil
}
