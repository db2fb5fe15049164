package tui

import (
	"context"
	"errors"
	"iter"
	"slices"
	"strings"
	"testing"
	"time"

	"berth/stack"
	"berth/workflow"
)

// lookout is what a test says of the files.
type lookout struct{ news chan heard }

func (l *lookout) option(o *Options) {
	l.news = make(chan heard)
	o.Follow = func(ctx context.Context) iter.Seq2[workflow.News, error] {
		return func(yield func(workflow.News, error) bool) {
			for {
				select {
				case h := <-l.news:
					if !yield(h.News, h.err) {
						return
					}
				case <-ctx.Done():
					return
				}
			}
		}
	}
}

func (l *lookout) sees(s *screen, n workflow.News, err error) {
	s.t.Helper()
	l.news <- heard{n, err}
	s.wait(100 * time.Millisecond)
}

// watched is what the watch has to say when it begins.
var watched = workflow.News{Scope: &workflow.Scope{
	Folders: 2, Rules: []workflow.Following{{Service: "model-api", Path: ".", Does: "rebuild"}, {Service: "prometheus", Path: "monitoring", Does: "restart"}},
	Notes: []string{"src is mounted in model-api already, and is not synced"},
}}

func (l *lookout) begins(s *screen) {
	s.t.Helper()
	s.press("w")
	s.sees("watching…")
	l.sees(s, watched, nil)
	s.sees("churn  watching 2 folders", "✓ watching 2 folders")
}

// messages are all that was told so far.
func (s *screen) messages() string {
	var all []string
	s.look(func(r *root) {
		for _, n := range r.told {
			all = append(all, n.text)
		}
	})
	return strings.Join(all, "\n")
}

func changed(service string, files ...string) workflow.News {
	o := &workflow.Order{Service: service, Rebuild: service == "model-api", Restart: service != "model-api"}
	for _, f := range files {
		o.Files = append(o.Files, stack.FileChange{Path: f, Fate: stack.FileChanged})
	}
	return workflow.News{Order: o}
}

// w watches: what changes has done what follows, and says which file it was.
func TestTheWatchDoesWhatFilesAskFor(t *testing.T) {
	files := &lookout{}
	show(t, 120, 36, func(s *screen) {
		s.up()
		s.lacks("watching")
		files.begins(s)
		if told := s.messages(); !strings.Contains(told, "model-api: . → rebuild") || !strings.Contains(told, "is not synced") {
			t.Errorf("told\n%s", told)
		}
		s.work.does(func(_ context.Context, report stack.Report) error { rebuilt(report); return nil })
		files.sees(s, changed("model-api", "src/api.py", "src/b.py"), nil)
		s.sees("✓ src/api.py changed and 1 more → rebuild model-api in", "2 folders")
		again := workflow.News{Scope: &workflow.Scope{}}
		s.look(func(r *root) { *again.Scope = *r.following.scope })
		files.sees(s, again, nil) // the compose file changed, and nothing of this
		s.sees("✓ src/api.py changed and 1 more → rebuild model-api in")
		s.work.does(nil)
		files.sees(s, changed("prometheus", "monitoring/prometheus.yml"), nil)
		s.sees("✓ monitoring/prometheus.yml changed → restart prometheus in")
		files.sees(s, workflow.News{Unchanged: []string{"src/api.py"}}, nil)
		s.sees("src/api.py was written, but not changed: nothing to do")
		s.work.leaves("model-api is stopped")
		files.sees(s, changed("model-api", "src/api.py"), nil)
		s.sees("△ nothing done: model-api is stopped")
		files.sees(s, workflow.News{}, errors.New("no space left on device"))
		s.sees("✕ watching files: no space left on device")
		want := []string{
			"carry src/api.py changed and 1 more → rebuild model-api", "carry monitoring/prometheus.yml changed → restart prometheus",
			"carry src/api.py changed → rebuild model-api",
		}
		if got := s.work.called(); !slices.Equal(got, want) {
			t.Errorf("did %q", got)
		}
		s.press("ctrl+w")
		s.lacks("watching 2 folders")
	}, files.option)
}

// While it is paused what there is to do is gathered.
func TestTheWatchPauses(t *testing.T) {
	files := &lookout{}
	show(t, 80, 24, func(s *screen) {
		s.up()
		files.begins(s)
		s.press("w")
		s.sees("churn  watch paused")
		files.sees(s, changed("model-api", "a.py"), nil)
		files.sees(s, changed("model-api", "b.py"), nil)
		s.sees("watch paused, 2 waiting")
		if got := s.work.called(); len(got) > 0 {
			t.Errorf("did %q", got)
		}
		s.press("w")
		s.wait(time.Second)
		s.sees("churn  watching 2 folders")
		if got := s.work.called(); !slices.Equal(got, []string{"carry a.py changed and 1 more → rebuild model-api"}) {
			t.Errorf("did %q", got)
		}
	}, files.option)
}

// A change during a rebuild begins it anew for the files of both; other work on the
// service is waited for; another service goes on beside.
func TestTheWatchBeginsAnew(t *testing.T) {
	files := &lookout{}
	show(t, 120, 36, func(s *screen) {
		s.up()
		files.begins(s)
		s.work.does(held)
		s.press("R")
		files.sees(s, changed("model-api", "a.py"), nil)
		files.sees(s, changed("prometheus", "p.yml"), nil)
		s.press("x")
		s.wait(2 * time.Second)
		files.sees(s, changed("model-api", "b.py"), nil)
		s.work.does(nil)
		s.wait(2 * time.Second)
		want := []string{
			"restart model-api", "carry p.yml changed → restart prometheus", "carry a.py changed → rebuild model-api",
			"carry a.py changed and 1 more → rebuild model-api",
		}
		if got := s.work.called(); !slices.Equal(got, want) {
			t.Errorf("did %q", got)
		}
		if told := s.messages(); strings.Count(told, "cancelled") != 1 {
			t.Errorf("only the restart was cancelled, but the messages are\n%s", told)
		}
		s.press("j", "x")
		s.wait(2 * time.Second)
	}, files.option)
}
