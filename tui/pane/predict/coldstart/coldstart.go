// Package coldstart is a start of a service as its first users have it: when it
// predicts, and how long the first prediction and later ones take.
package coldstart

import (
	"context"
	"errors"
	"time"

	tea "charm.land/bubbletea/v2"

	"berth/predict"
	"berth/predict/cold"
	"berth/safetext"
	"berth/stack"
	"berth/tui/bind"
	"berth/tui/feed"
	"berth/tui/theme"
)

// Starter starts services anew.
type Starter interface {
	// ColdStart restarts a service, sends it a body until it is answered, and then
	// again, and tells how far it is.
	ColdStart(ctx context.Context, r stack.Ref, e predict.Endpoint, body []byte, told func(string)) (cold.Start, error)
}

// View is a start that is to be measured, is, or was.
type View struct {
	feed.Task[string, cold.Start]

	group    *feed.Group
	starter  Starter
	ref      stack.Ref
	endpoint predict.Endpoint
	body     []byte
	back     func() tea.Cmd
	theme    theme.Theme
}

// New asks whether to measure a start: the service is away meanwhile. back leads
// out of it.
func New(g *feed.Group, s Starter, r stack.Ref, e predict.Endpoint, body []byte, back func() tea.Cmd) *View {
	return &View{group: g, starter: s, ref: r, endpoint: e, body: body, back: back}
}

func (v *View) begin() tea.Cmd {
	return v.Start(v.group, func(ctx context.Context, tell func(string)) (cold.Start, error) {
		return v.starter.ColdStart(ctx, v.ref, v.endpoint, v.body, tell)
	})
}

// Restyle sets the theme.
func (v *View) Restyle(t theme.Theme) { v.theme = t }

// Keys are the keys while a start is measured.
func (v *View) Keys() []bind.Action {
	under, over, verb := "", "nothing is measured", "restart it and measure"
	if v.Running() {
		under, over = "it is being measured", ""
	}
	if v.Done() {
		verb = "restart it and measure again"
	}
	return []bind.Action{
		bind.New("start.measure", verb, v.begin, "enter").Unless(under),
		bind.New("start.stop", "measure no longer", func() tea.Cmd { v.Stop(); return nil }, "esc").Unless(over),
		bind.New("start.close", "back to the request", func() tea.Cmd { return v.back() }, "esc", "W").Unless(under),
	}
}

// View is what is measured, in w × h cells.
func (v *View) View(w, h int, now time.Time, _ bool) []string {
	t, name := v.theme, safetext.Line(v.ref.String())
	lines := []string{t.Strong.Render("Cold start of "+name) + "  " + t.Muted.Render(safetext.Line(v.endpoint.String())), ""}
	switch {
	case v.Running():
		return append(lines, t.Tone(theme.Working).Render("◐ "+safetext.Line(v.Progress))+"  "+theme.Clock(now.Sub(v.Began)))
	case errors.Is(v.Err, context.Canceled):
		return append(lines, t.Tone(theme.Warn).Render("⊘ ended before it was measured; the service comes up all the same"))
	case v.Err != nil:
		return append(append(lines, t.Tone(theme.Bad).Render("✕ The start could not be measured.")), theme.Explain(v.Err, w)...)
	case !v.Done():
		lines = append(lines, theme.Wrap("Restarts "+name+", sends it the body until it is answered, and then again: when it predicts, what the first prediction takes and what later ones do, and which start_period its health check should have. It does not serve meanwhile.", w)...)
		return append(lines, "", t.Key.Render("enter")+t.Muted.Render("  restarts it and measures"), t.Key.Render("esc")+t.Muted.Render("    goes back to the request"))
	}
	const label = 11
	for _, l := range v.Result.Lines() {
		for n, text := range theme.Wrap(safetext.Line(l[1]), max(1, w-label)) {
			name := l[0]
			if n > 0 {
				name = ""
			}
			lines = append(lines, t.Muted.Render(theme.Fit(name, label))+text)
		}
	}
	return t.Clip(lines, h)
}
