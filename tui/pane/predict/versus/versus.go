// Package versus is the image that ran before beside the one that runs: what
// they answer to the same, and what that takes them.
package versus

import (
	"context"
	"errors"
	"time"

	tea "charm.land/bubbletea/v2"

	"berth/predict"
	"berth/predict/ab"
	"berth/safetext"
	"berth/stack"
	"berth/tui/bind"
	"berth/tui/feed"
	"berth/tui/theme"
)

// Comparer asks two images.
type Comparer interface {
	// Compare asks the image that ran before, beside the service, the same as the
	// service, and tells how far it is.
	Compare(ctx context.Context, r stack.Ref, e predict.Endpoint, told func(string)) (Compared, error)
}

// Compared is what the two have to do with each other.
type Compared struct {
	*ab.Report

	From  string   // where the inputs are from
	Notes []string // what may make the two differ besides
}

// View is a comparison that is made, or was.
type View struct {
	feed.Task[string, Compared]

	group    *feed.Group
	comparer Comparer
	ref      stack.Ref
	endpoint predict.Endpoint
	back     func() tea.Cmd
	theme    theme.Theme
}

// New begins to compare; the command waits for news of it. back leads out of it.
func New(g *feed.Group, c Comparer, r stack.Ref, e predict.Endpoint, back func() tea.Cmd) (*View, tea.Cmd) {
	v := &View{group: g, comparer: c, ref: r, endpoint: e, back: back}
	return v, v.begin()
}

func (v *View) begin() tea.Cmd {
	return v.Start(v.group, func(ctx context.Context, tell func(string)) (Compared, error) {
		return v.comparer.Compare(ctx, v.ref, v.endpoint, tell)
	})
}

// Restyle sets the theme.
func (v *View) Restyle(t theme.Theme) { v.theme = t }

// Keys are the keys in a comparison.
func (v *View) Keys() []bind.Action {
	under, over := "", "it has ended"
	if v.Running() {
		under, over = "both are being asked", ""
	}
	return []bind.Action{
		bind.New("versus.again", "compare again", v.begin, "enter").Unless(under),
		bind.New("versus.stop", "end it", func() tea.Cmd { v.Stop(); return nil }, "esc").Unless(over),
		bind.New("versus.close", "back to the request", func() tea.Cmd { return v.back() }, "esc", "V").Unless(under),
	}
}

// View has the two beside each other, and what differs, in w × h cells.
func (v *View) View(w, h int, now time.Time, _ bool) []string {
	t, made := v.theme, v.Result
	lines := []string{t.Strong.Render("The image before beside the one that runs"), ""}
	switch {
	case v.Running():
		return append(lines, t.Tone(theme.Working).Render("◐ "+safetext.Line(v.Progress))+"  "+theme.Clock(now.Sub(v.Began)))
	case errors.Is(v.Err, context.Canceled):
		return append(lines, t.Tone(theme.Warn).Render("⊘ ended before they were compared; the image before is removed"))
	case v.Err != nil:
		return append(append(lines, t.Tone(theme.Bad).Render("✕ They could not be compared.")), theme.Explain(v.Err, w)...)
	}
	tone := theme.Good
	if made.Differ+made.Failed > 0 {
		tone = theme.Warn
	}
	lines = append(lines, theme.Wrap(t.Tone(tone).Render(made.Verdict)+"  "+t.Muted.Render(safetext.Line(made.From)), w)...)
	const what, side = 18, 20
	lines = append(lines, "", theme.Fit("", what)+t.Muted.Render(theme.Fit("before", side)+"now"))
	for _, row := range made.Rows(theme.Bytes) {
		lines = append(lines, t.Muted.Render(theme.Fit(row.What, what))+theme.Fit(safetext.Line(row.Before), side)+safetext.Line(row.Now))
	}
	lines = append(lines, "")
	for _, l := range made.Lines() {
		lines = append(lines, theme.Wrap(l, w)...)
	}
	for _, note := range made.Notes {
		for _, l := range theme.Wrap(safetext.Line(note), max(1, w-2)) {
			lines = append(lines, t.Muted.Render(l))
		}
	}
	return t.Clip(lines, h)
}
