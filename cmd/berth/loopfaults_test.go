package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"berth/compose"
	"berth/dockerops"
	"berth/dockerops/enginetest"
	"berth/stack"
	"berth/workflow"

	"github.com/moby/moby/client"
)

// slowStop is what hears that it should stop, so that there is a phase of
// stopping; slow makes a build that lasts.
const slowStop = `ARG BASE
FROM ${BASE}
COPY www /www
RUN chmod +x /www/cgi-bin/predict; if test -e /www/slow; then sleep 60; fi
CMD ["sh", "-c", "trap 'exit 0' TERM; httpd -p 8000 -h /www; sleep 1000 & wait"]
`

// looped is a service that goes round the loop.
type looped struct {
	t   *testing.T
	dir string
}

func newLooped(t *testing.T) looped {
	l := looped{t, modelService(t)}
	l.write("Dockerfile", slowStop)
	for _, v := range engineEnv(t) {
		name, value, _ := strings.Cut(v, "=")
		t.Setenv(name, value)
	}
	return l
}

func (l looped) write(name, text string) {
	l.t.Helper()
	if err := os.WriteFile(filepath.Join(l.dir, name), []byte(text), 0o644); err != nil {
		l.t.Fatal(err)
	}
}

// turn is a turn of the loop on an Engine.
func (l looped) turn(ctx context.Context, host string, report stack.Report) (workflow.Turn, error) {
	l.t.Helper()
	a := app{
		streams: streams{out: l.t.Output(), err: l.t.Output()},
		project: compose.Options{ProjectDir: l.dir, Files: []string{filepath.Join(l.dir, "docker-compose.yml")}, Name: os.Getenv("COMPOSE_PROJECT_NAME")},
		target:  dockerops.Target{Host: host},
	}
	defer func() {
		if err := a.close(); err != nil {
			l.t.Error(err)
		}
	}()
	s, p, err := a.stack(ctx)
	if err != nil {
		return workflow.Turn{}, err
	}
	settings, err := a.loadSettings(p.Dir)
	if err != nil {
		l.t.Fatal(err)
	}
	pr, err := a.predictor(s, p.Dir, settings)
	if err != nil {
		l.t.Fatal(err)
	}
	return s.Loop(ctx, workflow.LoopOptions{Grace: settings.LoopGrace, Replay: pr.replay(settings.LoopTolerance)}, report)
}

// names are those of the project's containers, also of half-made ones.
func (l looped) names() (names []string) {
	l.t.Helper()
	list, err := enginetest.Client(l.t).ContainerList(l.t.Context(), client.ContainerListOptions{All: true})
	if err != nil {
		l.t.Fatal(err)
	}
	for _, c := range list.Items {
		if c.Labels["com.docker.compose.project"] == os.Getenv("COMPOSE_PROJECT_NAME") {
			names = append(names, strings.Join(c.Names, " "))
		}
	}
	return names
}

// Whatever comes in whichever phase, the turn ends with what it was and nothing
// is left half-made; the next one puts everything right.
func TestLoopIsInterruptedInEachPhase(t *testing.T) {
	type interruption struct {
		what string
		want error
		do   func(cancel context.CancelFunc, way *enginetest.Proxy)
	}
	cancelled := interruption{"ctrl+c", context.Canceled, func(cancel context.CancelFunc, _ *enginetest.Proxy) { cancel() }}
	away := interruption{"the Engine goes away", dockerops.ErrUnreachable, func(_ context.CancelFunc, way *enginetest.Proxy) { way.Cut() }}
	l, direct := newLooped(t), enginetest.Host(t)
	want := "/" + os.Getenv("COMPOSE_PROJECT_NAME") + "-model-api-1"
	if _, err := l.turn(t.Context(), direct, func(stack.Progress) {}); err != nil {
		t.Fatal(err)
	}
	edits := 0
	for _, c := range []struct {
		phase string
		in    func(p stack.Progress) bool
		slow  bool // the build lasts
		of    []interruption
	}{
		{"build", func(p stack.Progress) bool { return strings.Contains(p.Subject, "RUN chmod") }, true, []interruption{cancelled, away}},
		{"recreate", is(stack.ActRecreate), false, []interruption{cancelled, away}},
		{"stop", is(stack.ActStop), false, []interruption{cancelled, away}},
		{"start", is(stack.ActStart), false, []interruption{cancelled, away}},
		{"load", is(stack.ActWait), false, []interruption{cancelled, away}},
		{"predict", is(stack.ActPredict), false, []interruption{cancelled}}, // it goes past the Engine
	} {
		for _, i := range c.of {
			t.Run(c.phase+"/"+i.what, func(t *testing.T) {
				l := looped{t, l.dir}
				edits++
				answer := fmt.Sprintf(`{"churn_probability": 0.%d}`, 100+edits)
				l.write("www/cgi-bin/predict", "#!/bin/sh\nprintf 'Content-Type: application/json\\r\\n\\r\\n"+answer+"'\n")
				if c.slow {
					l.write("www/slow", "")
				}
				way := enginetest.NewProxy(t)
				ctx, cancel := context.WithCancel(t.Context())
				defer cancel()
				var once sync.Once
				came := false
				_, err := l.turn(ctx, way.Host, func(p stack.Progress) {
					if p.Status == stack.Working && c.in(p) {
						once.Do(func() { came = true; i.do(cancel, way) })
					}
				})
				if !came {
					t.Fatalf("there was no phase %s; the turn ended with %v", c.phase, err)
				}
				if !errors.Is(err, i.want) {
					t.Errorf("the turn ended with %v, want %v", err, i.want)
				}
				if names := l.names(); i.what == cancelled.what && (len(names) != 1 || names[0] != want) {
					t.Errorf("left are %q", names)
				}
				if c.slow {
					if err := os.Remove(filepath.Join(l.dir, "www", "slow")); err != nil {
						t.Fatal(err)
					}
				}
				turn, err := l.turn(t.Context(), direct, func(stack.Progress) {})
				if err != nil {
					t.Fatalf("the next turn: %v", err)
				}
				if names := l.names(); len(names) != 1 || names[0] != want {
					t.Errorf("after the next turn there are %q", names)
				}
				if !turn.Unchanged && (turn.Replay == nil || turn.Replay.After.Body != answer) {
					t.Errorf("it does not answer %s: %+v", answer, turn.Replay)
				}
			})
		}
	}
}

func is(a stack.Action) func(stack.Progress) bool {
	return func(p stack.Progress) bool { return p.Action == a }
}
