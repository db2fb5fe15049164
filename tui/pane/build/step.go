package build

import (
	"slices"
	"strings"
	"time"

	"charm.land/bubbles/v2/spinner"

	"berth/safetext"
	"berth/stack"
	"berth/tui/theme"
)

// timeWidth is the column of durations: "12 m 05 s", "unchanged"; wasWidth that
// of the last time's.
const (
	timeWidth = 9
	wasWidth  = timeWidth + len("  was ")
)

// barWidth is how much of the pane the time line has.
func (p *Pane) barWidth() int {
	w := max(8, min(48, p.w/6))
	if p.timed() {
		w = max(8, w*2/3)
	}
	return w
}

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
	right, more := p.measure(r, tone, now), p.unfold(r)
	room := p.w - theme.Width(right) - 1 - theme.Width(more)
	begin := theme.Width(left)
	left += name.Render(r.name)
	if cause := safetext.Line(r.Cause); cause != "" {
		cause = t.Muted.Render("·") + " " + t.Text.Render(cause)
		if theme.Width(left)+2+theme.Width(cause) <= room {
			return theme.Spread(left+"  "+cause+more, right, p.w)
		}
		lines := theme.Wrap(cause, p.w-begin)
		return theme.Spread(theme.Cut(left, room)+more, right, p.w) + "\n" +
			strings.Repeat(" ", begin) + strings.Join(lines, "\n"+strings.Repeat(" ", begin))
	}
	text := p.words(r)
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

// words is what there is to say of a step beside its name; of a build that gave
// an image what was sent for it, and how large it is.
func (p *Pane) words(r row) string {
	text := safetext.Line(r.Text)
	b := r.Build
	if b == nil || !b.Built() {
		return text
	}
	text += "  sent " + theme.Bytes(b.Sent)
	if b.Spared() {
		text += " of " + theme.Bytes(b.Context)
	}
	text += "  image " + theme.Bytes(b.After.Size)
	if grown, ok := b.Grown(); ok {
		text += " (" + theme.Growth(grown) + ")"
	}
	return text
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
	columns := t.Muted.Render(amount+"  ") + t.Tone(tone).Render(line) + " " + t.Muted.Render(theme.Right(when, timeWidth))
	if !p.timed() {
		return columns
	}
	was := ""
	if r.Was > 0 && status != stack.Cached {
		was = "  was " + stack.Took(r.Was)
	}
	return columns + t.Muted.Render(theme.Fit(was, wasWidth))
}

// timed reports whether there is a column for how long steps took the last time.
func (p *Pane) timed() bool {
	return p.w >= timedFrom && slices.ContainsFunc(p.rows, func(r row) bool { return !r.fold && r.Was > 0 })
}

// timedFrom is the width from which on that column leaves the names room.
const timedFrom = 72

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
