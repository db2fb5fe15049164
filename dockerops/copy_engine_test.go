package dockerops_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/moby/moby/client"

	"berth/stack"
)

// Files come into a container with their modes, as its user's, and go.
func TestCopy(t *testing.T) {
	a := newActor(t)
	a.run("mkdir -p /app/sub && echo old >/app/gone && echo other >/app/sub/stays; sleep 600", func(o *client.ContainerCreateOptions) {
		o.Config.User = "0"
	})
	e, dir := dial(t), t.TempDir()
	file := func(name, text string, mode os.FileMode) string {
		t.Helper()
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(text), mode); err != nil {
			t.Fatal(err)
		}
		return path
	}
	if err := os.Symlink("a.py", filepath.Join(dir, "link")); err != nil {
		t.Fatal(err)
	}
	sh := func(script string) string {
		t.Helper()
		out, err := e.Exec(t.Context(), a.Ref, []string{"sh", "-c", script})
		if err != nil {
			t.Fatal(err)
		}
		return strings.TrimSpace(out.Output)
	}
	copied := func(files ...stack.Copy) (kept error) {
		t.Helper()
		kept, err := e.Copy(t.Context(), a.Ref, files)
		if err != nil {
			t.Fatal(err)
		}
		return kept
	}
	for sh("ls /app/sub/stays") != "/app/sub/stays" { // until its script has made them
		if t.Context().Err() != nil {
			t.Fatal(t.Context().Err())
		}
	}
	large := strings.Repeat("0123456789abcdef", 1<<19)
	if kept := copied(
		stack.Copy{From: file("a.py", "print(1)", 0o640), To: "/app/new/deep/a.py"},
		stack.Copy{From: file("run", "#!/bin/sh", 0o755), To: "/app/run"},
		stack.Copy{From: filepath.Join(dir, "link"), To: "/app/link"},
		stack.Copy{From: file("large", large, 0o600), To: "/app/large"},
		stack.Copy{From: filepath.Join(dir, "not there"), To: "/app/not"},
		stack.Copy{From: filepath.Join(dir, "gone"), To: "/app/gone", Gone: true},
	); kept != nil {
		t.Error(kept)
	}
	want := "640 0 /app/new/deep/a.py\n755 0 /app/run\n600 0 /app/large\na.py\nprint(1)8388608\nno gone, no not"
	if got := sh("stat -c '%a %u %n' /app/new/deep/a.py /app/run /app/large; readlink /app/link; cat /app/new/deep/a.py; wc -c </app/large; ls /app/gone /app/not >/dev/null 2>&1 || echo no gone, no not"); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
	if got := sh("cat /app/sub/stays"); got != "other" {
		t.Errorf("what nobody named is %q", got)
	}

	out, err := e.Hook(t.Context(), a.Ref, stack.Hook{Argv: []string{"sh", "-c", "id -u; pwd; echo $A; exit 3"}, User: "1000", Dir: "/tmp", Env: []string{"A=b"}})
	if err != nil || out.ExitCode != 3 || out.Output != "1000\n/tmp\nb\n" {
		t.Errorf("%+v, %v", out, err)
	}
}

// Where the container has a user, what is copied is that one's; where it cannot
// be written, or has no rm, it is said.
func TestCopyInto(t *testing.T) {
	from := filepath.Join(t.TempDir(), "a.py")
	if err := os.WriteFile(from, []byte("1"), 0o600); err != nil {
		t.Fatal(err)
	}
	t.Run("a user's", func(t *testing.T) {
		a := newActor(t)
		a.run("sleep 600", func(o *client.ContainerCreateOptions) { o.Config.User = "1000:1001" })
		e := dial(t)
		if kept, err := e.Copy(t.Context(), a.Ref, []stack.Copy{{From: from, To: "/tmp/a.py"}}); kept != nil || err != nil {
			t.Fatal(kept, err)
		}
		out, err := e.Exec(t.Context(), a.Ref, []string{"stat", "-c", "%u:%g", "/tmp/a.py"})
		if err != nil || out.Output != "1000:1001\n" {
			t.Errorf("it belongs to %q, %v", out.Output, err)
		}
	})
	t.Run("one without rm", func(t *testing.T) {
		a := newActor(t)
		a.run("rm /bin/rm; sleep 600")
		e := dial(t)
		for {
			if out, err := e.Exec(t.Context(), a.Ref, []string{"ls", "/bin/rm"}); err != nil {
				t.Fatal(err)
			} else if out.ExitCode != 0 {
				break
			}
		}
		kept, err := e.Copy(t.Context(), a.Ref, []stack.Copy{{From: from, To: "/a.py"}, {To: "/etc/passwd", Gone: true}})
		if kept == nil || err != nil {
			t.Errorf("kept %v, %v", kept, err)
		}
	})
	t.Run("a closed one", func(t *testing.T) {
		a := newActor(t)
		a.run("sleep 600", func(o *client.ContainerCreateOptions) { o.HostConfig.ReadonlyRootfs = true })
		if _, err := dial(t).Copy(t.Context(), a.Ref, []stack.Copy{{From: from, To: "/a.py"}}); err == nil || !strings.Contains(err.Error(), "read-only") {
			t.Error(err)
		}
	})
}
