// Package batches is a table that is sent row by row: what its columns are, how
// far it is, and what came of the rows.
package batches

import (
	"context"
	"errors"
	"time"

	tea "charm.land/bubbletea/v2"

	"berth/predict"
	"berth/predict/batch"
	"berth/safetext"
	"berth/stack"
	"berth/tui/bind"
	"berth/tui/feed"
	"berth/tui/theme"
)

// Sender sends tables.
type Sender interface {
	// LookAt reads a table and says what would be sent of it. Nothing is.
	LookAt(ctx context.Context, r stack.Ref, e predict.Endpoint, body []byte, o batch.Order, reading func(bytes int64)) (Table, error)
	// SendRows sends the rows; what came of them is in files, also when ctx ends
	// or an error comes: then they can be gone on with.
	SendRows(ctx context.Context, r stack.Ref, e predict.Endpoint, body []byte, o batch.Order, told func(batch.Tally)) (batch.Tally, error)
}

// Table is what is known of a table before its rows are sent.
type Table struct {
	Order    batch.Order // with what a run that was broken off had
	Rows     int64
	Done     int64    // rows of such a run
	Lines    []string // what goes where
	Warnings []string
}

// Leave are the ways out of it.
type Leave struct {
	Other func() tea.Cmd // to another table
	Back  func() tea.Cmd
}

// View is a table that is looked at, sent, or was.
type View struct {
	group    *feed.Group
	sender   Sender
	ref      stack.Ref
	endpoint predict.Endpoint
	body     []byte
	order    batch.Order
	leave    Leave
	theme    theme.Theme
	looking  feed.Task[int64, Table]
	sending  feed.Task[batch.Tally, batch.Tally]
	meter    batch.Meter
}

// New begins to look at a table; the command waits for news of it.
func New(g *feed.Group, s Sender, r stack.Ref, e predict.Endpoint, body []byte, o batch.Order, leave Leave) (*View, tea.Cmd) {
	v := &View{group: g, sender: s, ref: r, endpoint: e, body: body, order: o, leave: leave}
	return v, v.look()
}

func (v *View) look() tea.Cmd {
	return v.looking.Start(v.group, func(ctx context.Context, tell func(int64)) (Table, error) {
		return v.sender.LookAt(ctx, v.ref, v.endpoint, v.body, v.order, tell)
	})
}

func (v *View) send() tea.Cmd {
	order := v.looking.Result.Order
	v.meter = batch.Meter{}
	return v.sending.Start(v.group, func(ctx context.Context, tell func(batch.Tally)) (batch.Tally, error) {
		return v.sender.SendRows(ctx, v.ref, v.endpoint, v.body, order, tell)
	})
}

// Close breaks off what is sent: it can be gone on with.
func (v *View) Close() {
	v.looking.Close()
	v.sending.Close()
}

// Restyle sets the theme.
func (v *View) Restyle(t theme.Theme) { v.theme = t }

// Update takes up how far it is.
func (v *View) Update(msg tea.Msg) tea.Cmd {
	if news, ok := msg.(feed.Told[batch.Tally, batch.Tally]); ok {
		cmd, mine := v.sending.Take(news)
		if mine && v.sending.Running() {
			v.meter.Take(time.Now(), v.sending.Progress.Settled())
		}
		return cmd
	}
	return v.looking.Update(msg)
}

// Running reports whether something is under way.
func (v *View) Running() bool { return v.looking.Running() || v.sending.Running() }

// whole reports whether something came of every row.
func (v *View) whole() bool { return v.sending.Done() && v.sending.Err == nil }

// Keys are the keys while a table is looked at.
func (v *View) Keys() []bind.Action {
	verb, unsent, under, over := "send the rows", "", "", "nothing is being sent"
	switch {
	case v.looking.Running():
		unsent = "the table is being read"
	case v.looking.Err != nil:
		unsent = "the table cannot be sent"
	case v.sending.Running():
		unsent, under, over = "they are being sent", "they are being sent", ""
	case v.whole():
		unsent = "all are sent"
	case v.sending.Done() || v.looking.Result.Done > 0:
		verb = "go on"
	}
	return []bind.Action{
		bind.New("batch.send", verb, v.send, "enter").Unless(unsent),
		bind.New("batch.other", "another table", func() tea.Cmd { return v.leave.Other() }, "T").Unless(under),
		bind.New("batch.stop", "break it off", func() tea.Cmd { v.sending.Stop(); return nil }, "esc").Unless(over),
		bind.New("batch.close", "back to the request", func() tea.Cmd { return v.leave.Back() }, "esc").Unless(under),
	}
}

// View is what will be sent, how far it is, or what came of it, in w × h cells.
func (v *View) View(w, h int, now time.Time, _ bool) []string {
	t, table := v.theme, v.looking.Result
	head := []string{t.Strong.Render(safetext.Line(v.order.File)) + "  " + t.Muted.Render("→ "+safetext.Line(v.endpoint.String())), ""}
	switch {
	case v.looking.Running():
		read := ""
		if n := v.looking.Progress; n > 0 {
			read = "  " + theme.Bytes(n)
		}
		return append(head, t.Tone(theme.Working).Render("◐ reading it"+read)+"  "+theme.Clock(now.Sub(v.looking.Began)))
	case v.looking.Err != nil:
		return t.Clip(append(append(head, t.Tone(theme.Bad).Render("✕ The table cannot be sent.")), theme.Explain(v.looking.Err, w)...), h)
	}
	lines := append(head, v.state(table, w)...)
	const label = 10
	say := func(name, text string) {
		lines = append(lines, t.Muted.Render(theme.Fit(name, label))+theme.Cut(safetext.Line(text), max(1, w-label)))
	}
	lines = append(lines, "")
	say("answers", table.Order.Out)
	if !v.whole() || v.sending.Result.Failed() > 0 {
		say("failures", table.Order.Failures)
	}
	for _, warning := range table.Warnings {
		for _, l := range theme.Wrap("△ "+safetext.Line(warning), w) {
			lines = append(lines, t.Tone(theme.Warn).Render(l))
		}
	}
	if err := v.sending.Err; err != nil {
		lines = append(lines, "")
		if errors.Is(err, context.Canceled) {
			lines = append(lines, "Broken off. "+t.Key.Render("enter")+t.Muted.Render(" goes on where it was: no row is sent twice that was answered"))
		} else {
			lines = append(lines, theme.Explain(err, w)...)
		}
	}
	lines = append(lines, "")
	if len(table.Lines) == 0 {
		say("columns", "each as its field is called")
	}
	for n, l := range table.Lines {
		name := ""
		if n == 0 {
			name = "columns"
		}
		say(name, l)
	}
	return t.Clip(lines, h)
}

// state is how far it is, in a few lines.
func (v *View) state(table Table, w int) []string {
	t := v.theme
	done, rows := table.Done, theme.Count(int(table.Rows), "row")
	switch {
	case v.sending.Running() && v.sending.Progress.Rows == 0:
		return []string{t.Tone(theme.Working).Render("◐ reading it")}
	case v.sending.Running():
		line := batch.Line(v.sending.Progress, &v.meter, max(0, min(30, w-50)))
		return []string{t.Tone(theme.Working).Render(theme.Cut("◐ "+line, w))}
	case v.whole() && v.sending.Result.Failed() == 0:
		return []string{t.Tone(theme.Good).Render(theme.Cut("✓ "+v.sending.Result.String(), w))}
	case v.sending.Done() && v.sending.Result.Rows == 0:
		return []string{t.Tone(theme.Bad).Render("✕ no row was sent")}
	case v.sending.Done():
		return []string{t.Tone(theme.Warn).Render(theme.Cut("△ "+v.sending.Result.String(), w))}
	case done > 0:
		return []string{rows + ", " + theme.Number(int(done)) + " of them done: " + t.Key.Render("enter") + t.Muted.Render(" goes on")}
	default:
		return []string{rows + "  " + t.Key.Render("enter") + t.Muted.Render(" sends them")}
	}
}
