package assets

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"testing/fstest"
)

// projectFiles is the whole project: a file left behind in the folder (a
// __pycache__, say) would be shipped, and one lost would not be missed.
var projectFiles = []string{
	".dockerignore",
	".gitignore",
	"Dockerfile",
	"README.md",
	"api/__init__.py",
	"api/logs.py",
	"api/main.py",
	"api/metrics.py",
	"api/schemas.py",
	"docker-compose.yml",
	"models/churn_model.joblib",
	"monitoring/prometheus.yml",
	"predictions/churn.yaml",
	"requirements.offline.txt",
	"requirements.txt",
	"src/__init__.py",
	"src/features.py",
	"src/model.py",
	"src/train.py",
	"tests/requirements.txt",
	"tests/test_api.py",
	"tests/test_model.py",
}

func TestWriteProject(t *testing.T) {
	// The strictest umask: what containers read through a mount must still be
	// readable for other users.
	defer syscall.Umask(syscall.Umask(0o077))
	dir := filepath.Join(t.TempDir(), "new", "service")
	written, err := WriteProject(dir)
	if err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(written, projectFiles) {
		t.Errorf("wrote %q\nwant  %q", written, projectFiles)
	}
	for _, path := range written {
		got, err := os.ReadFile(filepath.Join(dir, path))
		if err != nil {
			t.Fatal(err)
		}
		want, err := fs.ReadFile(Project(), path)
		if err != nil {
			t.Fatal(err)
		}
		if string(got) != string(want) {
			t.Errorf("%s is not what is embedded", path)
		}
		wantMode(t, filepath.Join(dir, path), 0o644)
	}
	for _, folder := range []string{"api", "models", "monitoring", "predictions", "src", "tests"} {
		wantMode(t, filepath.Join(dir, folder), 0o755|fs.ModeDir)
	}
	wantMode(t, dir, 0o700|fs.ModeDir) // the user's own choice
}

func wantMode(t *testing.T, path string, want fs.FileMode) {
	t.Helper()
	info, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	if info.Mode() != want {
		t.Errorf("%s has mode %v, want %v", path, info.Mode(), want)
	}
}

func TestWriteProjectBesideOtherFiles(t *testing.T) {
	dir := t.TempDir()
	makeFile(t, filepath.Join(dir, "notes.txt"), "mine")
	if _, err := WriteProject(dir); err != nil {
		t.Fatal(err)
	}
	wantFile(t, filepath.Join(dir, "notes.txt"), "mine")
}

func TestWriteProjectOverwritesNothing(t *testing.T) {
	dir := t.TempDir()
	makeFile(t, filepath.Join(dir, "Dockerfile"), "mine")
	makeFile(t, filepath.Join(dir, "api", "main.py"), "mine too")
	if err := os.Symlink("nowhere", filepath.Join(dir, "README.md")); err != nil {
		t.Fatal(err)
	}
	before := tree(t, dir)

	written, err := WriteProject(dir)
	var exists *ExistsError
	if !errors.As(err, &exists) {
		t.Fatalf("got %v, want an *ExistsError", err)
	}
	if want := []string{"Dockerfile", "README.md", "api/main.py"}; !slices.Equal(exists.Paths, want) {
		t.Errorf("in the way: %q, want %q", exists.Paths, want)
	}
	if want := dir + " already has Dockerfile, README.md, api/main.py"; err.Error() != want {
		t.Errorf("says %q, want %q", err, want)
	}
	if written != nil {
		t.Errorf("reports %q as written", written)
	}
	if after := tree(t, dir); !slices.Equal(after, before) {
		t.Errorf("the folder now has %q, before %q", after, before)
	}
	wantFile(t, filepath.Join(dir, "Dockerfile"), "mine")
}

func TestWriteProjectWhereAFileIsAFolder(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "file")
	makeFile(t, dir, "mine")
	_, err := WriteProject(dir)
	if err == nil || !strings.Contains(err.Error(), dir) || !errors.Is(err, syscall.ENOTDIR) {
		t.Errorf("got %v, want one that names %s and says that it is no folder", err, dir)
	}
	wantFile(t, dir, "mine")
}

func TestWriteRemovesWhatItMadeWhenItFails(t *testing.T) {
	parent := t.TempDir()
	project := unreadable{fstest.MapFS{
		"a/first.txt": {Data: []byte("1")},
		"second.txt":  {Data: []byte("2")},
		"z/last.txt":  {Data: []byte("3")},
	}, "z/last.txt"}
	written, err := write(project, filepath.Join(parent, "new", "service"))
	if !errors.Is(err, errUnreadable) || written != nil {
		t.Fatalf("wrote %q, error %v", written, err)
	}
	if left := tree(t, parent); len(left) > 0 {
		t.Errorf("left behind: %q", left)
	}
}

var errUnreadable = errors.New("unreadable")

// unreadable is a file system of which one file cannot be opened.
type unreadable struct {
	fs.FS
	path string
}

func (u unreadable) Open(path string) (fs.File, error) {
	if path == u.path {
		return nil, errUnreadable
	}
	return u.FS.Open(path)
}

func makeFile(t *testing.T, path, content string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
}

func wantFile(t *testing.T, path, want string) {
	t.Helper()
	got, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if string(got) != want {
		t.Errorf("%s has %q, want %q", path, got, want)
	}
}

// tree is every path below dir.
func tree(t *testing.T, dir string) []string {
	t.Helper()
	var paths []string
	err := filepath.WalkDir(dir, func(path string, _ fs.DirEntry, err error) error {
		if path != dir {
			paths = append(paths, path)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return paths
}
