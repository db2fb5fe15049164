package dockerops_test

import (
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
	"testing"

	"berth/dockerops/enginetest"
	"berth/stack"
)

// The Engine's disk is full: while a step runs, while the context is received.
func TestBuildWithoutRoom(t *testing.T) {
	enginetest.NewSmall(t, "64m")
	for name, c := range map[string]struct{ dockerfile, file string }{
		"in a step":      {"FROM $BASE\nRUN dd if=/dev/zero of=/big bs=1M count=100\n", ""},
		"of the context": {"FROM $BASE\nCOPY big /\n", strings.Repeat("x", 100<<20)},
	} {
		t.Run(name, func(t *testing.T) {
			s := buildable(t, c.dockerfile, "")
			if c.file != "" {
				s.write("big", c.file)
			}
			_, r, err := s.try(t.Context())
			r.check(t)
			var p *stack.Problem
			if !errors.As(err, &p) || !strings.Contains(p.Hint, "docker system df") {
				t.Errorf("error %v", err)
			}
		})
	}
}

// isOpen reports whether this process has a file open.
func isOpen(t *testing.T, path string) bool {
	t.Helper()
	open, err := filepath.Glob("/proc/self/fd/*")
	if err != nil {
		t.Error(err)
	}
	return slices.ContainsFunc(open, func(fd string) bool {
		to, err := os.Readlink(fd)
		return err == nil && to == path
	})
}

// A file that goes away, or changes, while the context is sent, is named; the
// image does not get something else in its place.
func TestBuildContextChangesMeanwhile(t *testing.T) {
	for name, c := range map[string]struct {
		do            func(path string) error
		fails, warned string
	}{
		"removed": {os.Remove, "went away", ""},
		"cut":     {func(path string) error { return os.Truncate(path, 10) }, "", "changed while the build context was sent"},
		"replaced by a folder": {
			func(path string) error { return errors.Join(os.Remove(path), os.Mkdir(path, 0o755)) },
			"is a directory", "",
		},
	} {
		t.Run(name, func(t *testing.T) {
			s := buildable(t, "FROM $BASE\nCOPY . /all\n", "")
			var r *recorder
			var err error
			var early atomic.Bool
			for again := true; again; again = early.Load() { // BuildKit asks for files in an order of its own
				for _, f := range []string{"a", "b", "c", "d", "e", "victim"} {
					s.write(f, strings.Repeat(f[:1], 8<<20))
				}
				early.Store(false)
				way := enginetest.NewProxy(t)
				way.After(1<<20, func() { // of 48, and four files are under way at a time
					path := filepath.Join(s.dir, "victim")
					if isOpen(t, path) { // it is one of the four
						early.Store(true)
						return
					}
					if err := c.do(path); err != nil {
						t.Error(err)
					}
				})
				r = &recorder{}
				_, err = dialTo(t, way.Host).Build(t.Context(), s.request(), r.report)
			}
			r.check(t)
			switch {
			case c.fails == "" && err != nil:
				t.Errorf("error %v", err)
			case c.fails != "" && (err == nil || !strings.Contains(err.Error(), filepath.Join(s.dir, "victim")) || !strings.Contains(err.Error(), c.fails)):
				t.Errorf("error %v", err)
			case c.warned != "":
				if got := r.step(t, "victim"); got.Status != stack.Warning || !strings.Contains(got.Text, c.warned) {
					t.Errorf("told is %+v", got)
				}
			}
		})
	}
}
