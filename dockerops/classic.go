package dockerops

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"io"

	"github.com/containerd/platforms"
	"github.com/distribution/reference"
	"github.com/moby/moby/api/types/container"
	"github.com/moby/moby/api/types/jsonstream"
	"github.com/moby/moby/api/types/registry"
	"github.com/moby/moby/client"
	ocispec "github.com/opencontainers/image-spec/specs-go/v1"

	"berth/stack"
)

// buildClassic builds without BuildKit.
func (e *Engine) buildClassic(ctx context.Context, s buildSpec, l logins, t *task) error {
	options, err := s.classicOptions(ctx, l)
	if err != nil {
		return err
	}
	var body io.Reader // none for a remote context
	if s.source.remote == "" {
		r, w := io.Pipe()
		defer func() { _ = r.Close() }() // ends writeTar, if the Engine did not take all
		go func() { w.CloseWithError(s.source.writeTar(ctx, w)) }()
		body = r
	}
	if len(s.config.NoCacheFilter) > 0 {
		t.warn("build.no_cache_filter", noEffect)
	}
	fold := newClassicFold(t.item)
	err = e.classicBuild(ctx, body, options, func(m jsonstream.Message) { t.each(fold.add(m)) })
	status := stack.Done
	switch {
	case ctx.Err() != nil:
		status = stack.Cancelled
	case err != nil:
		status = stack.Failed
	}
	t.each(fold.finish(status))
	if err == nil || ctx.Err() != nil {
		return err
	}
	if gone := e.gone(ctx); gone != nil {
		return gone
	}
	return newClassicError(s, err, fold.failed()).problem(s)
}

// classicBuild makes the request and hands out the Engine's messages.
func (e *Engine) classicBuild(ctx context.Context, body io.Reader, o client.ImageBuildOptions, each func(jsonstream.Message)) error {
	response, err := e.cli.ImageBuild(ctx, body, o)
	if err != nil {
		return err
	}
	defer response.Body.Close()
	for messages := json.NewDecoder(bufio.NewReader(response.Body)); ; {
		var m jsonstream.Message
		switch err := messages.Decode(&m); {
		case errors.Is(err, io.EOF):
			return nil
		case err != nil:
			return err
		case m.Error != nil:
			return m.Error
		}
		each(m)
	}
}

// classicOptions is the build in the words of the Engine's API.
func (s buildSpec) classicOptions(ctx context.Context, l logins) (client.ImageBuildOptions, error) {
	o := client.ImageBuildOptions{
		Tags: s.tags, Labels: s.labels, Target: s.config.Target,
		NoCache: s.noCache, PullParent: s.pull, Remove: true, ForceRemove: true,
		NetworkMode: s.config.Network, ExtraHosts: s.config.ExtraHosts.AsList(":"), ShmSize: int64(s.config.ShmSize),
		RemoteContext: s.source.remote, Dockerfile: classicDockerfile,
		BuildArgs: map[string]*string{}, AuthConfigs: map[string]registry.AuthConfig{},
	}
	if s.source.remote != "" {
		o.Dockerfile = s.source.dockerfile
		if s.source.inline {
			return o, &stack.Problem{What: "building " + s.service, Err: errNoBuildKit, Hint: "dockerfile_inline with a remote context needs it"}
		}
	}
	for k, v := range s.args {
		o.BuildArgs[k] = &v
	}
	for name, u := range s.ulimits() {
		o.Ulimits = append(o.Ulimits, &container.Ulimit{Name: name, Soft: u[0], Hard: u[1]})
	}
	if s.platform != "" {
		p, err := platforms.Parse(s.platform)
		if err != nil {
			return o, &stack.Problem{What: "building " + s.service, Err: err, Hint: "a platform is written linux/arm64"}
		}
		o.Platforms = []ocispec.Platform{p}
	}
	// Only the registries that the Dockerfile names get to be known.
	for _, base := range s.file().Bases() {
		named, err := reference.ParseNormalizedNamed(base)
		if err != nil {
			continue // the Engine says what is wrong with it
		}
		auth, err := l.lookup(ctx, registryOf(named))
		if err != nil {
			return o, err
		}
		o.AuthConfigs[registryOf(named)] = auth
	}
	return o, nil
}
