//go:build bench

package main

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"testing"
	"time"

	"berth/assets"
	"berth/dockerops/enginetest"

	"github.com/moby/moby/api/types/container"
	"github.com/moby/moby/api/types/network"
	"github.com/moby/moby/client"
)

// How often each side of a pair runs, in turn; medians are printed.
const (
	noopRounds  = 15
	startRounds = 5
)

// TestMeasure prints ratios taken in one run (`make bench`). BERTH_BIN is the
// built binary, BERTH_PEERS a folder with docker and its compose plugin,
// BERTH_LECTURE, if set, a second project to measure on.
func TestMeasure(t *testing.T) {
	dir := t.TempDir()
	if _, err := assets.WriteProject(dir); err != nil {
		t.Fatal(err)
	}
	measureProject(t, "template", dir, true)
	if lecture := os.Getenv("BERTH_LECTURE"); lecture != "" {
		measureProject(t, "lecture", lecture, false)
	}
}

func measureProject(t *testing.T, title, dir string, plainWait bool) {
	b := newRig(t, dir)
	b.berth("build")
	b.berth("up", "--wait")
	boxes := b.inspect()

	var ours, theirs []time.Duration
	for range noopRounds {
		ours = append(ours, b.berth("up"))
		theirs = append(theirs, b.compose("up", "-d"))
	}
	ratio(t, title+": no-op up", "berth up", ours, "docker compose up -d", theirs)

	var up, floor []time.Duration
	b.berth("down")
	for range startRounds {
		floor = append(floor, b.floor(boxes))
		up = append(up, b.berth("up", "--wait"))
		b.berth("down")
	}
	ratio(t, title+": up --wait", "berth up --wait", up, "create + start + boot", floor)

	wait := b.compose("up", "-d", "--wait")
	ratio(t, title+": up --wait", "berth up --wait", up, "docker compose up -d --wait (once)", []time.Duration{wait})
	b.berth("down")
}

func ratio(t *testing.T, what, a string, as []time.Duration, b string, bs []time.Duration) {
	t.Helper()
	ma, mb := median(as), median(bs)
	fmt.Printf("%-22s %.2f×   %s %v (n=%d)   %s %v (n=%d)\n", what, ma.Seconds()/mb.Seconds(),
		a, ma.Round(time.Millisecond), len(as), b, mb.Round(time.Millisecond), len(bs))
}

func median(d []time.Duration) time.Duration {
	d = slices.Sorted(slices.Values(d))
	return d[len(d)/2]
}

// rig is one project on the test Engine.
type rig struct {
	t    *testing.T
	c    *client.Client
	dir  string
	name string
	env  []string
	bin  string
	dock string
}

func newRig(t *testing.T, dir string) *rig {
	peers := os.Getenv("BERTH_PEERS")
	bin := os.Getenv("BERTH_BIN")
	if peers == "" || bin == "" {
		t.Fatal("BERTH_PEERS and BERTH_BIN are not set: run make bench")
	}
	r := &rig{t: t, c: enginetest.Client(t), dir: dir, name: enginetest.Name(t), bin: bin, dock: filepath.Join(peers, "usr/bin/docker")}
	home := t.TempDir()
	r.env = append(os.Environ(),
		"DOCKER_HOST="+enginetest.Host(t), "COMPOSE_PROJECT_NAME="+r.name, "REQUIREMENTS=requirements.offline.txt",
		"XDG_STATE_HOME="+home, "XDG_CONFIG_HOME="+home, "DOCKER_CONFIG="+filepath.Join(peers, "usr/libexec/docker"))
	t.Cleanup(func() { r.berth("down", "-v") })
	return r
}

func (r *rig) berth(args ...string) time.Duration { return r.run(r.bin, args...) }

func (r *rig) compose(args ...string) time.Duration {
	return r.run(r.dock, append([]string{"compose"}, args...)...)
}

// run times a whole process, its start included.
func (r *rig) run(bin string, args ...string) time.Duration {
	r.t.Helper()
	cmd := exec.Command(bin, args...)
	cmd.Dir, cmd.Env = r.dir, r.env
	begun := time.Now()
	out, err := cmd.CombinedOutput()
	took := time.Since(begun)
	if err != nil {
		r.t.Fatalf("%s %v: %v\n%s", filepath.Base(bin), args, err, out)
	}
	return took
}

// output is what berth prints.
func (r *rig) output(args ...string) []byte {
	r.t.Helper()
	cmd := exec.Command(r.bin, args...)
	cmd.Dir, cmd.Env = r.dir, r.env
	out, err := cmd.Output()
	if err != nil {
		r.t.Fatalf("berth %v: %v\n%s", args, err, out)
	}
	return out
}

// inspect reads the project's containers, in the order they were started.
func (r *rig) inspect() []container.InspectResponse {
	list, err := r.c.ContainerList(r.t.Context(), client.ContainerListOptions{Filters: client.Filters{}.Add("label", "com.docker.compose.project="+r.name)})
	if err != nil {
		r.t.Fatal(err)
	}
	var all []container.InspectResponse
	for _, c := range list.Items {
		i, err := r.c.ContainerInspect(r.t.Context(), c.ID, client.ContainerInspectOptions{})
		if err != nil {
			r.t.Fatal(err)
		}
		all = append(all, i.Container)
	}
	slices.SortFunc(all, func(a, b container.InspectResponse) int {
		return compareStrings(a.State.StartedAt, b.State.StartedAt)
	})
	return all
}

func compareStrings(a, b string) int {
	if a < b {
		return -1
	}
	if a > b {
		return 1
	}
	return 0
}

// floor is what no tool can be faster than: one network, the same containers
// created and started by bare API calls, until each answers on its port.
func (r *rig) floor(boxes []container.InspectResponse) time.Duration {
	ctx := r.t.Context()
	must := func(err error) {
		if err != nil {
			r.t.Helper()
			r.t.Fatal(err)
		}
	}
	begun := time.Now()
	nw, err := r.c.NetworkCreate(ctx, r.name+"_floor", client.NetworkCreateOptions{Driver: "bridge"})
	must(err)
	var ids []string
	for i, box := range boxes {
		host := *box.HostConfig
		host.NetworkMode = container.NetworkMode(r.name + "_floor")
		made, err := r.c.ContainerCreate(ctx, client.ContainerCreateOptions{
			Name: fmt.Sprintf("%s-floor-%d", r.name, i), Config: box.Config, HostConfig: &host,
			NetworkingConfig: &network.NetworkingConfig{EndpointsConfig: map[string]*network.EndpointSettings{
				r.name + "_floor": {Aliases: []string{box.Config.Labels["com.docker.compose.service"]}},
			}},
		})
		must(err)
		ids = append(ids, made.ID)
		_, err = r.c.ContainerStart(ctx, made.ID, client.ContainerStartOptions{})
		must(err)
	}
	for _, box := range boxes {
		path := "/health"
		if box.Config.Labels["com.docker.compose.service"] == "prometheus" {
			path = "/-/ready"
		}
		for _, bindings := range box.HostConfig.PortBindings {
			r.await(ctx, "http://"+net.JoinHostPort("127.0.0.1", bindings[0].HostPort)+path)
		}
	}
	took := time.Since(begun)
	for _, id := range ids {
		_, err := r.c.ContainerRemove(ctx, id, client.ContainerRemoveOptions{Force: true, RemoveVolumes: true})
		must(err)
	}
	_, err = r.c.NetworkRemove(ctx, nw.ID, client.NetworkRemoveOptions{})
	must(err)
	return took
}

func (r *rig) await(ctx context.Context, url string) {
	c := &http.Client{Transport: &http.Transport{DisableKeepAlives: true}, Timeout: time.Second}
	for deadline := time.Now().Add(time.Minute); time.Now().Before(deadline); time.Sleep(2 * time.Millisecond) {
		req, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
		if err != nil {
			r.t.Fatal(err)
		}
		if resp, err := c.Do(req); err == nil {
			resp.Body.Close()
			if resp.StatusCode < 400 {
				return
			}
		}
	}
	r.t.Fatal("no answer from " + url + " after a minute; " + strconv.Itoa(int(time.Minute.Seconds())) + " s")
}
