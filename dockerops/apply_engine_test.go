package dockerops_test

import (
	"context"
	"errors"
	"fmt"
	"net"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/moby/moby/client"

	"berth/compose"
	"berth/stack"
)

const oneService = `
services:
  web:
    image: berth-test/busybox:1
    command: [sleep, "60"]
    stop_grace_period: 0s
    environment: {VERSION: "1"}
    volumes: [/anonymous]
    networks: [first, second]
networks: {first: {}, second: {}}
`

func web(p *project) stack.Ref { return stack.Ref{Project: p.name, Service: "web", Number: 1} }

func (p *project) inspect(r stack.Ref) stack.Detail {
	p.t.Helper()
	d, err := p.engine.Inspect(soon(p.t), r)
	if err != nil {
		p.t.Fatal(err)
	}
	return d
}

// forget takes a project down with an anonymous volume that was carried over:
// the Engine counts that as named, so that it outlives its containers.
func (p *project) forget(volume string) {
	p.t.Helper()
	p.down()
	if _, err := p.cli.VolumeRemove(p.t.Context(), volume, client.VolumeRemoveOptions{}); err != nil {
		p.t.Error(err)
	}
}

func TestRecreateKeepsAnonymousVolumesAndTheName(t *testing.T) {
	p := newProject(t, oneService)
	p.up()
	before := p.inspect(web(p))
	defer p.forget(before.Mounts[0].Source)
	p.write(strings.Replace(oneService, `"1"`, `"2"`, 1))
	p.up()
	after := p.inspect(web(p))
	if after.ContainerID == before.ContainerID || after.Container != before.Container || after.Env["VERSION"] != "2" || !after.Up() {
		t.Errorf("before %+v, after %+v", before, after)
	}
	if len(after.Mounts) != 1 || after.Mounts[0] != before.Mounts[0] {
		t.Errorf("mounts were %+v, are %+v", before.Mounts, after.Mounts)
	}
	if len(after.Networks) != 2 {
		t.Errorf("networks: %+v", after.Networks)
	}
	if ids := p.ids(); len(ids) != 1 {
		t.Errorf("%d containers", len(ids))
	}
	if _, plan := p.plan(everythingUp); !plan.Empty() {
		t.Errorf("there is something left to do:\n%s", plan)
	}
}

// Carrying out a plan twice, or two at once, is harmless.
func TestTwoUpsAtOnce(t *testing.T) {
	p := newProject(t, oneService)
	loaded, plan := p.plan(everythingUp)
	failed := make(chan error, 2)
	for range 2 {
		go func() { failed <- p.engine.Apply(soon(t), loaded, plan, p.rec.report) }()
	}
	for range 2 {
		if err := <-failed; err != nil {
			t.Error(err)
		}
	}
	if ids := p.ids(); len(ids) != 1 {
		t.Errorf("%d containers", len(ids))
	}
	if _, plan := p.plan(everythingUp); !plan.Empty() {
		t.Errorf("there is something left to do:\n%s", plan)
	}
}

// Whenever it is cancelled, the next `up` has no remains to clear: everything
// that is there is whole.
func TestCancelLeavesNothingHalfMade(t *testing.T) {
	p := newProject(t, oneService)
	p.up()
	first := p.inspect(web(p))
	old := first.ContainerID
	defer p.forget(first.Mounts[0].Source)
	p.write(strings.Replace(oneService, `"1"`, `"2"`, 1))
	loaded, plan := p.plan(everythingUp)
	ctx, cancel := context.WithCancel(soon(t))
	defer cancel()
	// Cancelled as soon as the replacement exists beside the old one.
	go func() {
		for len(p.ids()) < 2 && ctx.Err() == nil {
		}
		cancel()
	}()
	err := p.engine.Apply(ctx, loaded, plan, p.rec.report)
	if !errors.Is(err, context.Canceled) {
		t.Fatalf("got %v", err)
	}
	ids := p.ids()
	if len(ids) != 1 || ids[0] != old && p.inspect(web(p)).Container != p.name+"-web-1" {
		t.Errorf("left: %v, the old one was %s", ids, old)
	}
	p.up()
	if d := p.inspect(web(p)); !d.Up() || d.Env["VERSION"] != "2" {
		t.Errorf("got %+v", d)
	}
}

func TestWaitForHealthEndsWhenItCannotCome(t *testing.T) {
	for name, c := range map[string]struct{ dependency, want, line string }{
		"unhealthy": {`command: [sleep, "60"]
    healthcheck: {test: "echo no luck; exit 1", interval: 50ms, retries: 2}`, "dep is unhealthy", "no luck"},
		"exits": {`command: [sh, -c, "echo last words; exit 9"]
    healthcheck: {test: "exit 1", interval: 60s}`, "dep ended before it was healthy", "last words"},
		"no check": {`command: [sleep, "60"]`, "it has no health check", ""},
	} {
		t.Run(name, func(t *testing.T) {
			p := newProject(t, `
services:
  dep:
    image: berth-test/busybox:1
    stop_grace_period: 0s
    `+c.dependency+`
  web:
    image: berth-test/busybox:1
    command: [sleep, "60"]
    depends_on: {dep: {condition: service_healthy}}
`)
			err := p.apply(soon(t), everythingUp)
			var problem *stack.Problem
			if !errors.As(err, &problem) || !strings.Contains(err.Error(), c.want) {
				t.Fatalf("got %v", err)
			}
			if !strings.Contains(strings.Join(problem.Lines, "\n"), c.line) {
				t.Errorf("lines: %q", problem.Lines)
			}
			if d := p.inspect(web(p)); d.Phase != stack.Created {
				t.Errorf("the dependent is %s", d.Phase)
			}
		})
	}
}

func TestOptionalDependencyIsAWarning(t *testing.T) {
	p := newProject(t, `
services:
  dep: {image: "berth-test/busybox:1", command: ["false"]}
  web:
    image: berth-test/busybox:1
    command: [sleep, "60"]
    stop_grace_period: 0s
    depends_on: {dep: {condition: service_completed_successfully, required: false}}
`)
	p.up()
	if d := p.inspect(web(p)); !d.Up() {
		t.Errorf("the dependent is %s", d.Phase)
	}
	for _, r := range p.rec.last() {
		if r.Status == stack.Warning && strings.Contains(r.Text, "dep did not complete") {
			return
		}
	}
	t.Errorf("no warning in %+v", p.rec.last())
}

func TestPortTaken(t *testing.T) {
	const file = `
services:
  web:
    image: berth-test/busybox:1
    command: [sleep, "60"]
    stop_grace_period: 0s
    ports: ["127.0.0.1:PORT:80"]
`
	t.Run("by a container", func(t *testing.T) {
		withPort := strings.Replace(file, "PORT", "18120", 1)
		holder, p := newProject(t, withPort), newProject(t, withPort)
		holder.up()
		err := p.apply(soon(t), everythingUp)
		var problem *stack.Problem
		want := "port 18120 is taken by container " + holder.name + "-web-1 of project " + holder.name
		if !errors.As(err, &problem) || !strings.Contains(err.Error(), "(web): "+want+"; free it") {
			t.Errorf("got %v", err)
		}
		if said := strings.Join(problem.Lines, "\n"); !strings.Contains(said, "already allocated") || strings.Contains(err.Error(), "allocated") {
			t.Errorf("the Engine's words belong below: %q", said)
		}
		if d := p.inspect(web(p)); !strings.HasPrefix(d.Error, "port 18120 is taken (") || !strings.Contains(d.Error, "already allocated") {
			t.Errorf("the service's error is %q", d.Error)
		}
	})
	t.Run("by a process", func(t *testing.T) {
		// On the host that the Engine runs on, which is this one.
		l, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		defer l.Close()
		port := strconv.Itoa(l.Addr().(*net.TCPAddr).Port)
		p := newProject(t, strings.Replace(file, "PORT", port, 1))
		err = p.apply(soon(t), everythingUp)
		var problem *stack.Problem
		if !errors.As(err, &problem) || !strings.Contains(err.Error(), "(web): port "+port+" is taken by ") || !strings.Contains(err.Error(), ", process ") {
			t.Errorf("got %v", err)
		}
	})
}

func TestImageThatIsNotThere(t *testing.T) {
	p := newProject(t, strings.Replace(oneService, "berth-test/busybox:1", "berth-test/nothing:0", 1))
	err := p.apply(soon(t), everythingUp)
	if err == nil || !strings.Contains(err.Error(), "berth build makes it") {
		t.Errorf("got %v", err)
	}
}

func TestStopRestartStart(t *testing.T) {
	p := newProject(t, oneService)
	p.up()
	first := p.inspect(web(p))
	for _, step := range []struct {
		op compose.Op
		is func(stack.Detail) bool
	}{
		{compose.OpRestart, func(d stack.Detail) bool { return d.Up() && d.StartedAt.After(first.StartedAt) }},
		{compose.OpStop, func(d stack.Detail) bool { return d.Phase == stack.Exited }},
		{compose.OpStart, func(d stack.Detail) bool { return d.Up() && d.ContainerID == first.ContainerID }},
	} {
		if err := p.apply(soon(t), compose.Request{Op: step.op}); err != nil {
			t.Fatalf("%s: %v", step.op, err)
		}
		if d := p.inspect(web(p)); !step.is(d) {
			t.Errorf("after %s: %+v", step.op, d)
		}
	}
	p.down()
	if left := p.dump(); len(left) > 0 {
		t.Errorf("left: %v", left)
	}
}

// Each step is working, then done, and never anything after that.
func TestProgressIsCompleteAndOrdered(t *testing.T) {
	p := newProject(t, oneService)
	p.up()
	seen := map[string]stack.Status{}
	for _, r := range p.rec.all {
		if seen[r.ID].Final() && seen[r.ID] != "" {
			t.Errorf("%s: %s after %s", r.ID, r.Status, seen[r.ID])
		}
		seen[r.ID] = r.Status
		if r.At.IsZero() || r.Subject == "" || r.Action == "" || r.Elapsed < 0 || r.Elapsed > time.Hour {
			t.Errorf("incomplete: %+v", r)
		}
	}
	for _, id := range []string{"create network " + p.name + "_first", "create network " + p.name + "_second", "create container " + p.name + "-web-1", "start container " + p.name + "-web-1"} {
		if seen[id] != stack.Done {
			t.Errorf("%s is %q", id, seen[id])
		}
	}
	if len(seen) != 4 {
		t.Errorf("got %v", seen)
	}
}

// When one service cannot start, those that are being started are told as what
// they became: the Engine goes on with them.
func TestAStartIsNotBrokenOff(t *testing.T) {
	file := "services:\n  bad: {image: berth-test/busybox:1, command: [uvicorn]}\n"
	for n := range 7 {
		file += fmt.Sprintf("  s%d: {image: berth-test/busybox:1, command: [sleep, \"60\"], stop_grace_period: 0s}\n", n)
	}
	p := newProject(t, file)
	if err := p.apply(soon(t), everythingUp); err == nil || !strings.Contains(err.Error(), "uvicorn") {
		t.Fatalf("got %v", err)
	}
	started := 0
	for _, r := range p.rec.last() {
		if r.Action != stack.ActStart {
			continue
		}
		if r.Status == stack.Cancelled || r.Status == stack.Working {
			t.Errorf("%s is told as %s", r.Subject, r.Status)
		}
		if r.Status == stack.Done {
			started++
		}
	}
	up := 0
	for _, id := range p.ids() {
		if c, err := p.cli.ContainerInspect(t.Context(), id, client.ContainerInspectOptions{}); err == nil && c.Container.State.Running {
			up++
		}
	}
	if started != up {
		t.Errorf("%d are told as started, %d run", started, up)
	}
}
