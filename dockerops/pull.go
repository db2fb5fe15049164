package dockerops

import (
	"context"
	"errors"

	"github.com/containerd/platforms"
	"github.com/distribution/reference"
	"github.com/moby/moby/api/pkg/authconfig"
	"github.com/moby/moby/client"
	ocispec "github.com/opencontainers/image-spec/specs-go/v1"

	"berth/stack"
)

// Pull gets the image of a service from its registry, with the credentials of
// Docker's own configuration, and returns its ID. platform is empty for the
// Engine's own. What the registry refuses is a *stack.Problem.
func (e *Engine) Pull(ctx context.Context, service, ref, platform string, report stack.Report) (imageID string, err error) {
	t := beginTask(report, stack.Progress{ID: "pull " + service, Service: service, Action: stack.ActPull, Subject: "image " + ref})
	defer func() { err = t.end(ctx, err) }()

	named, err := reference.ParseNormalizedNamed(ref)
	if err != nil {
		return "", &stack.Problem{What: "pulling " + ref, Where: service, Err: err, Hint: "correct the image's name in the compose file"}
	}
	options, err := e.pullOptions(ctx, named, platform)
	if err != nil {
		return "", err
	}
	before, had, err := e.Image(ctx, ref)
	if err != nil {
		return "", err
	}
	if err := e.pull(ctx, ref, options, t); err != nil {
		return "", e.pullProblem(ctx, service, named, err)
	}
	after, has, err := e.Image(ctx, ref)
	switch {
	case err != nil:
		return "", err
	case !has:
		return "", &stack.Problem{What: "pulling " + ref, Where: service, Err: errors.New("the Engine does not have it after the pull")}
	}
	t.result(after.ID, had && before.ID == after.ID)
	return after.ID, nil
}

// pullOptions is the platform and the credentials, read again: a docker login
// since the start counts.
func (e *Engine) pullOptions(ctx context.Context, named reference.Named, platform string) (client.ImagePullOptions, error) {
	var o client.ImagePullOptions
	if platform != "" {
		p, err := platforms.Parse(platform)
		if err != nil {
			return o, &stack.Problem{What: "pulling " + reference.FamiliarString(named), Err: err, Hint: "a platform is written linux/arm64"}
		}
		o.Platforms = []ocispec.Platform{p}
	}
	conf, err := readCLIConfig(e.conf.dir)
	if err != nil {
		return o, err
	}
	auth, err := conf.lookup(ctx, registryOf(named))
	if err != nil {
		return o, err
	}
	o.RegistryAuth, err = authconfig.Encode(auth)
	return o, err
}

// pull pulls and reports on the layers.
func (e *Engine) pull(ctx context.Context, ref string, o client.ImagePullOptions, t *task) error {
	response, err := e.cli.ImagePull(ctx, ref, o)
	if err != nil {
		return err
	}
	fold := newPullFold(t.item)
	for m, err := range response.JSONMessages(ctx) {
		if err == nil && m.Error != nil {
			err = m.Error
		}
		if err != nil {
			t.each(fold.finish())
			return err
		}
		switch p, ok := fold.add(m); {
		case !ok:
		case p.ID == t.item.ID:
			t.say(p.Text)
		default:
			t.report(p)
		}
	}
	t.each(fold.finish())
	return ctx.Err()
}

func (e *Engine) pullProblem(ctx context.Context, service string, named reference.Named, err error) error {
	if ctx.Err() != nil {
		return err
	}
	if gone := e.gone(ctx); gone != nil {
		return gone
	}
	return &stack.Problem{What: "pulling " + reference.FamiliarString(named), Where: service, Err: inItsWords(err), Hint: registryHint(err.Error(), loginHost(named))}
}
