package dockerops

import (
	"context"
	"errors"

	bk "github.com/moby/buildkit/client"
	"github.com/moby/moby/client"

	"berth/compose"
	"berth/stack"
)

// BuildRequest says which service's image to build.
type BuildRequest struct {
	Project *compose.Project
	Service string
	stack.BuildOptions
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

// noEffect is said of what cannot be applied.
const noEffect = "has no effect on this Engine"

// solve runs one build and reports its steps.
func (e *Engine) solve(ctx context.Context, s buildSpec, l logins, t *task) error {
	c, closeClient, err := e.buildkit(ctx)
	if err != nil {
		return e.problem(ctx, "building "+s.service, err)
	}
	defer closeClient()
	for _, notApplied := range s.beyond(e.cli.ClientVersion()) {
		t.warn(notApplied, noEffect)
	}
	ctx, lose := context.WithCancelCause(ctx)
	defer lose(nil)
	var unread *stack.Problem
	mounts, sent, err := s.source.mounts(lose)
	if err != nil {
		return err
	}
	opt, err := s.solveOpt(ctx, c, l, mounts)
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
	if sent != nil {
		for _, path := range sent.changedMeanwhile() {
			t.warn(path, "changed while the build context was sent: build again")
		}
	}
	if errors.As(context.Cause(ctx), &unread) {
		return unread // it was cancelled for that
	}
	if err == nil || ctx.Err() != nil {
		return err
	}
	if gone := e.gone(ctx); gone != nil {
		return gone
	}
	return newBuildError(s, err, fold.failed()).problem(s)
}

// gone is the problem that the Engine does not answer any more, nil when it
// does. What failed because of that says so in many ways, so it is asked.
func (e *Engine) gone(ctx context.Context) error {
	_, err := e.cli.Ping(ctx, client.PingOptions{})
	return e.problem(ctx, "asking the Engine", err)
}
