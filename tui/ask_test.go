package tui

import (
	"slices"
	"testing"

	"berth/compose"
)

// Esc while the plan of a question is being read takes the question back,
// wherever the focus is; so does other work, which makes the plan untrue.
func TestAQuestionIsTakenBackWhileItsPlanIsRead(t *testing.T) {
	plan := compose.Plan{Project: "churn", Steps: []compose.Step{
		{ID: 1, Kind: compose.RemoveContainer, Ref: ref("model-api"), Name: "churn-model-api-1", Cause: "down"},
	}}
	for name, c := range map[string]struct{ before, back []string }{
		"from the list":     {nil, []string{"esc"}},
		"from a pane":       {[]string{"2"}, []string{"esc"}},
		"with lines marked": {[]string{"1", "v"}, []string{"esc"}},
		"by other work":     {nil, []string{"s"}},
	} {
		t.Run(name, func(t *testing.T) {
			show(t, 120, 36, func(s *screen) {
				s.up()
				s.work.plans(plan)
				s.engine.print("model-api", "one", "two")
				s.press(c.before...)
				release := s.work.holdPlan()
				s.press("D")
				s.sees("reading what down would do…", "esc do not ask")
				s.press(c.back...)
				s.lacks("reading what down")
				release()
				s.settle()
				s.lacks("Take churn down?")
				s.lacks("esc do not ask")
				s.press("D") // asked anew it is
				s.sees("Take churn down?")
				s.press("y")
				if got := s.work.called(); !slices.Contains(got, "down") {
					t.Errorf("asked for %q", got)
				}
			})
		})
	}
}
