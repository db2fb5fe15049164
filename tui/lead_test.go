package tui

import (
	"context"
	"testing"
	"time"

	"berth/stack"
)

// who has something built or started is led to where that can be seen, and back.
func TestWorkLeadsToItsProgress(t *testing.T) {
	show(t, 120, 36, func(s *screen) {
		s.up()
		s.work.does(func(_ context.Context, report stack.Report) error {
			time.Sleep(time.Second)
			rebuilt(report)
			return nil
		})
		s.press("p", "r")
		s.sees("POST /predict") // nothing to be seen yet
		s.wait(time.Second)
		s.sees("rebuild model-api  done in", "3 steps cached", "image changed")
		s.press("esc")
		s.sees("POST /predict")
		s.press("r")
		s.wait(2 * time.Second)
		s.sees("rebuild model-api  done in", "last time 1.0 s")
		s.press("1", "esc") // a choice of one's own: esc does not undo it
		s.sees("model-api has printed nothing yet")
	})
}

func TestWorkLeadsNobodyAwayInVain(t *testing.T) {
	for name, c := range map[string]struct {
		keys []string
		p    stack.Progress
	}{
		"all is as it should be": {[]string{"u"}, stack.Progress{ID: "1", Action: stack.ActStart, Status: stack.Unchanged, Subject: "container churn-model-api-1"}},
		"it only waits":          {[]string{"u"}, stack.Progress{ID: "1", Action: stack.ActWait, Status: stack.Working, Subject: "model-api"}},
		"it only stops":          {[]string{"s"}, stack.Progress{ID: "1", Action: stack.ActStop, Status: stack.Working, Subject: "container churn-model-api-1"}},
		"the person went on":     {[]string{"u", "2"}, stack.Progress{ID: "1", Action: stack.ActBuild, Status: stack.Working, Subject: "image x"}},
	} {
		t.Run(name, func(t *testing.T) {
			show(t, 120, 36, func(s *screen) {
				s.up()
				s.work.does(func(_ context.Context, report stack.Report) error {
					time.Sleep(time.Second)
					report(c.p)
					return nil
				})
				s.press(c.keys...)
				s.wait(2 * time.Second)
				s.look(func(r *root) {
					if r.active == paneBuild {
						t.Error("the build pane is shown")
					}
				})
			})
		})
	}
}
