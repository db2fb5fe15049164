package build

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"charm.land/bubbles/v2/spinner"

	"berth/safetext"
	"berth/stack"
	"berth/tui/theme"
)

// headerHeight is the title and the line below it.
const headerHeight = 2

// tailRunning and tailFailed are how many lines of a step's output are shown
// without asking.
const (
	tailRunning = 4
	tailFailed  = 20
)

// timeWidth is the column of durations: "12 m 05 s", "unchanged".
const timeWidth = 9

// line is one line of the pane: a step, or something it says.
type line struct {
	text string
	id   string // the step's
	head bool   // the step itself
}

func (p *Pane) empty() []string {
	t := p.theme
	return []string{
		"Nothing was built, pulled or started since Berth was.",
		"",
		t.Key.Render("r") + t.Muted.Render("  rebuilds the selected service: its steps, what is cached and what fails show here"),
		t.Key.Render("u") + t.Muted.Render("  brings the project up, and builds what has no image yet"),
	}
}

// header is what the work is, how long it takes, and how far it is.
func (p *Pane) header(now time.Time) []string {
	t, w := p.theme, p.work
	over, total := w.Count()
	right := fmt.Sprintf("%d of %s", over, theme.Count(total, "step"))
	if n := w.Tally(stack.Cached); n > 0 {
		right += fmt.Sprintf(", %d cached", n)
	}
	if w.Missed > 0 {
		right += fmt.Sprintf(", △ %s came too fast", theme.Count(w.Missed, "line"))
	}
	left := t.Strong.Render(safetext.Line(w.Title)) + "  "
	switch {
	case w.Running():
		left += t.Tone(theme.Working).Render("running ") + theme.Clock(w.Took(now))
	case errors.Is(w.Err, context.Canceled):
		left += t.Tone(theme.Warn).Render("cancelled") + " after " + stack.Took(w.Took(now))
	case w.Err != nil:
		left += t.Tone(theme.Bad).Render("failed") + " after " + stack.Took(w.Took(now))
	default:
		left += t.Tone(theme.Good).Render("done") + " in " + stack.Took(w.Took(now))
	}
	if last := p.before(); last != nil {
		left += t.Muted.Render("  last time " + stack.Took(last.Took(now)))
	}
	return []string{theme.Spread(left, t.Muted.Render(right), p.w), ""}
}

// draw makes all lines.
func (p *Pane) draw(now time.Time, focused bool) []line {
	var lines []line
	failure := p.failure()
	failed := p.work.Failed()
	widths := labelWidth(p.rows)
	for _, r := range p.rows {
		for n, s := range strings.Split(p.head(r, widths[r.Depth], now, focused), "\n") {
			lines = append(lines, line{s, r.id, n == 0})
		}
		for _, s := range p.said(r, len(failure) > 0) {
			lines = append(lines, line{s, r.id, false})
		}
		if failed == r.Item { // its cause stands below it
			for _, s := range failure {
				lines = append(lines, line{indent(r) + s, r.id, false})
			}
			failure = nil
		}
	}
	for n, s := range failure {
		if n == 0 {
			lines = append(lines, line{id: p.cursor})
		}
		lines = append(lines, line{"   " + s, p.cursor, false})
	}
	return lines
}

// barWidth is how much of the pane the time line has.
func (p *Pane) barWidth() int { return max(8, min(48, p.w/6)) }

// head is the line of a step: glyph, what it is, what there is to say, and in
// columns of their own when it ran and for how long.
func (p *Pane) head(r row, label int, now time.Time, focused bool) string {
	t := p.theme
	cursor := " "
	if r.id == p.cursor {
		cursor = t.Muted.Render("▏")
		if focused {
			cursor = t.Accent.Render("▌")
		}
	}
	left := cursor + strings.Repeat("  ", r.Depth)
	if r.fold {
		return theme.Fit(left+t.Tone(theme.Off).Render("· "+foldText(r))+p.unfold(r), p.w)
	}
	glyph, tone := p.mark(p.status(r), now)
	name := t.Text
	if r.Depth == 0 {
		name = t.Strong
	}
	left += t.Tone(tone).Render(glyph) + " "
	if label > 0 {
		left += t.Muted.Render(theme.Fit(r.label, label)) + "  "
	}
	left += name.Render(r.name)
	right, more := p.measure(r, tone, now), p.unfold(r)
	room := p.w - theme.Width(right) - 1 - theme.Width(more)
	text := safetext.Line(r.Text)
	switch {
	case text == "", r.Status == stack.Failed:
	case stays(r) && theme.Width(left)+2+theme.Width(text) > room:
		return theme.Spread(theme.Cut(left, room)+more, right, p.w) + "\n" +
			p.below(text, 3+2*r.Depth+label)
	default:
		left += "  " + t.Muted.Render(text)
	}
	return theme.Spread(theme.Cut(left, room)+more, right, p.w)
}

func foldText(r row) string {
	var parts []string
	if r.cached > 0 {
		parts = append(parts, theme.Count(r.cached, "step")+" cached")
	}
	if r.prepare > 0 {
		parts = append(parts, theme.Count(r.prepare, "preparation"))
	}
	return strings.Join(parts, ", ")
}

// unfold says that there is more to a row, and how much.
func (p *Pane) unfold(r row) string {
	text := ""
	switch {
	case r.folded > 0:
		text = "▸ " + theme.Count(r.folded, "step")
	case r.fold && !p.turned[r.id]:
		text = "▸"
	case r.fold:
		text = "▾"
	case len(r.Output) == 0:
	case p.turned[r.id]:
		text = "▾"
	case p.tail(r) < len(r.Output)+r.Lost:
		text = "▸ " + theme.Count(len(r.Output)+r.Lost, "line")
	}
	if text == "" {
		return ""
	}
	return "  " + p.theme.Muted.Render(text)
}

// status is a step's, except that nothing goes on once the work has ended:
// what was not over was cancelled with it.
func (p *Pane) status(r row) stack.Status {
	if r.Status == stack.Working && !p.work.Running() {
		return stack.Cancelled
	}
	return r.Status
}

// measure is the right columns: bytes where they are known, when it ran, and
// for how long.
func (p *Pane) measure(r row, tone theme.Tone, now time.Time) string {
	t, status := p.theme, p.status(r)
	amount := ""
	switch {
	case r.Total > 0 && !status.Final():
		amount = theme.Bytes(r.Progress.Current) + " of " + theme.Bytes(r.Total)
	case r.Progress.Current >= 100_000: // what Docker itself needs is not worth a word
		amount = theme.Bytes(r.Progress.Current)
	}
	took, when := r.Elapsed, ""
	switch {
	case status == stack.Cached || status == stack.Unchanged:
		took, when = 0, string(status)
	case !r.Action.Step() || status == stack.Warning:
		took = 0
	case status == stack.Cancelled:
		when = string(status)
	case r.Status == stack.Working:
		took = r.Age(now)
		when = theme.Clock(took)
	default:
		when = stack.Took(took)
	}
	began := r.Began.Sub(p.work.Begun)
	line := bar(began, began+took, span(p.work.Took(now), p.work.Running()), p.barWidth())
	return t.Muted.Render(amount+"  ") + t.Tone(tone).Render(line) + " " + t.Muted.Render(theme.Right(when, timeWidth))
}

// mark is a status as a glyph; what runs turns.
func (p *Pane) mark(s stack.Status, now time.Time) (string, theme.Tone) {
	switch s {
	case stack.Working:
		f := spinner.MiniDot.Frames
		return f[now.UnixMilli()/100%int64(len(f))], theme.Working
	case stack.Done:
		return "✓", theme.Good
	case stack.Cached, stack.Unchanged:
		return "·", theme.Off
	case stack.Failed:
		return "✕", theme.Bad
	case stack.Cancelled:
		return "⊘", theme.Warn
	case stack.Warning:
		return "△", theme.Warn
	default:
		return " ", theme.Plain
	}
}
