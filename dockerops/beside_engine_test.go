package dockerops_test

import (
	"context"
	"slices"
	"strings"
	"testing"

	"github.com/moby/moby/client"

	"berth/compose"
	"berth/dockerops/enginetest"
	"berth/stack"
)

const besideFile = `
services:
  web:
    image: berth-test/busybox:1
    command: [httpd, -f, -v, -p, "80", -h, /]
    stop_grace_period: 0s
    restart: always
    hostname: webhost
    labels: {traefik.enable: "true"}
    environment: {VERSION: "1"}
    volumes: [./here:/here, /anonymous, data:/data]
    ports: ["127.0.0.1::80"]
    networks: {default: {aliases: [api]}, second: {}}
  other:
    image: berth-test/busybox:1
    command: [sleep, "60"]
    stop_grace_period: 0s
volumes: {data: {}}
networks: {second: {}}
`

// besides are what runs beside the services of a project.
func besides(t *testing.T, p *project) []string {
	t.Helper()
	list, err := p.cli.ContainerList(t.Context(), client.ContainerListOptions{All: true, Filters: make(client.Filters).Add("label", "berth.beside="+p.name)})
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, c := range list.Items {
		names = append(names, c.ID)
	}
	return names
}

// labelled is an image as compose builds it: its containers get its labels.
func labelled(t *testing.T, p *project) string {
	t.Helper()
	enginetest.Busybox(t)
	made, err := p.cli.ContainerCreate(t.Context(), client.ContainerCreateOptions{Image: "berth-test/busybox:1"})
	if err != nil {
		t.Fatal(err)
	}
	changes := []string{"LABEL com.docker.compose.project=" + p.name + " com.docker.compose.service=web com.docker.compose.version=2", `VOLUME ["/more"]`}
	image, err := p.cli.ContainerCommit(t.Context(), made.ID, client.ContainerCommitOptions{Changes: changes})
	if _, gone := p.cli.ContainerRemove(t.Context(), made.ID, client.ContainerRemoveOptions{}); err != nil || gone != nil {
		t.Fatal(err, gone)
	}
	t.Cleanup(func() {
		if _, err := p.cli.ImageRemove(context.Background(), image.ID, client.ImageRemoveOptions{}); err != nil {
			t.Error(err)
		}
	})
	return image.ID
}

// What runs beside a service has its configuration, and is seen by nobody: not
// by name, not by docker compose's labels, not by what Berth makes of both.
func TestBesideAService(t *testing.T) {
	p := newProject(t, besideFile)
	p.up()
	defer p.down()
	resolve := func(name string) string {
		out, err := p.engine.Exec(soon(t), stack.Ref{Project: p.name, Service: "other", Number: 1}, []string{"nslookup", name, "127.0.0.11"})
		if err != nil {
			t.Fatal(err)
		}
		var addresses []string // the answers for both families come in any order
		for _, line := range strings.Split(out.Output, "\n") {
			if strings.HasPrefix(line, "Address: ") {
				addresses = append(addresses, line)
			}
		}
		return strings.Join(addresses, "\n")
	}
	names := []string{"web", "api", "webhost", p.name + "-web-1"}
	var before []string
	for _, name := range names {
		before = append(before, resolve(name))
	}
	if before[0] == "" {
		t.Fatalf("web has no address: %s", before[0])
	}
	volumes := func() int {
		all, err := p.cli.VolumeList(soon(t), client.VolumeListOptions{Filters: make(client.Filters).Add("dangling", "false")})
		if err != nil {
			t.Fatal(err)
		}
		return len(all.Items)
	}
	had := volumes()
	b, err := p.engine.Beside(soon(t), p.load(), "web", labelled(t, p), "127.0.0.1", p.rec.report)
	if err != nil {
		t.Fatal(err)
	}
	removed := false
	defer func() {
		if !removed {
			_ = b.Remove(t.Context())
		}
	}()
	for i, name := range names {
		if now := resolve(name); now != before[i] {
			t.Errorf("%s was\n%s\nis\n%s", name, before[i], now)
		}
	}
	d, err := b.Inspect(soon(t), web(p))
	if err != nil {
		t.Fatal(err)
	}
	if d.Env["VERSION"] != "1" || len(d.Networks) != 2 || d.RestartPolicy != "no" || len(d.Ports) != 1 || d.Ports[0].Host == 0 || d.Ports[0].HostIP != "127.0.0.1" {
		t.Errorf("got %+v", d)
	}
	for _, m := range d.Mounts {
		if m.Target == "/here" || m.Target == "/data" {
			t.Errorf("has %+v", m)
		}
	}
	var left []string
	for _, m := range b.Left() {
		left = append(left, m.Target)
	}
	if slices.Sort(left); !slices.Equal(left, []string{"/data", "/here"}) {
		t.Errorf("left out: %v", left)
	}
	if out, err := b.Exec(soon(t), web(p), []string{"nslookup", "other", "127.0.0.11"}); err != nil || out.ExitCode != 0 {
		t.Errorf("does not find what it depends on: %+v, %v", out, err)
	}
	c, err := p.cli.ContainerInspect(soon(t), besides(t, p)[0], client.ContainerInspectOptions{})
	if err != nil {
		t.Fatal(err)
	}
	for label, value := range c.Container.Config.Labels {
		if strings.HasPrefix(label, "com.docker.compose.") && value != "" || strings.HasPrefix(label, "traefik") {
			t.Errorf("has label %s=%s", label, value)
		}
	}
	if _, plan := p.plan(everythingUp); !plan.Empty() || len(plan.Notes) > 0 {
		t.Errorf("there is something to do: %s", plan)
	}
	if ids := p.ids(); len(ids) != 2 {
		t.Errorf("the project has %d containers", len(ids))
	}
	for s, err := range b.Stats(soon(t), web(p)) {
		if err != nil || s.Memory == 0 {
			t.Errorf("got %+v, %v", s, err)
		}
		break
	}
	if swept, err := p.engine.SweepBeside(soon(t), p.name); err != nil || len(swept) > 0 {
		t.Errorf("what is in use was swept: %v, %v", swept, err)
	}
	removed = true
	if err := b.Remove(soon(t)); err != nil {
		t.Error(err)
	}
	if left := besides(t, p); len(left) > 0 {
		t.Errorf("left: %v", left)
	}
	if now := volumes(); now != had {
		t.Errorf("%d volumes more", now-had)
	}
}

func TestBesideWhatCannotStartLeavesNothing(t *testing.T) {
	p := newProject(t, strings.Replace(besideFile, "command: [httpd, -f, -v,", "command: [nothing, -f, -v,", 1))
	defer p.down()
	if err := p.apply(soon(t), compose.Request{Op: compose.OpUp, Services: []string{"other"}}); err != nil {
		t.Fatal(err)
	}
	if err := p.apply(soon(t), compose.Request{Op: compose.OpUp}); err == nil {
		t.Fatal("web starts")
	}
	_, err := p.engine.Beside(soon(t), p.load(), "web", "berth-test/busybox:1", "", p.rec.report)
	if err == nil || !strings.Contains(err.Error(), "beside web") {
		t.Errorf("got %v", err)
	}
	if left := besides(t, p); len(left) > 0 {
		t.Errorf("left: %v", left)
	}
}
