package tui

import (
	"runtime"
	"testing"
	"testing/synctest"
	"time"

	"berth/stack"
)

// No goroutine outlives the pane, the service or the dialog that it was begun
// for: after many rounds there are as many as after the first.
func TestNothingOutlivesItsPane(t *testing.T) {
	show(t, 160, 45, func(s *screen) {
		s.engine.describe(detail(api()))
		s.engine.describe(stack.Detail{Service: metrics()})
		s.engine.print("model-api", numbered(0, 50)...)
		s.engine.print("prometheus", numbered(0, 50)...)
		s.up()
		round := func() int {
			for _, service := range []string{"j", "k"} {
				s.press(service, "1", "m", "m", "2", "3", "4", "z", "esc", "|", "|", "?", "esc", ":", "esc", "esc", "esc", "esc")
			}
			s.wait(5 * time.Second) // answers that were asked for are in
			synctest.Wait()
			return runtime.NumGoroutine()
		}
		first := round()
		for range 5 {
			round()
		}
		if last := round(); last > first {
			buf := make([]byte, 1<<20)
			t.Errorf("%d goroutines after the first round, %d after many:\n%s", first, last, buf[:runtime.Stack(buf, true)])
		}
		if n := s.engine.reading(); n > 2 {
			t.Errorf("%d logs are read of two services", n)
		}
		s.quitAnyway()
	})
}
