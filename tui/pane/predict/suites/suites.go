// Package suites is what the project's suites have about a service: the verdict
// of asking it, the cases, and what is wrong with the selected one.
package suites

import (
	"context"
	"fmt"
	"path"
	"time"

	tea "charm.land/bubbletea/v2"

	"berth/predict/suite"
	"berth/safetext"
	"berth/stack"
	"berth/tui/bind"
	"berth/tui/feed"
	"berth/tui/list"
	"berth/tui/theme"
)

// Checker asks suites.
type Checker interface {
	// Check asks the service what the project's suites have about it, and tells
	// how far it is; nil: they have nothing.
	Check(ctx context.Context, r stack.Ref, told func(n, of int)) (*suite.Report, error)
}

// Leave are the ways out of them.
type Leave struct {
	Take func(suite.Case) tea.Cmd // with a case's body
	Back func() tea.Cmd
}

// View is the suites.
type View struct {
	group   *feed.Group
	checker Checker
	ref     stack.Ref
	leave   Leave
	theme   theme.Theme
	task    feed.Task[progress, *suite.Report]
	cursor  list.Cursor
}

// progress is how many cases were asked.
type progress struct{ n, of int }

// New begins to ask them; the command waits for news of it.
func New(g *feed.Group, c Checker, r stack.Ref, leave Leave) (*View, tea.Cmd) {
	v := &View{group: g, checker: c, ref: r, leave: leave}
	return v, v.begin()
}

func (v *View) begin() tea.Cmd {
	return v.task.Start(v.group, func(ctx context.Context, tell func(progress)) (*suite.Report, error) {
		return v.checker.Check(ctx, v.ref, func(n, of int) { tell(progress{n, of}) })
	})
}

// Close gives up those that are being asked.
func (v *View) Close() { v.task.Close() }

// Restyle sets the theme.
func (v *View) Restyle(t theme.Theme) { v.theme = t }

// Update takes up how far they are.
func (v *View) Update(msg tea.Msg) tea.Cmd {
	was := v.task.Done()
	cmd := v.task.Update(msg)
	if v.task.Done() && !was {
		v.cursor.Reset(len(v.results()))
		for n, one := range v.results() { // what did not pass is looked at first
			if one.Outcome != suite.Passed {
				v.cursor.ScrollDown(n)
				break
			}
		}
	}
	return cmd
}

// Running reports whether they are being asked.
func (v *View) Running() bool { return v.task.Running() }

// Wheel goes through the cases.
func (v *View) Wheel(lines int) tea.Cmd {
	bind.Wheel(&v.cursor, lines)
	return nil
}

func (v *View) results() []suite.Result {
	if v.task.Result == nil {
		return nil
	}
	return v.task.Result.Results
}

// Keys are the keys in the suites.
func (v *View) Keys() []bind.Action {
	none, under := "", ""
	if len(v.results()) == 0 {
		none = "there is no case"
	}
	if v.task.Running() {
		under = "they are being asked"
	}
	take := func() tea.Cmd { return v.leave.Take(v.results()[v.cursor.At].Case) }
	return append([]bind.Action{
		bind.New("suite.again", "ask again", v.begin, "enter").Unless(under),
		bind.New("suite.edit", "take its body", take, "i").Unless(none),
		bind.New("suite.close", "back to the request", func() tea.Cmd { return v.leave.Back() }, "esc", "C"),
	}, bind.Scrolling(&v.cursor)...)
}

// View is the verdict, the cases, and what is wrong with the selected one, in
// w × h cells.
func (v *View) View(w, h int, now time.Time, focused bool) []string {
	t := v.theme
	head := t.Strong.Render("Suites of " + suite.Dir + "/")
	r := v.task.Result
	switch {
	case v.task.Running():
		of := ""
		if now := v.task.Progress; now.of > 0 {
			of = fmt.Sprintf("  %d of %s", now.n, theme.Count(now.of, "case"))
		}
		return []string{head, "", t.Tone(theme.Working).Render("◐ asking"+of) + "  " + theme.Clock(now.Sub(v.task.Began))}
	case v.task.Err != nil:
		return append([]string{head, "", t.Tone(theme.Bad).Render("✕ The suites could not be asked.")}, theme.Explain(v.task.Err, w)...)
	case r == nil:
		return []string{
			head, "", "No case is about " + safetext.Line(v.ref.String()) + " yet.", "",
			t.Key.Render("esc") + t.Muted.Render("  goes back to the request"),
			t.Key.Render("K") + t.Muted.Render("    there keeps the last answer as a case, in "+suite.Dir+"/"),
		}
	}
	tone := theme.Good
	if !r.OK() {
		tone = theme.Warn
	}
	lines := append([]string{head}, theme.Wrap(t.Tone(tone).Render(r.Verdict), w)...)
	for _, f := range r.Flaws {
		lines = append(lines, theme.Cut(t.Tone(theme.Bad).Render("✕ "+safetext.Line(f.String())), w))
	}
	lines = append(lines, "")
	detail := v.detail(w)
	room := max(1, h-len(lines))
	from, to, told := v.cursor.Window(len(r.Results), max(1, min(len(r.Results), room-min(len(detail)+1, room/2))), false)
	for n := from; n < to; n++ {
		lines = append(lines, v.row(r.Results[n], n == v.cursor.At, focused, w))
	}
	if told {
		lines = append(lines, t.Muted.Render(theme.Unseen(from, len(r.Results)-to)))
	}
	lines = append(append(lines, ""), detail...)
	return lines[:min(len(lines), h)]
}

func (v *View) row(one suite.Result, selected, focused bool, w int) string {
	t := v.theme
	cursor, style := "  ", t.Text
	if selected {
		cursor = "▏ "
		if focused {
			cursor, style = t.Accent.Render("▏")+" ", t.Strong
		}
	}
	glyph, tone := glyphOf(one.Outcome)
	left := cursor + t.Tone(tone).Render(glyph) + " " + style.Render(safetext.Line(one.Name))
	if one.Outcome != suite.Passed {
		left += "  " + t.Tone(tone).Render(string(one.Outcome))
	}
	return theme.Spread(left, t.Muted.Render(theme.Right(stack.Took(one.Took), 8)), w)
}

// glyphOf says how a case went.
func glyphOf(o suite.Outcome) (string, theme.Tone) {
	switch o {
	case suite.Passed:
		return "✓", theme.Good
	case suite.Changed:
		return "△", theme.Warn
	default:
		return "✕", theme.Bad
	}
}

// detail is what there is to say of the selected case.
func (v *View) detail(w int) []string {
	all := v.results()
	if len(all) == 0 {
		return nil
	}
	one, t := all[v.cursor.At], v.theme
	lines := []string{t.Muted.Render(theme.Cut(fmt.Sprintf("%s:%d", safetext.Line(path.Clean(one.File)), one.Line), w))}
	for _, l := range one.Lines() {
		lines = append(lines, theme.Wrap(l, w)...)
	}
	if one.Outcome == suite.Passed && one.Ignored > 0 {
		lines = append(lines, theme.Count(one.Ignored, "place")+" differ, and may")
	}
	return lines
}
