package dockerops_test

import (
	"context"
	"testing"
	"time"

	"github.com/moby/moby/api/types/container"
	"github.com/moby/moby/api/types/network"
	"github.com/moby/moby/client"

	"berth/stack"
)

// watch follows a project until each of the steps has happened: a step is what
// must become true, and what to do then.
func watch(t *testing.T, a actor, steps ...step) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), limit)
	defer cancel()
	var last stack.Snapshot
	for s, err := range dial(t).Watch(ctx, a.Project) {
		if err != nil {
			t.Fatal(err)
		}
		last = s
		for len(steps) > 0 && steps[0].is(s.Services) {
			if then := steps[0].then; then != nil {
				then()
			}
			steps = steps[1:]
		}
		if len(steps) == 0 {
			return
		}
	}
	t.Fatalf("waited for %q; last seen: %+v", steps[0].what, last)
}

type step struct {
	what string
	is   func([]stack.Service) bool
	then func()
}

func one(is func(stack.Service) bool) func([]stack.Service) bool {
	return func(all []stack.Service) bool { return len(all) == 1 && is(all[0]) }
}

func TestWatchALife(t *testing.T) {
	a := newActor(t)
	var id string
	watch(t, a,
		step{"nothing", func(all []stack.Service) bool { return len(all) == 0 }, func() {
			id = a.create("while [ ! -e /stop ]; do usleep 10000; done; exit 7", func(o *client.ContainerCreateOptions) {
				o.Config.Healthcheck = &container.HealthConfig{Test: []string{"CMD", "test", "-e", "/ok"}, Interval: 100 * time.Millisecond, Retries: 1}
			})
		}},
		step{"created", one(func(s stack.Service) bool { return s.Phase == stack.Created && s.Ref == a.Ref }), func() { a.start(id) }},
		step{"unhealthy", one(func(s stack.Service) bool { return s.Phase == stack.Running && s.Health == stack.Unhealthy }), func() {
			a.exec(id, "touch", "/ok")
		}},
		step{"healthy", one(func(s stack.Service) bool { return s.Health == stack.Healthy }), func() { a.exec(id, "touch", "/stop") }},
		step{"exited", one(func(s stack.Service) bool {
			return s.Phase == stack.Exited && s.ExitCode == 7 && s.Health == stack.NoCheck && !s.FinishedAt.IsZero()
		}), func() { a.remove(id) }},
		step{"gone", func(all []stack.Service) bool { return len(all) == 0 }, nil},
	)
}

// While nothing happens but health checks running, nothing is shown.
func TestWatchIsSilentWhileNothingHappens(t *testing.T) {
	a := newActor(t)
	id := a.run("sleep 60", func(o *client.ContainerCreateOptions) {
		o.Config.Healthcheck = &container.HealthConfig{Test: []string{"CMD", "true"}, Interval: 20 * time.Millisecond}
	})
	watch(t, a, step{"healthy", one(func(s stack.Service) bool { return s.Health == stack.Healthy }), nil})
	ctx, cancel := context.WithTimeout(t.Context(), limit)
	defer cancel()
	shown := 0
	for range dial(t).Watch(ctx, a.Project) {
		if shown++; shown > 1 {
			break
		}
		// End it when some more probes have run.
		go func() {
			defer cancel()
			for seen, last := 0, a.probed(id); seen < 10 && ctx.Err() == nil; {
				if now := a.probed(id); now.After(last) {
					seen, last = seen+1, now
				}
			}
		}()
	}
	if shown != 1 {
		t.Errorf("%d snapshots, one was due", shown)
	}
}

// probed is when the last run of the health check ended.
func (a actor) probed(id string) time.Time {
	c, err := a.cli.ContainerInspect(a.t.Context(), id, client.ContainerInspectOptions{})
	if err != nil {
		return time.Time{}
	}
	log := c.Container.State.Health.Log
	return log[len(log)-1].End
}

func (a actor) exec(id string, argv ...string) {
	a.t.Helper()
	made, err := a.cli.ExecCreate(a.t.Context(), id, client.ExecCreateOptions{Cmd: argv})
	if err == nil {
		_, err = a.cli.ExecStart(a.t.Context(), made.ID, client.ExecStartOptions{Detach: true})
	}
	if err != nil {
		a.t.Fatal(err)
	}
}

func TestInspect(t *testing.T) {
	a := newActor(t)
	port := network.MustParsePort("8000/tcp")
	id := a.run("sleep 60", func(o *client.ContainerCreateOptions) {
		o.Config.Healthcheck = &container.HealthConfig{
			Test: []string{"CMD-SHELL", "echo no luck; exit 1"}, Interval: 50 * time.Millisecond, Retries: 2,
		}
		o.Config.ExposedPorts = network.PortSet{port: {}, network.MustParsePort("9000/udp"): {}}
		o.HostConfig.PortBindings = network.PortMap{port: {{HostPort: "18101"}}}
		o.HostConfig.RestartPolicy = container.RestartPolicy{Name: "on-failure", MaximumRetryCount: 3}
	})
	e := dial(t)
	watch(t, a, step{"unhealthy", one(func(s stack.Service) bool { return s.Health == stack.Unhealthy }), nil})
	d, err := e.Inspect(soon(t), a.Ref)
	if err != nil {
		t.Fatal(err)
	}
	if d.ContainerID != id || d.FailingStreak < 2 || len(d.Probes) < 2 || d.Probes[0].Output != "no luck\n" || d.Probes[0].ExitCode != 1 {
		t.Errorf("health: %+v", d)
	}
	want := stack.Check{
		Test: []string{"CMD-SHELL", "echo no luck; exit 1"}, Interval: 50 * time.Millisecond,
		Timeout: 30 * time.Second, Retries: 2, Origin: "compose",
	}
	if d.Check == nil || d.Check.Origin != want.Origin || d.Check.Interval != want.Interval || d.Check.Timeout != want.Timeout || d.Check.Retries != want.Retries {
		t.Errorf("check: %+v", d.Check)
	}
	ports := []stack.Port{{HostIP: "0.0.0.0", Host: 18101, Container: 8000, Protocol: "tcp"}, {Container: 9000, Protocol: "udp"}}
	if len(d.Ports) != 2 || d.Ports[0] != ports[0] || d.Ports[1] != ports[1] {
		t.Errorf("ports: %+v", d.Ports)
	}
	if d.RestartPolicy != "on-failure:3" || d.LogDriver != "json-file" || d.Networks["bridge"] == "" {
		t.Errorf("got %+v", d)
	}
}

func TestExec(t *testing.T) {
	a := newActor(t)
	a.run("sleep 60")
	e := dial(t)
	got, err := e.Exec(soon(t), a.Ref, []string{"sh", "-c", "echo out; echo err >&2; exit 5"})
	if err != nil {
		t.Fatal(err)
	}
	if got.ExitCode != 5 || len(got.Output) != len("out\nerr\n") || got.Truncated != 0 {
		t.Errorf("got %+v", got)
	}
	got, err = e.Exec(soon(t), a.Ref, []string{"sh", "-c", "yes | head -c 1000000"})
	if err != nil {
		t.Fatal(err)
	}
	if len(got.Output) != 256<<10 || got.Truncated != 1_000_000-256<<10 {
		t.Errorf("%d bytes kept, %d truncated", len(got.Output), got.Truncated)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	if _, err := e.Exec(ctx, a.Ref, []string{"sleep", "60"}); ctx.Err() == nil || err == nil {
		t.Errorf("a cancelled command gave %v", err)
	}
	if got, err := e.Exec(soon(t), a.Ref, []string{"no-such-command"}); err == nil && got.ExitCode != 126 && got.ExitCode != 127 {
		t.Errorf("got %+v, %v", got, err)
	}
}

// Whoever looks while a service is recreated sees it once, and what a
// recreation that was cut short has left is seen too, until `up` has cleared it.
func TestAReplacementIsNoSecondInstance(t *testing.T) {
	p := newProject(t, oneService)
	p.up()
	old := p.inspect(web(p))
	half := old.ContainerID[:12] + "_" + old.Container
	a := actor{Ref: web(p), t: t, cli: p.cli}
	renamed := old.Container + "-renamed"
	var id string
	is := func(want *string) func([]stack.Service) bool {
		return one(func(s stack.Service) bool { return s.ContainerID == *want && p.inspect(a.Ref).ContainerID == *want })
	}
	watch(t, a,
		step{"the original", is(&old.ContainerID), func() {
			made, err := p.cli.ContainerCreate(t.Context(), client.ContainerCreateOptions{
				Name: half, Config: &container.Config{Image: old.Image, Labels: map[string]string{
					"com.docker.compose.project": a.Project, "com.docker.compose.service": a.Service, "com.docker.compose.container-number": "1",
					"com.docker.compose.oneoff": "False", "com.docker.compose.replace": old.ContainerID,
				}},
			})
			if err != nil {
				t.Fatal(err)
			}
			id = made.ID
			// So that there is a change to be seen behind its creation.
			if _, err := p.cli.ContainerRename(t.Context(), old.ContainerID, client.ContainerRenameOptions{NewName: renamed}); err != nil {
				t.Fatal(err)
			}
		}},
		step{"the original, beside its replacement", func(all []stack.Service) bool {
			if len(all) != 1 {
				t.Errorf("seen at once: %+v", all)
			}
			return is(&old.ContainerID)(all) && all[0].Container == renamed
		}, func() { a.remove(old.ContainerID) }},
		step{"what is left", is(&id), func() { p.up() }},
		step{"the new one", one(func(s stack.Service) bool { return s.Container == old.Container && s.Up() }), nil},
	)
	if ids := p.ids(); len(ids) != 1 || ids[0] == id {
		t.Errorf("containers: %v, the half-made one was %s", ids, id)
	}
	p.forget(old.Mounts[0].Source)
}
