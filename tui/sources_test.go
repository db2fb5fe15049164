package tui

import (
	"context"
	"fmt"
	"sync"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"

	"berth/stack"
)

// disk is what a test says of the files, and how often that was asked.
type disk struct {
	mu    sync.Mutex
	asked int
	takes time.Duration
	says  map[string]*stack.Sources
}

func (d *disk) compare(ctx context.Context, of []stack.Service) []*stack.Sources {
	d.mu.Lock()
	d.asked++
	takes, says := d.takes, d.says
	d.mu.Unlock()
	select {
	case <-time.After(takes):
	case <-ctx.Done():
	}
	all := make([]*stack.Sources, len(of))
	for n, s := range of {
		all[n] = says[s.Service]
	}
	return all
}

func (d *disk) set(service string, s *stack.Sources) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.says = map[string]*stack.Sources{service: s}
}

// since is how often it was asked since the last time.
func (d *disk) since() int {
	d.mu.Lock()
	defer d.mu.Unlock()
	n := d.asked
	d.asked = 0
	return n
}

func (d *disk) option(o *Options) { o.Sources = d.compare }

func edited(n int) *stack.Sources {
	s := &stack.Sources{}
	for i := range n {
		s.Changes = append(s.Changes, stack.FileChange{Path: fmt.Sprintf("api/part%d.py", i), Fate: stack.FileChanged})
	}
	return s
}

func TestNewerSourcesAreMarkedAndListed(t *testing.T) {
	files := &disk{}
	show(t, 120, 36, func(s *screen) {
		s.up()
		s.lacks("source newer")
		files.set("model-api", edited(1))
		s.wait(compareEvery + time.Second)
		s.sees("△ source newer")
		s.press("2")
		s.sees("sources    △ newer (1 file)", "changed    api/part0.py")
		files.set("model-api", edited(9))
		s.wait(compareEvery + time.Second)
		s.sees("△ newer (9 files)", "api/part5.py", "and 3 more files")
		s.lacks("api/part6.py")
		files.set("model-api", &stack.Sources{Unknown: "its image was built by another tool"})
		s.wait(compareEvery + time.Second)
		s.sees("sources    unknown  its image was built by another tool")
		s.lacks("source newer")
		files.set("model-api", &stack.Sources{Changes: []stack.FileChange{{Path: "a\x1b[2Jb", Fate: stack.FileAdded}}})
		s.wait(compareEvery + time.Second)
		s.sees("added      a")
	}, files.option)
}

func TestWhenSourcesAreCompared(t *testing.T) {
	files := &disk{}
	show(t, 120, 36, func(s *screen) {
		if n := files.since(); n != 0 {
			t.Errorf("compared %d times before there was a container", n)
		}
		s.up()
		if n := files.since(); n != 1 {
			t.Errorf("compared %d times when the containers were there", n)
		}
		s.wait(time.Minute)
		if n := files.since(); n < 8 || n > 12 {
			t.Errorf("compared %d times in a minute", n)
		}
		s.program.Send(tea.BlurMsg{})
		s.wait(time.Minute)
		if n := files.since(); n != 0 {
			t.Errorf("compared %d times while nobody looked", n)
		}
		files.set("model-api", edited(1))
		s.program.Send(tea.FocusMsg{})
		s.settle()
		if n := files.since(); n != 1 {
			t.Errorf("compared %d times when somebody came back", n)
		}
		s.sees("△ source newer")
		s.work.does(func(_ context.Context, report stack.Report) error { rebuilt(report); return nil })
		files.set("model-api", &stack.Sources{})
		s.press("r")
		s.settle()
		if n := files.since(); n != 1 {
			t.Errorf("compared %d times after a build", n)
		}
		s.lacks("source newer")
	}, files.option)
}

// Many files take long to look at, and are looked at rarely.
func TestSlowComparisonsAreRare(t *testing.T) {
	files := &disk{takes: 100 * time.Millisecond}
	show(t, 120, 36, func(s *screen) {
		s.up()
		s.wait(10 * time.Minute)
		if n := files.since(); n < 5 || n > 14 {
			t.Errorf("compared %d times in ten minutes, each a tenth of a second", n)
		}
	}, files.option)
}
