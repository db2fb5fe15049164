//go:build bench

package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"testing"
	"time"

	"berth/dockerops/enginetest"
	"berth/stack"
)

const (
	saves        = 9
	watchedFiles = 20_000
	watchedFor   = 30 * time.Second
)

// TestMeasureWatch prints how long it takes from saving a file until its build
// begins, and what a watch on many files costs while nothing happens.
func TestMeasureWatch(t *testing.T) {
	dir := project(t, fmt.Sprintf("services:\n  api:\n    build: {context: app, args: {BASE: %q}}\n    init: true\n", enginetest.Busybox(t)))
	write := func(name, text string) {
		t.Helper()
		path := filepath.Join(dir, "app", name)
		err := os.MkdirAll(filepath.Dir(path), 0o755)
		if err == nil {
			err = os.WriteFile(path, []byte(text), 0o644)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	write("Dockerfile", "ARG BASE\nFROM ${BASE}\nCOPY src /src\nCMD [\"sleep\", \"3600\"]\n")
	write("src/api.py", "0")
	b := newRig(t, dir)
	b.berth("up", "--wait")
	w := watched(b)
	var begun []time.Duration
	for n := range saves {
		at := time.Now()
		write("src/api.py", fmt.Sprint(n+1))
		begun = append(begun, w.until(func(l watchLine) bool { return l.Action == stack.ActBuild }).Sub(at))
		w.until(func(l watchLine) bool { return l.Turn != nil })
	}
	w.ends()
	fmt.Printf("%-22s from saving a file to its build's first report %v (median of %d, with the 50 ms of the debounce)\n", "watch", median(begun).Round(time.Millisecond), saves)

	for n := range watchedFiles {
		write(fmt.Sprintf("data/%d/%d", n%200, n), "x")
	}
	w = watched(b)
	used := share(t, watchedFor, w.cmd.Process.Pid)
	fmt.Printf("%-22s %.2f %% of a core on %d files, resident %d MB\n", "watch: idle", used[0], watchedFiles, resident(t, w.cmd.Process.Pid)>>20)
	w.ends()
}

// watchLine is what matters here of a line of `berth watch --json`.
type watchLine struct {
	Watching *json.RawMessage `json:"watching"`
	Action   stack.Action     `json:"action"`
	Turn     *json.RawMessage `json:"turn"`
}

// watcherProcess is a berth watch.
type watcherProcess struct {
	t     *testing.T
	cmd   *exec.Cmd
	lines *bufio.Reader
}

// watched begins a watch, and waits until it does.
func watched(b *rig) *watcherProcess {
	cmd := exec.Command(b.bin, "watch", "--json")
	cmd.Dir, cmd.Env, cmd.Stderr = b.dir, b.env, os.Stderr
	out, err := cmd.StdoutPipe()
	if err == nil {
		err = cmd.Start()
	}
	if err != nil {
		b.t.Fatal(err)
	}
	w := &watcherProcess{b.t, cmd, bufio.NewReader(out)}
	w.until(func(l watchLine) bool { return l.Watching != nil })
	return w
}

// until reads to a line, and returns when it came.
func (w *watcherProcess) until(is func(watchLine) bool) time.Time {
	w.t.Helper()
	for {
		text, err := w.lines.ReadBytes('\n')
		if err != nil {
			w.t.Fatal(err)
		}
		var l watchLine
		if err := json.Unmarshal(text, &l); err != nil {
			w.t.Fatalf("%v: %s", err, text)
		}
		if is(l) {
			return time.Now()
		}
	}
}

func (w *watcherProcess) ends() {
	w.t.Helper()
	if err := w.cmd.Process.Signal(os.Interrupt); err != nil {
		w.t.Fatal(err)
	}
	_, _ = io.Copy(io.Discard, w.lines)
	_ = w.cmd.Wait() // its status is looked at below
	if status := w.cmd.ProcessState.Sys().(syscall.WaitStatus); status.ExitStatus() != 130 {
		w.t.Errorf("it ended with %d", status.ExitStatus())
	}
}
