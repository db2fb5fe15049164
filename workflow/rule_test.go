package workflow

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"berth/compose"
	"berth/sources"
	"berth/stack"
	"berth/watch"
)

// ruled is a project of some files, and its rules for the service "api".
func ruled(t *testing.T, service, files string, argv ...string) (*compose.Project, []rule, []string) {
	t.Helper()
	dir := t.TempDir()
	write := func(name, text string) {
		t.Helper()
		err := os.MkdirAll(filepath.Dir(filepath.Join(dir, name)), 0o755)
		if err == nil {
			err = os.WriteFile(filepath.Join(dir, name), []byte(text), 0o644)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	for f := range strings.FieldsSeq(files) {
		name, text, _ := strings.Cut(f, "=")
		write(name, strings.ReplaceAll(text, ",", "\n"))
	}
	write("compose.yaml", "services: {api: "+service+"}")
	p, err := compose.Load(t.Context(), compose.Options{WorkingDir: dir, Name: "p", Environ: []string{}})
	if err != nil {
		t.Fatal(err)
	}
	rules, notes, err := Stack{}.rulesOf(p, "api", argv)
	if err != nil {
		t.Fatal(err)
	}
	return p, rules, notes
}

// What follows from a change of each file.
func TestRules(t *testing.T) {
	for name, c := range map[string]struct {
		service, files string
		argv           []string
		want           map[string]string // file → what follows
		notes          []string
	}{
		"built": {
			service: "{build: .}", files: "Dockerfile .dockerignore=data,Dockerfile,*.md",
			want: map[string]string{"a.py": "rebuild", "sub/a.py": "rebuild", "data/x": "", "b.md": "", "Dockerfile": "rebuild", ".dockerignore": "rebuild", ".git/HEAD": "", "a.py~": ""},
		},
		"a Dockerfile elsewhere": {
			service: "{build: {context: svc, dockerfile: ../docker/api}}", files: "docker/api svc/a.py",
			want: map[string]string{"svc/a.py": "rebuild", "docker/api": "rebuild", "docker/api.dockerignore": "rebuild", "docker/other": "", "a.py": ""},
		},
		"a remote context": {
			service: "{build: https://example.com/x.git}", files: "a.py",
			want: map[string]string{"a.py": ""}, notes: []string{"api is built from https://example.com/x.git, which cannot be watched"},
		},
		"mounted hides built": {
			service: "{build: ., volumes: ['./models:/m:ro']}", files: "Dockerfile models/x",
			want: map[string]string{"models/x": "restart", "a.py": "rebuild"},
		},
		"a mounted file": {
			service: "{image: x, volumes: ['./conf/x.yml:/x.yml:ro']}", files: "conf/x.yml",
			want: map[string]string{"conf/x.yml": "restart", "conf/y.yml": ""},
		},
		"what is not of the project": {
			service: "{image: x, volumes: ['/proc:/p', '.:/all', 'v:/v']}", files: "a.py",
			want: map[string]string{"a.py": ""},
		},
		"reloads": {
			service: "{image: x, command: 'uvicorn main:app --reload', volumes: ['./src:/src']}", files: "src/a.py",
			want: map[string]string{"src/a.py": "nothing: it reloads by itself (--reload)"},
		},
		"its image reloads": {
			service: "{image: x, volumes: ['./src:/src']}", files: "src/a.py", argv: []string{"/bin/sh", "-c", "/usr/bin/watchfiles serve"},
			want: map[string]string{"src/a.py": "nothing: it reloads by itself (watchfiles)"},
		},
		"declared": {
			service: `{build: ., volumes: ['./m:/m'], develop: {watch: [
				{path: src, action: sync, target: /app/src, include: ["**/*.py"], ignore: [tests/]},
				{path: conf, action: sync+restart, target: /etc/api},
				{path: hot, action: sync+exec, target: /hot, exec: {command: kill -HUP 1}},
				{path: data, action: restart},
				{path: requirements.txt, action: rebuild},
				{path: m, action: sync, target: /m}]}}`,
			files: "Dockerfile .dockerignore=src/skipped m/x",
			want: map[string]string{
				"src/a.py": "sync to /app/src", "src/sub/a.py": "sync to /app/src", "src/a.txt": "", "src/tests/a.py": "", "src/skipped/a.py": "", "src/.a.py.swp": "",
				"conf/a": "sync to /etc/api, then restart", "hot/a": "sync to /hot, then run kill -HUP 1", "data/a": "restart", "requirements.txt": "rebuild", "Dockerfile": "", "m/x": "",
			},
			notes: []string{"m is mounted in api already, and is not synced"},
		},
		"nothing to rebuild": {
			service: "{image: x, develop: {watch: [{path: a.py, action: rebuild}]}}", files: "a.py",
			want: map[string]string{"a.py": ""}, notes: []string{"api has no build section, so a.py rebuilds nothing"},
		},
	} {
		p, rules, notes := ruled(t, c.service, c.files, c.argv...)
		got := map[string]string{}
		for file := range c.want {
			var does []string
			for _, r := range rules {
				if slices.ContainsFunc(r.parts, func(part part) bool { return part.has(filepath.Join(p.Dir, file), false) }) {
					does = append(does, r.does())
				}
			}
			got[file] = strings.Join(does, " and ")
		}
		if d := cmp.Diff(c.want, got); d != "" {
			t.Errorf("%s: -want +got\n%s", name, d)
		}
		if d := cmp.Diff(c.notes, notes); d != "" {
			t.Errorf("%s: notes -want +got\n%s", name, d)
		}
	}
}

// A batch of changes becomes an order, by content.
func TestOrders(t *testing.T) {
	p, rules, _ := ruled(t, `{image: x, develop: {watch: [{path: src, action: sync+exec, target: /app, exec: {command: "true", environment: {A: b}}}]}}`, "src/a.py=1 src/b.py=1 src/c.py=1")
	r := &rules[0]
	if err := r.remember(t.Context(), sources.Manifest{}); err != nil {
		t.Fatal(err)
	}
	at := func(name string) string { return filepath.Join(p.Dir, name) }
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	batch := func(all bool, names ...string) Order {
		t.Helper()
		b := watch.Batch{All: all}
		for _, n := range names {
			b.Paths = append(b.Paths, at(n))
		}
		changes, _, err := r.changes(t.Context(), b)
		must(err)
		return r.orderFor(changes)
	}
	must(os.Chtimes(at("src/a.py"), time.Now(), time.Now().Add(time.Hour)))
	if o := batch(false, "src/a.py"); len(o.Files) > 0 {
		t.Errorf("touched: %v", o)
	}
	must(os.WriteFile(at("src/a.py"), []byte("2"), 0o644))
	must(os.Remove(at("src/b.py")))
	got := batch(false, "src/a.py", "src/b.py", "src/c.py", "other")
	want := Order{
		Service: "api",
		Files:   []stack.FileChange{{Path: "src/a.py", Fate: stack.FileChanged}, {Path: "src/b.py", Fate: stack.FileRemoved}},
		Copies:  []stack.Copy{{From: at("src/a.py"), To: "/app/a.py"}, {From: at("src/b.py"), To: "/app/b.py", Gone: true}},
		Hooks:   []stack.Hook{{Argv: []string{"true"}, Env: []string{"A=b"}}},
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Errorf("-want +got\n%s", d)
	}
	must(os.WriteFile(at("src/c.py"), []byte("2"), 0o644))
	if o := batch(true); len(o.Files) != 1 || o.Files[0].Path != "src/c.py" {
		t.Errorf("events were lost: %v", o)
	}
	r.parts[0].memory = nil // too many files, for instance
	if o := batch(false, "src/c.py", "src/b.py"); len(o.Files) != 2 || o.Files[0].Fate != stack.FileRemoved {
		t.Errorf("by events: %v", o)
	}
}
