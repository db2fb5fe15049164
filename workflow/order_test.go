package workflow

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"berth/compose"
	"berth/stack"
)

func files(names ...string) (all []stack.FileChange) {
	for _, n := range names {
		all = append(all, stack.FileChange{Path: n, Fate: stack.FileChanged})
	}
	return all
}

func TestOrderSays(t *testing.T) {
	for want, o := range map[string]Order{
		"src/api.py changed → rebuild model-api":           {Files: files("src/api.py"), Rebuild: true},
		"a changed and 41 more → sync + restart model-api": {Files: append(files("a"), make([]stack.FileChange, 41)...), Copies: make([]stack.Copy, 1), Restart: true},
		"a changed → sync model-api, then run kill -HUP 1": {Files: files("a"), Copies: make([]stack.Copy, 1), Hooks: []stack.Hook{{Argv: []string{"kill", "-HUP", "1"}}}},
		"as the watch begins → sync model-api":             {Copies: make([]stack.Copy, 1)},
	} {
		o.Service = "model-api"
		if got := o.String(); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}

// One that is rebuilt is begun anew with what changed meanwhile; what is copied is
// copied after what runs; another service goes on beside it.
func TestQueue(t *testing.T) {
	free := func(string) bool { return true }
	var q Queue
	next := func(service string) Order {
		t.Helper()
		o, ok := q.Next(2, free)
		if ok != (service != "") || o.Service != service {
			t.Fatalf("next is %v, want %q", o, service)
		}
		return o
	}
	add := func(o Order, interrupts bool) {
		t.Helper()
		if got := q.Add(o); got != interrupts {
			t.Fatalf("%v interrupts: %v", o, got)
		}
	}
	next("")
	add(Order{Service: "a", Rebuild: true, Files: files("1")}, false)
	next("a")
	add(Order{Service: "a", Rebuild: true, Files: files("2")}, true)
	add(Order{Service: "b", Restart: true, Files: files("m")}, false)
	next("b")
	add(Order{Service: "c", Restart: true}, false)
	next("") // two at most
	q.Over("b", false, false)
	next("c")
	q.Over("c", false, false)
	next("") // a is not free yet
	q.Over("a", true, true)
	if o := next("a"); len(o.Files) != 2 {
		t.Errorf("anew for %v", o.Files)
	}
	sync := Order{Service: "a", Copies: []stack.Copy{{From: "/x", To: "/y"}}, Files: files("x")}
	add(sync, false)
	q.Over("a", false, false)
	next("a")
	q.Over("a", true, false) // it failed: to be copied with the next
	next("")
	add(Order{Service: "a", Copies: []stack.Copy{{From: "/z", To: "/z"}, {From: "/new", To: "/y"}}}, false)
	if d := cmp.Diff([]stack.Copy{{From: "/new", To: "/y"}, {From: "/z", To: "/z"}}, next("a").Copies); d != "" {
		t.Error(d)
	}
	if _, ok := q.Next(9, func(string) bool { return false }); ok {
		t.Error("what is not free is begun")
	}
	if d := cmp.Diff([]string{"a"}, q.Running()); d != "" {
		t.Error(d)
	}
}

func TestLeaveAlone(t *testing.T) {
	for name, c := range map[string]struct {
		container *compose.Container
		leave     bool
	}{
		"none":      {nil, true},
		"running":   {&compose.Container{Phase: stack.Running}, false},
		"unhealthy": {&compose.Container{Phase: stack.Running, Health: stack.Unhealthy}, false},
		"crashed":   {&compose.Container{Phase: stack.Exited, ExitCode: 1}, false},
		"in a loop": {&compose.Container{Phase: stack.Restarting, ExitCode: 1}, false},
		"stopped":   {&compose.Container{Phase: stack.Exited, ExitCode: 143}, true},
		"killed":    {&compose.Container{Phase: stack.Exited, ExitCode: 137}, true},
		"done":      {&compose.Container{Phase: stack.Exited}, true},
		"created":   {&compose.Container{Phase: stack.Created}, true},
	} {
		var o compose.Observed
		if c.container != nil {
			c.container.Service = "api"
			o.Containers = append(o.Containers, *c.container)
		}
		if why := leaveAlone(o, "api"); (why != "") != c.leave {
			t.Errorf("%s: %q", name, why)
		}
	}
}

// A file that a service writes itself does not restart it without end.
func TestOwnWriting(t *testing.T) {
	w, now := ownWriting{}, time.Date(2026, 11, 24, 12, 0, 0, 0, time.UTC)
	for n, c := range []struct {
		after time.Duration
		own   bool
	}{{0, false}, {time.Second, false}, {time.Second, true}, {time.Second, true}, {2 * time.Minute, false}} {
		now = now.Add(c.after)
		others, own := w.without(now, "api", []change{{stack.FileChange{Path: "log"}, "/log"}})
		if (len(own) == 1) != c.own || len(others)+len(own) != 1 {
			t.Errorf("%d: others %v, own %v", n, others, own)
		}
	}
}
