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

// job is the work that runs. There is at most one: two would get in each
// other's way on the Engine.
type job struct {
	*steps.Work
	done      string // what it was, once it is done: "rebuilt model-api"
	leads     bool   // to the build pane, as soon as there is something to see
	from      seen   // what was shown when it began
	stream    *feed.Stream[stack.Progress]
	cancel    context.CancelFunc
	built     bool      // there was something to build or to pull
	cancelled bool      // the person cancelled it
	over      time.Time // set by the work itself: its last report may wait for a frame
}

// run begins a piece of work.
func (r *root) run(title, done string, do func(context.Context, stack.Report) error) tea.Cmd {
	ctx, cancel := context.WithCancel(r.group.Context())
	j := &job{
		Work:   &steps.Work{Title: title, Begun: r.now},
		done:   done,
		stream: feed.Open(r.group, steps.Merge),
		cancel: cancel,
	}
	// The work has a context of its own, so that its last reports are still
	// heard after it was cancelled.
	j.stream.Go(func(_ context.Context, emit func(stack.Progress)) error {
		defer cancel()
		defer func() { j.over = time.Now() }()
		return do(ctx, emit)
	})
	r.job = j
	r.plan.Drop()                    // what it says would soon no longer hold
	r.note, r.o.Tour = note{}, false // who has work done has begun
	return tea.Batch(j.stream.Next, r.tick())
}

// progress takes up what the work reported.
func (r *root) progress(b feed.Batch[stack.Progress]) tea.Cmd {
	j := r.job
	if j == nil || b.From != j.stream {
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
	if !b.Done {
		return tea.Batch(led, j.stream.Next)
	}
	j.stream.Close()
	j.Ended, j.Err = j.over, errors.Join(b.Errs...)
	if len(b.Errs) == 1 {
		j.Err = b.Errs[0]
	}
	r.job = nil
	ended := j.result()
	if j.Err != nil && j.built {
		ended.next = r.keyName("screen.build") + " shows every step of the build"
	}
	r.tell(ended)
	told := r.ended(j, ended)
	if top := r.dialogs.Top(); top != nil && top.Interrupt == (doQuit{}) {
		// The person asked to quit, and what stood in the way has ended: only a
		// failure is a reason to stay.
		r.dialogs.Pop()
		r.leaving = j.Err == nil
	}
	if r.leaving {
		return tea.Quit
	}
	return tea.Batch(led, told, r.compareSoon())
}

// leading is for work whose progress is worth the build pane.
func (r *root) leading(begun tea.Cmd) tea.Cmd {
	r.job.leads, r.job.from = true, seen{r.active, r.beside}
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
// meanwhile. The focus stays, and esc goes back to what was shown.
func (r *root) lead(j *job) tea.Cmd {
	r.build.Follow(j.Work)
	now := seen{r.active, r.beside}
	if r.active == paneBuild || now != j.from || r.typing() {
		return nil
	}
	cmd := r.see(seen{paneBuild, paneBuild})
	r.before = &j.from
	return cmd
}

// result is how the work ended, in one line.
func (j *job) result() note {
	took := stack.Took(j.Took(time.Time{}))
	switch {
	case j.Err == nil:
		text := fmt.Sprintf("%s in %s", j.done, took)
		if result := j.Result(); result != "" {
			text += ": " + safetext.Line(result)
		}
		return note{tone: theme.Good, glyph: "✓", text: text}
	case j.cancelled && errors.Is(j.Err, context.Canceled):
		return note{tone: theme.Warn, glyph: "⊘", text: fmt.Sprintf("%s: cancelled after %s", j.Title, took)}
	default:
		return note{tone: theme.Bad, glyph: "✕", text: fmt.Sprintf("%s failed: %s", j.Title, oneLine(j.Err)), err: j.Err}
	}
}

// cancelJob tells the work to end; it is over when its last report is in.
func (r *root) cancelJob() tea.Cmd {
	if r.job != nil {
		r.job.cancelled = true
		r.job.cancel()
	}
	return nil
}
