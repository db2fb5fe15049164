package enginetest

import (
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
)

// Own is a private Engine of one test, which may stop it.
type Own struct {
	t   testing.TB
	dir string
}

// NewOwn starts an Engine and makes it the one that the test uses, until it
// ends. It skips the test where none can be made.
func NewOwn(t *testing.T) *Own {
	t.Helper()
	return newOwn(t, "")
}

// NewSmall is NewOwn with room for so much, as in "64m": its disk is full soon.
func NewSmall(t *testing.T, room string) *Own {
	t.Helper()
	return newOwn(t, room)
}

func newOwn(t *testing.T, room string) *Own {
	t.Helper()
	Host(t)
	dir, err := os.MkdirTemp("", "own") // a socket's path is short
	if err != nil {
		t.Fatal(err)
	}
	o := &Own{t: t, dir: dir}
	if err := o.script("possible").Run(); err != nil {
		_ = os.Remove(dir) // empty
		t.Skip("a private Engine needs root on Debian")
	}
	t.Cleanup(func() {
		if out, err := o.script("stop").CombinedOutput(); err != nil {
			t.Errorf("stop: %v\n%s", err, out)
		}
	})
	if room != "" {
		data := filepath.Join(dir, "data")
		if err := os.Mkdir(data, 0o711); err != nil {
			t.Fatal(err)
		}
		if err := syscall.Mount("tmpfs", data, "tmpfs", 0, "size="+room); err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { // its folder cannot be removed else
			o.Stop()
			if err := syscall.Unmount(data, syscall.MNT_DETACH); err != nil {
				t.Error(err)
			}
		})
	}
	o.Start()
	t.Setenv(HostVariable, "unix://"+filepath.Join(dir, "docker.sock"))
	return o
}

func (o *Own) script(command string) *exec.Cmd {
	_, here, _, _ := runtime.Caller(0)
	c := exec.Command(filepath.Join(filepath.Dir(here), "../../scripts/engine"), command)
	c.Env = append(os.Environ(), "BERTH_ENGINE_DIR="+o.dir)
	return c
}

// Start starts it, again with what it had.
func (o *Own) Start() {
	o.t.Helper()
	if out, err := o.script("start").CombinedOutput(); err != nil {
		o.t.Errorf("start: %v\n%s", err, out)
	}
}

// Stop stops it as a service manager does, and its containers with it.
func (o *Own) Stop() {
	o.t.Helper()
	text, err := os.ReadFile(filepath.Join(o.dir, "docker.pid"))
	if err != nil {
		o.t.Error(err)
		return
	}
	pid, err := strconv.Atoi(strings.TrimSpace(string(text)))
	if err == nil {
		err = syscall.Kill(pid, syscall.SIGTERM)
	}
	if err != nil {
		o.t.Error(err)
		return
	}
	for range time.Tick(20 * time.Millisecond) {
		if syscall.Kill(pid, 0) != nil {
			return
		}
	}
}
