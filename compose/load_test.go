package compose

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

func TestFilesAndNamesAreFoundAsComposeDoes(t *testing.T) {
	root := t.TempDir()
	in := func(names ...string) []string {
		var paths []string
		for _, n := range names {
			paths = append(paths, filepath.Join(root, n))
		}
		return paths
	}
	write(t, in("app/compose.yaml")[0], "services: {a: {image: x}}")
	write(t, in("app/compose.override.yml")[0], "services: {a: {command: y}}")
	write(t, in("app/sub/keep")[0], "")
	write(t, in("app/other.yml")[0], "name: named\nservices: {a: {image: z}}")
	write(t, in("old/docker-compose.yml")[0], "services: {a: {image: x}}")
	write(t, in("pointer/.env")[0], "COMPOSE_FILE=../old/docker-compose.yml:../app/other.yml\nCOMPOSE_PROJECT_NAME=from-dot-env\n")
	for _, test := range []struct {
		name  string
		o     Options
		files []string
		is    string // the project's name
		dir   string
	}{
		{"here", Options{WorkingDir: in("app")[0]}, in("app/compose.yaml", "app/compose.override.yml"), "app", "app"},
		{"from below", Options{WorkingDir: in("app/sub")[0]}, in("app/compose.yaml", "app/compose.override.yml"), "app", "app"},
		{"the old name", Options{WorkingDir: in("old")[0]}, in("old/docker-compose.yml"), "old", "old"},
		{"-f", Options{WorkingDir: root, Files: []string{"app/compose.yaml", "app/other.yml"}}, in("app/compose.yaml", "app/other.yml"), "named", "app"},
		{"-p", Options{WorkingDir: root, Files: []string{"app/other.yml"}, Name: "mine"}, in("app/other.yml"), "mine", "app"},
		{"name of the environment", Options{WorkingDir: in("app")[0], Environ: []string{"COMPOSE_PROJECT_NAME=theirs"}}, in("app/compose.yaml", "app/compose.override.yml"), "theirs", "app"},
		{"--project-directory", Options{WorkingDir: root, Files: []string{"app/compose.yaml"}, ProjectDir: "old"}, in("app/compose.yaml"), "old", "old"},
		{"project directory searched", Options{WorkingDir: root, ProjectDir: "old"}, in("old/docker-compose.yml"), "old", "old"},
		{"COMPOSE_FILE of .env", Options{WorkingDir: in("pointer")[0]}, in("old/docker-compose.yml", "app/other.yml"), "from-dot-env", "old"},
		{"COMPOSE_PATH_SEPARATOR", Options{WorkingDir: root, Environ: []string{"COMPOSE_FILE=old/docker-compose.yml;app/other.yml", "COMPOSE_PATH_SEPARATOR=;"}}, in("old/docker-compose.yml", "app/other.yml"), "named", "old"},
	} {
		t.Run(test.name, func(t *testing.T) {
			if test.o.Environ == nil {
				test.o.Environ = []string{}
			}
			p := load(t, test.o)
			if !slices.Equal(p.Files, test.files) || p.Name != test.is || p.Dir != in(test.dir)[0] {
				t.Errorf("got %s of %v in %s, want %s of %v in %s", p.Name, p.Files, p.Dir, test.is, test.files, in(test.dir)[0])
			}
		})
	}
}

func TestStandardInput(t *testing.T) {
	dir := t.TempDir()
	write(t, filepath.Join(dir, "in"), "services:\n  a: {image: x, volumes: [./here:/there], isolation: process}\n")
	in, err := os.Open(filepath.Join(dir, "in"))
	if err != nil {
		t.Fatal(err)
	}
	real := os.Stdin
	os.Stdin = in
	t.Cleanup(func() { os.Stdin = real; _ = in.Close() })
	p := load(t, Options{WorkingDir: dir, Files: []string{"-"}, Name: "x", Environ: []string{}})
	if got, want := p.Model.Services["a"].Volumes[0].Source, filepath.Join(dir, "here"); got != want {
		t.Errorf("mounts %s, want %s", got, want)
	}
	if want := []Attribute{{Path: "services.a.isolation", Where: "standard input:2", service: "a"}}; !slices.Equal(p.NotApplied, want) {
		t.Errorf("not applied: %v, want %v", p.NotApplied, want)
	}
}

func TestEnvironmentFilesInOrder(t *testing.T) {
	dir := t.TempDir()
	write(t, filepath.Join(dir, "compose.yml"), "services: {a: {image: \"${IMAGE-none}:${TAG-none}\"}}")
	write(t, filepath.Join(dir, ".env"), "IMAGE=dot\nTAG=env\n")
	write(t, filepath.Join(dir, "one.env"), "IMAGE=one\nTAG=one\n")
	write(t, filepath.Join(dir, "two.env"), "TAG=two\n")
	for _, test := range []struct {
		name  string
		o     Options
		image string
		files []string
	}{
		{".env", Options{}, "dot:env", nil},
		{"the process's wins", Options{Environ: []string{"TAG=mine"}}, "dot:mine", nil},
		{"--env-file", Options{EnvFiles: []string{"one.env", "two.env"}}, "one:two", []string{"one.env", "two.env"}},
		{"COMPOSE_ENV_FILES", Options{Environ: []string{"COMPOSE_ENV_FILES=one.env"}}, "one:one", []string{"one.env"}},
		{"COMPOSE_DISABLE_ENV_FILE", Options{Environ: []string{"COMPOSE_DISABLE_ENV_FILE=1"}}, "none:none", nil},
	} {
		t.Run(test.name, func(t *testing.T) {
			test.o.WorkingDir = dir
			if test.o.Environ == nil {
				test.o.Environ = []string{}
			}
			p := load(t, test.o)
			if got := p.Model.Services["a"].Image; got != test.image {
				t.Errorf("got %s, want %s", got, test.image)
			}
			var want []string
			for _, f := range test.files {
				want = append(want, filepath.Join(dir, f))
			}
			if !slices.Equal(p.EnvFiles, want) {
				t.Errorf("environment files %v, want %v", p.EnvFiles, want)
			}
		})
	}
}

func TestProfilesTurnServicesOn(t *testing.T) {
	dir := t.TempDir()
	write(t, filepath.Join(dir, "compose.yml"), "services: {a: {image: x}, b: {image: x, profiles: [test]}, c: {image: x, profiles: [debug]}}")
	for _, test := range []struct {
		o       Options
		on, off string
	}{
		{Options{}, "a", "b c"},
		{Options{Profiles: []string{"test"}}, "a b", "c"},
		{Options{Environ: []string{"COMPOSE_PROFILES=test, debug"}}, "a b c", ""},
		{Options{Profiles: []string{"*"}}, "a b c", ""},
	} {
		test.o.WorkingDir = dir
		if test.o.Environ == nil {
			test.o.Environ = []string{}
		}
		p := load(t, test.o)
		if on, off := strings.Join(p.Names(), " "), strings.Join(p.Off, " "); on != test.on || off != test.off {
			t.Errorf("%v: on %q, off %q", test.o, on, off)
		}
	}
}

func TestServiceEnvironmentIsResolved(t *testing.T) {
	dir := t.TempDir()
	write(t, filepath.Join(dir, "compose.yml"), `
services:
  a:
    image: x
    env_file: [a.env, {path: raw.env, format: raw}, {path: nope.env, required: false}]
    environment: [B=own, GIVEN, ABSENT]
`)
	write(t, filepath.Join(dir, "a.env"), "A=${GIVEN}\nB=file\n")
	write(t, filepath.Join(dir, "raw.env"), "# comment\nRAW=\"$GIVEN\" # not a comment\n")
	p := load(t, Options{WorkingDir: dir, Environ: []string{"GIVEN=g"}})
	var got []string
	for k, v := range p.Model.Services["a"].Environment {
		if v == nil {
			got = append(got, k)
		} else {
			got = append(got, k+"="+*v)
		}
	}
	slices.Sort(got)
	want := []string{"A=g", "ABSENT", "B=own", "GIVEN=g", `RAW="$GIVEN" # not a comment`}
	if !slices.Equal(got, want) {
		t.Errorf("got  %q\nwant %q", got, want)
	}
}

func TestWhatIsNotAppliedIsNamed(t *testing.T) {
	dir := t.TempDir()
	t.Chdir(dir)
	write(t, "base.yml", "services:\n  base:\n    image: x\n    credential_spec: {file: x}\n")
	write(t, "part.yml", "services:\n  part:\n    image: x\n    isolation: process\n    pull_policy: weekly\n")
	write(t, "compose.yml", `version: "3"
name: mine
x-common: &common
  attach: false
include: [part.yml]
services:
  web:
    <<: *common
    extends: {file: base.yml, service: base}
    ports:
      - "80:80"
      - target: 81
        mode: host
    volumes: ["./a:/a", "named:/b"]
    x-note: ignored
    deploy: {mode: global, labels: {a: b}, restart_policy: {condition: any, delay: 5s}}
    secrets: [token]
    develop: {watch: [{path: a, action: rebuild}]}
    networks: {default: {interface_name: eth7}}
  off: {image: x, profiles: [never], cpus: 2}
secrets: {token: {file: ./token}}
volumes: {named: }
`)
	p := load(t, Options{Environ: []string{}})
	var got []string
	for _, a := range p.NotApplied {
		got = append(got, a.Where+" "+a.Path)
	}
	want := []string{
		"compose.yml:21 secrets",
		"part.yml:4 services.part.isolation",
		"part.yml:5 services.part.pull_policy",
		"compose.yml:4 services.web.attach",
		"base.yml:4 services.web.credential_spec",
		"compose.yml:16 services.web.deploy.labels",
		"compose.yml:16 services.web.deploy.mode",
		"compose.yml:16 services.web.deploy.restart_policy.delay",
		"compose.yml:19 services.web.networks.default.interface_name",
		"compose.yml:13 services.web.ports[].mode",
		"compose.yml:17 services.web.secrets",
	}
	if !slices.Equal(got, want) {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

// torture is everything that is applied.
func torture(t *testing.T) Options {
	t.Helper()
	return Options{WorkingDir: absolute(t, "testdata/projects/torture"), Files: []string{"compose.yml", "newer.yml"}, Profiles: []string{"*"}}
}

// Nothing that is applied, or that compose-go fills in, is reported.
func TestWhatIsAppliedIsNotNamed(t *testing.T) {
	p := load(t, torture(t))
	if len(p.NotApplied) > 0 {
		t.Errorf("reported: %v", p.NotApplied)
	}
}

// Each line of the table stands for something in the file above that would be
// reported without it: none is mistyped or out of date.
func TestEveryAppliedAttributeExists(t *testing.T) {
	table := applied
	t.Cleanup(func() { applied = table })
	for i, path := range table {
		applied = slices.Delete(slices.Clone(table), i, i+1)
		p := load(t, torture(t))
		if len(p.NotApplied) == 0 {
			t.Errorf("%s is in the table but not in the file", path)
		}
	}
}

func TestWarningsAreKeptAndNotPrinted(t *testing.T) {
	t.Chdir(t.TempDir())
	write(t, "compose.yml", "# first\nversion: '3'\nservices:\n  a:\n    image: x:$TAG\n    command: [\"${TAG}\", $$TAG, '${OTHER:-}', \"${LAST}\"]\n")
	read, stderr, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	real := os.Stderr
	os.Stderr = stderr
	t.Cleanup(func() { os.Stderr = real })
	for range 2 { // compose-go itself warns of the version once only
		p := load(t, Options{Environ: []string{}})
		want := []string{
			"compose.yml:2: version is obsolete and ignored; remove it",
			"compose.yml:5, compose.yml:6: the variable TAG is not set and becomes blank",
			"compose.yml:6: the variable LAST is not set and becomes blank",
		}
		slices.Sort(p.Warnings)
		slices.Sort(want)
		if !slices.Equal(p.Warnings, want) {
			t.Errorf("got  %q\nwant %q", p.Warnings, want)
		}
	}
	if err := stderr.Close(); err != nil {
		t.Fatal(err)
	}
	var printed [1]byte
	if n, _ := read.Read(printed[:]); n > 0 {
		t.Error("something was printed")
	}
}

func FuzzLoad(f *testing.F) {
	files, err := filepath.Glob("testdata/projects/*/*.y*ml")
	if err != nil {
		f.Fatal(err)
	}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(string(text))
	}
	f.Add(churn)
	f.Add(tiers)
	f.Add("services: {a: {image: x, ports: [1]}, <<: *a}")
	dir := f.TempDir()
	f.Fuzz(func(t *testing.T, text string) {
		path := filepath.Join(dir, "compose.yml")
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		p, err := Load(t.Context(), Options{WorkingDir: dir, Files: []string{path}, Environ: []string{}})
		if err != nil {
			if strings.Contains(err.Error(), "panicked") {
				t.Logf("compose-go: %v", err)
			}
			return
		}
		for _, name := range p.Names() {
			if _, err := p.Hash(name, unresolved); err != nil {
				t.Errorf("%s loads and has no hash: %v", name, err)
			}
		}
		if _, err := Reconcile(p, Observed{}, nil, Request{Op: OpUp}); err != nil {
			t.Logf("refused: %v", err)
		}
	})
}

// A no-op `up` loads and hashes before it can say so.
func BenchmarkLoadAndHash(b *testing.B) {
	dir, err := filepath.Abs("testdata/projects/lecture")
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		p, err := Load(b.Context(), Options{WorkingDir: dir})
		if err != nil {
			b.Fatal(err)
		}
		for _, name := range p.Names() {
			if _, err := p.hashes(name, unresolved); err != nil {
				b.Fatal(err)
			}
		}
	}
}
