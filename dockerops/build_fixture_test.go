package dockerops_test

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"berth/compose"
	"berth/dockerops"
	"berth/dockerops/enginetest"
	"berth/stack"
)

// recorder keeps every report.
type recorder struct {
	onLog  func(line string)
	onText func(text string)

	mu  sync.Mutex
	all []stack.Progress
}

func (r *recorder) report(p stack.Progress) {
	r.mu.Lock()
	r.all = append(r.all, p)
	r.mu.Unlock()
	if r.onText != nil {
		r.onText(p.Text)
	}
	for _, line := range p.Log {
		if r.onLog != nil {
			r.onLog(line)
		}
	}
}

// last is the last report on each item with all of its output, in the order in
// which the items began.
func (r *recorder) last() []stack.Progress {
	r.mu.Lock()
	defer r.mu.Unlock()
	var out []stack.Progress
	at := map[string]int{}
	for _, p := range r.all {
		i, ok := at[p.ID]
		if !ok {
			i = len(out)
			at[p.ID] = i
			out = append(out, p)
			continue
		}
		p.Log = append(out[i].Log, p.Log...)
		out[i] = p
	}
	return out
}

// step is the last report on the item whose subject contains the words.
func (r *recorder) step(t *testing.T, words string) stack.Progress {
	t.Helper()
	var subjects []string
	for _, p := range r.last() {
		if strings.Contains(p.Subject, words) {
			return p
		}
		subjects = append(subjects, p.Subject)
	}
	t.Fatalf("no item about %q, there are:\n%s", words, strings.Join(subjects, "\n"))
	return stack.Progress{}
}

// check holds for every request, however it ends: all items ended, the parent
// of each was announced before it, and subjects do not change.
func (r *recorder) check(t *testing.T) {
	t.Helper()
	subject := map[string]string{}
	for _, p := range r.all {
		if p.Parent != "" && subject[p.Parent] == "" {
			t.Errorf("%q came before its parent %q", p.ID, p.Parent)
		}
		if was, ok := subject[p.ID]; ok && was != p.Subject {
			t.Errorf("%q was about %q and now about %q", p.ID, was, p.Subject)
		}
		subject[p.ID] = p.Subject
		if p.At.IsZero() || p.Action == "" || p.Service == "" {
			t.Errorf("incomplete report %+v", p)
		}
	}
	for _, p := range r.last() {
		if !p.Status.Final() {
			t.Errorf("%q never ended", p.Subject)
		}
	}
}

// source is a folder with a compose project of one service, api, that is built
// from it.
type source struct {
	t               *testing.T
	dir, name, base string
}

// buildable makes one. $BASE in the Dockerfile and the build section is the
// small base image, $NAME the project's name; the section is YAML in one line.
func buildable(t *testing.T, dockerfile, section string) *source {
	t.Helper()
	s := &source{t: t, dir: t.TempDir(), name: enginetest.Name(t), base: enginetest.Busybox(t)}
	if dockerfile != "" {
		s.write("Dockerfile", s.fill(dockerfile))
	}
	if section == "" {
		section = "{context: .}"
	}
	if !strings.Contains(section, "context:") {
		section = "{context: ., " + section[1:]
	}
	s.write("compose.yaml", "services:\n  api:\n    build: "+s.fill(section)+"\n")
	return s
}

func (s *source) fill(text string) string {
	return strings.NewReplacer("$BASE", s.base, "$NAME", s.name).Replace(text)
}

func (s *source) write(name, content string) {
	s.t.Helper()
	writeFile(s.t, filepath.Join(s.dir, name), content)
}

func writeFile(t *testing.T, path, content string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(content), 0o644); err != nil {
		t.Fatal(err)
	}
}

func (s *source) request() dockerops.BuildRequest {
	s.t.Helper()
	p, err := compose.Load(context.Background(), compose.Options{WorkingDir: s.dir, Name: s.name, Environ: []string{}})
	if err != nil {
		s.t.Fatal(err)
	}
	return dockerops.BuildRequest{Project: p, Service: "api"}
}

// try builds and returns what came of it; build insists on success.
func (s *source) try(ctx context.Context) (string, *recorder, error) {
	s.t.Helper()
	var r recorder
	id, err := dial(s.t).Build(ctx, s.request(), r.report)
	return id, &r, err
}

func (s *source) build() (string, *recorder) {
	s.t.Helper()
	id, r, err := s.try(s.t.Context())
	if err != nil {
		s.t.Fatal(err)
	}
	return id, r
}
