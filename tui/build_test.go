package tui

import (
	"context"
	"errors"
	"slices"
	"testing"

	"berth/stack"
	"berth/tui/steps"
)

// printing is a build whose one step prints what comes, until that is closed.
func printing(lines <-chan []string) func(context.Context, stack.Report) error {
	return func(ctx context.Context, report stack.Report) error {
		p := stack.Progress{ID: "b/1", Parent: "b", Action: stack.ActBuild, Status: stack.Working, Subject: "[2/2] RUN make"}
		report(stack.Progress{ID: "b", Action: stack.ActBuild, Status: stack.Working, Subject: "image x"})
		for more := range lines {
			p.Log = more
			report(p)
		}
		p.Log, p.Status = nil, stack.Done
		report(p)
		return nil
	}
}

func TestAStepsOutputIsReadWhileItGrows(t *testing.T) {
	show(t, 120, 36, func(s *screen) {
		s.up()
		lines := make(chan []string)
		s.work.does(printing(lines))
		s.press("r", "3")
		lines <- []string{"one", "two \x1b[31mred\x1b[0m"}
		s.settle()
		s.press("enter")
		s.sees("[2/2] RUN make", "one", "two red", "2 lines", "following")
		lines <- []string{"three ONE"}
		s.settle()
		s.sees("three ONE", "3 lines")
		s.press("/")
		s.typed("one")
		s.press("enter")
		s.sees("2 of 2 “one”", "paused")
		s.press("N")
		s.sees("1 of 2 “one”")
		s.press("n", "G")
		s.sees("following")
		close(lines)
		s.settle()
		s.lacks("following")
		s.press("esc")
		s.sees("rebuild model-api  done in", "RUN make")
	})
}

func TestWhatIsNoLongerKeptOfAStepIsSaid(t *testing.T) {
	show(t, 120, 36, func(s *screen) {
		s.up()
		lines := make(chan []string)
		s.work.does(printing(lines))
		s.press("r", "3")
		lines <- numbered(0, steps.KeepLog+7)
		s.settle()
		s.press("enter")
		s.sees("2,007 lines")
		s.press("g")
		s.sees("7 earlier lines cut: the last 2,000 of a step are kept")
		close(lines)
	})
}

// Other work than the one whose step is read takes its place.
func TestAnOpenStepGivesWayToNewWork(t *testing.T) {
	show(t, 120, 36, func(s *screen) {
		s.up()
		lines := make(chan []string)
		s.work.does(printing(lines))
		s.press("r", "3")
		lines <- []string{"old"}
		close(lines)
		s.settle()
		s.press("tab", "tab", "enter")
		s.sees("old", "end")
		s.work.does(func(_ context.Context, report stack.Report) error { buildSteps(report); return nil })
		s.press("r")
		s.lacks("RUN make")
		s.sees("COPY requirements.txt")
	})
}

func TestPastBuildsAreListedAndOpened(t *testing.T) {
	var asked []string
	show(t, 120, 36, func(s *screen) {
		s.up()
		s.press("3", "h")
		s.sees("Builds of model-api", "unchanged", "3h", "the list is broken")
		s.press("j", "enter")
		s.sees("failed after 4.0 s", "builder 4/4", "No matching distribution")
		s.press("esc")
		s.sees("Builds of model-api")
		s.press("tab", "j") // the other service
		s.sees("Builds of prometheus")
		s.press("esc")
		s.sees("Nothing was built, pulled or started")
	}, func(o *Options) {
		all := remembered()
		o.Builds = func(ctx context.Context, service string) ([]stack.Build, error) {
			asked = append(asked, service)
			list, _ := all(ctx, service)
			return list, errors.New("the list is broken")
		}
	})
	if !slices.Equal(asked, []string{"model-api", "prometheus"}) {
		t.Errorf("asked for the builds of %q", asked)
	}
}

func TestARebuildCanDifferForOnce(t *testing.T) {
	show(t, 120, 36, func(s *screen) {
		s.up()
		s.press("b")
		s.typed("A=1")
		s.press("esc")
		s.lacks("Rebuild model-api with")
		s.press("b")
		s.sees("A=1") // leaving lost nothing
		s.press("ctrl+end", "enter")
		s.typed("B= x y")
		s.press("tab")
		s.typed("runtime")
		s.press("tab", "space", "tab", "space", "enter")
		s.lacks("Rebuild model-api with")
		s.sees("rebuilt model-api")
		if got, want := s.work.called(), "rebuild model-api --build-arg A --build-arg B --target runtime --no-cache --pull"; !slices.Equal(got, []string{want}) {
			t.Errorf("called %q, want %s", got, want)
		}
		if got := s.work.how.Args; got["A"] != "1" || got["B"] != " x y" {
			t.Errorf("the arguments are %q", got)
		}
		s.press("r")
		if got := s.work.called(); got[len(got)-1] != "rebuild model-api" {
			t.Errorf("the next one is %q", got)
		}
	})
}

func TestAWishThatSaysNothingIsRefused(t *testing.T) {
	show(t, 80, 24, func(s *screen) {
		s.up()
		s.press("b", "ctrl+s")
		s.sees("nothing differs from the compose file")
		s.typed("=x")
		s.lacks("nothing differs")
		s.press("ctrl+s")
		s.sees(`"=x" is not KEY=VALUE`)
		s.click(20, 11) // the first switch
		s.sees("[x]")
		if got := s.work.called(); len(got) > 0 {
			t.Errorf("called %q", got)
		}
	})
}

// A service that is pulled cannot be rebuilt in any way.
func TestOnlyWhatIsBuiltIsRebuilt(t *testing.T) {
	show(t, 120, 36, func(s *screen) {
		s.up()
		s.press("j", "b")
		s.sees("prometheus has no build section")
		s.lacks("Rebuild prometheus with")
	})
}
