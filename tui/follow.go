package tui

import (
	"context"
	"fmt"
	"reflect"

	tea "charm.land/bubbletea/v2"

	"berth/safetext"
	"berth/stack"
	"berth/tui/feed"
	"berth/tui/theme"
	"berth/workflow"
)

// heard is what following the project's files had to say.
type heard struct {
	workflow.News
	err error
}

// keptNews bounds what waits for a frame.
const keptNews = 1000

// atOnce is for how many services what their files ask for is done together.
const atOnce = 2

// following is the watch on the project's files. While it is paused what there is
// to do is gathered.
type following struct {
	stream *feed.Stream[heard] // nil: off
	scope  *workflow.Scope     // nil: not known yet
	paused bool
	queue  workflow.Queue
	waits  int // orders that were gathered while paused
}

// follow turns the watch on, pauses it, and lets it go on.
func (r *root) follow() tea.Cmd {
	f := &r.following
	switch {
	case f.stream == nil:
		*f = following{stream: feed.Open(r.group, feed.Newest[heard](keptNews))}
		f.stream.Go(func(ctx context.Context, emit func(heard)) error {
			for n, err := range r.o.Follow(ctx) {
				emit(heard{n, err})
			}
			return ctx.Err()
		})
		r.say(theme.Working, "◐", "looking at the files…")
		return f.stream.Next
	case f.paused:
		f.paused, f.waits = false, 0
		r.say(theme.Good, "✓", r.followText())
		return r.obey()
	default:
		f.paused = true
		r.say(theme.Warn, "‖", "the watch is paused: "+r.keyName("work.watch")+" goes on with it, and does then what there is to do")
		return nil
	}
}

// unfollow ends the watch. What is being done goes on.
func (r *root) unfollow() tea.Cmd {
	r.following.stream.Close()
	r.following = following{}
	r.say(theme.Plain, "·", "no longer watching")
	return nil
}

// news takes up what the watch has to say.
func (r *root) news(b feed.Batch[heard]) tea.Cmd {
	f := &r.following
	if b.From != f.stream {
		return nil
	}
	for _, n := range b.Items {
		switch text := safetext.Line(n.String()); {
		case n.err != nil:
			r.fail("watching files", n.err)
		case n.Scope != nil:
			r.watches(*n.Scope)
		case n.Order != nil:
			r.tell(note{tone: theme.Plain, glyph: "·", text: text})
			if f.paused {
				f.waits++
			}
			if j := r.jobs.touching(n.Order.Service); f.queue.Add(*n.Order) && j != nil && j.ordered && !j.cancelled {
				j.supersede(func() tea.Cmd { return nil }) // its order begins anew with the others
			}
		case n.Left != nil:
			r.tell(note{tone: theme.Warn, glyph: "△", text: text})
		case n.Project != nil: // the dashboard follows that by itself
		default:
			r.tell(note{tone: theme.Plain, glyph: "·", text: text})
		}
	}
	if b.Dropped > 0 {
		r.tell(note{tone: theme.Warn, glyph: "△", text: theme.Count(b.Dropped, "report") + " of the watch were lost"})
	}
	if b.Done {
		f.stream.Close()
		r.following = following{}
		return nil
	}
	return tea.Batch(f.stream.Next, r.obey())
}

// watches takes up what is watched, and tells it.
func (r *root) watches(s workflow.Scope) {
	if was := r.following.scope; was != nil && reflect.DeepEqual(*was, s) {
		return // the compose file changed, and nothing of this
	}
	r.following.scope = &s
	for _, n := range s.Notes {
		r.tell(note{tone: theme.Warn, glyph: "△", text: safetext.Line(n)})
	}
	for _, rule := range s.Rules {
		r.told = append(r.told, note{at: r.now, tone: theme.Plain, glyph: "·", text: safetext.Line(fmt.Sprintf("%s: %s → %s", rule.Service, rule.Path, rule.Does))})
	}
	r.tell(note{tone: theme.Good, glyph: "✓", text: s.String()})
}

// obey begins with what the files ask for, where nothing else is being done.
func (r *root) obey() tea.Cmd {
	f := &r.following
	if f.stream == nil || f.paused || r.leaving || r.snapshot.Down != "" {
		return nil
	}
	var begun []tea.Cmd
	for {
		order, ok := f.queue.Next(atOnce, func(service string) bool { return r.jobs.touching(service) == nil })
		if !ok {
			return tea.Batch(begun...)
		}
		begun = append(begun, r.carry(order))
	}
}

// carry does what changed files ask for. The title says which.
func (r *root) carry(o workflow.Order) tea.Cmd {
	title := safetext.Line(o.String())
	begun := r.leading(r.run(title, title, []string{o.Service}, func(ctx context.Context, report stack.Report) error {
		left, err := r.o.Work.Carry(ctx, o, report)
		if err == nil && left != "" {
			err = leftAlone(left)
		}
		return err
	}))
	j := r.jobs[len(r.jobs)-1]
	j.ordered, j.rebuilds = true, o.Rebuild
	return begun
}

// leftAlone is why nothing was done.
type leftAlone string

func (l leftAlone) Error() string { return string(l) }

// followText is whether the files are watched; empty: they are not.
func (r *root) followText() string {
	f := &r.following
	switch {
	case f.stream == nil:
		return ""
	case f.paused && f.waits > 0:
		return fmt.Sprintf("watch paused, %d waiting", f.waits)
	case f.paused:
		return "watch paused"
	case f.scope == nil:
		return "watching…"
	default:
		return f.scope.String()
	}
}
