package workflow

import (
	"context"

	"github.com/compose-spec/compose-go/v2/types"
	"golang.org/x/sync/errgroup"

	"berth/compose"
	"berth/sources"
	"berth/stack"
)

// Manifests keeps what images were built from and what containers were started
// with, by their IDs.
type Manifests interface {
	Load(id string, v any) (bool, error)
	Save(id string, v any) error
}

// Sources compares, for each of the containers, what it was made from with the
// files as they are now; nil for one that is made from none of the project's.
// Nothing is built, and the Engine is not asked.
func (s Stack) Sources(ctx context.Context, p *compose.Project, rows []stack.Service) []*stack.Sources {
	all := make([]*stack.Sources, len(rows))
	if s.Manifests == nil {
		return all
	}
	var g errgroup.Group
	g.SetLimit(2) // each looks at several folders at once
	for n, r := range rows {
		config, ok := p.Model.Services[r.Service]
		if !ok || r.OneOff || r.ContainerID == "" {
			continue
		}
		g.Go(func() error {
			all[n] = joined(s.image(ctx, p, config, r), s.mounts(ctx, p, config, r))
			return nil
		})
	}
	_ = g.Wait() // none fails: what cannot be found out is unknown
	return all
}

// image compares what a service is built from with what its container's image
// was.
func (s Stack) image(ctx context.Context, p *compose.Project, config types.ServiceConfig, r stack.Service) *stack.Sources {
	if config.Build == nil {
		return nil
	}
	made, err := buildSubject(p, config.Name, BuildOptions{})
	if made.remote != "" {
		return &stack.Sources{Unknown: "it is built from " + made.remote}
	}
	if err != nil {
		return &stack.Sources{Unknown: err.Error()}
	}
	var was sources.Manifest
	ok, err := s.Manifests.Load(r.ImageID, &was)
	switch {
	case err != nil:
		return &stack.Sources{Unknown: err.Error()}
	case !ok:
		return &stack.Sources{Unknown: "its image was built by another tool, or too long ago to remember"}
	}
	changes, refreshed, err := compared(ctx, made.Subject, &was)
	if err == nil && refreshed {
		err = s.Manifests.Save(r.ImageID, was)
	}
	var concerning []stack.FileChange
	for _, c := range changes {
		if made.concerns(c, was.Parts) {
			concerning = append(concerning, c)
		}
	}
	return verdictOf(concerning, err)
}

// compared compares, and takes new times of unchanged files over.
func compared(ctx context.Context, subject sources.Subject, was *sources.Manifest) ([]stack.FileChange, bool, error) {
	now, err := sources.Look(ctx, subject, *was)
	if err == nil {
		err = now.Read(ctx, subject)
	}
	if err != nil {
		return nil, false, err
	}
	return sources.Compare(subject, *was, now), was.Refresh(now), nil
}

func verdictOf(changes []stack.FileChange, err error) *stack.Sources {
	t := &stack.Sources{Changes: changes}
	if err != nil {
		t.Unknown = err.Error()
	}
	return t
}

func joined(a, b *stack.Sources) *stack.Sources {
	switch {
	case a == nil:
		return b
	case b == nil:
		return a
	}
	both := &stack.Sources{Unknown: a.Unknown, Changes: append(a.Changes, b.Changes...)}
	if both.Unknown == "" {
		both.Unknown = b.Unknown
	}
	return both
}
