package sources

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"berth/stack"
)

// What of a few files has changed, by their content.
func TestMemory(t *testing.T) {
	dir := t.TempDir()
	path := func(name string) string { return filepath.Join(dir, name) }
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	write := func(name, text string) {
		t.Helper()
		must(os.MkdirAll(filepath.Dir(path(name)), 0o755))
		must(os.WriteFile(path(name), []byte(text), 0o644))
	}
	write("a.py", "1")
	write("sub/b.py", "1")
	write("skipped/c.py", "1")
	must(os.Symlink("a.py", path("link")))
	m, err := Remember(t.Context(), Tree{Name: "src", Dir: dir, Skip: func(p string, _ bool) bool { return strings.HasPrefix(p, "skipped") }}, Manifest{})
	must(err)
	changed := func(want string, names ...string) {
		t.Helper()
		var paths []string
		for _, n := range names {
			paths = append(paths, path(n))
		}
		changes, err := m.Changed(t.Context(), paths)
		must(err)
		var got []string
		for _, c := range changes {
			got = append(got, string(c.Fate)+" "+c.Path)
		}
		if strings.Join(got, ", ") != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
	changed("")
	must(os.Chtimes(path("a.py"), time.Now(), time.Now().Add(time.Hour)))
	write("sub/b.py", "1")
	changed("", "a.py", "sub/b.py", "none")
	write("a.py", "2")
	write("sub/b.py", "2")
	changed("changed src/a.py", "a.py")
	changed("", "a.py")
	changed("changed src/sub/b.py", "sub")
	write("new/d.py", "1")
	write("skipped/c.py", "2")
	changed("added src/new/d.py", "new")
	must(os.Remove(path("new/d.py")))
	must(os.Remove(path("a.py")))
	changed("removed src/a.py, removed src/new/d.py", "a.py", "new/d.py")
	must(os.Remove(path("link")))
	must(os.Symlink("sub", path("link")))
	changed("changed src/link", "link")
	must(os.RemoveAll(path("sub")))
	changed("removed src/sub/b.py", "sub/b.py")
	write("sub", "now a file")
	changed("changed src/sub", "sub")
	must(os.Chmod(path("sub"), 0o755))
	changed("changed src/sub", "sub")
	var many []string
	for n := range few + 1 {
		many = append(many, fmt.Sprintf("many/%d", n))
		write(many[n], "1")
	}
	if changes, err := m.Changed(t.Context(), []string{path("many")}); err != nil || len(changes) != few+1 {
		t.Errorf("%d changes, %v", len(changes), err)
	}
	write(many[0], "2")
	changed("changed src/many/0", many...)
	changed("", "../elsewhere")
	must(os.RemoveAll(dir))
	if changes, err := m.All(t.Context()); err != nil || len(changes) < few {
		t.Errorf("%d changes, %v", len(changes), err)
	}
}

// Files that something else adds are never its own.
func TestMemoryOfASharedTree(t *testing.T) {
	dir := t.TempDir()
	m, err := Remember(t.Context(), Tree{Dir: dir, Shared: true}, Manifest{})
	for n := range 4 {
		path := filepath.Join(dir, "log")
		if err == nil {
			err = os.WriteFile(path, []byte(strings.Repeat("x", n+1)), 0o644)
		}
		if err != nil {
			t.Fatal(err)
		}
		look := m.All
		if n%2 == 0 {
			look = func(ctx context.Context) ([]stack.FileChange, error) { return m.Changed(ctx, []string{path}) }
		}
		if changes, err := look(t.Context()); err != nil || len(changes) > 0 {
			t.Errorf("%d: %v, %v", n, changes, err)
		}
	}
}

// A single file, also behind a link.
func TestMemoryOfAFile(t *testing.T) {
	dir := t.TempDir()
	file, link := filepath.Join(dir, "model"), filepath.Join(dir, "link")
	for _, err := range []error{os.WriteFile(file, []byte("1"), 0o644), os.Symlink("model", link)} {
		if err != nil {
			t.Fatal(err)
		}
	}
	m, err := Remember(t.Context(), Tree{Name: "link", Dir: link}, Manifest{})
	if err != nil {
		t.Fatal(err)
	}
	for n, want := range []int{0, 1, 0} {
		if n == 1 {
			if err := os.WriteFile(file, []byte("2"), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		if changes, err := m.Changed(t.Context(), []string{link}); err != nil || len(changes) != want {
			t.Errorf("%d: %v, %v", n, changes, err)
		}
	}
}
