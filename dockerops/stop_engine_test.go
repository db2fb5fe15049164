package dockerops_test

import (
	"context"
	"strings"
	"testing"

	"github.com/moby/moby/api/types/container"
	"github.com/moby/moby/client"

	"berth/compose"
	"berth/dockerops/enginetest"
)

// The Engine is stopped and started, as by `systemctl restart docker`: during a
// tail, which goes on, and during an `up`, which ends and can be repeated.
func TestTheEngineIsStoppedAndStarted(t *testing.T) {
	own := enginetest.NewOwn(t)
	t.Run("during a tail", func(t *testing.T) {
		a := newActor(t)
		a.run(`trap 'echo $i >/n; exit 0' TERM; i=$(cat /n 2>/dev/null || echo 0)
			while :; do i=$((i+1)); echo line $i; usleep 5000; done`, func(o *client.ContainerCreateOptions) {
			o.HostConfig.RestartPolicy = container.RestartPolicy{Name: "always"}
		})
		stopped := make(chan struct{})
		c := &counted{t: t, goesOn: true}
		upTo := 0
		c.follow(dial(t), a.Ref, func() bool {
			switch {
			case c.last > 100 && upTo == 0:
				upTo = -1
				go func() { own.Stop(); own.Start(); close(stopped) }()
			case upTo < 0:
				select {
				case <-stopped:
					upTo = c.last + 100
				default:
				}
			}
			return upTo > 0 && c.last > upTo
		})
		if len(c.gaps) > 0 || !strings.Contains(strings.Join(c.notices, "|"), "restarted") {
			t.Errorf("gaps %q, notices %q", c.gaps, c.notices)
		}
	})
	t.Run("during an up", func(t *testing.T) {
		// The first life never becomes healthy, the second one is.
		p := newProject(t, `services:
  model:
    image: `+enginetest.Busybox(t)+`
    command: sh -c 'trap "exit 0" TERM; echo life >>/lives; while :; do usleep 10000; done'
    healthcheck: {test: "[ $$(wc -l </lives) -ge 2 ]", interval: 200ms, start_period: 60s, retries: 100}
  api:
    image: `+enginetest.Busybox(t)+`
    command: sleep 600
    init: true
    depends_on: {model: {condition: service_healthy}}
`)
		waits := make(chan struct{}, 1)
		p.rec.onText = func(text string) {
			if strings.HasSuffix(text, ", starting") {
				select {
				case waits <- struct{}{}:
				default:
				}
			}
		}
		ended := make(chan error, 1)
		ctx, cancel := context.WithCancel(soon(t))
		defer cancel()
		go func() { ended <- p.apply(ctx, compose.Request{Op: compose.OpUp}) }()
		select {
		case <-waits:
		case err := <-ended:
			t.Fatalf("up ended before it waited: %v", err)
		}
		own.Stop()
		// What it notices first is a container that the Engine stops.
		if err := <-ended; err == nil || ctx.Err() != nil {
			t.Errorf("without an Engine up ended with %v", err)
		}
		own.Start()
		p.up()
		if _, plan := p.plan(everythingUp); changes(plan) {
			t.Errorf("there is still something to do:\n%s", plan)
		}
	})
}
