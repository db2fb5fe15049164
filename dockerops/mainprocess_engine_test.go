package dockerops_test

import (
	"context"
	"net"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"strings"
	"testing"
	"time"

	"github.com/moby/moby/client"

	"berth/compose"
	"berth/dockerops"
	"berth/dockerops/enginetest"
	"berth/stack"
)

// afar is the test Engine as one of another host, whose processes are not here.
func afar(t *testing.T) *dockerops.Engine {
	t.Helper()
	socket := strings.TrimPrefix(enginetest.Host(t), "unix://")
	proxy := &httputil.ReverseProxy{
		Rewrite: func(r *httputil.ProxyRequest) { r.Out.URL.Scheme, r.Out.URL.Host = "http", "engine" },
		Transport: &http.Transport{DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) {
			return new(net.Dialer).DialContext(ctx, "unix", socket)
		}},
	}
	s := httptest.NewServer(proxy)
	t.Cleanup(s.Close)
	e, err := dockerops.Connect(t.Context(), dockerops.Target{Host: "tcp://" + s.Listener.Addr().String()})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { e.Close() })
	return e
}

// From afar the same is seen through the container.
func TestLookingIntoAContainerOfAnotherHost(t *testing.T) {
	a := newActor(t)
	a.run("httpd -p 127.0.0.1:8000; sleep 600")
	e, near := afar(t), dial(t)
	got, err := e.MainProcess(soon(t), a.Ref)
	want, nearErr := near.MainProcess(soon(t), a.Ref)
	if err != nil || nearErr != nil || !got.Deaf() || got.Command() != want.Command() || got.Handling != want.Handling || got.First != want.First {
		t.Errorf("got %+v, %v; near %+v, %v", got, err, want, nearErr)
	}
	for ctx := soon(t); ; {
		listening, err := e.Listening(ctx, a.Ref)
		if err != nil {
			t.Fatal(err)
		}
		if len(listening) > 0 {
			if listening[0].String() != "127.0.0.1:8000" {
				t.Errorf("listens on %v", listening)
			}
			return
		}
	}
}

// A shell that waits for its command, and one that runs it in its own place with
// a handler.
func TestMainProcess(t *testing.T) {
	for _, c := range []struct {
		script string
		init   bool
		deaf   bool
	}{
		{"sleep 600; true", false, true},
		{"sleep 600; true", true, false},
		{"trap 'exit 0' TERM; while :; do sleep 0.1; done", false, false},
		{"trap '' TERM; while :; do sleep 0.1; done", false, true},
	} {
		a := newActor(t)
		a.run(c.script, func(o *client.ContainerCreateOptions) { o.HostConfig.Init = &c.init })
		e := dial(t)
		ctx := soon(t)
		var m stack.MainProcess
		for m.Handling == stack.HandlingUnknown || m.Deaf() != c.deaf { // until the trap is set
			var err error
			if m, err = e.MainProcess(ctx, a.Ref); err != nil {
				t.Fatalf("%s: %v, last %+v", c.script, err, m)
			}
		}
		if m.Argv[len(m.Argv)-1] != c.script || !m.First || m.Signal != "SIGTERM" || (m.Fix() != "") != c.deaf || (m.Why() != "") != c.deaf {
			t.Errorf("got %+v, %s, %s", m, m.Why(), m.Fix())
		}
	}
}

// Where a process listens is told apart by address, in the container's own
// network namespace.
func TestListening(t *testing.T) {
	a := newActor(t)
	a.run("httpd -p 127.0.0.1:8000; httpd -p 0.0.0.0:8001; sleep 600")
	e := dial(t)
	ctx := soon(t)
	for {
		got, err := e.Listening(ctx, a.Ref)
		if err != nil {
			t.Fatal(err)
		}
		local, everywhere := false, false
		for _, at := range got {
			local = local || at.Port() == 8000 && at.Addr().IsLoopback()
			everywhere = everywhere || at.Port() == 8001 && at.Addr().IsUnspecified()
		}
		if local && everywhere {
			return
		}
	}
}

// A stop that took the whole grace period says so, and for what reason, whoever
// made it: stop, restart or a recreation.
func TestSlowStop(t *testing.T) {
	const deaf = `
services:
  web:
    image: berth-test/busybox:1
    command: [sh, -c, "sleep 600; true"]
    environment: {VERSION: "1"}
    stop_grace_period: 1s
`
	p := newProject(t, deaf)
	p.up()
	for _, op := range []compose.Op{compose.OpRestart, compose.OpUp, compose.OpStop} {
		var rec recorder
		if op == compose.OpUp {
			p.write(strings.Replace(deaf, `"1"`, `"2"`, 1))
		}
		loaded, plan := p.plan(compose.Request{Op: op})
		if err := p.engine.Apply(soon(t), loaded, plan, rec.report); err != nil {
			t.Fatal(err)
		}
		said := rec.warnings()
		if !strings.Contains(said, "whole grace period of 1.0 s") || !strings.Contains(said, "PID 1 is the shell of `sh -c sleep 600; true`") || !strings.Contains(said, "exec in front of the last command") {
			t.Errorf("%s: said %q", op, said)
		}
	}
	if d := p.inspect(web(p)); d.ExitCode != 137 {
		t.Errorf("after the stop: %+v", d)
	}
}

// warnings are what the reports warn of.
func (r *recorder) warnings() (said string) {
	for _, p := range r.last() {
		if p.Status == stack.Warning {
			said += p.Text
		}
	}
	return said
}

// What handles the signal, and takes too long then, is not called deaf, though by
// then it does not handle another one.
func TestSlowStopOfWhatReacts(t *testing.T) {
	p := newProject(t, `
services:
  web:
    image: berth-test/busybox:1
    command: [sh, -c, "trap 'trap - TERM; sleep 600' TERM; touch /up; sleep 600 & wait"]
    healthcheck: {test: "test -e /up", interval: 50ms}
    stop_grace_period: 2s
  after: # that one listens to the signal
    image: berth-test/busybox:1
    command: [sleep, "600"]
    init: true
    depends_on: {web: {condition: service_healthy}}
`)
	p.up()
	var rec recorder
	loaded, plan := p.plan(compose.Request{Op: compose.OpStop, Services: []string{"web"}})
	if err := p.engine.Apply(soon(t), loaded, plan, rec.report); err != nil {
		t.Fatal(err)
	}
	said := rec.warnings()
	if !strings.Contains(said, "whole grace period of 2.0 s") || !strings.Contains(said, "it did not end in that time") {
		t.Errorf("said %q", said)
	}
}

// The Engine remembers who was told to end what, and how that went.
func TestLife(t *testing.T) {
	a := newActor(t)
	id := a.run("sleep 600; true")
	one := 1
	if _, err := a.cli.ContainerStop(t.Context(), id, client.ContainerStopOptions{Timeout: &one}); err != nil {
		t.Fatal(err)
	}
	life, err := dial(t).Life(soon(t), a.Ref)
	if err != nil {
		t.Fatal(err)
	}
	runs := life.Runs(id)
	if len(runs) != 1 || runs[0].ExitCode != 137 || runs[0].Took() < time.Second {
		t.Fatalf("runs: %+v of %+v", runs, life)
	}
	asked, forced := runs[0].Signalled(15), runs[0].Signalled(9)
	if asked.IsZero() || forced.Sub(asked) < time.Second || life[0].What != stack.WasCreated {
		t.Errorf("got %+v", life)
	}
}
