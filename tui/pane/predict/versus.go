package predict

import (
	"context"
	"time"

	tea "charm.land/bubbletea/v2"

	"berth/predict/ab"
	"berth/safetext"
	"berth/stack"
	"berth/tui/bind"
	"berth/tui/feed"
	"berth/tui/theme"
)

// Versus is what the image that ran before and the one that runs have to do with
// each other.
type Versus struct {
	*ab.Report

	From  string   // where the inputs are from
	Notes []string // what may make the two differ besides
}

// versus is a comparison that is made, or was.
type versus struct {
	stream *feed.Stream[compared]
	cancel context.CancelFunc
	began  time.Time
	last   compared
}

// compared is how far it is, and in the end what it came to.
type compared struct {
	Versus

	step string
	err  error
	done bool
}

// compareImages asks both images.
func (p *Pane) compareImages() tea.Cmd {
	p.endVersus()
	ref, endpoint := p.service.Ref, p.session().endpoint
	ctx, cancel := context.WithCancel(context.Background())
	v := &versus{began: time.Now(), cancel: cancel, stream: feed.Open(p.group, feed.Latest[compared]())}
	p.versus = v
	v.stream.Go(func(closed context.Context, emit func(compared)) error {
		stop := context.AfterFunc(closed, cancel)
		defer stop()
		got, err := p.predictor.Compare(ctx, ref, endpoint, func(step string) { emit(compared{step: step}) })
		emit(compared{Versus: got, err: err, done: true})
		return nil
	})
	return v.stream.Next
}

// endVersus leaves the comparison; one that is made is given up, and the other
// image removed.
func (p *Pane) endVersus() {
	if p.versus != nil {
		p.versus.cancel()
		p.versus.stream.Close()
		p.versus = nil
	}
}

// compares takes up how far it is.
func (p *Pane) compares(b feed.Batch[compared]) tea.Cmd {
	v := p.versus
	if v == nil || b.From != v.stream {
		return nil
	}
	for _, now := range b.Items {
		v.last = now
	}
	if b.Done {
		return nil
	}
	return v.stream.Next
}

// versusKeys are the keys in a comparison.
func (p *Pane) versusKeys() []bind.Action {
	under, over := "both are being asked", "it has ended"
	if p.versus == nil || p.versus.last.done {
		under = ""
	} else {
		over = ""
	}
	return []bind.Action{
		bind.New("versus.again", "compare again", p.compareImages, "enter").Unless(under),
		bind.New("versus.stop", "end it", func() tea.Cmd { p.versus.cancel(); return nil }, "esc").Unless(over),
		bind.New("versus.close", "back to the request", func() tea.Cmd { p.endVersus(); return nil }, "esc", "V").Unless(under),
	}
}

// versusView has the two beside each other, and what differs.
func (p *Pane) versusView(now time.Time) []string {
	v, t := p.versus, p.theme
	lines := []string{t.Strong.Render("The image before beside the one that runs"), ""}
	switch {
	case !v.last.done:
		lines = append(lines, t.Tone(theme.Working).Render("◐ "+safetext.Line(v.last.step))+"  "+theme.Clock(now.Sub(v.began)))
		return lines
	case v.last.err != nil:
		return append(append(lines, t.Tone(theme.Bad).Render("✕ They could not be compared.")), explain(v.last.err, p.w)...)
	}
	tone := theme.Good
	if v.last.Differ+v.last.Failed > 0 {
		tone = theme.Warn
	}
	lines = append(lines, theme.Wrap(t.Tone(tone).Render(v.last.Verdict)+"  "+t.Muted.Render(safetext.Line(v.last.From)), p.w)...)
	const what, side = 18, 20
	lines = append(lines, "", theme.Fit("", what)+t.Muted.Render(theme.Fit("before", side)+"now"))
	for _, row := range v.last.Rows(theme.Bytes) {
		lines = append(lines, t.Muted.Render(theme.Fit(row.What, what))+theme.Fit(safetext.Line(row.Before), side)+safetext.Line(row.Now))
	}
	lines = append(lines, "")
	for _, l := range v.last.Lines() {
		lines = append(lines, theme.Wrap(l, p.w)...)
	}
	for _, note := range v.last.Notes {
		for _, l := range theme.Wrap(safetext.Line(note), max(1, p.w-2)) {
			lines = append(lines, t.Muted.Render(l))
		}
	}
	if more := len(lines) - p.h; more > 0 {
		lines = append(lines[:max(0, p.h-1)], t.Muted.Render(theme.Unseen(0, more+1)))
	}
	return lines
}

// incomparable is why nothing can be compared.
func (p *Pane) incomparable() string {
	if p.service.Ref == (stack.Ref{}) || !p.service.Up() {
		return "the service is not running"
	}
	if !p.session().known {
		return "it is not known where to send"
	}
	return ""
}
