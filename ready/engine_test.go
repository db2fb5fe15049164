package ready_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/moby/moby/api/types/container"
	"github.com/moby/moby/api/types/network"
	"github.com/moby/moby/client"

	"berth/dockerops"
	"berth/dockerops/enginetest"
	"berth/ready"
	"berth/stack"
)

// service is a container to be waited for.
type service struct {
	script  string
	check   string // for the shell; its interval is Docker's default, 30 s
	publish bool
	restart container.RestartPolicyMode
}

// wait starts a service and waits until it serves.
func wait(t *testing.T, s service, limit time.Duration) (took time.Duration, texts []string, err error) {
	t.Helper()
	cli := enginetest.Client(t)
	ref := stack.Ref{Project: enginetest.Name(t), Service: "web", Number: 1}
	c := &container.Config{
		Image: enginetest.Busybox(t), Cmd: []string{"/bin/sh", "-c", s.script},
		Env: []string{"PORT=8000"},
		Labels: map[string]string{
			"com.docker.compose.project": ref.Project, "com.docker.compose.service": ref.Service,
			"com.docker.compose.container-number": "1", "com.docker.compose.oneoff": "False",
		},
	}
	if s.check != "" {
		c.Healthcheck = &container.HealthConfig{Test: []string{"CMD-SHELL", s.check}}
	}
	h := &container.HostConfig{RestartPolicy: container.RestartPolicy{Name: s.restart}}
	if s.publish {
		tcp := network.MustParsePort("8000/tcp")
		c.ExposedPorts = network.PortSet{tcp: {}}
		h.PortBindings = network.PortMap{tcp: {{HostPort: ""}}} // any
	}
	made, err := cli.ContainerCreate(t.Context(), client.ContainerCreateOptions{Config: c, HostConfig: h})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := cli.ContainerStart(t.Context(), made.ID, client.ContainerStartOptions{}); err != nil {
		t.Fatal(err)
	}
	e, err := dockerops.Connect(t.Context(), dockerops.Target{Host: enginetest.Host(t)})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := e.Close(); err != nil {
			t.Error(err)
		}
	})
	start := time.Now()
	err = ready.Wait(t.Context(), e, []stack.Ref{ref}, ready.WaitOptions{Timeout: limit}, func(p stack.Progress) {
		texts = append(texts, p.Text)
	})
	return time.Since(start), texts, err
}

const httpd = "mkdir /www; touch /www/health; httpd -f -p "

// What serves after a second is found before Docker's first health check, which
// runs after 30, and not earlier: Docker's proxy accepts from the start.
func TestEngineWait(t *testing.T) {
	const late = "sleep 1; "
	for _, c := range []struct {
		name string
		service
		last string // of the answers
	}{
		{"HTTP check", service{script: late + httpd + "8000 -h /www", publish: true, check: "wget -q --spider http://localhost:$PORT/health || exit 1"}, "200"},
		{"published, no check", service{script: late + httpd + "8000 -h /www", publish: true}, "404"},
		{"another protocol", service{script: late + "nc -ll -p 8000 -e cat", publish: true}, "answers, but not HTTP"},
		// "open" alone when it begins to listen between a probe's two dials.
		{"silent", service{script: late + "nc -ll -p 8000 -e sleep 60", publish: true}, "open"},
		{"unpublished", service{script: late + httpd + "8000 -h /www", check: "wget -q --spider http://localhost:8000/health"}, "exit 0"},
		{"not HTTP", service{script: late + "touch /tmp/ready; sleep 600", check: "test -f /tmp/ready", publish: true}, "exit 0"},
		{"nothing to ask", service{script: "sleep 600"}, "running"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			took, texts, err := wait(t, c.service, 25*time.Second)
			if err != nil {
				t.Fatal(err)
			}
			if took < 900*time.Millisecond {
				t.Errorf("serves after %v: %q", took, texts)
			}
			if last := texts[len(texts)-1]; !strings.HasPrefix(last, c.last) {
				t.Errorf("ended with %q, want %q", last, c.last)
			}
		})
	}
}

func TestEngineWaitEnds(t *testing.T) {
	for _, c := range []struct {
		name string
		service
		limit time.Duration
		cause ready.Cause
		text  string
	}{
		{"exit", service{script: "echo no model; exit 3", publish: true}, time.Minute, ready.Ended, "exited (3)"},
		{"restart loop", service{script: "exit 4", restart: container.RestartPolicyAlways, publish: true}, time.Minute, ready.Restarts, "last exit 4"},
		{"loopback", service{script: httpd + "127.0.0.1:8000 -h /www", publish: true, check: "wget -q --spider http://localhost:8000/health"}, 3 * time.Second, ready.TimedOut, "its health check succeeds inside the container"},
		{"never", service{script: "sleep 600", publish: true}, 2 * time.Second, ready.TimedOut, "connection closed without an answer"},
		{"missing command", service{script: "sleep 600", check: "no-such-command"}, 2 * time.Second, ready.TimedOut, "the image lacks what its health check runs"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			_, _, err := wait(t, c.service, c.limit)
			var not *ready.NotServing
			if !errors.As(err, &not) || not.Cause != c.cause || !strings.Contains(err.Error(), c.text) {
				t.Errorf("got %v, want %s, %q", err, c.cause, c.text)
			}
		})
	}
}
