package build

import (
	"errors"
	"fmt"
	"strings"
	"time"

	"berth/safetext"
	"berth/stack"
	"berth/tui/steps"
	"berth/tui/theme"
)

// headerHeight is the title and the line below it.
const headerHeight = 2

// tailRunning and tailFailed are how many lines of a step's output are shown
// without asking.
const (
	tailRunning = 3
	tailFailed  = 20
)

// line is one line of the pane: a step, or something it says.
type line struct {
	text string
	id   string // the step's
	head bool   // the step itself
}

func (p *Pane) empty() []string {
	t := p.theme
	return []string{
		"Nothing was built or pulled since Berth started.",
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
	case w.Err != nil:
		left += t.Tone(theme.Bad).Render("failed") + " after " + stack.Took(w.Took(now))
	default:
		left += t.Tone(theme.Good).Render("done") + " in " + stack.Took(w.Took(now))
	}
	return []string{theme.Spread(left, t.Muted.Render(right), p.w), ""}
}

// draw makes all lines.
func (p *Pane) draw(now time.Time, focused bool) []line {
	var lines []line
	for _, r := range p.work.Tree() {
		lines = append(lines, line{p.head(r, now, focused), r.ID, true})
		for _, s := range p.said(r) {
			lines = append(lines, line{s, r.ID, false})
		}
	}
	return append(lines, p.failure()...)
}

// head is the line of a step: glyph, what it is, what there is to say, time.
func (p *Pane) head(r steps.Row, now time.Time, focused bool) string {
	t := p.theme
	glyph, tone := mark(p.status(r))
	subject := safetext.Line(r.Subject)
	if r.Action != stack.ActBuild && r.Action != stack.ActNote && r.Action != "" {
		subject = string(r.Action) + " " + subject
	}
	name := t.Text
	if r.Depth == 0 {
		name = t.Strong
	}
	cursor := " "
	if r.ID == p.cursor {
		cursor = t.Muted.Render("▏")
		if focused {
			cursor = t.Accent.Render("▌")
		}
	}
	left := cursor + strings.Repeat("  ", r.Depth) + t.Tone(tone).Render(glyph) + " " + name.Render(subject)
	if text := safetext.Line(r.Text); text != "" && r.Status != stack.Failed {
		left += "  " + t.Muted.Render(text)
	}
	return theme.Spread(left, p.measure(r, now), p.w)
}

// status is a step's, except that nothing goes on once the work has ended:
// what was not over was cancelled with it.
func (p *Pane) status(r steps.Row) stack.Status {
	if r.Status == stack.Working && !p.work.Running() {
		return stack.Cancelled
	}
	return r.Status
}

// measure is the right column: bytes where they are known, and the time.
func (p *Pane) measure(r steps.Row, now time.Time) string {
	t := p.theme
	amount := ""
	switch {
	case r.Total > 0 && !p.status(r).Final():
		amount = theme.Bytes(r.Progress.Current) + " of " + theme.Bytes(r.Total)
	case r.Progress.Current > 0:
		amount = theme.Bytes(r.Progress.Current)
	}
	when := ""
	switch {
	case p.status(r) == stack.Cached || p.status(r) == stack.Unchanged || p.status(r) == stack.Cancelled:
		when = string(p.status(r))
	case r.Status == stack.Working:
		when = theme.Clock(r.Age(now))
	case r.Action != stack.ActNote:
		when = stack.Took(r.Elapsed)
	}
	return t.Muted.Render(amount + "  " + theme.Right(when, 9))
}

// said is what a step printed: all of it when it was opened, its end while it
// runs or when it failed.
func (p *Pane) said(r steps.Row) []string {
	t, out, lost := p.theme, r.Output, r.Lost
	keep := 0
	switch {
	case p.open[r.ID]:
		keep = len(out)
	case r.Status == stack.Failed:
		keep = tailFailed
	case p.status(r) == stack.Working:
		keep = tailRunning
	}
	indent := strings.Repeat("  ", r.Depth) + "   " + t.Rule.Render("│") + " "
	var lines []string
	if over := max(0, len(out)-keep); keep > 0 && over+lost > 0 {
		text := theme.Count(over+lost, "earlier line")
		if lost > 0 {
			text += fmt.Sprintf(", %s no longer kept", theme.Number(lost))
		}
		lines = append(lines, indent+t.Muted.Render(text))
		out = out[over:]
	} else if keep == 0 {
		out = nil
	}
	for _, s := range out {
		lines = append(lines, indent+t.Muted.Render(safetext.Line(s)))
	}
	if r.Status == stack.Failed && r.Text != "" {
		lines = append(lines, indent+t.Tone(theme.Bad).Render(safetext.Line(r.Text)))
	}
	return lines
}

// failure is why the work as a whole failed, where, and what to do.
func (p *Pane) failure() []line {
	t, err := p.theme, p.work.Err
	if p.work.Running() || err == nil {
		return nil
	}
	texts := []string{""}
	say := func(style func(...string) string, s string) {
		for _, safe := range safetext.Block(s) {
			for _, l := range theme.Wrap(safe, max(1, p.w-3)) {
				texts = append(texts, "   "+style(l))
			}
		}
	}
	var problem *stack.Problem
	if !errors.As(err, &problem) {
		say(t.Tone(theme.Bad).Render, err.Error())
	} else {
		what := problem.What
		if problem.Err != nil {
			what += ": " + problem.Err.Error()
		}
		say(t.Tone(theme.Bad).Render, what)
		if problem.Where != "" {
			say(t.Text.Render, "at "+problem.Where)
		}
		if problem.Hint != "" {
			say(t.Text.Render, problem.Hint)
		}
	}
	id := p.cursor
	if f := p.work.Failed(); f != nil {
		id = f.ID
	}
	lines := make([]line, len(texts))
	for n, s := range texts {
		lines[n] = line{text: s, id: id}
	}
	return lines
}

// mark is a status as a glyph.
func mark(s stack.Status) (string, theme.Tone) {
	switch s {
	case stack.Working:
		return "◐", theme.Working
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
