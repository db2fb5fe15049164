package sources

import (
	"bytes"
	"encoding/gob"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"berth/stack"
)

// folder is a project's folder that a test changes.
type folder struct {
	t   *testing.T
	dir string
}

func newFolder(t *testing.T) folder {
	f := folder{t, t.TempDir()}
	f.write("api/main.py", "one")
	f.write("api/model.py", "m")
	f.write("run.sh", "#!/bin/sh")
	f.link("api/main.py", "entry.py")
	f.write("node_modules/x/index.js", "x")
	f.write(".dockerignore", "node_modules\n")
	f.old()
	return f
}

func (f folder) ok(err error) {
	f.t.Helper()
	if err != nil {
		f.t.Fatal(err)
	}
}

func (f folder) path(name string) string { return filepath.Join(f.dir, name) }

func (f folder) write(name, text string) {
	f.t.Helper()
	f.ok(os.MkdirAll(filepath.Dir(f.path(name)), 0o755))
	f.ok(os.WriteFile(f.path(name), []byte(text), 0o644))
}

func (f folder) link(to, name string) { f.t.Helper(); f.ok(os.Symlink(to, f.path(name))) }
func (f folder) remove(name string)   { f.t.Helper(); f.ok(os.RemoveAll(f.path(name))) }

// date sets when a file was written last.
func (f folder) date(name string, at time.Time) { f.t.Helper(); f.ok(os.Chtimes(f.path(name), at, at)) }

// old makes all files be from an hour ago.
func (f folder) old() {
	f.t.Helper()
	at := time.Now().Add(-time.Hour)
	f.ok(filepath.WalkDir(f.dir, func(path string, e os.DirEntry, err error) error {
		if err == nil && e.Type().IsRegular() {
			err = os.Chtimes(path, at, at)
		}
		return err
	}))
}

func (f folder) subject() Subject {
	f.t.Helper()
	ignored, err := Ignored(f.dir, "")
	f.ok(err)
	return Subject{Trees: []Tree{{Dir: f.dir, Ignore: ignored}}, Parts: map[string]string{"Dockerfile": "FROM a", "build argument SEED": "1"}}
}

func scan(t *testing.T, s Subject, known Manifest) Manifest {
	t.Helper()
	m, err := Look(t.Context(), s, known)
	if err != nil {
		t.Fatal(err)
	}
	if err := m.Read(t.Context(), s); err != nil {
		t.Fatal(err)
	}
	return m
}

// kept is a manifest as it is after it was written and read again.
func kept(t *testing.T, m Manifest) Manifest {
	t.Helper()
	var text bytes.Buffer
	if err := gob.NewEncoder(&text).Encode(m); err != nil {
		t.Fatal(err)
	}
	var again Manifest
	if err := gob.NewDecoder(&text).Decode(&again); err != nil {
		t.Fatal(err)
	}
	return again
}

func TestWhatDiffers(t *testing.T) {
	for name, c := range map[string]struct {
		change func(f folder, s *Subject)
		want   []string
	}{
		"nothing": {func(folder, *Subject) {}, nil},
		"times only, as after a checkout": {func(f folder, _ *Subject) {
			f.date("api/main.py", time.Now())
			f.date("run.sh", time.Now().Add(-time.Minute))
		}, nil},
		"written anew as it was":        {func(f folder, _ *Subject) { f.write("api/main.py", "one") }, nil},
		"as long as it was":             {func(f folder, _ *Subject) { f.write("api/main.py", "two") }, []string{"changed api/main.py"}},
		"longer":                        {func(f folder, _ *Subject) { f.write("api/main.py", "three") }, []string{"changed api/main.py"}},
		"edited and taken back":         {func(f folder, _ *Subject) { f.write("run.sh", "x"); f.write("run.sh", "#!/bin/sh") }, nil},
		"a file more":                   {func(f folder, _ *Subject) { f.write("api/new.py", "") }, []string{"added api/new.py"}},
		"a folder more, with a file":    {func(f folder, _ *Subject) { f.write("a/b/c.py", "") }, []string{"added a/b/c.py"}},
		"an empty folder more":          {func(f folder, _ *Subject) { f.ok(os.MkdirAll(f.path("a/b"), 0o755)) }, []string{"added a/b"}},
		"a file less":                   {func(f folder, _ *Subject) { f.remove("run.sh") }, []string{"removed run.sh"}},
		"a folder less":                 {func(f folder, _ *Subject) { f.remove("api") }, []string{"removed api/main.py", "removed api/model.py"}},
		"what is ignored":               {func(f folder, _ *Subject) { f.write("node_modules/x/index.js", "y"); f.write("node_modules/z", "") }, nil},
		"may be executed now":           {func(f folder, _ *Subject) { f.ok(os.Chmod(f.path("run.sh"), 0o755)) }, []string{"changed run.sh"}},
		"a folder others may write to":  {func(f folder, _ *Subject) { f.ok(os.Chmod(f.path("api"), 0o777)) }, nil},
		"a link leads elsewhere":        {func(f folder, _ *Subject) { f.remove("entry.py"); f.link("api/model.py", "entry.py") }, []string{"changed entry.py"}},
		"a link becomes what it led to": {func(f folder, _ *Subject) { f.remove("entry.py"); f.write("entry.py", "one") }, []string{"changed entry.py"}},
		"a link to nowhere":             {func(f folder, _ *Subject) { f.link("nowhere", "b.py") }, []string{"added b.py"}},
		"a link in a circle":            {func(f folder, _ *Subject) { f.link(".", "loop") }, []string{"added loop"}},
		"a file becomes a folder":       {func(f folder, _ *Subject) { f.remove("run.sh"); f.write("run.sh/x", "") }, []string{"changed run.sh", "added run.sh/x"}},
		"ignored from now on": {func(f folder, s *Subject) {
			f.write(".dockerignore", "node_modules\nrun.sh\n")
			s.Trees = f.subject().Trees
		}, []string{"changed .dockerignore", "removed run.sh"}},
		"the Dockerfile":       {func(_ folder, s *Subject) { s.Parts["Dockerfile"] = "FROM b" }, []string{"changed Dockerfile"}},
		"an argument":          {func(_ folder, s *Subject) { s.Parts["build argument SEED"] = "2" }, []string{"changed build argument SEED"}},
		"an argument more":     {func(_ folder, s *Subject) { s.Parts["build argument Z"] = "" }, []string{"added build argument Z"}},
		"a target no longer":   {func(_ folder, s *Subject) { delete(s.Parts, "build argument SEED") }, []string{"removed build argument SEED"}},
		"the folder is gone":   {func(f folder, _ *Subject) { f.remove("") }, []string{"removed .dockerignore", "removed api/main.py", "removed api/model.py", "removed entry.py", "removed run.sh"}},
		"a shared folder more": {func(f folder, s *Subject) { s.Trees[0].Shared = true; f.write("cache/x", ""); f.write("run.sh", "y") }, []string{"changed run.sh"}},
	} {
		t.Run(name, func(t *testing.T) {
			f := newFolder(t)
			s := f.subject()
			was := kept(t, scan(t, s, Manifest{}))
			c.change(f, &s)
			var got []string
			for _, d := range Compare(s, was, scan(t, s, was)) {
				got = append(got, string(d.Fate)+" "+d.Path)
			}
			if d := cmp.Diff(c.want, got); d != "" {
				t.Error(d)
			}
		})
	}
}

func TestPathsAreToldFromTheProject(t *testing.T) {
	f := newFolder(t)
	s := f.subject()
	s.Trees[0].Name = "svc"
	was := scan(t, s, Manifest{})
	f.write("api/main.py", "two")
	want := []stack.FileChange{{Path: "svc/api/main.py", Fate: stack.FileChanged}}
	if d := cmp.Diff(want, Compare(s, was, scan(t, s, was))); d != "" {
		t.Error(d)
	}
}

func TestASingleFile(t *testing.T) {
	f := newFolder(t)
	s := Subject{Trees: []Tree{{Name: "run.sh", Dir: f.path("run.sh")}}}
	was := scan(t, s, Manifest{})
	f.write("run.sh", "other")
	want := []stack.FileChange{{Path: "run.sh", Fate: stack.FileChanged}}
	if d := cmp.Diff(want, Compare(s, was, scan(t, s, was))); d != "" {
		t.Error(d)
	}
}

// What was written while the build ran may be in the image or not.
func TestAFileThatIsWrittenDuringTheBuildDiffers(t *testing.T) {
	f := newFolder(t)
	s := f.subject()
	was, err := Look(t.Context(), s, Manifest{})
	f.ok(err)
	f.write("run.sh", "edited")
	f.ok(was.Read(t.Context(), s))
	want := []stack.FileChange{{Path: "run.sh", Fate: stack.FileChanged}}
	if d := cmp.Diff(want, Compare(s, was, scan(t, s, was))); d != "" {
		t.Error(d)
	}
}

// A second edit within the same tick of the file system's clock must be seen.
func TestFreshTimesAreNotTrusted(t *testing.T) {
	f := newFolder(t)
	now := time.Now()
	f.date("run.sh", now)
	s := f.subject()
	was := kept(t, scan(t, s, Manifest{}))
	f.write("run.sh", "#!/bin/zh")
	f.date("run.sh", now)
	if got := Compare(s, was, scan(t, s, was)); len(got) != 1 {
		t.Errorf("%v", got)
	}
}

// What is known is not read: its content is changed behind its back here.
func TestOnlyWhatMayHaveChangedIsRead(t *testing.T) {
	f := newFolder(t)
	at := time.Now().Add(-time.Hour)
	s := f.subject()
	was := scan(t, s, Manifest{})
	f.write("run.sh", "#!/bin/zh")
	f.date("run.sh", at)
	for n := range was.Trees[0].Files {
		if was.Trees[0].Files[n].Path == "run.sh" {
			was.Trees[0].Files[n].Time = at.UnixNano()
		}
	}
	if got := Compare(s, was, scan(t, s, was)); len(got) != 0 {
		t.Errorf("it was read: %v", got)
	}
	// After a checkout its files are read once.
	f.date("api/main.py", at.Add(time.Minute))
	now := scan(t, s, was)
	if !was.Refresh(now) {
		t.Error("a new time is not taken up")
	}
	f.write("api/main.py", "two")
	f.date("api/main.py", at.Add(time.Minute))
	if got := Compare(s, was, scan(t, s, was)); len(got) != 0 {
		t.Errorf("it was read again: %v", got)
	}
	if was.Refresh(scan(t, s, was)) {
		t.Error("nothing is new, and yet it is taken up")
	}
}

func TestLargeFilesOfAMountGoByTheirTime(t *testing.T) {
	f := newFolder(t)
	s := f.subject()
	s.Trees[0].Large = 4
	was := scan(t, s, Manifest{})
	f.date("run.sh", time.Now())
	f.date("api/main.py", time.Now()) // not large
	want := []stack.FileChange{{Path: "run.sh", Fate: stack.FileChanged}}
	if d := cmp.Diff(want, Compare(s, was, scan(t, s, was))); d != "" {
		t.Error(d)
	}
}

func TestArgumentsAreNotKeptAsTheyAre(t *testing.T) {
	f := newFolder(t)
	s := f.subject()
	s.Parts["build argument TOKEN"] = "hunter2hunter2"
	var text bytes.Buffer
	f.ok(gob.NewEncoder(&text).Encode(scan(t, s, Manifest{})))
	if strings.Contains(text.String(), "hunter2") {
		t.Error("the manifest has a secret")
	}
}

// many is a folder of n files with the ignore rules of a real project.
func many(b *testing.B, n int) Subject {
	dir := b.TempDir()
	at := time.Now().Add(-time.Hour)
	for i := range n {
		folder := filepath.Join(dir, fmt.Sprintf("pkg%d/sub%d", i/1000, i/100))
		if err := os.MkdirAll(folder, 0o755); err != nil {
			b.Fatal(err)
		}
		file := filepath.Join(folder, fmt.Sprintf("module_%d.py", i))
		if err := os.WriteFile(file, []byte(file), 0o644); err != nil {
			b.Fatal(err)
		}
		if err := os.Chtimes(file, at, at); err != nil {
			b.Fatal(err)
		}
	}
	return Subject{Trees: []Tree{{Dir: dir, Ignore: []string{".git", "**/.env", "**/.env.*", "**/*.pem", "**/__pycache__", "**/*.py[cod]", "**/*.md", "docs", "data", ".venv"}}}}
}

// BenchmarkNothingChanged is what the dashboard does now and then: list 20,000
// files, and find that none is to be read.
func BenchmarkNothingChanged(b *testing.B) {
	s := many(b, 20_000)
	m, err := Look(b.Context(), s, Manifest{})
	if err != nil {
		b.Fatal(err)
	}
	if err := m.Read(b.Context(), s); err != nil {
		b.Fatal(err)
	}
	var text bytes.Buffer
	if err := gob.NewEncoder(&text).Encode(m); err != nil {
		b.Fatal(err)
	}
	b.ReportMetric(float64(text.Len()), "bytes")
	for b.Loop() {
		var was Manifest
		if err := gob.NewDecoder(bytes.NewReader(text.Bytes())).Decode(&was); err != nil {
			b.Fatal(err)
		}
		now, err := Look(b.Context(), s, was)
		if err != nil {
			b.Fatal(err)
		}
		if err := now.Read(b.Context(), s); err != nil {
			b.Fatal(err)
		}
		if got := Compare(s, was, now); len(got) != 0 {
			b.Fatal(got)
		}
	}
}
