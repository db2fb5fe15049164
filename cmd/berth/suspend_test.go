package main

import (
	"bufio"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
)

// A person's shell, which tells when its job was stopped and brings it back
// after a line.
const shell = `set -m; "$BERTH"; echo "stopped: $?"; read -r; fg >/dev/null`

const (
	counted = 1500 // lines that a service prints, some milliseconds apart
	missed  = 1200 // the last of them that a suspended program has not read
)

// Suspended by its key or by a signal, the program gives the terminal back.
// Resumed it takes it again, and has every line of a log that went on.
func TestSuspendedAndResumed(t *testing.T) {
	bash, err := exec.LookPath("bash")
	if err != nil {
		t.Fatal(err)
	}
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	berth := filepath.Join(t.TempDir(), "berth") // testscript runs the command that it is called by
	if err := os.Symlink(self, berth); err != nil {
		t.Fatal(err)
	}
	for name, suspend := range map[string]func(s *terminal){
		"by ctrl+z":  func(s *terminal) { s.press("\x1a") },
		"by SIGTSTP": func(s *terminal) { s.signal(child(t, s.cmd.Process.Pid), syscall.SIGTSTP) },
	} {
		t.Run(name, func(t *testing.T) {
			dir, env := t.TempDir(), append(engineEnv(t), "BERTH="+berth)
			file := fmt.Sprintf(`services:
  count:
    image: ${BUSYBOX}
    init: true
    command: ["sh", "-c", "for n in $$(seq %d); do echo \"line $$n.\"; usleep 2000; done; echo over; exec sleep 1000"]
`, counted)
			if err := os.WriteFile(filepath.Join(dir, "docker-compose.yml"), []byte(file), 0o600); err != nil {
				t.Fatal(err)
			}
			s := startProgram(t, bash, 100, 30, dir, env, "-c", shell)
			s.shows("0 of 1 serving", "? all keys")
			s.press("u")
			s.shows("is up in")
			s.press("1")
			s.shows("line 1")
			suspend(s)
			s.shows("stopped: 147") // by SIGSTOP
			s.restored()
			awaitLine(t, berth, dir, env, fmt.Sprintf("line %d.", missed))
			s.press("\n")
			s.shows("over", "? all keys")
			s.press("S")
			s.shows("count.log")
			s.press("\r")
			s.shows("saved to count.log")
			s.press("D")
			s.shows("Take")
			s.press("y")
			s.shows("is down in")
			s.press("q")
			s.ends(0)
			numbered(t, filepath.Join(dir, "count.log"))
		})
	}
}

// awaitLine waits until the service has printed a line.
func awaitLine(t *testing.T, berth, dir string, env []string, line string) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	cmd := exec.CommandContext(ctx, berth, "logs", "-f", "--no-color", "--grep", "^"+line+"$", "count")
	cmd.Dir, cmd.Env = dir, append(os.Environ(), env...)
	out, err := cmd.StdoutPipe()
	if err == nil {
		err = cmd.Start()
	}
	if err != nil {
		t.Fatal(err)
	}
	if text, err := bufio.NewReader(out).ReadString('\n'); err != nil || !strings.Contains(text, line) {
		t.Fatalf("%q: %v", text, err)
	}
	cancel()
	_ = cmd.Wait() // it was killed
}

// numbered checks that a saved log has every line once, in order.
func numbered(t *testing.T, name string) {
	t.Helper()
	saved, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	next := 1
	for line := range strings.Lines(string(saved)) {
		if _, text, ok := strings.Cut(line, " line "); ok {
			if text != strconv.Itoa(next)+".\n" {
				t.Fatalf("%q where line %d was due", line, next)
			}
			next++
		}
	}
	if next != counted+1 {
		t.Errorf("%d of %d lines", next-1, counted)
	}
}

// A program that no shell would continue does not stop, and says why.
func TestNotSuspendedWithoutAShell(t *testing.T) {
	env := append(engineEnv(t), "DOCKER_HOST=unix://"+t.TempDir()+"/none.sock")
	s := startTerminal(t, 100, 30, modelService(t), env)
	s.shows("model-api")
	s.press("\x1a")
	s.shows("there is no shell here")
	s.press("?")
	s.lacks("there is no shell here")
	s.press("\x1b")
	s.lacks("esc close")
	s.signal(s.cmd.Process.Pid, syscall.SIGTSTP)
	s.shows("there is no shell here")
	s.press("q")
	s.ends(0)
}

func (term *terminal) signal(pid int, sig syscall.Signal) {
	term.t.Helper()
	if err := syscall.Kill(pid, sig); err != nil {
		term.t.Fatal(err)
	}
}

// child is the only child of a process.
func child(t *testing.T, pid int) int {
	t.Helper()
	p := strconv.Itoa(pid)
	text, err := os.ReadFile(filepath.Join("/proc", p, "task", p, "children"))
	if err != nil {
		t.Fatal(err)
	}
	n, err := strconv.Atoi(strings.TrimSpace(string(text)))
	if err != nil {
		t.Fatal(err)
	}
	return n
}
