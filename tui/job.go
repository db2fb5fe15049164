package tui

import (
	"context"
	"errors"
	"fmt"
	"time"

	tea "charm.land/bubbletea/v2"

	"berth/safetext"
	"berth/stack"
	"berth/tui/feed"
	"berth/tui/steps"
	"berth/tui/theme"
)

// job is work that runs.
type job struct {
	*steps.Work
	services  []string // that it touches; none: all of the project
	done      string   // what it was, once it is done: "rebuilt model-api"
	leads     bool     // to the build pane, as soon as there is something to see
	from      seen     // what was shown when it began
	stream    *feed.Stream[stack.Progress]
	cancel    context.CancelFunc
	built     bool           // there was something to build or to pull
	cancelled bool           // the person cancelled it
	anew      func() tea.Cmd // begins it again when it has ended; nil: it is not wanted again
	ordered   bool           // by the watch on the files
	rebuilds  bool           // what would be begun anew when it is asked for again
	over      time.Time      // set by the work itself: its last report may wait for a frame
}

// run begins a piece of work on services; none named: on the whole project.
func (r *root) run(title, done string, services []string, do func(context.Context, stack.Report) error) tea.Cmd {
	ctx, cancel := context.WithCancel(r.group.Context())
	j := &job{
		Work:     &steps.Work{Title: title, Begun: r.now},
		services: services,
		done:     done,
		stream:   feed.Open(r.group, steps.Merge),
		cancel:   cancel,
	}
	// The work has a context of its own, so that its last reports are still
	// heard after it was cancelled.
	j.stream.Go(func(_ context.Context, emit func(stack.Progress)) error {
		defer cancel()
		defer func() { j.over = time.Now() }()
		return do(ctx, emit)
	})
	r.jobs = append(r.jobs, j)
	r.plan.Drop()                    // what it says would soon no longer hold
	r.note, r.o.Tour = note{}, false // who has work done has begun
	return tea.Batch(j.stream.Next, r.tick())
}

// progress takes up what the work reported.
func (r *root) progress(b feed.Batch[stack.Progress]) tea.Cmd {
	j := r.jobs.from(b.From)
	if j == nil {
		return nil
	}
	j.Missed += b.Dropped
	var led tea.Cmd
	for _, p := range b.Items {
		j.Add(p)
		if p.Action == stack.ActBuild || p.Action == stack.ActPull {
			j.built = true
		}
		if j.leads && changes(p) {
			j.leads = false
			led = r.lead(j)
		}
	}
	r.build.feed()
	if !b.Done {
		return tea.Batch(led, j.stream.Next)
	}
	j.stream.Close()
	j.Ended, j.Err = j.over, errors.Join(b.Errs...)
	if len(b.Errs) == 1 {
		j.Err = b.Errs[0]
	}
	return tea.Batch(led, r.over(j), r.obey(), r.compareSoon())
}

// over tells how work ended, and begins it anew where that is wanted.
func (r *root) over(j *job) tea.Cmd {
	r.jobs = r.jobs.without(j)
	if j.ordered {
		r.following.queue.Over(j.services[0], j.Err != nil, j.Err != nil && j.anew != nil)
	}
	if j.anew != nil && !r.leaving {
		if j.Err != nil && !errors.Is(j.Err, context.Canceled) {
			r.tell(j.result()) // it had failed before it could be cancelled
		}
		return j.anew()
	}
	ended := j.result()
	if j.Err != nil && j.built {
		ended.next = r.keyName("screen.build") + " shows every step of the build"
	}
	r.tell(ended)
	told := r.ended(j, ended)
	if top := r.dialogs.Top(); top != nil && top.Interrupt == (doQuit{}) && len(r.jobs) == 0 {
		// The person asked to quit, and what stood in the way has ended: only a
		// failure is a reason to stay.
		r.dialogs.Pop()
		r.leaving = j.Err == nil
	}
	if r.leaving && len(r.jobs) == 0 {
		return tea.Quit
	}
	return told
}

// leading is for work whose progress is worth the build pane.
func (r *root) leading(begun tea.Cmd) tea.Cmd {
	j := r.jobs[len(r.jobs)-1]
	j.leads, j.from = true, seen{r.active, r.beside}
	return begun
}

// changes reports whether something is being made: what finds all as it should
// be, or only waits, moves nobody away from what they look at.
func changes(p stack.Progress) bool {
	switch p.Action {
	case stack.ActBuild, stack.ActPull, stack.ActCreate, stack.ActRecreate, stack.ActStart:
		return p.Status != stack.Unchanged
	default:
		return p.Status == stack.Failed
	}
}

// lead shows the work in the build pane, unless the person went elsewhere
// meanwhile, to another service even. The focus stays, and esc goes back to what
// was shown.
func (r *root) lead(j *job) tea.Cmd {
	r.worked.note(j)
	r.followWork()
	now := seen{r.active, r.beside}
	if r.active == paneBuild || now != j.from || r.typing() || !j.touches(r.selectedName()) {
		return nil
	}
	cmd := r.see(seen{paneBuild, paneBuild})
	r.before = &j.from
	return cmd
}

// result is how the work ended, in one line.
func (j *job) result() note {
	took := stack.Took(j.Took(time.Time{}))
	left, isLeft := errors.AsType[leftAlone](j.Err)
	switch {
	case isLeft:
		return note{tone: theme.Warn, glyph: "△", text: "nothing done: " + safetext.Line(left.Error())}
	case j.Err == nil:
		text := fmt.Sprintf("%s in %s", j.done, took)
		result, amiss := j.Result()
		if result != "" {
			text += ": " + safetext.Line(result)
		}
		if amiss {
			return note{tone: theme.Warn, glyph: "△", text: text}
		}
		return note{tone: theme.Good, glyph: "✓", text: text}
	case j.cancelled && errors.Is(j.Err, context.Canceled):
		return note{tone: theme.Warn, glyph: "⊘", text: fmt.Sprintf("%s: cancelled after %s", j.Title, took)}
	default:
		return note{tone: theme.Bad, glyph: "✕", text: fmt.Sprintf("%s failed: %s", j.Title, oneLine(j.Err)), err: j.Err}
	}
}

// cancelJob tells the work that one means to end; it is over when its last
// report is in.
func (r *root) cancelJob() tea.Cmd {
	if j := r.jobs.current(r.selectedName()); j != nil {
		j.stop()
	}
	return nil
}

func (j *job) stop() {
	j.cancelled, j.anew = true, nil
	j.cancel()
}

// supersede has work that is out of date end, and begin anew with what is there
// then. However often it is asked for, it begins once.
func (j *job) supersede(begin func() tea.Cmd) tea.Cmd {
	j.anew = begin
	j.cancel()
	return nil
}
