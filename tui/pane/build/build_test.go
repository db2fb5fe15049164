package build

import (
	"strings"
	"testing"
	"time"

	"berth/stack"
	"berth/tui/steps"
)

func TestABarLiesWhereItsTimeWas(t *testing.T) {
	for _, c := range []struct {
		from, to, all time.Duration
		want          string
	}{
		{0, 10, 10, "━━━━━━━━━━"},
		{5, 10, 10, "     ━━━━━"},
		{0, 5, 10, "━━━━━     "},
		{3, 3, 10, "          "}, // no time at all
		{99, 100, 100, "         ━"},
		{0, 1, 1000, "━         "},
		{20, 30, 10, "         ━"}, // clocks that disagree
		{-5, 5, 10, "━━━━━     "},
		{0, 1, 0, "          "},
	} {
		if got := bar(c.from, c.to, c.all, 10); got != c.want {
			t.Errorf("bar(%d, %d of %d) = %q, want %q", c.from, c.to, c.all, got, c.want)
		}
	}
}

// While work runs the time line grows in steps, so that bars mostly rest.
func TestTheTimeLineGrowsInSteps(t *testing.T) {
	if a, b := span(2100*time.Millisecond, true), span(4900*time.Millisecond, true); a != b || a != 5*time.Second {
		t.Errorf("after 2.1 s it is %v, after 4.9 s %v", a, b)
	}
	if got := span(90*time.Hour, true); got != 90*time.Hour {
		t.Errorf("beyond all steps it is %v", got)
	}
	if got := span(3*time.Second, false); got != 3*time.Second {
		t.Errorf("at the end it is %v", got)
	}
}

func TestStepsThatDidNothingAreFolded(t *testing.T) {
	now := time.Unix(1000, 0)
	w := &steps.Work{Begun: now}
	add := func(id string, s stack.Status, subject string, took time.Duration) {
		parent := "b"
		if id == "b" {
			parent = ""
		}
		w.Add(stack.Progress{ID: id, Parent: parent, At: now, Action: stack.ActBuild, Status: s, Subject: subject, Elapsed: took})
	}
	add("b", stack.Working, "image x", 0)
	add("1", stack.Done, "[internal] load build definition", 0)
	add("2", stack.Working, "[internal] load build context", 2*time.Second) // long enough to be shown
	add("3", stack.Cached, "[builder 1/3] FROM python", 0)
	add("4", stack.Failed, "[internal] load metadata for nothing", 0)
	add("5", stack.Working, "[builder 2/3] RUN   make", 0)
	add("6", stack.Cached, "[runtime 1/3] FROM python", 0)
	list := func(turned map[string]bool) string {
		var names []string
		for _, r := range rows(w, turned, now) {
			name := r.label + "|" + r.name
			if r.fold {
				name = foldText(r)
			}
			if r.folded > 0 {
				name += "+"
			}
			names = append(names, name)
		}
		return strings.Join(names, ", ")
	}
	if got, want := list(nil), "build|x, 2 steps cached, 1 preparation, internal|load build context, internal|load metadata for nothing, builder 2/3|RUN make"; got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
	if got := list(map[string]bool{"b idle": true}); strings.Count(got, "FROM python") != 2 {
		t.Errorf("unfolded: %s", got)
	}
	if got, want := list(map[string]bool{"b": true}), "build|x+"; got != want {
		t.Errorf("the build folded: %s", got)
	}
}

// However long a work is called, how it ended and how far it got are not cut.
func TestALongTitleLeavesRoomForTheResult(t *testing.T) {
	p := New(nil, nil, nil)
	p.Resize(80, 20)
	w := &steps.Work{Title: "a/very/long/path/of/some/file.py changed and 41 more → rebuild model-api"}
	w.Ended = w.Begun.Add(7900 * time.Millisecond)
	w.Add(stack.Progress{ID: "s", Action: stack.ActStart, Status: stack.Done, Subject: "model-api"})
	p.Follow(w)
	if got := p.header(w.Ended)[0]; !strings.Contains(got, "…  done in 7.9 s") || !strings.Contains(got, "1 of 1 step") {
		t.Errorf("the header is %q", got)
	}
}
