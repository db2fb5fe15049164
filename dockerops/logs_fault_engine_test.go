package dockerops_test

import (
	"context"
	"fmt"
	"io"
	"strings"
	"testing"

	"github.com/moby/moby/api/types/container"
	"github.com/moby/moby/client"

	"berth/dockerops"
	"berth/dockerops/enginetest"
	"berth/stack"
)

// counted checks numbered lines: each one above the one before, and after a
// notice or gap from 1 or from further on.
type counted struct {
	t       *testing.T
	last    int
	jump    bool // numbers may jump: a gap was told
	goesOn  bool // the next life of a container goes on counting
	notices []string
	gaps    []string
}

func (c *counted) take(l stack.LogLine) {
	c.t.Helper()
	switch l.Stream {
	case stack.Gap:
		c.gaps, c.jump = append(c.gaps, l.Text), true
		return
	case stack.Notice:
		c.notices = append(c.notices, l.Text)
		if !c.goesOn && strings.HasPrefix(l.Text, "re") { // restarted, recreated, removed
			c.last = 0
		}
		return
	}
	var n int
	if _, err := fmt.Sscanf(l.Text, "line %d", &n); err != nil {
		c.t.Fatalf("%q: %v", l.Text, err)
	}
	if n != c.last+1 && !(c.jump && n > c.last) {
		c.t.Fatalf("line %d after line %d, with %q and %q", n, c.last, c.notices, c.gaps)
	}
	c.last, c.jump = n, false
}

// follow reads a role's log from its first line until enough says so.
func follow(t *testing.T, e *dockerops.Engine, r stack.Ref, enough func(c *counted) bool) *counted {
	t.Helper()
	c := &counted{t: t}
	c.follow(e, r, func() bool { return enough(c) })
	return c
}

func (c *counted) follow(e *dockerops.Engine, r stack.Ref, enough func() bool) {
	c.t.Helper()
	ctx, cancel := context.WithCancel(soon(c.t))
	defer cancel()
	for l, err := range e.Logs(ctx, r, stack.LogOptions{Tail: -1, Follow: true}) {
		if err != nil {
			c.t.Fatal(err)
		}
		if c.take(l); enough() {
			return
		}
	}
	c.t.Fatalf("ended after line %d, %q, %q: %v", c.last, c.notices, c.gaps, ctx.Err())
}

// rotated is a small log in few files.
func rotated(o *client.ContainerCreateOptions) {
	o.HostConfig.LogConfig = container.LogConfig{Type: "json-file", Config: map[string]string{"max-size": "50k", "max-file": "3"}}
}

// A log that is rotated while it is followed is read whole; while it was cut
// off, and more was printed than the files hold, the gap is told.
func TestLogsAcrossRotation(t *testing.T) {
	a := newActor(t)
	// It goes on when it is told to, so that a slow machine does not lose lines
	// by itself.
	id := a.run(`i=0; while read n; do while [ $i -lt $n ]; do i=$((i+1)); echo line $i; done; done </go`, rotated,
		func(o *client.ContainerCreateOptions) {
			o.Config.Cmd[2] = "mkfifo /go; exec 3<>/go; " + o.Config.Cmd[2]
		})
	tell := func(n int) { a.exec(id, "sh", "-c", fmt.Sprintf("echo %d >/go", n)) }
	way := enginetest.NewProxy(t)
	tell(100)
	said := 100
	c := follow(t, dialTo(t, way.Host), a.Ref, func(c *counted) bool {
		switch {
		case c.last == said && said < 3000: // some files' worth, step by step
			said += 100
			tell(said)
		case c.last == 3000 && said == 3000:
			way.Interrupt(true)
			said = 13_000
			tell(said)
			for a.lastLine(id) != "line 13000" {
			}
			way.Back()
		}
		return c.last == 13_000
	})
	if len(c.gaps) != 1 || !strings.Contains(c.gaps[0], "rotated") {
		t.Errorf("gaps: %q, notices: %q", c.gaps, c.notices)
	}
}

// lastLine is the end of a container's log.
func (a actor) lastLine(id string) string {
	a.t.Helper()
	body, err := a.cli.ContainerLogs(a.t.Context(), id, client.ContainerLogsOptions{ShowStdout: true, Tail: "1"})
	if err != nil {
		a.t.Fatal(err)
	}
	defer body.Close()
	text, err := io.ReadAll(body)
	if err != nil {
		a.t.Fatal(err)
	}
	return strings.TrimSpace(string(text[min(8, len(text)):]))
}

// Cut off without rotation nothing is lost, and no gap is claimed.
func TestLogsCutOffAndBack(t *testing.T) {
	a := newActor(t)
	a.run(fmt.Sprintf(`i=0; while :; do i=$((i+1)); echo line $i; [ $((i %% %d)) = 0 ] && usleep 1000; done`, 20))
	way := enginetest.NewProxy(t)
	next := 0
	c := follow(t, dialTo(t, way.Host), a.Ref, func(c *counted) bool {
		if c.last >= next {
			way.Interrupt(false)
			next = c.last + 1000
		}
		return c.last > 8000
	})
	if len(c.gaps) > 0 || len(c.notices) == 0 {
		t.Errorf("gaps: %q, notices: %q", c.gaps, c.notices)
	}
}

// Removed by another tool while it was cut off: what it printed until then is
// gone, and that is told.
func TestLogsOfAContainerRemovedWhileCutOff(t *testing.T) {
	a := newActor(t)
	id := a.run(fmt.Sprintf(count, 0))
	way := enginetest.NewProxy(t)
	cut := false
	c := follow(t, dialTo(t, way.Host), a.Ref, func(c *counted) bool {
		if c.last > 200 && !cut {
			cut = true
			way.Interrupt(true)
			a.remove(id)
			a.run("echo line 1; sleep 60")
			way.Back()
		}
		return cut && c.last == 1
	})
	if len(c.gaps) != 1 || !strings.Contains(c.gaps[0], "removed") || c.notices[len(c.notices)-1] != "recreated" {
		t.Errorf("gaps: %q, notices: %q", c.gaps, c.notices)
	}
}

// A job that removes itself at its end is read to the end, or the gap is told:
// one that is over before its log is opened cannot be read.
func TestLogsOfContainersThatRemoveThemselves(t *testing.T) {
	const runs, lines = 6, 1000
	a := newActor(t)
	job := func() {
		a.run(fmt.Sprintf("i=0; while [ $i -lt %d ]; do i=$((i+1)); echo line $i; done", lines),
			func(o *client.ContainerCreateOptions) { o.HostConfig.AutoRemove = true })
	}
	job()
	read, last := 0, 0
	follow(t, dial(t), a.Ref, func(c *counted) bool {
		if n := len(c.notices); n > 0 && (strings.HasPrefix(c.notices[n-1], "stopped") || c.notices[n-1] == "removed") {
			if (last < lines) != (len(c.gaps) > 0) {
				t.Errorf("run %d ended with line %d, gaps %q", read, last, c.gaps)
			}
			c.notices, c.gaps, c.last, c.jump = nil, nil, 0, false
			if read++; read < runs {
				job()
			}
		}
		last = c.last
		return read == runs
	})
}
