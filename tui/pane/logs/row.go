package logs

import (
	"fmt"
	"strings"
	"time"

	"berth/logbook"
	"berth/safetext"
	"berth/stack"
	"berth/tui/theme"
)

// Times is how a line's time is shown.
type Times int

// The ways: not at all, as a time of day, as an age.
const (
	NoTimes Times = iota
	Clock
	Ages
)

func (t Times) next() Times { return (t + 1) % (Ages + 1) }

// The widths of the columns before a line's text.
const (
	ageWidth   = 4
	nameWidth  = 14
	levelWidth = 5
)

// rows lays out one line: one row, several when it wraps or is unfolded, none
// when it is folded away.
func (p *Pane) rows(at logbook.Position) []string {
	e, ok := p.book.At(at)
	switch {
	case !ok:
		return nil
	case e.Stream.Ours():
		return []string{p.divider(e)}
	case e.Inside && p.folded(at):
		return nil
	}
	lead := p.lead(e)
	room := max(1, p.w-theme.Width(lead)-2)
	var rows []string
	for n, part := range p.body(e, room) {
		if n == 1 {
			lead = strings.Repeat(" ", theme.Width(lead))
		}
		rows = append(rows, lead+p.gutter(e, n)+part)
	}
	return rows
}

// folded reports whether a line is hidden in its record. A record whose last
// line is not shown hides nothing: there would be no key to see it.
func (p *Pane) folded(at logbook.Position) bool {
	end := p.book.Record(at)
	return !p.unfolded[end] && p.view().Has(end)
}

// lead is the columns before the text: time and service.
func (p *Pane) lead(e logbook.Entry) string {
	t, lead := p.theme, ""
	switch p.settings.Times {
	case Clock:
		lead = t.Muted.Render(e.Time.Local().Format("15:04:05.000")) + " "
	case Ages:
		lead = t.Muted.Render(theme.Right(theme.Age(p.now.Sub(e.Time)), ageWidth)) + " "
	}
	if p.merged {
		lead += t.Hue(p.hues[e.Ref.String()]).Render(theme.Fit(theme.Shorten(safetext.Line(e.Ref.String()), nameWidth), nameWidth)) + " "
	}
	return lead
}

// gutter is the mark before a row: the cursor, a selected or marked line, what
// went to stderr.
func (p *Pane) gutter(e logbook.Entry, row int) string {
	t := p.theme
	switch {
	case p.acted(e.Position):
		return t.Accent.Render("▌") + " "
	case p.marks[e.Position] && row == 0:
		return t.Accent.Render("◆") + " "
	case e.Stream == stack.Stderr:
		return t.Tone(theme.Warn).Render("▏") + " "
	}
	return "  "
}

// acted reports whether a line is one that keys act on, and shows it.
func (p *Pane) acted(at logbook.Position) bool {
	if p.spot().follow {
		return false
	}
	from, to := p.selected()
	return at.Compare(from) >= 0 && at.Compare(to) <= 0
}

// body is a line's text in rows.
func (p *Pane) body(e logbook.Entry, room int) []string {
	t := p.theme
	style := t.Tone(Tone(e.Level))
	if e.Health {
		style = t.Muted
	}
	text, spans, open := e.Safe, e.Spans(), p.unfolded[e.Position]
	if title := p.book.Title(e.Position); !open && title != text {
		text, spans = title, nil
	}
	if e.Dropped > 0 {
		text += fmt.Sprintf(" … (%s cut off)", theme.Bytes(e.Dropped))
	}
	if !p.settings.Wrap {
		text, spans = cut(text, spans, room) // before its styles, which cost more than its letters
	}
	if e.Lines > 0 {
		glyph := "▸ "
		if open {
			glyph = "▾ "
		}
		return p.fit(style.Render(glyph)+p.lit(text, spans, style)+t.Muted.Render(fmt.Sprintf("  (%s)", theme.Count(e.Lines, "line"))), room)
	}
	message, fields, ok := logbook.Message(e.Text)
	if !ok {
		return p.fit(p.lit(text, spans, style), room)
	}
	level := strings.Repeat(" ", levelWidth)
	if e.Level != logbook.NoLevel {
		level = style.Render(theme.Fit(strings.ToUpper(e.Level.String()), levelWidth))
	}
	line := level + " " + p.lit(message, nil, style)
	if open {
		rows := p.fit(line, room)
		for _, part := range logbook.Indented(e.Text) {
			rows = append(rows, p.fit("  "+p.lit(part, nil, t.Muted), room)...)
		}
		return rows
	}
	for _, f := range fields {
		line += "  " + t.Muted.Render(f.Name+"=") + p.lit(f.Value, nil, t.Muted)
	}
	return p.fit(line, room)
}

// fold unfolds the record under the cursor, or folds it.
func (p *Pane) fold() {
	s := p.pause()
	at := p.book.Record(s.cursor)
	e, ok := p.book.At(at)
	if _, _, is := logbook.Message(e.Text); !ok || e.Lines == 0 && !is {
		p.said = "this line has nothing folded"
		return
	}
	if p.unfolded[at] {
		delete(p.unfolded, at)
	} else {
		p.unfolded[at] = true
	}
	p.show(at)
}

// divider is Berth's own line between what containers print.
func (p *Pane) divider(e logbook.Entry) string {
	text := e.Safe
	if p.merged && e.Service != "" {
		text = safetext.Line(e.Ref.String()) + ": " + text
	}
	at := ""
	if !e.Time.IsZero() {
		at = "  " + e.Time.Local().Format(time.TimeOnly)
	}
	text = " " + theme.Cut(theme.Cut(text, max(1, p.w-8-len(at)))+at, max(1, p.w-8)) + " "
	side := max(0, p.w-theme.Width(text))
	style := p.theme.Muted
	if e.Stream == stack.Gap {
		style = p.theme.Tone(theme.Warn)
	}
	left := p.theme.Rule.Render(strings.Repeat("─", side/2))
	if p.acted(e.Position) && side > 1 {
		left = p.theme.Accent.Render("▌") + p.theme.Rule.Render(strings.Repeat("─", side/2-1))
	}
	return left + style.Render(text) + p.theme.Rule.Render(strings.Repeat("─", side-side/2))
}
