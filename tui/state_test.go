package tui

import (
	"context"
	"encoding/json"
	"reflect"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"

	"berth/stack"
)

// A screen is found again as it was left, by way of what is written to disk.
func TestAScreenIsFoundAsItWasLeft(t *testing.T) {
	var kept []byte
	show(t, 160, 45, func(s *screen) {
		s.up(crowd()...)
		s.press("space", "o", "o", "m", "4", "|", "1", "t") // unfolded, by name, merged, Predict beside, one pane, Logs, times
		s.look(func(r *root) {
			var err error
			if kept, err = json.Marshal(r.state()); err != nil {
				t.Error(err)
			}
		})
		s.quitAnyway()
	})
	var state State
	if err := json.Unmarshal(kept, &state); err != nil {
		t.Fatal(err)
	}
	show(t, 160, 45, func(s *screen) {
		s.up(crowd()...)
		s.sees("Following every service", "model-api-3", "by name")
		s.lacks("POST /predict") // one pane
		s.look(func(r *root) {
			if got := r.state(); !reflect.DeepEqual(got, state) {
				t.Errorf("it is left as %+v, and was found as %+v", got, state)
			}
		})
		s.press("|")
		s.sees("POST /predict") // beside the logs
		s.quitAnyway()
	}, func(o *Options) { o.State = state })
}

func TestAStateOfOtherTimesDoesNoHarm(t *testing.T) {
	show(t, 120, 36, func(s *screen) {
		s.up()
		s.sees("model-api has printed nothing yet")
		s.quitAnyway()
	}, func(o *Options) {
		o.State = State{Pane: "telepathy", Beside: "logs", Order: "sideways", Unfolded: []string{"gone"}, Panes: map[string]map[string]string{"logs": {"times": "99"}, "x": nil}}
	})
}

func TestAFirstRunSaysWhatThereIs(t *testing.T) {
	show(t, 80, 24, func(s *screen) {
		s.up()
		s.sees("New here?", "u brings it up", ": every command")
		s.press("x")
		s.lacks("New here?")
		s.sees("no work is running")
		s.press("esc")
		s.sees("New here?")
	}, func(o *Options) { o.Tour = true })
	show(t, 80, 24, func(s *screen) { s.up(); s.lacks("New here?") })
}

func TestTheMouseCanBeLeftToTheTerminal(t *testing.T) {
	show(t, 120, 36, func(s *screen) {
		s.up()
		if v := s.view(); v.MouseMode != tea.MouseModeCellMotion {
			t.Error("the mouse is not Berth's at first")
		}
		s.press("ctrl+t")
		s.sees("ctrl+t gives it back to Berth")
		if v := s.view(); v.MouseMode != tea.MouseModeNone {
			t.Error("the mouse is still Berth's")
		}
		s.press("ctrl+t")
		s.lacks("gives it back")
		if v := s.view(); v.MouseMode != tea.MouseModeCellMotion {
			t.Error("the mouse is not Berth's again")
		}
	})
}

// block is work that waits for a channel to be closed.
func block(until chan struct{}) func(context.Context, stack.Report) error {
	return func(ctx context.Context, _ stack.Report) error {
		select {
		case <-until:
			return nil
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// The title tells what one wants to know while looking elsewhere.
func TestTheWindowsTitle(t *testing.T) {
	show(t, 120, 36, func(s *screen) {
		title := func(want string) {
			t.Helper()
			if got := s.view().WindowTitle; got != want {
				t.Errorf("the title is %q, want %q", got, want)
			}
		}
		title("churn – berth")
		s.up()
		title("churn: 2 of 2 serving – berth")
		done := make(chan struct{})
		s.work.does(block(done))
		s.press("R")
		title("restart model-api… – churn")
		close(done)
		s.settle()
		title("churn: 2 of 2 serving – berth")
		away := snapshot(api())
		away.Down = "gone"
		s.engine.snapshots <- away
		s.settle()
		title("churn: no Engine – berth")
	})
}

// Nothing spins for a window that nobody looks at.
func TestAwayTheSpinnerRests(t *testing.T) {
	show(t, 120, 36, func(s *screen) {
		s.up()
		done := make(chan struct{})
		defer close(done)
		s.work.does(block(done))
		s.press("R")
		drawn := func() int {
			before := len(s.terminal.Written())
			s.wait(5 * time.Second)
			return len(s.terminal.Written()) - before
		}
		near := drawn()
		s.program.Send(tea.BlurMsg{})
		s.settle()
		if far := drawn(); far*3 > near {
			t.Errorf("%d bytes are drawn in 5 s while away, %d while not", far, near)
		}
		s.program.Send(tea.FocusMsg{})
		s.settle()
		if again := drawn(); again*2 < near {
			t.Errorf("%d bytes are drawn in 5 s after coming back, %d before", again, near)
		}
		s.quitAnyway()
	})
}
