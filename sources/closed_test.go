//go:build unix

package sources

import (
	"os"
	"path/filepath"
	"syscall"
	"testing"

	"github.com/google/go-cmp/cmp"

	"berth/stack"
)

// A folder and a file that cannot be read are told by their names; the rest is
// compared.
func TestWhatCannotBeReadIsNamed(t *testing.T) {
	f := newFolder(t)
	f.write("secret/key", "k")
	f.old()
	s := f.subject()
	was := scan(t, s, Manifest{})
	f.write("run.sh", "other")
	f.write("api/main.py", "two")
	f.ok(os.Chmod(f.path("run.sh"), 0o000))
	f.ok(os.Chmod(f.path("secret"), 0o000))
	t.Cleanup(func() { f.ok(os.Chmod(f.path("secret"), 0o755)) })
	f.ok(os.Chmod(filepath.Dir(f.dir), 0o755))
	asNobody(t)
	want := []stack.FileChange{{Path: "api/main.py", Fate: stack.FileChanged}, {Path: "run.sh", Fate: stack.FileUnreadable}, {Path: "secret", Fate: stack.FileUnreadable}}
	if d := cmp.Diff(want, Compare(s, was, scan(t, s, was))); d != "" {
		t.Error(d)
	}
	s.Trees[0].Ignore = append(s.Trees[0].Ignore, "secret", "run.sh")
	for _, c := range Compare(s, was, scan(t, s, was)) {
		if c.Fate == stack.FileUnreadable {
			t.Errorf("%s is ignored, and yet said to be unreadable", c.Path)
		}
	}
}

// asNobody takes root's way past permissions from the process for the rest of
// the test.
func asNobody(t *testing.T) {
	if os.Geteuid() != 0 {
		return
	}
	if err := syscall.Seteuid(65534); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := syscall.Seteuid(0); err != nil {
			t.Fatal(err)
		}
	})
}
