// Package scripts tests the scripts beside it.
package scripts

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"berth/dockerops/enginetest"
)

// engine is a private engine of the test's own. It is made where the tests run,
// which is beside the Engine that they use, in its network namespace.
type engine struct {
	t    *testing.T
	dir  string
	host bool // --host-net
}

func newEngine(t *testing.T, host bool) engine {
	t.Helper()
	enginetest.Host(t)
	if err := exec.CommandContext(t.Context(), "./engine", "possible").Run(); err != nil {
		t.Skip("a private engine needs root on Debian")
	}
	e := engine{t: t, dir: filepath.Join(t.TempDir(), "e"), host: host}
	t.Cleanup(func() {
		if out, err := e.command(context.Background(), "stop").CombinedOutput(); err != nil {
			t.Errorf("stop: %v\n%s", err, out)
		}
	})
	return e
}

// scratch is where the scripts' temporary files are.
func (e engine) scratch() string { return filepath.Dir(e.dir) }

func (e engine) command(ctx context.Context, command string, args ...string) *exec.Cmd {
	if e.host {
		args = append([]string{"--host-net"}, args...)
	}
	c := exec.CommandContext(ctx, "./engine", append([]string{command}, args...)...)
	c.Env = append(os.Environ(), "BERTH_ENGINE_DIR="+e.dir, "TMPDIR="+e.scratch())
	return c
}

// run returns what a command of scripts/engine prints and fails the test when
// it fails.
func (e engine) run(command string, args ...string) string {
	e.t.Helper()
	var errors strings.Builder
	c := e.command(e.t.Context(), command, args...)
	c.Stderr = &errors
	out, err := c.Output()
	if err != nil {
		e.t.Fatalf("scripts/engine %s %v: %v\n%s%s", command, args, err, out, errors.String())
	}
	return strings.TrimSpace(string(out))
}

// interfaceName is also the name of the engine's cgroup and the mark of its
// firewall rules.
func (e engine) interfaceName() string {
	e.t.Helper()
	_, name, found := strings.Cut(e.run("status"), "interface ")
	if !found {
		e.t.Fatal("status names no interface")
	}
	name, _, _ = strings.Cut(name, "\n")
	return name
}

// processes are the IDs of dockerd and its kin, without the containers'.
func (e engine) processes(program string) []int {
	e.t.Helper()
	out, err := exec.CommandContext(e.t.Context(), "pgrep", "-f", "^"+program+".*"+e.dir).Output()
	if err != nil {
		e.t.Fatalf("no %s with %s: %v", program, e.dir, err)
	}
	var ids []int
	for _, f := range strings.Fields(string(out)) {
		id, err := strconv.Atoi(f)
		if err != nil {
			e.t.Fatal(err)
		}
		ids = append(ids, id)
	}
	return ids
}

func (e engine) kill(program string) {
	e.t.Helper()
	for _, id := range e.processes(program) {
		if err := syscall.Kill(id, syscall.SIGKILL); err != nil {
			e.t.Fatal(err)
		}
	}
}

// busybox puts a small image into the engine and starts a container of it.
func (e engine) busybox(args ...string) {
	e.t.Helper()
	e.run("exec", "sh", "-ec", `mkdir -p "$1/root/bin" "$1/root/www" && cp "$(command -v busybox)" "$1/root/bin/" &&
		echo hello >"$1/root/www/index.html" && tar -C "$1/root" -c . | docker import - busybox`, "sh", e.t.TempDir())
	e.run("exec", append([]string{"docker", "run", "-d"}, args...)...)
}

func TestAKilledEngineStartsAgain(t *testing.T) {
	e := newEngine(t, false)
	e.run("start")
	e.busybox("--name", "sleeper", "busybox", "/bin/busybox", "sleep", "600")

	e.kill("dockerd") // containerd and the container go on
	if err := os.WriteFile(filepath.Join(e.dir, "docker.pid"), fmt.Append(nil, os.Getpid()), 0o600); err != nil {
		t.Fatal(err) // an ID that now is somebody else's
	}
	e.run("start")
	if got := e.run("exec", "docker", "inspect", "-f", "{{.State.Status}}", "sleeper"); got != "exited" {
		t.Errorf("the container of the killed engine is %q, want exited: its process must be gone, its data not", got)
	}

	e.run("exec", "docker", "start", "sleeper")
	e.run("exec", "docker", "pause", "sleeper") // the frozen are not easily killed
	e.kill("containerd")
	e.kill("dockerd")
	e.run("start")
	e.run("start") // one that runs is left alone
	if n := len(e.processes("dockerd")); n != 1 {
		t.Errorf("%d dockerd run, want 1", n)
	}
}

func TestTwoStartsMakeOneEngine(t *testing.T) {
	e := newEngine(t, false)
	results := make(chan error)
	for range 2 {
		go func() {
			out, err := e.command(t.Context(), "start").CombinedOutput()
			if err != nil {
				err = fmt.Errorf("%w\n%s", err, out)
			}
			results <- err
		}()
	}
	for range 2 {
		if err := <-results; err != nil {
			t.Error(err)
		}
	}
	if n := len(e.processes("dockerd")); n != 1 {
		t.Errorf("%d dockerd run, want 1", n)
	}
}

func TestStopLeavesNothing(t *testing.T) {
	for name, host := range map[string]bool{"own network": false, "host's network": true} {
		t.Run(name, func(t *testing.T) {
			e := newEngine(t, host)
			e.run("start")
			e.run("exec", "docker", "network", "create", "other")
			e.busybox("--network", "other", "-v", "data:/data", "busybox", "/bin/busybox", "sleep", "600")
			id := e.interfaceName()
			subnet, err := os.ReadFile(filepath.Join(e.dir, "subnet"))
			if err != nil {
				t.Fatal(err)
			}
			look := func() string { return leftovers(t, id, e.dir, strings.TrimSpace(string(subnet))) }
			before := look()
			for _, want := range []string{"interface", "address", "firewall rule", "control group", "process", "directory"} {
				if !strings.Contains(before, want) {
					t.Errorf("while it runs no %s was seen:\n%s", want, before)
				}
			}
			e.run("stop")
			if after := look(); after != "" {
				t.Errorf("left behind:\n%s", after)
			}
			if files, err := os.ReadDir(e.scratch()); err != nil || len(files) > 0 {
				t.Errorf("temporary files left behind: %v, %v", files, err)
			}
		})
	}
}

// With the host's network its ports answer here, and an Engine that is here
// already, the tests' own, keeps its rules.
func TestHostNetPublishesHereAndHarmsNobody(t *testing.T) {
	e := newEngine(t, true)
	// A rule of this test's own among another Engine's: those of the networks of
	// other tests come and go.
	mark := func(do string) []string {
		return []string{"-w", "-t", "nat", do, "DOCKER", "-i", "berth-mark", "-j", "RETURN"}
	}
	output(t, "iptables", mark("-A")...)
	t.Cleanup(func() {
		if out, err := exec.Command("iptables", mark("-D")...).CombinedOutput(); err != nil {
			t.Errorf("another Engine's rule is gone: %v\n%s", err, out)
		}
	})
	e.run("start")
	e.busybox("-p", "127.0.0.1:18600:80", "busybox", "/bin/busybox", "httpd", "-f", "-h", "/www")
	other := e.run("exec", "docker", "network", "create", "other")
	for _, name := range []string{e.interfaceName(), "br-" + other[:12]} {
		if rules := output(t, "iptables", "-w", "-t", "nat", "-S", "DOCKER"); strings.Contains(rules, name) {
			t.Errorf("among another Engine's rules there is one of %s:\n%s", name, rules)
		}
	}
	deadline, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	for {
		body, err := get(deadline, "http://127.0.0.1:18600/")
		if err == nil && body == "hello\n" {
			return
		}
		if deadline.Err() != nil {
			t.Fatalf("the published port: %q, %v", body, err)
		}
	}
}

func get(ctx context.Context, url string) (string, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return "", err
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		return "", err
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	return string(body), err
}

// leftovers lists what there is of an engine, a line each.
func leftovers(t *testing.T, id, dir, subnet string) string {
	t.Helper()
	var found strings.Builder
	report := func(kind, lines, containing string) {
		for line := range strings.Lines(lines) {
			if strings.Contains(line, containing) {
				fmt.Fprintf(&found, "%s: %s\n", kind, strings.TrimSpace(line))
			}
		}
	}
	report("interface", output(t, "ip", "-o", "link"), id)
	report("address", output(t, "ip", "-o", "-4", "address"), " "+subnet+".")
	for _, table := range []string{"nat", "filter"} {
		report("firewall rule", output(t, "iptables", "-w", "-t", table, "-S"), id)
	}
	mounts, err := os.ReadFile("/proc/mounts")
	if err != nil {
		t.Fatal(err)
	}
	report("mount", string(mounts), dir)
	report("control group", output(t, "find", "/sys/fs/cgroup", "-maxdepth", "2"), id)
	report("process", output(t, "ps", "-eo", "pid,args"), dir)
	if _, err := os.Stat(dir); err == nil {
		report("directory", dir, "")
	}
	return found.String()
}

func output(t *testing.T, name string, args ...string) string {
	t.Helper()
	out, err := exec.CommandContext(t.Context(), name, args...).Output()
	if err != nil {
		t.Fatalf("%s %v: %v", name, args, err)
	}
	return string(out)
}
