package tui

import (
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"
)

// A screen at rest is looked at a few times a second; a key shows at once all
// the same, and what goes on changing is drawn as it does.
func TestAScreenAtRestCostsLittleAndKeysShowAtOnce(t *testing.T) {
	show(t, 120, 36, func(s *screen) {
		s.up()
		if tickerOf(s.program) == nil {
			t.Fatal("Bubble Tea's clock is not where it was: it ticks 60 times a second, at rest too")
		}
		s.wait(10 * time.Second)
		before := s.terminal.Written()
		s.program.Send(tea.KeyPressMsg{Code: '/', Text: "/"})
		s.wait(quick + time.Millisecond)
		if s.terminal.Written() == before {
			t.Errorf("nothing was drawn within %v of a key", quick)
		}
		s.wait(10 * time.Second)
		frames := 0
		for range 40 { // quicker than the clock: each change must not put off the frame
			before := len(s.terminal.Written())
			s.program.Send(tea.KeyPressMsg{Code: 'x', Text: "x"})
			s.wait(quick / 2)
			if len(s.terminal.Written()) > before {
				frames++
			}
		}
		if frames < 15 {
			t.Errorf("%d frames were drawn of 40 changes in %v", frames, 40*quick/2)
		}
	})
}
