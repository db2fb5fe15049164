package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"testing"
	"time"

	"github.com/moby/moby/api/types/container"
	"github.com/moby/moby/client"
	"golang.org/x/sync/errgroup"

	"berth/dockerops/enginetest"
)

const (
	manyMade    = 200
	manyStarted = 20 // starting one takes the Engine up to a second where the machine is busy
	manyLines   = 50
)

// A project of 200 containers, of which some run, is listed, its log read in the
// order of time, and taken down whole.
func TestTwoHundredContainers(t *testing.T) {
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	bin := filepath.Join(t.TempDir(), "berth") // testscript runs the command that it is called by
	if err := os.Symlink(self, bin); err != nil {
		t.Fatal(err)
	}
	name, dir, env := enginetest.Name(t), t.TempDir(), engineEnv(t)
	c := enginetest.Client(t)
	makeMany(t, c, name)
	berth := func(args ...string) []byte {
		t.Helper()
		begun := time.Now()
		cmd := exec.CommandContext(t.Context(), bin, append([]string{"-p", name}, args...)...)
		cmd.Dir, cmd.Env = dir, append(os.Environ(), env...)
		var said bytes.Buffer
		cmd.Stderr = &said
		out, err := cmd.Output()
		if err != nil {
			t.Fatalf("berth %s: %v\n%s", args, err, said.String())
		}
		t.Logf("berth %s took %v", args, time.Since(begun).Round(time.Millisecond))
		return out
	}

	var listed struct{ Services []struct{ Phase string } }
	if err := json.Unmarshal(berth("ps", "--json"), &listed); err != nil {
		t.Fatal(err)
	}
	states := map[string]int{}
	for _, s := range listed.Services {
		states[s.Phase]++
	}
	if states["running"] != manyStarted || states["created"] != manyMade-manyStarted || len(states) != 2 {
		t.Errorf("listed: %v", states)
	}

	var last time.Time
	next := map[int]int{} // line of each
	for line := range bytes.Lines(berth("logs", "--json")) {
		var l struct {
			Number int
			Time   time.Time
			Text   string
		}
		if err := json.Unmarshal(line, &l); err != nil {
			t.Fatal(err)
		}
		if l.Time.Before(last) {
			t.Fatalf("%s after %v", line, last)
		}
		last = l.Time
		if next[l.Number]++; l.Text != "line "+strconv.Itoa(next[l.Number]) {
			t.Fatalf("%s where line %d was due", line, next[l.Number])
		}
	}
	for n, lines := range next {
		if lines != manyLines {
			t.Errorf("%d lines of container %d", lines, n)
		}
	}
	if len(next) != manyStarted {
		t.Errorf("the logs of %d containers were read", len(next))
	}

	berth("down")
	left, err := c.ContainerList(t.Context(), client.ContainerListOptions{All: true, Filters: make(client.Filters).Add("label", "com.docker.compose.project="+name)})
	if err != nil || len(left.Items) > 0 {
		t.Errorf("%d containers are left, %v", len(left.Items), err)
	}
}

// makeMany makes the containers of one service and starts some of them.
func makeMany(t *testing.T, c *client.Client, name string) {
	t.Helper()
	image := enginetest.Busybox(t)
	var g errgroup.Group
	g.SetLimit(8)
	for n := 1; n <= manyMade; n++ {
		g.Go(func() error {
			yes := true
			made, err := c.ContainerCreate(t.Context(), client.ContainerCreateOptions{
				Name: fmt.Sprintf("%s-w-%d", name, n),
				Config: &container.Config{
					Image: image,
					Cmd:   []string{"sh", "-c", fmt.Sprintf("for n in $(seq %d); do echo line $n; usleep 1000; done; exec sleep 1000", manyLines)},
					Labels: map[string]string{
						"com.docker.compose.project": name, "com.docker.compose.service": "w",
						"com.docker.compose.container-number": strconv.Itoa(n), "com.docker.compose.oneoff": "False",
					},
				},
				HostConfig: &container.HostConfig{NetworkMode: "none", Init: &yes},
			})
			if err != nil || n > manyStarted {
				return err
			}
			_, err = c.ContainerStart(t.Context(), made.ID, client.ContainerStartOptions{})
			return err
		})
	}
	if err := g.Wait(); err != nil {
		t.Fatal(err)
	}
}
