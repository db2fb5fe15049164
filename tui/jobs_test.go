package tui

import (
	"context"
	"slices"
	"strings"
	"testing"
	"time"

	"berth/stack"
)

// held is work that goes on until it is cancelled, and takes a second then.
func held(ctx context.Context, _ stack.Report) error {
	<-ctx.Done()
	time.Sleep(time.Second)
	return ctx.Err()
}

// A rebuild that runs is out of date when it is asked for again: it ends, and
// one begins with the sources as they are then, however often it was asked for.
func TestTheNewestRebuildWins(t *testing.T) {
	show(t, 120, 36, func(s *screen) {
		s.up()
		s.work.does(held)
		s.press("r")
		s.sees("rebuild model-api  0", "r rebuild anew")
		s.press("r", "r", "r")
		s.sees("ending, to begin anew with the sources as they are now")
		s.work.does(func(_ context.Context, report stack.Report) error { rebuilt(report); return nil })
		s.wait(time.Second)
		s.sees("✓ rebuilt model-api in")
		if got := s.work.called(); !slices.Equal(got, []string{"rebuild model-api", "rebuild model-api"}) {
			t.Errorf("asked for %q", got)
		}
		if told := strings.Join(s.told(), "\n"); strings.Contains(told, "cancelled") {
			t.Errorf("nobody cancelled anything, but the messages are\n%s", told)
		}
	})
}

// Who cancels does not want it anew either.
func TestCancellingEndsARebuildForGood(t *testing.T) {
	show(t, 120, 36, func(s *screen) {
		s.up()
		s.work.does(held)
		s.press("r", "r", "x")
		s.sees("cancelling…")
		s.press("r") // it ends first
		s.wait(2 * time.Second)
		s.sees("rebuild model-api: cancelled after")
		if got := s.work.called(); len(got) != 1 {
			t.Errorf("asked for %q", got)
		}
	})
}

// What touches different services goes on at the same time; the status line is
// about the selected one's.
func TestWorkOnTwoServicesGoesOnAtOnce(t *testing.T) {
	show(t, 120, 36, func(s *screen) {
		s.up()
		s.work.does(held)
		s.press("r", "j", "R")
		if got := s.work.called(); !slices.Equal(got, []string{"rebuild model-api", "restart prometheus"}) {
			t.Fatalf("asked for %q", got)
		}
		s.sees("restart prometheus  0", "+1 running")
		s.press("D")
		s.sees("△ down: rebuild model-api is running")
		s.press("k")
		s.wait(4 * time.Second)
		s.sees("rebuild model-api  4 s", "+1 running")
		s.press("ctrl+c")
		s.sees("rebuild model-api and restart prometheus are running", "Cancel them and quit")
		s.press("n", "x") // that of the selected one
		s.wait(2 * time.Second)
		s.sees("⊘ rebuild model-api: cancelled after")
		s.wait(4 * time.Second)
		s.sees("restart prometheus  ")
		s.lacks("+1 running")
		s.press("ctrl+c", "y")
		s.wait(time.Second)
		s.over()
	})
}

// The build pane shows the last work on the service that is selected.
func TestTheBuildPaneFollowsTheSelection(t *testing.T) {
	show(t, 120, 36, func(s *screen) {
		s.up()
		s.work.does(func(_ context.Context, report stack.Report) error { rebuilt(report); return nil })
		s.press("r")
		s.sees("rebuild model-api  done in")
		s.work.does(func(_ context.Context, report stack.Report) error {
			report(stack.Progress{ID: "s", Service: "prometheus", Action: stack.ActStart, Status: stack.Done, Subject: "container churn-prometheus-1"})
			return nil
		})
		s.press("j", "U")
		s.sees("up prometheus  done in")
		s.press("k")
		s.sees("rebuild model-api  done in")
		s.lacks("last time") // it is no other than itself
	})
}

// What a rebuild changed is said in one line where one looks, and deserves a
// look.
func TestARebuildThatChangesAnswersIsToldSo(t *testing.T) {
	show(t, 120, 36, func(s *screen) {
		s.up()
		s.work.does(func(_ context.Context, report stack.Report) error {
			rebuilt(report)
			verdict := "4 of 7 changed, largest Δ 0.0454 at $.churn_probability, 1 label flipped"
			report(stack.Progress{
				ID: "suite model-api", Service: "model-api", Action: stack.ActSuite, Status: stack.Warning,
				Subject: "predictions/", Text: verdict, Log: []string{"changed new customer  predictions/churn.yaml:10"},
			})
			report(stack.Progress{
				ID: "result model-api", Service: "model-api", Action: stack.ActResult, Status: stack.Warning,
				Subject: "model-api", Text: "suite: " + verdict + "; image a1 → b2",
			})
			return nil
		})
		s.press("r")
		s.wait(time.Second)
		s.sees("△ suite", "predictions/", "△ rebuilt model-api in", "s: suite: 4 of 7 changed, largest Δ 0.0454 at $.churn_probability, 1 label flipped")
	})
}
