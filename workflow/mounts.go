package workflow

import (
	"context"
	"path/filepath"
	"time"

	"github.com/compose-spec/compose-go/v2/types"

	"berth/compose"
	"berth/sources"
	"berth/stack"
)

// A container sees every edit in a folder that is mounted in it; its process may
// have read what was there before, at its start. So mounts are compared with
// what they were when Berth started the container. A service that reads its
// files anew by itself is marked all the same: that cannot be seen from outside,
// and a restart ends it.
//
// Only what lies in the project's folder counts, and only where the Engine is on
// this machine: /proc or a data set elsewhere is nobody's source, and the
// project's folder as a whole has .git and what tools leave in it. Where the
// container may write, files that are added are taken for its own.

// largeMounted is from which size on a mounted file is told by its time instead
// of its content: nobody waits for models to be read at every start.
const largeMounted = 64 << 20

// started is what was mounted in one run of a container.
type started struct {
	At    time.Time // StartedAt of the run
	Files sources.Manifest
}

func (s Stack) mountSubject(p *compose.Project, config types.ServiceConfig) sources.Subject {
	var subject sources.Subject
	if !s.here() {
		return subject
	}
	for _, v := range config.Volumes {
		rel, err := filepath.Rel(p.Dir, v.Source)
		if v.Type != types.VolumeTypeBind || err != nil || !filepath.IsLocal(rel) || rel == "." {
			continue
		}
		subject.Trees = append(subject.Trees, sources.Tree{Name: near(p, v.Source), Dir: v.Source, Shared: !v.ReadOnly, Large: largeMounted})
	}
	return subject
}

// here reports whether the Engine's folders are this machine's.
func (s Stack) here() bool { return s.PublishHost == "" || s.PublishHost == "127.0.0.1" }

// mounts compares what is mounted in a container with what was when it started.
func (s Stack) mounts(ctx context.Context, p *compose.Project, config types.ServiceConfig, r stack.Service) *stack.Sources {
	subject := s.mountSubject(p, config)
	if len(subject.Trees) == 0 || r.Phase != stack.Running {
		return nil
	}
	var was started
	ok, err := s.Manifests.Load(r.ContainerID, &was)
	switch {
	case err != nil:
		return &stack.Sources{Unknown: err.Error()}
	case !ok || !was.At.Equal(r.StartedAt):
		return &stack.Sources{Unknown: "it was not started by Berth, so what was mounted then is not known"}
	}
	changes, refreshed, err := compared(ctx, subject, &was.Files)
	if err == nil && refreshed {
		err = s.Manifests.Save(r.ContainerID, was)
	}
	return verdictOf(changes, err)
}

// starting looks at what is mounted in the containers that a plan starts; the
// function that it returns records it when they have started.
func (s Stack) starting(ctx context.Context, p *compose.Project, plan compose.Plan) (record func(context.Context) error) {
	type start struct {
		ref     stack.Ref
		subject sources.Subject
		files   sources.Manifest
		err     error
	}
	var all []start
	for _, step := range plan.Steps {
		if s.Manifests == nil || step.Kind != compose.StartContainer && step.Kind != compose.RestartContainer {
			continue
		}
		config, ok := p.Model.Services[step.Ref.Service]
		subject := s.mountSubject(p, config)
		if !ok || len(subject.Trees) == 0 {
			continue
		}
		files, err := sources.Look(ctx, subject, sources.Manifest{})
		all = append(all, start{step.Ref, subject, files, err})
	}
	return func(ctx context.Context) error {
		for _, a := range all {
			if a.err == nil {
				a.err = a.files.Read(ctx, a.subject)
			}
			if a.err != nil {
				return a.err
			}
			d, err := s.Engine.Inspect(ctx, a.ref)
			if err != nil {
				return err
			}
			if err := s.Manifests.Save(d.ContainerID, started{d.StartedAt, a.files}); err != nil {
				return err
			}
		}
		return nil
	}
}
