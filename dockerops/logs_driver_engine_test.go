package dockerops_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/moby/moby/api/types/container"
	"github.com/moby/moby/client"

	"berth/stack"
)

// Logs that cannot be read: none are kept, or the driver sends them elsewhere
// and its cache is off. That is said, and the next container is read.
func TestLogsThatCannotBeRead(t *testing.T) {
	for name, config := range map[string]container.LogConfig{
		"none":   {Type: "none"},
		"syslog": {Type: "syslog", Config: map[string]string{"syslog-address": "udp://127.0.0.1:9", "cache-disabled": "true"}},
		"gelf":   {Type: "gelf", Config: map[string]string{"gelf-address": "udp://127.0.0.1:9", "cache-disabled": "true"}},
	} {
		t.Run(name, func(t *testing.T) {
			a := newActor(t)
			id := a.run("echo unseen; sleep 60", func(o *client.ContainerCreateOptions) { o.HostConfig.LogConfig = config })
			told := false
			for _, err := range dial(t).Logs(soon(t), a.Ref, everything) {
				told = err != nil && strings.Contains(err.Error(), "does not support reading")
			}
			if !told {
				t.Error("that they cannot be read is not told")
			}
			var got []string
			for l, err := range dial(t).Logs(soon(t), a.Ref, stack.LogOptions{Tail: -1, Follow: true}) {
				if err != nil {
					t.Fatal(err)
				}
				if got = append(got, l.Text); len(got) == 1 {
					a.remove(id)
					a.run("echo seen; sleep 60")
				}
				if l.Text == "seen" {
					break
				}
			}
			if len(got) != 3 || !strings.Contains(got[0], "does not support reading") || got[1] != "recreated" {
				t.Errorf("got %q", got)
			}
		})
	}
}

// Where there is no journald the Engine refuses to start what logs to it, and to
// read it. Both are told, and the next container is read.
func TestLogsOfAnAbsentJournald(t *testing.T) {
	a := newActor(t)
	id := a.create("echo hello; sleep 60", func(o *client.ContainerCreateOptions) {
		o.HostConfig.LogConfig = container.LogConfig{Type: "journald"}
	})
	if _, err := a.cli.ContainerStart(t.Context(), id, client.ContainerStartOptions{}); err == nil { // this machine has one
		for l, err := range dial(t).Logs(soon(t), a.Ref, stack.LogOptions{Tail: -1, Follow: true}) {
			if err != nil || l.Text != "hello" {
				t.Fatalf("%q, %v", l.Text, err)
			}
			return
		}
	}
	var told error
	for _, err := range dial(t).Logs(soon(t), a.Ref, everything) {
		told = err
	}
	if told == nil || !strings.Contains(told.Error(), "journald") {
		t.Errorf("reading its log says %v", told)
	}
	var got []string
	for l, err := range dial(t).Logs(soon(t), a.Ref, stack.LogOptions{Tail: -1, Follow: true}) {
		if err != nil {
			t.Fatal(err)
		}
		if got = append(got, l.Text); len(got) == 1 {
			a.remove(id)
			a.run("echo seen; sleep 60")
		}
		if l.Text == "seen" {
			break
		}
	}
	if len(got) != 2 || !strings.Contains(got[0], "could not be started: ") || !strings.Contains(got[0], "journald") {
		t.Errorf("got %q", got)
	}
}

// Another tool renames and pauses a container: its log goes on.
func TestLogsOfAContainerThatIsRenamedAndPaused(t *testing.T) {
	a := newActor(t)
	id := a.run(fmt.Sprintf(count, 0))
	asked := 0
	c := follow(t, dial(t), a.Ref, func(c *counted) bool {
		if asked == 0 && c.last > 100 {
			asked = c.last
			must := func(err error) {
				if err != nil {
					t.Error(err)
				}
			}
			_, err := a.cli.ContainerRename(t.Context(), id, client.ContainerRenameOptions{NewName: a.Project + "-other"})
			must(err)
			_, err = a.cli.ContainerPause(t.Context(), id, client.ContainerPauseOptions{})
			must(err)
			_, err = a.cli.ContainerUnpause(t.Context(), id, client.ContainerUnpauseOptions{})
			must(err)
		}
		return asked > 0 && c.last > asked+5000
	})
	if len(c.gaps)+len(c.notices) > 0 {
		t.Errorf("gaps %q, notices %q", c.gaps, c.notices)
	}
}

// A service whose container begins anew five times a second: every life is read
// whole.
func TestLogsOfAServiceThatRestartsAllTheTime(t *testing.T) {
	const lives = 10
	a := newActor(t)
	// The Engine would wait longer each time.
	id := a.create("for i in 1 2 3; do echo line $i; done; usleep 100000; exit 1")
	done := make(chan struct{})
	go func() {
		defer close(done)
		for range lives {
			ended := a.cli.ContainerWait(t.Context(), id, client.ContainerWaitOptions{Condition: container.WaitConditionNextExit})
			begun := time.Now()
			if _, err := a.cli.ContainerStart(t.Context(), id, client.ContainerStartOptions{}); err != nil {
				t.Error(err)
				return
			}
			select {
			case <-ended.Result:
			case err := <-ended.Error:
				t.Error(err)
				return
			}
			if took := time.Since(begun); took < 200*time.Millisecond {
				<-time.After(200*time.Millisecond - took)
			}
		}
	}()
	lines := 0
	for l, err := range dial(t).Logs(soon(t), a.Ref, stack.LogOptions{Tail: -1, Follow: true}) {
		if err != nil {
			t.Fatal(err)
		}
		if l.Stream == stack.Gap {
			t.Errorf("a gap: %s", l.Text)
		}
		if l.Stream.Ours() {
			continue
		}
		if want := fmt.Sprintf("line %d", lines%3+1); l.Text != want {
			t.Fatalf("%q where %q was due", l.Text, want)
		}
		if lines++; lines == 3*lives {
			break
		}
	}
	<-done
}
