package compose

import (
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"berth/stack"
)

// Without its file a project is taken down in the same order, and nothing is
// left of it.
func TestFromLabelsTakesDownLikeTheFile(t *testing.T) {
	w, random := newWorld(), rand.New(rand.NewPCG(1, 1))
	file := project(t, tiers, Options{Profiles: []string{"*"}})
	w.build(file)
	w.apply(t, file, w.plan(t, file, Request{Op: OpUp}), random)
	w.Containers = append(w.Containers, Container{ID: "once", Name: "churn-db-run-1", Service: "db", OneOff: true, Phase: stack.Running})
	for i := range w.Containers {
		w.Containers[i].DependsOn = file.dependencyLabel(w.Containers[i].Service)
	}
	down := Request{Op: OpDown, RemoveVolumes: true}
	want := w.plan(t, file, down)
	labels := FromLabels(file.Name, w.Observed)
	got := w.plan(t, labels, down)
	if got.String() != want.String() || edges(got) != edges(want) {
		t.Errorf("with the file:\n%s%sfrom labels:\n%s%s", want, edges(want), got, edges(got))
	}
	w.apply(t, labels, got, random)
	if n := len(w.Containers) + len(w.Networks) + len(w.Observed.Volumes); n > 0 {
		t.Errorf("left: %+v", w.Observed)
	}
}

func TestWhereabouts(t *testing.T) {
	dir := t.TempDir()
	broken := func(sub, env string) string {
		at := filepath.Join(dir, sub)
		for name, text := range map[string]string{"compose.yaml": "services: [", ".env": env} {
			if err := os.MkdirAll(at, 0o755); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(filepath.Join(at, name), []byte(text), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		return at
	}
	plain, named := broken("plain", ""), broken("named", "COMPOSE_PROJECT_NAME=churn")
	for _, test := range []struct {
		options   Options
		name, dir string
		ok        bool
	}{
		{Options{WorkingDir: plain}, "", plain, true},
		{Options{WorkingDir: plain, Name: "churn"}, "churn", plain, true},
		{Options{WorkingDir: plain, Name: "Not A Name"}, "Not A Name", plain, false},
		{Options{WorkingDir: plain, Environ: []string{"COMPOSE_PROJECT_NAME=churn"}}, "churn", plain, true},
		{Options{WorkingDir: named}, "churn", named, true},
		{Options{WorkingDir: dir, Files: []string{"plain/compose.yaml"}}, "", plain, true},
		{Options{WorkingDir: dir, Files: []string{"not/there.yaml"}, Name: "churn"}, "churn", filepath.Join(dir, "not"), true},
		{Options{WorkingDir: dir, ProjectDir: "named", Files: []string{"plain/compose.yaml"}}, "churn", named, true},
	} {
		if test.options.Environ == nil {
			test.options.Environ = []string{}
		}
		name, at, ok := Whereabouts(test.options)
		if name != test.name || at != test.dir || ok != test.ok {
			t.Errorf("%+v: got %q, %q, %t", test.options, name, strings.TrimPrefix(at, dir), ok)
		}
	}
}
