package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"berth/dockerops/enginetest"
	"berth/stack"
)

// A file that Berth may not read is named; in its place BuildKit's sender would
// put an empty one into the image.
func TestAnUnreadableFileOfTheContextIsNamed(t *testing.T) {
	dir := modelService(t)
	way := enginetest.NewProxy(t)
	for name, path := range map[string]string{"a file": "www/secret.txt", "a folder": "www/secrets"} {
		t.Run(name, func(t *testing.T) {
			path := filepath.Join(dir, path)
			if err := os.Mkdir(path, 0o755); err != nil {
				t.Fatal(err)
			}
			if name == "a file" {
				if err := errors.Join(os.Remove(path), os.WriteFile(path, []byte("x"), 0o644)); err != nil {
					t.Fatal(err)
				}
			}
			if err := os.Chmod(path, 0); err != nil {
				t.Fatal(err)
			}
			defer func() {
				if err := errors.Join(os.Chmod(path, 0o755), os.RemoveAll(path)); err != nil {
					t.Error(err)
				}
			}()
			out, err := asNobody(t, dir, append(engineEnv(t), "DOCKER_HOST="+way.Host), "build")
			if err == nil {
				t.Fatalf("it was built:\n%s", out)
			}
			if !strings.Contains(out, path) || !strings.Contains(out, "permission denied") || !strings.Contains(out, ".dockerignore") {
				t.Errorf("it says\n%s", out)
			}
		})
	}
}

// asNobody runs berth as somebody who is not root, whom no file is closed to.
func asNobody(t *testing.T, dir string, env []string, args ...string) (string, error) {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	exe, err := os.Open(self) // its folder is not open to everybody
	if err != nil {
		t.Fatal(err)
	}
	defer exe.Close()
	home := t.TempDir()
	c := exec.Command("/proc/self/fd/3", args...)
	c.Args[0], c.Dir, c.ExtraFiles = "berth", dir, []*os.File{exe}
	c.Env = append(os.Environ(), append(env, "HOME="+home, "XDG_STATE_HOME="+home, "XDG_CONFIG_HOME="+home, "DOCKER_CONFIG="+home)...)
	var out bytes.Buffer
	c.Stdout, c.Stderr = &out, &out
	if os.Getuid() == 0 {
		const nobody = 65534
		c.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: nobody, Gid: nobody}}
		for _, path := range []string{dir, home} {
			if err := errors.Join(os.Chmod(filepath.Dir(path), 0o711), os.Chmod(path, 0o755)); err != nil { // #nosec G302
				t.Fatal(err)
			}
		}
		if err := os.Chown(home, nobody, nobody); err != nil {
			t.Fatal(err)
		}
	}
	err = c.Run()
	return out.String(), err
}

// A registry that accepts and says nothing: what is waited for is shown, and
// ctrl+c ends it.
func TestARegistryThatDoesNotAnswer(t *testing.T) {
	l := newLooped(t)
	silent, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer silent.Close()
	l.write("Dockerfile", fmt.Sprintf("FROM %s/model:1\n", silent.Addr()))
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	asked := make(chan struct{})
	go func() {
		defer close(asked)
		c, err := silent.Accept()
		if err != nil {
			t.Error(err)
			return
		}
		t.Cleanup(func() { c.Close() })
		cancel()
	}()
	waits := false
	began := time.Now()
	_, err = l.turn(ctx, enginetest.Host(t), func(p stack.Progress) {
		waits = waits || p.Status == stack.Working && strings.Contains(p.Subject, "load metadata for "+silent.Addr().String())
	})
	if !errors.Is(err, context.Canceled) || !waits {
		t.Errorf("what is waited for was shown: %v; the turn ended with %v", waits, err)
	}
	if took := time.Since(began); took > 30*time.Second {
		t.Errorf("it took %v", took)
	}
	<-asked // else the listener's error is the test's
}
