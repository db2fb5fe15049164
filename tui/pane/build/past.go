package build

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"

	"berth/safetext"
	"berth/stack"
	"berth/tui/bind"
	"berth/tui/feed"
	"berth/tui/steps"
	"berth/tui/theme"
)

// Builds lists the past builds of a service, newest first. An error beside them
// says what cannot be read.
type Builds func(ctx context.Context, service string) ([]stack.Build, error)

// past is the builds of the selected service, and which of them is looked at.
type past struct {
	open   bool
	builds []stack.Build
	err    error
	known  bool // they were read
	at     int  // the selected one
	offset int
	height int         // lines there were for them
	shown  *steps.Work // the selected one's steps; nil: the list is shown
}

// openPast lists past builds.
func (p *Pane) openPast() tea.Cmd {
	p.past = past{open: true}
	return p.readPast()
}

func (p *Pane) readPast() tea.Cmd {
	service := p.service
	return p.asked.Ask(p.group, func(ctx context.Context) ([]stack.Build, error) { return p.builds(ctx, service) })
}

// tookPast takes up what was read. Beside what can be read there may be an
// error, which is told.
func (p *Pane) tookPast(a feed.Answer[[]stack.Build]) {
	if p.asked.Take(a) {
		p.past.builds, p.past.err, p.past.known = a.Value, a.Err, true
		p.past.at = max(0, min(p.past.at, len(a.Value)-1))
	}
}

// closePast goes back from a build's steps to the list, and from there to the
// work.
func (p *Pane) closePast() {
	if p.past.shown != nil {
		p.past.shown = nil
	} else {
		p.past = past{}
	}
	p.look()
}

// showPast shows the steps of the selected build.
func (p *Pane) showPast() {
	if p.past.at < len(p.past.builds) {
		p.past.shown = workOf(p.past.builds[p.past.at])
		p.look()
	}
}

// listing reports whether past builds are listed.
func (p *Pane) listing() bool { return p.past.open && p.past.shown == nil }

// workOf is a build as work that has ended.
func workOf(b stack.Build) *steps.Work {
	w := &steps.Work{Title: b.Service + ", " + b.At.Local().Format(time.DateTime), Begun: b.At, Ended: b.At.Add(b.Took)}
	switch b.Result {
	case stack.Failed:
		w.Err = errors.New(b.Error)
	case stack.Cancelled:
		w.Err = context.Canceled
	}
	const whole = "build"
	if o := b.Options.String(); o != "" {
		w.Add(stack.Progress{ID: "options", Action: stack.ActNote, Status: stack.Done, Subject: "with " + o})
	}
	w.Add(stack.Progress{
		ID: whole, Action: stack.ActBuild, Status: b.Result, Subject: b.Service, Text: stack.ShortID(b.After.ID),
		At: w.Ended, Elapsed: b.Took, Build: &b,
	})
	for n, s := range b.Steps {
		w.Add(stack.Progress{
			ID: fmt.Sprint(whole, " ", n), Parent: whole, Action: stack.ActBuild, Status: s.Status, Subject: s.Name, Cause: s.Cause,
			At: b.At.Add(s.Began + s.Took), Elapsed: s.Took, Log: s.Output,
		})
	}
	return w
}

// pastKeys are those of the list.
func (p *Pane) pastKeys() []bind.Action {
	none := ""
	if len(p.past.builds) == 0 {
		none = "there is none"
	}
	do := func(f func()) func() tea.Cmd { return func() tea.Cmd { f(); return nil } }
	return append([]bind.Action{
		bind.New("build.output", "its steps", do(p.showPast), "enter").Unless(none),
		bind.New("build.past", "the last work", do(p.closePast), "h").Quietly(),
		p.closeKey(),
	}, bind.Scrolling(&p.past)...)
}

// ScrollUp selects a build further up.
func (l *past) ScrollUp(n int) { l.at = max(0, l.at-n) }

// ScrollDown selects one further down.
func (l *past) ScrollDown(n int) { l.at = max(0, min(l.at+n, len(l.builds)-1)) }

// Height is how many are visible.
func (l *past) Height() int { return max(1, l.height) }

// Top selects the newest.
func (l *past) Top() { l.at = 0 }

// Bottom selects the oldest.
func (l *past) Bottom() { l.at = max(0, len(l.builds)-1) }

// The columns of the list, before the cause.
const (
	agoWidth    = 4
	resultWidth = 11 // "✓ unchanged"
	sizeWidth   = 16 // "299 MB (+1.2 MB)"
)

// viewPast draws the list.
func (p *Pane) viewPast(now time.Time, focused bool) []string {
	t, l := p.theme, &p.past
	title := "Builds of " + safetext.Line(p.service)
	switch {
	case !l.known:
		return []string{t.Strong.Render(title), "", t.Muted.Render("reading…")}
	case len(l.builds) == 0 && l.err == nil:
		return []string{
			t.Strong.Render(title), "", "None is remembered.", "",
			t.Muted.Render("Each build that Berth does is listed here, also in later runs: when, how long, how large, why."),
		}
	}
	lines := []string{theme.Spread(t.Strong.Render(title), t.Muted.Render(theme.Count(len(l.builds), "build")), p.w), ""}
	if l.err != nil {
		for _, text := range theme.Wrap("✕ "+safetext.Line(l.err.Error()), p.w) {
			lines = append(lines, t.Tone(theme.Bad).Render(text))
		}
	}
	about := p.about()
	l.height = p.h - len(lines) - 1 - len(about)
	l.offset = max(min(l.offset, l.at), l.at-l.Height()+1)
	for n, b := range l.builds[l.offset:min(len(l.builds), l.offset+l.Height())] {
		lines = append(lines, p.pastRow(b, n+l.offset == l.at, now, focused))
	}
	if len(l.builds) == 0 {
		return lines
	}
	for len(lines) < p.h-len(about) {
		lines = append(lines, "")
	}
	return append(lines, about...)
}

// aboutHeight is how many lines there are at most for what about says.
const aboutHeight = 3

// about is what the list has no room for to say of the selected build.
func (p *Pane) about() []string {
	if len(p.past.builds) == 0 {
		return nil
	}
	b := p.past.builds[p.past.at]
	words := b.At.Local().Format(time.DateTime)
	for _, more := range []string{b.Options.String(), b.Why()} {
		if more != "" {
			words += "  " + safetext.Line(more)
		}
	}
	lines := theme.Wrap(words, p.w)
	lines = lines[:min(len(lines), aboutHeight)]
	for n := range lines {
		lines[n] = p.theme.Muted.Render(lines[n])
	}
	return lines
}

func (p *Pane) pastRow(b stack.Build, selected bool, now time.Time, focused bool) string {
	t := p.theme
	cursor := " "
	if selected {
		cursor = t.Muted.Render("▏")
		if focused {
			cursor = t.Accent.Render("▌")
		}
	}
	glyph, tone := p.mark(b.Result, now)
	size := "–"
	if b.After.ID != "" {
		size = theme.Bytes(b.After.Size)
		if grown, ok := b.Grown(); ok {
			size += " (" + theme.Growth(grown) + ")"
		}
	}
	why := strings.TrimSpace(b.Options.String() + " " + b.Why())
	row := cursor + t.Muted.Render(theme.Right(theme.Age(now.Sub(b.At)), agoWidth)) + "  " +
		t.Tone(tone).Render(theme.Fit(glyph+" "+string(b.Result), resultWidth)) + " " +
		theme.Right(stack.Took(b.Took), timeWidth) + "  " +
		t.Muted.Render(theme.Fit(size, sizeWidth)) + "  " + safetext.Line(why)
	return theme.Cut(row, p.w)
}
