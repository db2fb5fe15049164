package tui

import (
	"context"
	"fmt"
	"iter"
	"sync"
	"time"

	tea "charm.land/bubbletea/v2"

	"berth/safetext"
	"berth/stack"
	"berth/tui/bind"
	"berth/tui/feed"
	"berth/tui/pane/build"
	"berth/tui/pane/logs"
	"berth/tui/steps"
	"berth/tui/theme"
)

// builds is the build pane, and in its place, when a step is opened, all that
// the step printed: in a logs pane of its own, with that pane's keys.
type builds struct {
	*build.Pane
	group *feed.Group
	own   logs.Settings

	w, h    int
	theme   theme.Theme
	visible bool

	raw  *logs.Pane  // nil: no step is opened
	item *steps.Item // the one that is
	tail *tail
}

func newBuilds(g *feed.Group, past build.Builds, s logs.Settings) *builds {
	b := &builds{group: g}
	b.own = logs.Settings{Lines: steps.KeepLog + 1, Tail: -1, ScanBytes: s.ScanBytes, Copy: s.Copy}
	b.Pane = build.New(g, past, b.look)
	return b
}

// look opens a step.
func (b *builds) look(i *steps.Item) tea.Cmd {
	b.close()
	b.item, b.tail = i, newTail()
	b.raw = logs.New(b.group, b.tail, b.own)
	b.raw.Resize(b.w, b.h-outputHead)
	b.raw.Restyle(b.theme)
	b.feed()
	// A run of its own: its log ends when it does.
	chosen := b.raw.Select(stack.Service{Ref: stack.Ref{Service: "step", Run: "output"}, ContainerID: "step"}, "")
	return tea.Batch(chosen, b.raw.Show(b.visible))
}

// close goes back to the steps.
func (b *builds) close() {
	if b.raw != nil {
		b.raw.Close()
		b.raw, b.item, b.tail = nil, nil, nil
	}
}

// feed hands over what the opened step printed meanwhile.
func (b *builds) feed() {
	if b.raw != nil {
		b.tail.take(b.item)
	}
}

// Follow shows a piece of work. Where it is another one the opened step is of
// the past.
func (b *builds) Follow(w *steps.Work) {
	if b.Pane.Follow(w) {
		b.close()
	}
}

// Resize sets the room there is.
func (b *builds) Resize(w, h int) {
	b.w, b.h = w, h
	b.Pane.Resize(w, h)
	if b.raw != nil {
		b.raw.Resize(w, h-outputHead)
	}
}

// Restyle sets the theme.
func (b *builds) Restyle(t theme.Theme) {
	b.theme = t
	b.Pane.Restyle(t)
	if b.raw != nil {
		b.raw.Restyle(t)
	}
}

// Show says whether the pane is visible.
func (b *builds) Show(visible bool) tea.Cmd {
	b.visible = visible
	if b.raw != nil {
		return b.raw.Show(visible)
	}
	return b.Pane.Show(visible)
}

// Update takes messages of both.
func (b *builds) Update(msg tea.Msg) tea.Cmd {
	if b.raw == nil {
		return b.Pane.Update(msg)
	}
	return tea.Batch(b.Pane.Update(msg), b.raw.Update(msg))
}

// unheard are keys of a log that are of no use to what a step printed: it has no
// times, levels or other services.
var unheard = map[string]bool{"logs.merge": true, "logs.times": true, "logs.time": true, "logs.health": true}

// Keys are those of what is shown.
func (b *builds) Keys() []bind.Action {
	if b.raw == nil {
		return b.Pane.Keys()
	}
	var all []bind.Action
	for _, a := range b.raw.Keys() {
		if !unheard[a.ID] {
			all = append(all, a)
		}
	}
	if b.raw.Typing() {
		return all
	}
	return append(all, bind.New("build.close", "back to the steps", always(b.close), "esc"))
}

// Wheel scrolls by lines.
func (b *builds) Wheel(lines int) tea.Cmd {
	if b.raw != nil {
		return b.raw.Wheel(lines)
	}
	return b.Pane.Wheel(lines)
}

// Point puts the cursor on the line at a row of the pane.
func (b *builds) Point(x, y int, held bool) tea.Cmd {
	if b.raw != nil {
		return b.raw.Point(x, y-outputHead, held)
	}
	return nil
}

// Typing reports whether keys are text.
func (b *builds) Typing() bool { return b.raw != nil && b.raw.Typing() }

// Type takes a key press or a paste as text.
func (b *builds) Type(msg tea.Msg) tea.Cmd { return b.raw.Type(msg) }

// Cursor is where one types, relative to the pane.
func (b *builds) Cursor() *tea.Cursor {
	c := b.raw.Cursor()
	if c != nil {
		c.Y += outputHead
	}
	return c
}

// outputHead is the step's name and the line below it.
const outputHead = 2

// View draws what is shown.
func (b *builds) View(now time.Time, focused bool) string {
	if b.raw == nil {
		return b.Pane.View(now, focused)
	}
	t := b.theme
	right := t.Muted.Render(theme.Count(len(b.item.Output)+b.item.Lost, "line"))
	head := theme.Spread(t.Strong.Render(theme.Cut(safetext.Line(b.item.Subject), b.w-theme.Width(right)-2)), right, b.w)
	return theme.Block([]string{head, ""}, b.w, outputHead) + "\n" + b.raw.View(now, focused)
}

// tail is what a step printed, as a log that is read while it grows.
type tail struct {
	mu    sync.Mutex
	lines []stack.LogLine
	taken int // of the step's lines, those that were lost too
	over  bool
	grown chan struct{} // has room for one
}

func newTail() *tail { return &tail{grown: make(chan struct{}, 1)} }

// take takes over what is new of a step.
func (t *tail) take(i *steps.Item) {
	t.mu.Lock()
	defer t.mu.Unlock()
	all := i.Lost + len(i.Output)
	gone := max(0, i.Lost-t.taken)
	if gone > 0 {
		t.lines = append(t.lines, stack.LogLine{Stream: stack.Gap, Text: fmt.Sprintf("%s cut: the last %s of a step are kept", theme.Count(gone, "earlier line"), theme.Number(steps.KeepLog))})
	}
	for _, l := range i.Output[max(0, t.taken-i.Lost):] {
		t.lines = append(t.lines, stack.LogLine{Stream: stack.Stdout, Text: l})
	}
	t.taken, t.over = all, i.Status.Final()
	select {
	case t.grown <- struct{}{}:
	default:
	}
}

// Logs reads it from its beginning, until the step is over.
func (t *tail) Logs(ctx context.Context, ref stack.Ref, _ stack.LogOptions) iter.Seq2[stack.LogLine, error] {
	return func(yield func(stack.LogLine, error) bool) {
		for n := 0; ; {
			t.mu.Lock()
			lines, over := t.lines[n:], t.over
			t.mu.Unlock()
			n += len(lines)
			for _, l := range lines {
				l.Ref = ref
				if !yield(l, nil) {
					return
				}
			}
			if over {
				return
			}
			select {
			case <-t.grown:
			case <-ctx.Done():
				return
			}
		}
	}
}
