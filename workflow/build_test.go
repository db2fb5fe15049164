package workflow

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"berth/compose"
	"berth/stack"
)

// album keeps builds in memory.
type album struct {
	mu  sync.Mutex
	all []stack.Build
}

func (a *album) List(_, service string) ([]stack.Build, error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	return slices.Clone(a.all), nil
}

func (a *album) Save(b stack.Build) error {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.all = slices.Insert(a.all, 0, b)
	return nil
}

// scripted is a builder that tells of steps: of name and status.
type scripted struct {
	*builder
	steps [][2]string
	err   error
	asked BuildOptions
}

// Image is that of the service, or one that others begin from.
func (s *scripted) Image(ctx context.Context, name string) (stack.Image, bool, error) {
	if name == "x" {
		return stack.Image{ID: "sha256:base"}, true, nil
	}
	return s.builder.Image(ctx, name)
}

func (s *scripted) Build(ctx context.Context, _ *compose.Project, service string, o BuildOptions, report stack.Report) (string, error) {
	s.asked = o
	p := stack.Progress{ID: "build " + service, Action: stack.ActBuild, Status: stack.Working, Service: service, Subject: "image"}
	report(p)
	for _, step := range s.steps {
		part := p
		part.ID, part.Parent, part.Subject, part.At = step[0], p.ID, step[0], time.Now()
		report(part)
		part.Status, part.Elapsed, part.Log = stack.Status(step[1]), 40*time.Millisecond, []string{"output"}
		if strings.Contains(step[0], "context") {
			part.Current = 7
		}
		report(part)
	}
	p.Status = stack.Done
	if s.err != nil {
		p.Status = stack.Failed
	}
	report(p)
	return s.image, s.err
}

// run builds, and gives the last report of each item that has a final one.
func (s *sourced) run(e *scripted, o BuildOptions) (map[string]stack.Progress, error) {
	s.t.Helper()
	s.Engine = e
	var mu sync.Mutex
	last := map[string]stack.Progress{}
	_, err := s.provide(s.t.Context(), s.project, []string{"api"}, map[string]string{}, true, o, func(p stack.Progress) {
		mu.Lock()
		defer mu.Unlock()
		last[p.ID] = p
	})
	return last, err
}

func recorded(t *testing.T) (*sourced, *album) {
	s, a := newSourced(t), &album{}
	s.Builds = a
	s.write("svc/Dockerfile", "FROM x\nARG SEED\nCOPY main.py /\nRUN make\n")
	return s, a
}

const (
	copyStep = "[2/3] COPY main.py /"
	runStep  = "[3/3] RUN make"
)

func TestABuildIsRememberedAndExplained(t *testing.T) {
	s, a := recorded(t)
	e := &scripted{builder: s.engine, steps: [][2]string{{"[internal] load build context", "done"}, {"[1/3] FROM x", "done"}, {copyStep, "done"}, {runStep, "done"}}}
	first, err := s.run(e, BuildOptions{})
	if err != nil || first[copyStep].Cause != "" || first["build api"].Was != 0 {
		t.Fatalf("the first build says %+v, %v", first[copyStep], err)
	}
	s.write("svc/main.py", "two")
	s.engine.image = "sha256:2"
	again, err := s.run(e, BuildOptions{})
	if err != nil {
		t.Fatal(err)
	}
	if got := again[copyStep]; got.Cause != "svc/main.py changed" || got.Was != 40*time.Millisecond {
		t.Errorf("COPY runs because %q and took %v before", got.Cause, got.Was)
	}
	if got := again[runStep].Cause; got != "" {
		t.Errorf("RUN, which only comes after it, has the cause %q", got)
	}
	top := again["build api"]
	if top.Build == nil || top.Was != a.all[1].Took {
		t.Fatalf("the build's last report is %+v", top)
	}
	b := a.all[0]
	if b.Result != stack.Unchanged && b.Result != stack.Done || b.Sent != 7 || b.Context != 3 || b.After.ID != "sha256:2" || b.Why() != "svc/main.py changed" || len(b.Steps) != 4 {
		t.Errorf("remembered is %+v", b)
	}
	if len(b.Steps[2].Output) != 0 {
		t.Error("the output of a step that went well is kept")
	}
}

// The end of a cached step takes back what its beginning was thought to be.
func TestWhatIsCachedHasNoCause(t *testing.T) {
	s, _ := recorded(t)
	e := &scripted{builder: s.engine, steps: [][2]string{{copyStep, "done"}, {runStep, "done"}}}
	if _, err := s.run(e, BuildOptions{}); err != nil {
		t.Fatal(err)
	}
	e.steps = [][2]string{{copyStep, "cached"}, {runStep, "done"}}
	got, err := s.run(e, BuildOptions{})
	if err != nil || got[copyStep].Cause != "" || got[runStep].Cause != unknownCause {
		t.Errorf("causes are %q and %q, %v", got[copyStep].Cause, got[runStep].Cause, err)
	}
}

func TestAFailedBuildIsRememberedWithItsLastLines(t *testing.T) {
	s, a := recorded(t)
	e := &scripted{builder: s.engine, steps: [][2]string{{copyStep, "done"}, {runStep, "failed"}}, err: &stack.Problem{What: "building api", Err: errors.New("exit code 2")}}
	if _, err := s.run(e, BuildOptions{}); err == nil {
		t.Fatal("it did not fail")
	}
	b := a.all[0]
	if b.Result != stack.Failed || b.Error != "exit code 2" || !slices.Equal(b.Steps[1].Output, []string{"output"}) || b.Built() {
		t.Errorf("remembered is %+v", b)
	}
}

// What was built with an argument for once is newer than nothing: its sources
// differ from those that the compose file asks for.
func TestAOneOffBuildIsToldAndCompared(t *testing.T) {
	s, _ := recorded(t)
	e := &scripted{builder: s.engine}
	got, err := s.run(e, BuildOptions{Args: map[string]string{"SEED": "2"}})
	if err != nil || e.asked.Args["SEED"] != "2" || !strings.Contains(got["options api"].Text, "--build-arg SEED this time only") {
		t.Fatalf("asked for %+v, told %q, %v", e.asked, got["options api"].Text, err)
	}
	compare := func() *stack.Sources {
		return s.Sources(t.Context(), s.project, []stack.Service{{Ref: stack.Ref{Project: "p", Service: "api", Number: 1}, ContainerID: "c1", ImageID: s.engine.image}})[0]
	}
	if c := compare().Changes; len(c) == 0 || c[0].Path != "build argument SEED" {
		t.Errorf("it differs by %+v, want the argument", c)
	}
	if _, err := s.run(e, BuildOptions{}); err != nil {
		t.Fatal(err)
	}
	if c := compare().Changes; len(c) != 0 {
		t.Errorf("built as the file says it differs by %+v", c)
	}
}

// BuildKit writes arguments into the names of steps, wherever the context is.
func TestSecretArgumentsAreNotTold(t *testing.T) {
	for _, context := range []string{"", "https://git.test/api.git"} {
		s, a := recorded(t)
		s.write("svc/Dockerfile", "FROM x\nARG API_TOKEN\nRUN login $API_TOKEN\n")
		if context != "" {
			s.project.Model.Services["api"].Build.Context = context
		}
		s.Secret = func(name string) bool { return name == "API_TOKEN" }
		e := &scripted{builder: s.engine, steps: [][2]string{{"[2/2] RUN login hunter2", "failed"}}, err: &stack.Problem{What: "building api", Err: errors.New("login hunter2: exit code 1"), Lines: []string{"no hunter2 here"}}}
		got, err := s.run(e, BuildOptions{Args: map[string]string{"API_TOKEN": "hunter2"}})
		problem, ok := errors.AsType[*stack.Problem](err)
		if !ok || strings.Contains(err.Error(), "hunter2") || !strings.Contains(err.Error(), "login •••: exit code 1") || problem.Lines[0] != "no ••• here" {
			t.Errorf("%s: the error is %v", context, err)
		}
		if p := got["[2/2] RUN login hunter2"]; p.Subject != "[2/2] RUN login •••" {
			t.Errorf("%s: the step is called %q", context, p.Subject)
		}
		if b := a.all[0]; strings.Contains(fmt.Sprint(b), "hunter2") || b.Options.Args["API_TOKEN"] != hidden {
			t.Errorf("%s: remembered is %+v", context, b)
		}
	}
}

func TestWhatTheDockerfileDoesNotHaveIsRefused(t *testing.T) {
	s, a := recorded(t)
	e := &scripted{builder: s.engine}
	for words, o := range map[string]BuildOptions{
		"no stage shipped (svc/Dockerfile); its stages have no names":  {Target: "shipped"},
		"declares no argument SEAD (svc/Dockerfile); it declares SEED": {Args: map[string]string{"SEAD": "1"}},
	} {
		_, err := s.run(e, o)
		if err == nil || !errors.Is(err, stack.ErrUsage) || !strings.Contains(err.Error(), words) {
			t.Errorf("%+v: %v, want %q", o, err, words)
		}
	}
	if len(a.all) != 0 {
		t.Error("something was built")
	}
}

func TestWhatIsSentAndHardlyNeededIsTold(t *testing.T) {
	s, _ := recorded(t)
	s.write("svc/.env", "A=1")
	e := &scripted{builder: s.engine}
	if got, err := s.run(e, BuildOptions{}); err != nil || got["burden .env api"].Text != "" {
		t.Errorf("no step takes it, and yet %q, %v", got["burden .env api"].Text, err)
	}
	s.write("svc/Dockerfile", "FROM x\nCOPY . /\n")
	got, err := s.run(e, BuildOptions{})
	if text := got["burden .env api"].Text; err != nil || text != "sent to the build: .env: it may hold secrets (3B); unless the image needs it, add the line .env to svc/.dockerignore" {
		t.Errorf("it says %q, %v", text, err)
	}
}
