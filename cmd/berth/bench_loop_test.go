//go:build bench

package main

import (
	"bytes"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"berth/dockerops/enginetest"

	"github.com/moby/moby/client"
)

// The headline: from an edit to the first answered prediction, through the
// loop, through docker compose, and by nothing but the calls that are needed.
func TestMeasureLoop(t *testing.T) {
	t.Run("traps", func(t *testing.T) {
		dir := t.TempDir()
		layTraps(t, dir)
		measureLoop(t, "traps", dir, map[string]string{"REQUIREMENTS": "requirements.offline.txt"})
	})
	if lecture := os.Getenv("BERTH_LECTURE"); lecture != "" {
		t.Run("lecture", func(t *testing.T) { measureLoop(t, "lecture", lecture, nil) })
	}
}

const api = "model-api"

func measureLoop(t *testing.T, title, dir string, args map[string]string) {
	r := newRig(t, dir)
	r.berth("up", "--build", "--wait", api)
	box := r.inspect()[0]
	port := ""
	for _, b := range box.HostConfig.PortBindings {
		port = b[0].HostPort
	}
	p := poster{t: t, url: "http://" + net.JoinHostPort("127.0.0.1", port) + "/predict", body: r.output("predict", api, "--show-body")}
	r.berth("predict", api)

	n := 0
	edit := func() {
		n++
		f, err := os.OpenFile(filepath.Join(dir, "api", "main.py"), os.O_APPEND|os.O_WRONLY, 0)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := fmt.Fprintf(f, "# edit %d %d\n", n, time.Now().UnixNano()); err != nil {
			t.Fatal(err)
		}
		if err := f.Close(); err != nil {
			t.Fatal(err)
		}
	}
	var ours, theirs, floor []time.Duration
	for range startRounds {
		edit()
		ours = append(ours, r.berth("loop", api))
		edit()
		begun := time.Now()
		r.compose("up", "-d", "--build", api)
		p.await(50 * time.Millisecond) // as a loop of curl and sleep
		theirs = append(theirs, time.Since(begun))
		edit()
		floor = append(floor, r.loopFloor(args, p))
	}
	ratio(t, title+": edit → predicted", "berth loop", ours, "docker compose up -d --build + poll", theirs)
	ratio(t, title+": edit → predicted", "berth loop", ours, "solve + kill + create + start + boot", floor)
}

// loopFloor builds, and replaces the running container by the same from what was
// built, until it answers; then it puts compose's own back.
func (r *rig) loopFloor(args map[string]string, p poster) time.Duration {
	ctx := r.t.Context()
	must := func(err error) {
		if err != nil {
			r.t.Helper()
			r.t.Fatal(err)
		}
	}
	old := r.inspect()[0]
	begun := time.Now()
	enginetest.Solve(r.t, r.dir, r.name+"-floor", args)
	_, err := r.c.ContainerKill(ctx, old.ID, client.ContainerKillOptions{Signal: "SIGKILL"})
	must(err)
	config := *old.Config
	config.Image = r.name + "-floor"
	made, err := r.c.ContainerCreate(ctx, client.ContainerCreateOptions{Name: r.name + "-floor", Config: &config, HostConfig: old.HostConfig})
	must(err)
	_, err = r.c.ContainerStart(ctx, made.ID, client.ContainerStartOptions{})
	must(err)
	p.await(2 * time.Millisecond)
	took := time.Since(begun)
	_, err = r.c.ContainerRemove(ctx, made.ID, client.ContainerRemoveOptions{Force: true, RemoveVolumes: true})
	must(err)
	r.berth("up", "--wait", api)
	return took
}

// poster sends a prediction until it is answered.
type poster struct {
	t    *testing.T
	url  string
	body []byte
}

func (p poster) await(pace time.Duration) {
	p.t.Helper()
	c := &http.Client{Transport: &http.Transport{DisableKeepAlives: true}, Timeout: time.Second}
	for deadline := time.Now().Add(time.Minute); time.Now().Before(deadline); time.Sleep(pace) {
		resp, err := c.Post(p.url, "application/json", bytes.NewReader(p.body))
		if err != nil {
			continue
		}
		_, err = io.Copy(io.Discard, resp.Body)
		resp.Body.Close()
		if err == nil && resp.StatusCode == http.StatusOK {
			return
		}
	}
	p.t.Fatal("no prediction from " + p.url + " within a minute")
}

// A context of 200 MB with one changed file: what goes over the Engine's socket.
func TestMeasureContext(t *testing.T) {
	dir := t.TempDir()
	write := func(name, text string) {
		t.Helper()
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	write("Dockerfile", "FROM "+enginetest.Busybox(t)+"\nCOPY . /all\n")
	write("docker-compose.yml", "services:\n  big:\n    build: .\n")
	for n := range 200 {
		write(fmt.Sprintf("part%d.bin", n), strings.Repeat(fmt.Sprintf("%09d\n", n), 100_000))
	}
	write("code.py", "print(1)\n")
	r := newRig(t, dir)
	way, direct := enginetest.NewProxy(t), r.env
	r.env = append(slices.Clone(direct), "DOCKER_HOST="+way.Host)
	r.berth("build")
	first := way.Sent()
	write("code.py", "print(2)\n")
	r.berth("build")
	r.env = direct
	fmt.Printf("context of 200 MB      %.2f MB to the Engine for one changed file (at first %.0f MB)\n", mega(way.Sent()-first), mega(first))
}

func mega(n int64) float64 { return float64(n) / 1e6 }
