package workflow

import (
	"bytes"
	"context"
	"encoding/gob"
	"errors"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"berth/compose"
	"berth/stack"
)

// shelf keeps manifests in memory, as the disk would.
type shelf struct {
	mu  sync.Mutex
	all map[string][]byte
}

func (s *shelf) Load(id string, v any) (bool, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	text, ok := s.all[id]
	if !ok {
		return false, nil
	}
	return true, gob.NewDecoder(bytes.NewReader(text)).Decode(v)
}

func (s *shelf) Save(id string, v any) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	var text bytes.Buffer
	err := gob.NewEncoder(&text).Encode(v)
	s.all[id] = text.Bytes()
	return err
}

// builder is an Engine that builds, starts, and does something meanwhile.
type builder struct {
	Engine
	image     string
	started   time.Time
	meanwhile func() error
}

func (b *builder) Image(context.Context, string) (stack.Image, bool, error) {
	return stack.Image{ID: b.image}, b.image != "", nil
}

func (b *builder) Build(_ context.Context, _ *compose.Project, _ string, _ BuildOptions, _ stack.Report) (string, error) {
	if b.meanwhile != nil {
		if err := b.meanwhile(); err != nil {
			return "", err
		}
	}
	return b.image, nil
}

func (b *builder) Apply(context.Context, *compose.Project, compose.Plan, stack.Report) error {
	return b.meanwhile()
}

func (b *builder) Inspect(_ context.Context, r stack.Ref) (stack.Detail, error) {
	return stack.Detail{Service: stack.Service{Ref: r, ContainerID: "c1", StartedAt: b.started}}, nil
}

// sourced is a project with a folder of sources, and a service that is built.
type sourced struct {
	t *testing.T
	Stack
	engine  *builder
	dir     string
	project *compose.Project
}

func newSourced(t *testing.T) *sourced {
	t.Helper()
	s := &sourced{t: t, dir: t.TempDir(), engine: &builder{image: "sha256:1", started: time.Now()}}
	s.Stack = Stack{Engine: s.engine, Manifests: &shelf{all: map[string][]byte{}}}
	s.write("compose.yaml", `services:
  api:
    build: {context: svc, args: {SEED: "1"}}
    volumes: ["./models:/models:ro", "./state:/state", "/proc:/host/proc:ro"]
  far: {build: "https://example.test/x.git"}
  db: {image: postgres}
`)
	s.write("svc/Dockerfile", "FROM x\nCOPY *.py /")
	s.write("svc/main.py", "one")
	s.write("models/m.bin", "m")
	s.write("state/s.db", "s")
	s.load()
	return s
}

func (s *sourced) write(name, text string) {
	s.t.Helper()
	path := filepath.Join(s.dir, name)
	err := os.MkdirAll(filepath.Dir(path), 0o755)
	if err = errors.Join(err, os.WriteFile(path, []byte(text), 0o644)); err != nil {
		s.t.Fatal(err)
	}
}

func (s *sourced) load() {
	s.t.Helper()
	p, err := compose.Load(s.t.Context(), compose.Options{WorkingDir: s.dir, Name: "p", Environ: []string{}})
	if err != nil {
		s.t.Fatal(err)
	}
	s.project = p
}

func (s *sourced) built() error {
	_, err := s.provide(s.t.Context(), s.project, []string{"api"}, map[string]string{}, true, BuildOptions{}, func(p stack.Progress) {
		s.t.Errorf("%s: %s", p.Subject, p.Text)
	})
	return err
}

func (s *sourced) begun() {
	s.t.Helper()
	s.engine.meanwhile = func() error { return nil }
	plan := compose.Plan{Steps: []compose.Step{{Kind: compose.StartContainer, Ref: stack.Ref{Project: "p", Service: "api", Number: 1}}}}
	if err := s.apply(s.t.Context(), s.project, plan, func(p stack.Progress) { s.t.Error(p.Text) }); err != nil {
		s.t.Fatal(err)
	}
}

// of is how the service's container differs.
func (s *sourced) of(service string, phase stack.Phase) *stack.Sources {
	row := stack.Service{Ref: stack.Ref{Project: "p", Service: service, Number: 1}, Phase: phase, ContainerID: "c1", ImageID: s.engine.image, StartedAt: s.engine.started}
	return s.Sources(s.t.Context(), s.project, []stack.Service{row})[0]
}

func (s *sourced) want(step string, phase stack.Phase, want ...stack.FileChange) {
	s.t.Helper()
	got := s.of("api", phase)
	if got == nil || got.Unknown != "" {
		s.t.Fatalf("%s: %+v", step, got)
	}
	if d := cmp.Diff(want, got.Changes); d != "" {
		s.t.Errorf("%s: -want +got\n%s", step, d)
	}
}

func TestSourcesAreComparedWithTheImage(t *testing.T) {
	s := newSourced(t)
	const ended = stack.Exited // its mounts do not matter then
	if got := s.of("api", ended); got.String() != "unknown" || got.Newer() {
		t.Errorf("an image of another tool is said to be %v", got)
	}
	if err := s.built(); err != nil {
		t.Fatal(err)
	}
	s.want("after a build", ended)
	s.write("svc/main.py", "one")
	s.want("saved as it was", ended)
	s.write("svc/main.py", "two")
	edited := stack.FileChange{Path: "svc/main.py", Fate: stack.FileChanged}
	s.want("edited", ended, edited)
	s.engine.meanwhile = func() error { return errors.New("does not build") }
	if s.built() == nil {
		t.Fatal("it builds")
	}
	s.want("after a build that failed", ended, edited)
	s.engine.meanwhile = func() error { s.write("svc/main.py", "during"); return nil }
	if err := s.built(); err != nil {
		t.Fatal(err)
	}
	s.want("edited during a build", ended, edited)
	s.engine.meanwhile = nil
	if err := s.built(); err != nil {
		t.Fatal(err)
	}
	s.want("built again", ended)
	s.write("svc/rows.csv", "1,2")
	s.want("a file that no step takes", ended)
	s.write("compose.yaml", "services: {api: {build: {context: svc, target: prod, args: {SEED: \"2\"}}}}\n")
	s.write("svc/Dockerfile", "FROM y AS prod\nCOPY *.py /")
	s.load()
	s.want("the recipe", ended,
		stack.FileChange{Path: "build argument SEED", Fate: stack.FileChanged},
		stack.FileChange{Path: "build target", Fate: stack.FileAdded},
		stack.FileChange{Path: "svc/Dockerfile", Fate: stack.FileChanged})
	s.engine.image = "sha256:2"
	if got := s.of("api", ended); got.String() != "unknown" {
		t.Errorf("an image that somebody else built since is said to be %v", got)
	}
}

func TestMountsAreComparedWithTheStart(t *testing.T) {
	s := newSourced(t)
	if err := s.built(); err != nil {
		t.Fatal(err)
	}
	if got := s.of("api", stack.Running); got.String() != "unknown" {
		t.Errorf("started by another tool: %v", got)
	}
	s.begun()
	s.want("started", stack.Running)
	s.write("state/new", "of the container")
	s.want("a file that the container made", stack.Running)
	s.write("models/m.bin", "n")
	s.write("models/n.bin", "n")
	s.write("state/s.db", "t")
	s.want("edited", stack.Running,
		stack.FileChange{Path: "models/m.bin", Fate: stack.FileChanged},
		stack.FileChange{Path: "models/n.bin", Fate: stack.FileAdded},
		stack.FileChange{Path: "state/s.db", Fate: stack.FileChanged})
	s.engine.started = s.engine.started.Add(time.Minute)
	if got := s.of("api", stack.Running); got.String() != "unknown" {
		t.Errorf("restarted by another tool: %v", got)
	}
	s.begun()
	s.want("restarted", stack.Running)
	s.PublishHost = "far.test"
	s.write("models/m.bin", "o")
	s.want("mounts of another machine", stack.Running)
}

func TestWhatHasNoSourcesHere(t *testing.T) {
	s := newSourced(t)
	if got := s.of("db", stack.Running); got != nil {
		t.Errorf("an image that is pulled has %v", got)
	}
	if got := s.of("far", stack.Running); got == nil || got.String() != "unknown" {
		t.Errorf("a remote context is %v", got)
	}
}

// In a context that is the project's folder, a part of the recipe that is gone is
// told from a file that no step takes.
func TestARecipeOfTheProjectsFolder(t *testing.T) {
	s := newSourced(t)
	s.engine.meanwhile = func() error { return nil }
	s.write("compose.yaml", "services: {api: {build: {context: ., target: prod, args: {SEED: \"1\"}}}}\n")
	s.write("Dockerfile", "FROM x AS prod\nCOPY *.py /")
	s.load()
	if err := s.built(); err != nil {
		t.Fatal(err)
	}
	s.write("notes.txt", "of nobody")
	s.want("a file that no step takes", stack.Running)
	s.write("compose.yaml", "services: {api: {build: {context: .}}}\n")
	s.load()
	s.want("parts that are gone", stack.Running,
		stack.FileChange{Path: "build argument SEED", Fate: stack.FileRemoved},
		stack.FileChange{Path: "build target", Fate: stack.FileRemoved})
}
