package tui

import (
	"testing"

	"berth/stack"
)

// The project's name outlasts what there is to say of the Engine.
func TestTheHeaderKeepsTheProjectsName(t *testing.T) {
	for width, want := range map[int]string{
		60:  " berth  churn    Engine 20.10.24 a-context   2 of 2 serving",
		120: "Engine 20.10.24+dfsg1 a-context   2 of 2 serving",
	} {
		show(t, width, 24, func(s *screen) {
			now := snapshot(api(), metrics())
			now.Engine = stack.Engine{Version: "20.10.24+dfsg1", Context: "a-context"}
			s.engine.snapshots <- now
			s.settle()
			s.sees(want)
		})
	}
	show(t, 60, 24, func(s *screen) {
		now := snapshot(api(), metrics())
		now.Engine = stack.Engine{Version: "20.10.24+dfsg1", Context: "a-context-with-a-long-name"}
		s.engine.snapshots <- now
		s.settle()
		s.sees(" berth  churn", "Engine 20.10.24   2 of 2 serving")
	})
}
