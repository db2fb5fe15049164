//go:build bench

package main

import (
	"fmt"
	"os/exec"
	"syscall"
	"testing"
	"time"

	"berth/dockerops/enginetest"

	"github.com/moby/moby/client"
)

const (
	backlog       = 1_000_000 // lines
	backlogRounds = 5
)

// TestMeasureBacklog prints how long it takes to read a long log, against
// docker logs, which only copies it.
func TestMeasureBacklog(t *testing.T) {
	b := newRig(t, project(t, fmt.Sprintf(`services:
  web:
    image: %s
    command: sh -c 'seq %d | sed "s/^/INFO 172.17.0.1 GET predict 200 request /"'
`, enginetest.Busybox(t), backlog)))
	b.berth("up")
	box := b.name + "-web-1"
	ended := b.c.ContainerWait(t.Context(), box, client.ContainerWaitOptions{})
	select {
	case <-ended.Result:
	case err := <-ended.Error:
		t.Fatal(err)
	}
	all := exec.Command(b.bin, "logs")
	lines := &counter{}
	all.Dir, all.Env, all.Stdout = b.dir, b.env, lines
	if err := all.Run(); err != nil || lines.n.Load() != backlog {
		t.Fatalf("%d lines, %v", lines.n.Load(), err)
	}
	var ours, theirs []time.Duration
	var peak int64
	for range backlogRounds {
		took, memory := b.reads(b.bin, "logs")
		ours, peak = append(ours, took), max(peak, memory)
		took, _ = b.reads(b.dock, "logs", box)
		theirs = append(theirs, took)
	}
	ratio(t, "backlog", "berth logs", ours, "docker logs", theirs)
	fmt.Printf("%-22s %d lines; berth's peak memory %d MB\n", "", backlog, peak>>20)
}

// reads runs a command whose output goes nowhere, which is the fastest for both,
// and returns how long it takes and the most memory it has.
func (r *rig) reads(bin string, args ...string) (took time.Duration, peak int64) {
	r.t.Helper()
	cmd := exec.Command(bin, args...)
	cmd.Dir, cmd.Env = r.dir, r.env
	begun := time.Now()
	if err := cmd.Run(); err != nil {
		r.t.Fatal(err)
	}
	return time.Since(begun), cmd.ProcessState.SysUsage().(*syscall.Rusage).Maxrss << 10 // KiB, getrusage(2)
}
