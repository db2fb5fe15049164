package dockerops_test

import (
	"context"
	"strconv"
	"testing"
	"time"

	"github.com/moby/moby/api/types/container"
	"github.com/moby/moby/client"

	"berth/dockerops"
	"berth/dockerops/enginetest"
	"berth/stack"
)

// limit is how long a test waits for what must happen soon.
const limit = 2 * time.Minute

// dial connects to the test Engine.
func dial(t *testing.T) *dockerops.Engine {
	t.Helper()
	return dialTo(t, enginetest.Host(t))
}

func dialTo(t *testing.T, host string) *dockerops.Engine {
	t.Helper()
	e, err := dockerops.Connect(t.Context(), dockerops.Target{Host: host})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := e.Close(); err != nil {
			t.Error(err)
		}
	})
	return e
}

// soon is a context that ends when the test has waited too long.
func soon(t *testing.T) context.Context {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), limit)
	t.Cleanup(cancel)
	return ctx
}

// actor is a role, and the means to give it containers behind Berth's back.
type actor struct {
	stack.Ref
	t   *testing.T
	cli *client.Client
}

func newActor(t *testing.T) actor {
	t.Helper()
	return actor{
		Ref: stack.Ref{Project: enginetest.Name(t), Service: "web", Number: 1},
		t:   t, cli: enginetest.Client(t),
	}
}

// create makes a container of the role that runs a shell script.
func (a actor) create(script string, change ...func(*client.ContainerCreateOptions)) string {
	a.t.Helper()
	o := client.ContainerCreateOptions{
		Config: &container.Config{
			Image: enginetest.Busybox(a.t),
			Cmd:   []string{"/bin/sh", "-c", script},
			Labels: map[string]string{
				"com.docker.compose.project":          a.Project,
				"com.docker.compose.service":          a.Service,
				"com.docker.compose.container-number": strconv.Itoa(a.Number),
				"com.docker.compose.oneoff":           "False",
			},
		},
		HostConfig: &container.HostConfig{},
	}
	for _, c := range change {
		c(&o)
	}
	made, err := a.cli.ContainerCreate(a.t.Context(), o)
	if err != nil {
		a.t.Fatal(err)
	}
	return made.ID
}

func (a actor) start(id string) {
	a.t.Helper()
	if _, err := a.cli.ContainerStart(a.t.Context(), id, client.ContainerStartOptions{}); err != nil {
		a.t.Fatal(err)
	}
}

// run is create and start.
func (a actor) run(script string, change ...func(*client.ContainerCreateOptions)) string {
	a.t.Helper()
	id := a.create(script, change...)
	a.start(id)
	return id
}

func (a actor) remove(id string) {
	a.t.Helper()
	if _, err := a.cli.ContainerRemove(a.t.Context(), id, client.ContainerRemoveOptions{Force: true}); err != nil {
		a.t.Fatal(err)
	}
}
