package dockerops_test

import (
	"context"
	"errors"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"berth/dockerops"
	"berth/dockerops/enginetest"
	"berth/stack"
)

func TestClassicBuild(t *testing.T) {
	outside := t.TempDir()
	s := buildable(t, "", `{dockerfile: `+outside+`/api.Dockerfile, args: {A: "1"}, labels: {team: ml}}`)
	writeFile(t, filepath.Join(outside, "api.Dockerfile"), s.fill("FROM $BASE AS runtime\nARG A\nCOPY . /in/\nRUN : $NAME; ls -A /in; echo A=$A\n"))
	s.write("keep.txt", "")
	s.write("leave.txt", "")
	s.write(".dockerignore", "leave.txt\n*.yaml\n")
	e := dialTo(t, enginetest.NewProxy(t).WithoutBuildKit().Host)

	var r recorder
	id, err := e.Build(t.Context(), s.request(), r.report)
	if err != nil {
		t.Fatal(err)
	}
	r.check(t)
	run := r.step(t, "ls -A /in")
	if run.Status != stack.Done || !strings.HasPrefix(run.Subject, "[4/") {
		t.Errorf("the RUN step is %q and %s", run.Subject, run.Status)
	}
	got := slices.DeleteFunc(run.Log, func(l string) bool { return strings.HasPrefix(l, " --->") || strings.HasPrefix(l, "Rem") })
	if !slices.Equal(got[:2], []string{"keep.txt", "A=1"}) {
		t.Errorf("the image got %q, want keep.txt alone, and A=1", got)
	}
	image, _, err := e.Image(t.Context(), id)
	if err != nil || image.Labels["team"] != "ml" || image.Labels["com.docker.compose.service"] != "api" {
		t.Errorf("labels %v, %v", image.Labels, err)
	}

	r = recorder{}
	again, err := e.Build(t.Context(), s.request(), r.report)
	if err != nil {
		t.Fatal(err)
	}
	r.check(t)
	if run := r.step(t, "ls -A /in"); again != id || run.Status != stack.Cached {
		t.Errorf("the second time: image %s of %s, RUN %s; want the same, cached", again, id, run.Status)
	}
}

func TestClassicFailures(t *testing.T) {
	for name, c := range map[string]struct {
		dockerfile string
		line, exit int
		says       []string
	}{
		"a command fails":     {"FROM $BASE AS a\n\nFROM $BASE\n# c\nRUN echo out; \\\n exit 3\n", 5, 3, []string{"exit code 3"}},
		"unknown instruction": {"FROM $BASE\n\nRUNN x\n", 3, 0, []string{"unknown instruction"}},
		"no such source":      {"FROM $BASE\nCOPY nothere /\n", 2, 0, []string{"nothere", ".dockerignore"}},
		"no such base":        {"FROM localhost:1/none:1\n", 1, 0, []string{"refused", "network"}},
	} {
		t.Run(name, func(t *testing.T) {
			s := buildable(t, c.dockerfile, "")
			var r recorder
			_, err := dialTo(t, enginetest.NewProxy(t).WithoutBuildKit().Host).Build(t.Context(), s.request(), r.report)
			r.check(t)
			var p *stack.Problem
			var b *dockerops.BuildError
			if !errors.As(err, &p) || !errors.As(err, &b) {
				t.Fatalf("error %v, want a *stack.Problem of a *BuildError", err)
			}
			if b.Line != c.line || b.ExitCode != c.exit {
				t.Errorf("line %d, exit code %d; want line %d, exit code %d", b.Line, b.ExitCode, c.line, c.exit)
			}
			for _, words := range c.says {
				if !strings.Contains(strings.ToLower(err.Error()), words) {
					t.Errorf("the error does not say %q: %v", words, err)
				}
			}
		})
	}
}

func TestClassicCancel(t *testing.T) {
	s := buildable(t, "FROM $BASE\nRUN echo started; sleep 1000\n", "")
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	var r recorder
	r.onLog = func(line string) {
		if line == "started" {
			cancel()
		}
	}
	if _, err := dialTo(t, enginetest.NewProxy(t).WithoutBuildKit().Host).Build(ctx, s.request(), r.report); !errors.Is(err, context.Canceled) {
		t.Errorf("error %v, want context.Canceled in its chain", err)
	}
	r.check(t)
	if got := r.step(t, "RUN echo started").Status; got != stack.Cancelled {
		t.Errorf("the RUN step is %s, want cancelled", got)
	}
}
