package watch

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/fsnotify/fsnotify"

	"berth/sources"
)

// told is what a watch yields.
type told struct {
	Batch
	err error
}

// scene is a folder that is watched.
type scene struct {
	t    *testing.T
	dir  string
	told chan told

	before []string // told of so far
}

// stage makes the files, and watches roots (none: the folder).
func stage(t *testing.T, o watching, files string, roots ...string) *scene {
	t.Helper()
	s := &scene{t: t, dir: t.TempDir(), told: make(chan told, 100)}
	for f := range strings.FieldsSeq(files) {
		s.write(f, "1")
	}
	if len(roots) == 0 {
		roots = []string{"."}
	}
	var trees []sources.Tree
	for _, r := range roots {
		dir := filepath.Join(s.dir, r)
		f, err := NewFilter(dir).Without(dir, []string{"ignored"})
		if err != nil {
			t.Fatal(err)
		}
		trees = append(trees, sources.Tree{Name: r, Dir: dir, Skip: f.Skip})
	}
	ctx, cancel := context.WithCancel(t.Context())
	over := make(chan struct{})
	go func() {
		defer close(over)
		for b, err := range o.files(ctx, trees) {
			s.told <- told{b, err}
		}
	}()
	t.Cleanup(func() { cancel(); <-over })
	return s
}

var real = watching{open: subscribe, every: time.Hour}

func (s *scene) write(name, text string) {
	s.t.Helper()
	s.must(os.MkdirAll(filepath.Dir(filepath.Join(s.dir, name)), 0o755))
	s.must(os.WriteFile(filepath.Join(s.dir, name), []byte(text), 0o644))
}

func (s *scene) must(err error) {
	s.t.Helper()
	if err != nil {
		s.t.Fatal(err)
	}
}

// next is the next that is told.
func (s *scene) next() told {
	s.t.Helper()
	select {
	case b := <-s.told:
		return b
	case <-time.After(20 * time.Second):
		s.t.Fatal("nothing was told")
		return told{}
	}
}

// armed waits until it is watched.
func (s *scene) armed() *scene {
	s.t.Helper()
	if b := s.next(); b.err != nil || len(b.Paths) > 0 || b.All {
		s.t.Fatalf("first %+v", b)
	}
	return s
}

// tells waits until all these files were told of, and no other. What was told
// of before may come again: on a busy machine one save is two batches.
func (s *scene) tells(want ...string) {
	s.t.Helper()
	missing := slices.Clone(want)
	for len(missing) > 0 {
		b := s.next()
		if b.err != nil {
			s.t.Fatal(b.err)
		}
		for _, p := range b.Paths {
			rel, err := filepath.Rel(s.dir, p)
			s.must(err)
			if !slices.ContainsFunc(append(s.before, want...), func(w string) bool { return rel == w || strings.HasPrefix(w, "new") && inside(w, rel) }) {
				s.t.Errorf("told of %s, wanted %q", rel, want)
			}
			missing = slices.DeleteFunc(missing, func(m string) bool { return m == rel })
		}
	}
	s.before = append(s.before, want...)
}

func (s *scene) rename(from, to string) {
	s.t.Helper()
	s.must(os.Rename(filepath.Join(s.dir, from), filepath.Join(s.dir, to)))
}

func TestFiles(t *testing.T) {
	s := stage(t, real, "a.py sub/b.py ignored/x").armed()
	s.write("a.py", "2")
	s.tells("a.py")
	s.write("sub/b.py", "2")
	s.write("ignored/x", "2")
	s.write("a.py~", "2")
	s.write("4913", "2")
	s.tells("sub/b.py")

	// An editor's way to save: another file takes the place.
	s.write(".a.py.swp", "3")
	s.rename(".a.py.swp", "a.py")
	s.tells("a.py")
	s.write("a.py", "4")
	s.tells("a.py")

	// Folders that come, with what is in them; are renamed; go.
	s.write("new/deep/c.py", "1")
	s.tells("new")
	s.write("new/deep/c.py", "2")
	s.tells("new/deep/c.py")
	s.rename("new", "old")
	s.tells("new", "old")
	s.write("old/deep/c.py", "3")
	s.tells("old/deep/c.py")
	s.must(os.RemoveAll(filepath.Join(s.dir, "old")))
	s.tells("old", "old/deep", "old/deep/c.py")

	// Links are told of, and not followed.
	s.must(os.Symlink("sub", filepath.Join(s.dir, "link")))
	s.tells("link")
	s.must(os.Chmod(filepath.Join(s.dir, "a.py"), 0o755))
	s.tells("a.py")
}

// A single file, one behind a link, and roots that are not there yet or are
// replaced.
func TestRoots(t *testing.T) {
	s := stage(t, real, "conf/x.yml conf/y.yml real/m.bin", "conf/x.yml", "link.bin", "new/src", "real").armed()
	s.write("conf/y.yml", "2")
	s.write("conf/x.yml", "2")
	s.tells("conf/x.yml")
	s.write("conf/.tmp", "3")
	s.rename("conf/.tmp", "conf/x.yml")
	s.tells("conf/x.yml")
	s.write("conf/x.yml", "4")
	s.tells("conf/x.yml")

	s.must(os.Symlink("real/m.bin", filepath.Join(s.dir, "link.bin")))
	s.tells("link.bin")
	s.write("real/m.bin", "2")
	s.tells("link.bin", "real/m.bin")

	s.write("new/src/a.py", "1")
	s.tells("new/src")
	s.write("new/src/a.py", "2")
	s.tells("new/src/a.py")

	s.must(os.RemoveAll(filepath.Join(s.dir, "real")))
	s.next()
	s.write("real/n.bin", "1")
	s.next()
	s.write("real/n.bin", "2")
	s.tells("real/n.bin")
}

func TestACheckoutIsOneBatch(t *testing.T) {
	s := stage(t, real, "a.py .git/HEAD")
	s.armed()
	s.write(".git/index.lock", "")
	for n := range 5000 {
		s.write(fmt.Sprintf("pkg%d/f%d.py", n%20, n), "1")
		if n == 2500 { // git is slow at times
			<-time.After(2 * longer)
		}
	}
	s.must(os.Remove(filepath.Join(s.dir, ".git/index.lock")))
	b := s.next()
	if len(b.Paths) < 20 || b.err != nil {
		t.Errorf("%d paths, %v", len(b.Paths), b.err)
	}
	s.write("a.py", "2")
	s.tells("a.py")
}

func TestRealCheckout(t *testing.T) {
	s := stage(t, real, "a.py")
	git := func(args ...string) {
		t.Helper()
		cmd := exec.Command("git", append([]string{"-C", s.dir, "-c", "user.name=t", "-c", "user.email=t@localhost"}, args...)...)
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Fatalf("git %v: %v\n%s", args, err, out)
		}
	}
	s.armed()
	git("init", "-q", "-b", "one")
	git("add", ".")
	git("commit", "-qm", "1")
	git("checkout", "-qb", "two")
	for n := range 1000 {
		s.write(fmt.Sprintf("f%d.py", n), "1")
	}
	s.next()
	git("add", ".")
	git("commit", "-qm", "2")
	git("checkout", "-q", "one")
	if b := s.next(); len(b.Paths) != 1000 {
		t.Errorf("%d paths", len(b.Paths))
	}
}

// refusing is a system whose limit is reached after some folders.
type refusing struct {
	notifier
	left *int
}

func (r refusing) Add(folder string) error {
	if *r.left--; *r.left < 0 {
		return syscall.ENOSPC
	}
	return r.notifier.Add(folder)
}

func TestLimits(t *testing.T) {
	says := func(t *testing.T, s *scene, what ...string) {
		t.Helper()
		b := s.next()
		if b.err == nil {
			t.Fatalf("told %+v", b)
		}
		for _, w := range what {
			if !strings.Contains(b.err.Error(), w) {
				t.Errorf("%v does not say %q", b.err, w)
			}
		}
	}
	t.Run("no watcher", func(t *testing.T) {
		s := stage(t, watching{open: func() (*subscription, error) { return nil, os.NewSyscallError("inotify_init1", syscall.EMFILE) }, every: time.Millisecond}, "a.py sub/b.py")
		says(t, s, "too many open files", "sysctl fs.inotify.max_user_instances", "every second")
		s.armed()
		s.write("sub/b.py", "22")
		s.tells("sub/b.py")
		s.must(os.Remove(filepath.Join(s.dir, "a.py")))
		s.tells("a.py")
	})
	t.Run("few folders", func(t *testing.T) {
		left := 3
		s := stage(t, watching{open: func() (*subscription, error) {
			w, err := subscribe()
			w.notifier = refusing{w.notifier, &left}
			return w, err
		}, every: time.Millisecond}, "one/a.py two/x/b.py two/y/c.py", "one", "two")
		says(t, s, "watching "+filepath.Join(s.dir, "two"), "no space left", "sysctl fs.inotify.max_user_watches", "every second")
		s.armed()
		s.write("one/a.py", "22") // by the system
		s.tells("one/a.py")
		s.write("two/y/c.py", "22") // by looking
		s.tells("two/y/c.py")
	})
	t.Run("later", func(t *testing.T) {
		left := 2
		s := stage(t, watching{open: func() (*subscription, error) {
			w, err := subscribe()
			w.notifier = refusing{w.notifier, &left}
			return w, err
		}, every: time.Millisecond}, "a.py").armed()
		s.must(os.Mkdir(filepath.Join(s.dir, "new"), 0o755))
		says(t, s, "max_user_watches")
		if b := s.next(); !b.All {
			t.Errorf("not everything is compared: %+v", b)
		}
		s.write("new/b.py", "1")
		if b := s.next(); len(b.Paths) == 0 {
			t.Errorf("%+v", b)
		}
	})
	t.Run("overflow", func(t *testing.T) {
		errs := make(chan error)
		s := stage(t, watching{open: func() (*subscription, error) {
			w, err := subscribe()
			w.Errors = errs
			return w, err
		}, every: time.Hour}, "a.py").armed()
		errs <- fsnotify.ErrEventOverflow
		says(t, s, "more happened", "max_queued_events")
		if b := s.next(); !b.All {
			t.Errorf("not everything is compared: %+v", b)
		}
		errs <- errors.New("something else")
		says(t, s, "something else")
	})
}
