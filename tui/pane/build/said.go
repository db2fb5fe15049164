package build

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"berth/safetext"
	"berth/stack"
	"berth/tui/theme"
)

func indent(r row) string { return strings.Repeat("  ", r.Depth) + "   " }

// tail is how many lines of its output a step shows.
func (p *Pane) tail(r row) int {
	switch {
	case p.turned[r.id] && !r.Whole():
		return len(r.Output)
	case r.Status == stack.Failed:
		return tailFailed
	case p.status(r) == stack.Working:
		return tailRunning
	default:
		return 0
	}
}

// said is what a step printed: all of it when it was opened, its end while it
// runs or when it failed. explained says that the cause of the failure is told
// elsewhere.
func (p *Pane) said(r row, explained bool) []string {
	t, out, keep := p.theme, r.Output, p.tail(r)
	in := indent(r) + t.Rule.Render("│") + " "
	var lines []string
	if p.turned[r.id] && !r.Whole() { // its head may be cut
		for _, l := range theme.Wrap(r.name, max(1, p.w-theme.Width(in))) {
			lines = append(lines, in+l)
		}
	}
	if over := max(0, len(out)-keep); keep > 0 {
		if over+r.Lost > 0 {
			text := "… " + theme.Count(over+r.Lost, "earlier line")
			if r.Lost > 0 {
				text += fmt.Sprintf(", %s no longer kept", theme.Number(r.Lost))
			}
			lines = append(lines, in+t.Muted.Render(text))
		}
		for _, s := range out[over:] {
			text := []string{safetext.Line(s)}
			if p.turned[r.id] { // to be read, not only to be seen
				text = theme.Wrap(text[0], max(1, p.w-theme.Width(in)))
			}
			for _, l := range text {
				lines = append(lines, in+t.Muted.Render(l))
			}
		}
	}
	if r.Status == stack.Failed && r.Text != "" && !explained {
		for _, l := range theme.Wrap(safetext.Line(r.Text), max(1, p.w-theme.Width(in))) {
			lines = append(lines, in+t.Tone(theme.Bad).Render(l))
		}
	}
	return lines
}

// failure is why the work as a whole failed, where, and what to do.
func (p *Pane) failure() (lines []string) {
	if p.work.Running() || errors.Is(p.work.Err, context.Canceled) {
		return nil
	}
	for n, err := range stack.Apart(p.work.Err) {
		if n > 0 {
			lines = append(lines, "")
		}
		lines = append(lines, p.cause(err)...)
	}
	return lines
}

// cause is one error with all it has to say, but what its step shows already.
func (p *Pane) cause(err error) (lines []string) {
	t := p.theme
	say := func(style func(...string) string, s string) {
		for _, safe := range safetext.Block(s) {
			for _, l := range theme.Wrap(strings.Join(strings.Fields(safe), " "), max(1, p.w-6)) {
				lines = append(lines, style(l))
			}
		}
	}
	var problem *stack.Problem
	if !errors.As(err, &problem) {
		say(t.Tone(theme.Bad).Render, "✕ "+err.Error())
		return lines
	}
	what, subject, shown := problem.What, "", false
	if f := p.work.Failed(); f != nil {
		subject = f.Subject
		shown = len(f.Output) > 0
	}
	if cause := problem.Cause(); cause != "" {
		what += ": " + strings.TrimPrefix(cause, subject+": ")
	}
	if problem.Where != "" {
		what += " (" + problem.Where + ")"
	}
	say(t.Tone(theme.Bad).Render, "✕ "+what)
	if !shown {
		for _, l := range problem.Lines {
			for _, safe := range safetext.Block(l) {
				for _, wrapped := range theme.Wrap(safe, max(1, p.w-8)) {
					lines = append(lines, t.Rule.Render("│")+" "+t.Muted.Render(wrapped))
				}
			}
		}
	}
	if problem.Hint != "" {
		say(t.Text.Render, problem.Hint)
	}
	return lines
}

// stays reports whether a step's text is the same while it runs: then it may
// have a line of its own without moving what is below.
func stays(r row) bool {
	switch r.Action {
	case stack.ActCreate, stack.ActRecreate, stack.ActStart, stack.ActStop, stack.ActRemove:
		return true
	default: // it is there at once, or when all is over
		return (r.Action == stack.ActPredict || r.Action == stack.ActSuite) && r.Status.Final() || !r.Action.Step() || r.Build != nil
	}
}

// below is a text on lines of its own.
func (p *Pane) below(text string, indent int) string {
	if indent > 3 {
		indent += 2 // to where the names begin
	}
	lines := theme.Wrap(p.theme.Muted.Render(text), p.w-indent)
	return strings.Repeat(" ", indent) + strings.Join(lines, "\n"+strings.Repeat(" ", indent))
}
