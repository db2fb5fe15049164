package build

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

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
		t.Key.Render("h") + t.Muted.Render("  lists past builds: when, how long, why"),
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
	left := "  "
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
	// Of a long title less is shown: how it ended is what one looks for.
	room := max(shortTitle, p.w-theme.Width(left)-theme.Width(right)-2)
	title := t.Strong.Render(theme.Cut(safetext.Line(w.Title), room))
	return []string{theme.Spread(title+left, t.Muted.Render(right), p.w), ""}
}

// shortTitle is the least that is shown of a work's title.
const shortTitle = 16

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
