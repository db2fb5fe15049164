package dockerops_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/moby/moby/api/types/container"
	"github.com/moby/moby/client"

	"berth/dockerops"
	"berth/stack"
)

// everything is the log from its first line, to its end.
var everything = stack.LogOptions{Tail: -1}

func logs(t *testing.T, a actor, o stack.LogOptions) []stack.LogLine {
	t.Helper()
	var lines []stack.LogLine
	for l, err := range dial(t).Logs(soon(t), a.Ref, o) {
		if err != nil {
			t.Fatal(err)
		}
		lines = append(lines, l)
	}
	return lines
}

func TestLogsTellStreamsApartAndKeepALastLineWithoutEnd(t *testing.T) {
	a := newActor(t)
	id := a.run("echo out; echo err >&2; printf 'no end'")
	<-a.cli.ContainerWait(t.Context(), id, client.ContainerWaitOptions{}).Result
	lines := logs(t, a, everything)
	got := map[string]stack.Stream{}
	for _, l := range lines {
		got[l.Text] = l.Stream
		if l.Ref != a.Ref || l.Container != id || l.Time.IsZero() {
			t.Errorf("line without its origin: %+v", l)
		}
	}
	want := map[string]stack.Stream{"out": stack.Stdout, "err": stack.Stderr, "no end": stack.Stdout}
	if len(lines) != 3 || got["out"] != want["out"] || got["err"] != want["err"] || got["no end"] != want["no end"] {
		t.Errorf("got %+v", lines)
	}
}

// The Engine cuts lines into pieces of 16 KiB, each with its own timestamp.
func TestLogsPutLongLinesTogether(t *testing.T) {
	for _, tty := range []bool{false, true} {
		t.Run(fmt.Sprintf("tty %t", tty), func(t *testing.T) {
			a := newActor(t)
			// awk would be shorter, and slower: 100 000 digits, then 2 MB.
			id := a.run("x=0123456789; for i in 1 2 3 4; do x=$x$x$x$x$x$x$x$x$x$x; done; echo $x; for i in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do printf %s $x; done; echo; echo after",
				func(o *client.ContainerCreateOptions) { o.Config.Tty = tty })
			<-a.cli.ContainerWait(t.Context(), id, client.ContainerWaitOptions{}).Result
			lines := logs(t, a, everything)
			if len(lines) != 3 {
				t.Fatalf("got %d lines", len(lines))
			}
			if got := texts(logs(t, a, stack.LogOptions{Tail: -1, Timeless: true})); !slices.Equal(got, texts(lines)) {
				t.Errorf("without times it reads differently: %d lines", len(got))
			}
			if want := strings.Repeat("0123456789", 10000); lines[0].Text != want || lines[0].Dropped != 0 {
				t.Errorf("first line of %d bytes, %d dropped, differs", len(lines[0].Text), lines[0].Dropped)
			}
			length := int64(2_000_000)
			if tty {
				length++ // the carriage return that a terminal adds
			}
			if l := lines[1]; int64(len(l.Text))+l.Dropped != length || len(l.Text) != 1<<20 {
				t.Errorf("second line: %d bytes kept, %d dropped", len(l.Text), l.Dropped)
			}
			if lines[2].Text != "after" {
				t.Errorf("third line %q", lines[2].Text)
			}
		})
	}
}

func TestLogsTailAndSince(t *testing.T) {
	a := newActor(t)
	id := a.run("for i in 1 2 3 4 5; do echo $i; usleep 2000; done")
	<-a.cli.ContainerWait(t.Context(), id, client.ContainerWaitOptions{}).Result
	if got := texts(logs(t, a, stack.LogOptions{Tail: 2})); !slices.Equal(got, []string{"4", "5"}) {
		t.Errorf("tail 2: %q", got)
	}
	if got := texts(logs(t, a, stack.LogOptions{Tail: 0})); len(got) != 0 {
		t.Errorf("tail 0: %q", got)
	}
	all := logs(t, a, everything)
	if got := texts(logs(t, a, stack.LogOptions{Tail: -1, Since: all[3].Time})); !slices.Equal(got, []string{"4", "5"}) {
		t.Errorf("since the fourth: %q", got)
	}
}

func texts(lines []stack.LogLine) []string {
	var out []string
	for _, l := range lines {
		out = append(out, l.Text)
	}
	return out
}

// count prints numbered lines from $1 up, fast, until it is stopped.
const count = `i=%d; trap 'echo bye; exit 3' TERM; while :; do i=$((i+1)); echo line $i; [ $((i %% 50)) = 0 ] && usleep 1000; done`

// The whole life of a role while one reader follows it: no line twice, none
// missing, in order, with a notice at every seam.
func TestLogsFollowAcrossRestartStopAndRecreation(t *testing.T) {
	a := newActor(t)
	id := a.run(fmt.Sprintf(count, 0))
	var notices []string
	var next string // the only line that may come, "" for the first of a run
	n, bye := 0, 0
	seams := []func(){
		func() { // restart
			one := 1
			if _, err := a.cli.ContainerRestart(t.Context(), id, client.ContainerRestartOptions{Timeout: &one}); err != nil {
				t.Error(err)
			}
		},
		func() { // stop, start
			one := 1
			if _, err := a.cli.ContainerStop(t.Context(), id, client.ContainerStopOptions{Timeout: &one}); err != nil {
				t.Error(err)
			}
			a.start(id)
		},
		func() { // recreate
			successor := a.create(fmt.Sprintf(count, 0))
			one := 1
			if _, err := a.cli.ContainerStop(t.Context(), id, client.ContainerStopOptions{Timeout: &one}); err != nil {
				t.Error(err)
			}
			a.remove(id)
			a.start(successor)
			id = successor
		},
	}
	done := make(chan struct{}, 1)
	for l, err := range dial(t).Logs(soon(t), a.Ref, stack.LogOptions{Tail: -1, Follow: true}) {
		if err != nil {
			t.Fatal(err)
		}
		switch {
		case l.Stream == stack.Notice:
			notices = append(notices, l.Text)
			next = ""
			continue
		case l.Text == "bye":
			bye++
			continue
		case next == "" && l.Text != "line 1" || next != "" && l.Text != next:
			t.Fatalf("%q where %q was due, after %q", l.Text, next, notices)
		}
		var i int
		if _, err := fmt.Sscanf(l.Text, "line %d", &i); err != nil {
			t.Fatalf("%q: %v", l.Text, err)
		}
		next = fmt.Sprintf("line %d", i+1)
		if n++; i == 500 { // some way into each run
			if len(seams) == 0 {
				break
			}
			seam := seams[0]
			seams = seams[1:]
			go func() { seam(); done <- struct{}{} }()
			defer func() { <-done }()
		}
	}
	want := "stopped, exit 3|restarted|stopped, exit 3|restarted|stopped, exit 3|recreated"
	// The Engine may have started a container again, or removed it, before it
	// could be asked how it ended.
	got := strings.Join(notices, "|")
	if got != want && strings.ReplaceAll(strings.ReplaceAll(got, "stopped, exit 3|", ""), "removed|", "") != "restarted|restarted|recreated" {
		t.Errorf("notices %q", got)
	}
	if bye != 3 {
		t.Errorf("%d of 3 last words came", bye)
	}
}

// A reader that comes after the first crash tells it all the same.
func TestLogsTellARestartBeforeTheyWereRead(t *testing.T) {
	a := newActor(t)
	a.run("echo life; [ -f /again ] && exec sleep 60; touch /again; exit 1", func(o *client.ContainerCreateOptions) {
		o.HostConfig.RestartPolicy = container.RestartPolicy{Name: container.RestartPolicyAlways}
	})
	for _, comes := range []string{"before", "after"} {
		var got []string
		for l, err := range dial(t).Logs(soon(t), a.Ref, stack.LogOptions{Tail: -1, Follow: true}) {
			if err != nil {
				t.Fatal(err)
			}
			if l.Text != "stopped, exit 1" { // which only the first reader can know
				got = append(got, l.Text)
			}
			if strings.Count(strings.Join(got, " "), "life") == 2 {
				break
			}
		}
		if want := []string{"life", "restarted", "life"}; !slices.Equal(got, want) {
			t.Errorf("%s: got %q, want %q", comes, got, want)
		}
	}
}

func TestLogsWaitForTheFirstContainer(t *testing.T) {
	a := newActor(t)
	began := make(chan struct{})
	go func() {
		defer close(began)
		a.run("echo hello")
	}()
	for l, err := range dial(t).Logs(soon(t), a.Ref, stack.LogOptions{Tail: -1, Follow: true}) {
		if err != nil {
			t.Fatal(err)
		}
		if l.Text != "hello" {
			t.Errorf("got %+v", l)
		}
		break
	}
	<-began
}

func TestLogsOfNothing(t *testing.T) {
	a := newActor(t)
	for _, err := range dial(t).Logs(soon(t), a.Ref, everything) {
		if !errors.Is(err, dockerops.ErrNoContainer) {
			t.Errorf("got %v", err)
		}
		return
	}
	t.Error("no error")
}
