package workflow

import (
	"context"
	"path/filepath"
	"sync"

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

// build builds a service's image and records what it was built from: as that is
// before, so that an edit during the build counts as one after it.
func (s Stack) build(ctx context.Context, p *compose.Project, service string, o BuildOptions, report stack.Report) (string, error) {
	if s.Manifests == nil {
		return s.Engine.Build(ctx, p, service, o, report)
	}
	subject, remote, unlisted := buildSubject(p, service)
	if remote != "" {
		return s.Engine.Build(ctx, p, service, o, report)
	}
	var m sources.Manifest
	if unlisted == nil {
		m, unlisted = sources.Look(ctx, subject, s.builtLast(ctx, p, service))
	}
	reading, stop := context.WithCancel(ctx)
	defer stop()
	var wg sync.WaitGroup
	defer wg.Wait()
	if unlisted == nil {
		wg.Go(func() { unlisted = m.Read(reading, subject) })
	}
	id, err := s.Engine.Build(ctx, p, service, o, report)
	if err != nil {
		stop()
		return id, err
	}
	wg.Wait()
	if unlisted == nil {
		unlisted = s.Manifests.Save(id, m)
	}
	if unlisted != nil {
		report(stack.Progress{
			ID: "sources " + service, Service: service, Action: stack.ActNote, Status: stack.Warning, Subject: service,
			Text: "whether its sources are newer than this image will not be known: " + unlisted.Error(),
		})
	}
	return id, nil
}

// builtLast is what the service's image was built from last, which saves reading
// what has not changed; empty where that is not known.
func (s Stack) builtLast(ctx context.Context, p *compose.Project, service string) sources.Manifest {
	var m sources.Manifest
	image, ok, err := s.Engine.Image(ctx, p.ImageName(service))
	if err != nil || !ok {
		return m
	}
	if ok, err := s.Manifests.Load(image.ID, &m); err != nil || !ok {
		return sources.Manifest{}
	}
	return m
}

// buildSubject is what a service is built from: the context after .dockerignore,
// the Dockerfile, the arguments and the target. remote is the URL that the
// Engine fetches instead.
func buildSubject(p *compose.Project, service string) (_ sources.Subject, remote string, err error) {
	b := p.Model.Services[service].Build
	if !filepath.IsAbs(b.Context) {
		return sources.Subject{}, b.Context, nil
	}
	s := sources.Subject{Parts: map[string]string{}}
	file := ""
	if b.DockerfileInline != "" {
		s.Parts["dockerfile_inline"] = b.DockerfileInline
	} else {
		file = b.Dockerfile
		if file == "" {
			file = "Dockerfile"
		}
		if !filepath.IsAbs(file) {
			file = filepath.Join(b.Context, file)
		}
		found, text, err := sources.Dockerfile(file)
		if err != nil {
			return s, "", err
		}
		file = found
		s.Parts[near(p, file)] = string(text)
	}
	for name, value := range b.Args.Resolve(p.Model.Environment.Resolve) {
		if value != nil {
			s.Parts["build argument "+name] = *value
		}
	}
	if b.Target != "" {
		s.Parts["build target"] = b.Target
	}
	ignored, err := sources.Ignored(b.Context, file)
	s.Trees = []sources.Tree{{Name: near(p, b.Context), Dir: b.Context, Ignore: ignored}}
	return s, "", err
}

// near is a path as somebody in the project's folder calls it; empty for that
// folder.
func near(p *compose.Project, path string) string {
	rel, err := filepath.Rel(p.Dir, path)
	switch {
	case err != nil || !filepath.IsLocal(rel):
		return filepath.ToSlash(path)
	case rel == ".":
		return ""
	default:
		return filepath.ToSlash(rel)
	}
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
	subject, remote, err := buildSubject(p, config.Name)
	if remote != "" {
		return &stack.Sources{Unknown: "it is built from " + remote}
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
	changes, refreshed, err := compared(ctx, subject, &was)
	if err == nil && refreshed {
		err = s.Manifests.Save(r.ImageID, was)
	}
	return verdictOf(changes, err)
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
