// Package loads is a load on a service: how far it is, and what it came to.
package loads

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"time"

	tea "charm.land/bubbletea/v2"

	"berth/predict"
	"berth/predict/load"
	"berth/safetext"
	"berth/stack"
	"berth/tui/bind"
	"berth/tui/feed"
	"berth/tui/theme"
)

// Loader makes loads.
type Loader interface {
	// Load sends a body many times, and tells how it goes. What was measured
	// before ctx ended comes beside its error.
	Load(ctx context.Context, r stack.Ref, e predict.Endpoint, body []byte, p load.Plan, told func(load.Result)) (Loaded, error)
}

// Loaded is what a load came to.
type Loaded struct {
	Result  load.Result
	Used    []string // what the service used meanwhile, in lines
	Against []string // how the run before went, in lines; none: there was none like it
}

// Target is what is loaded, with which body.
type Target struct {
	Ref      stack.Ref
	Endpoint predict.Endpoint
	Body     []byte
}

// Leave are the ways out of it.
type Leave struct {
	Other func() tea.Cmd // to a load of another plan
	Back  func() tea.Cmd
}

// View is a load that is made, or was.
type View struct {
	feed.Task[load.Result, Loaded]

	group  *feed.Group
	loader Loader
	target Target
	plan   load.Plan
	leave  Leave
	theme  theme.Theme
}

// New begins a load; the command waits for news of it.
func New(g *feed.Group, l Loader, on Target, p load.Plan, leave Leave) (*View, tea.Cmd) {
	v := &View{group: g, loader: l, target: on, plan: p, leave: leave}
	return v, v.begin()
}

func (v *View) begin() tea.Cmd {
	on, plan := v.target, v.plan
	return v.Start(v.group, func(ctx context.Context, tell func(load.Result)) (Loaded, error) {
		return v.loader.Load(ctx, on.Ref, on.Endpoint, on.Body, plan, tell)
	})
}

// Restyle sets the theme.
func (v *View) Restyle(t theme.Theme) { v.theme = t }

// Keys are the keys in a load.
func (v *View) Keys() []bind.Action {
	under, over := "", "it has ended"
	if v.Running() {
		under, over = "it is being made", ""
	}
	return []bind.Action{
		bind.New("load.again", "make it again", v.begin, "enter").Unless(under),
		bind.New("load.other", "another load", func() tea.Cmd { return v.leave.Other() }, "L").Unless(under),
		bind.New("load.stop", "end it now", func() tea.Cmd { v.Stop(); return nil }, "esc").Unless(over),
		bind.New("load.close", "back to the request", func() tea.Cmd { return v.leave.Back() }, "esc", "h").Unless(under),
	}
}

// View is the load as it goes, and what it came to, in w × h cells.
func (v *View) View(w, h int, now time.Time, _ bool) []string {
	t, made := v.theme, v.Result
	r := made.Result
	head := t.Strong.Render("Load on "+safetext.Line(v.target.Endpoint.String())) + "  " + t.Muted.Render(v.plan.String())
	state := t.Tone(theme.Good).Render("✓ done")
	switch {
	case v.Running():
		r = v.Progress
		state = t.Tone(theme.Working).Render("◐ ") + progress(v.plan, r, now.Sub(v.Began))
	case errors.Is(v.Err, context.Canceled) && r.Sent == 0:
		return []string{head, "", t.Tone(theme.Warn).Render("⊘ ended before anything was answered")}
	case v.Err != nil && r.Sent == 0:
		return append([]string{head, "", t.Tone(theme.Bad).Render("✕ The load could not be made.")}, theme.Explain(v.Err, w)...)
	case errors.Is(v.Err, context.Canceled):
		state = t.Tone(theme.Warn).Render("⊘ ended after " + theme.Clock(r.Took))
	case r.Gone:
		state = t.Tone(theme.Bad).Render("✕ the service is gone")
	case r.Sent > 0 && r.OK == 0:
		state = t.Tone(theme.Bad).Render("✕ no request succeeded")
	case r.Failed() > 0:
		state = t.Tone(theme.Warn).Render("△ " + theme.Count(int(r.Failed()), "request") + " failed")
	}
	lines := []string{theme.Spread(head, state, w), ""}
	if r.Sent == 0 {
		return append(lines, t.Muted.Render("nothing is answered yet"))
	}
	below := v.figures(r, made, w)
	if room := h - 1; len(below) >= room { // no room for bars: the figures first, without empty lines
		below = slices.DeleteFunc(below, func(l string) bool { return l == "" })
		return append(lines[:1], t.Clip(below, room)...)
	}
	bars := r.Draw(min(w, 100))
	if room := h - len(lines) - len(below) - 1; len(bars) > room {
		bars = bars[:max(0, room)]
	}
	for _, bar := range bars {
		lines = append(lines, blocks.ReplaceAllStringFunc(bar, func(s string) string { return t.Tone(theme.Working).Render(s) }))
	}
	if r.Answered() {
		lines = append(lines, "")
	}
	return append(lines, below...)
}

// figures are what was measured, in words.
func (v *View) figures(r load.Result, made Loaded, w int) (lines []string) {
	words := slices.Concat(r.Lines(), made.Used)
	if len(made.Against) > 0 {
		words = append(append(words, ""), made.Against...)
	}
	if v.Err != nil && !errors.Is(v.Err, context.Canceled) {
		words = append(words, safetext.Line(v.Err.Error()))
	}
	for _, word := range words {
		lines = append(lines, theme.Wrap(word, w)...)
	}
	return lines
}

// blocks are what a bar is drawn with.
var blocks = regexp.MustCompile("[█▏▎▍▌▋▊▉]+")

// progress is how much of a load is made.
func progress(p load.Plan, r load.Result, so time.Duration) string {
	if p.For > 0 {
		return theme.Clock(min(so, p.For)) + " of " + theme.Clock(p.For)
	}
	return fmt.Sprintf("%d of %d", r.Sent, p.Count)
}
