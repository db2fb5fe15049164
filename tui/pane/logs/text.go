package logs

import (
	"strings"

	"charm.land/lipgloss/v2"

	"berth/logbook"
	"berth/safetext"
	"berth/tui/theme"
)

// Tone is how a line's level looks. The line says its level itself: the colour
// only helps the eye.
func Tone(l logbook.Level) theme.Tone {
	switch l {
	case logbook.Error, logbook.Fatal:
		return theme.Bad
	case logbook.Warn:
		return theme.Warn
	case logbook.Debug, logbook.Trace:
		return theme.Off
	default:
		return theme.Plain
	}
}

// fit is text in rows of at most w cells: one that is cut, or as many as it
// takes when lines wrap.
func (p *Pane) fit(text string, w int) []string {
	if p.settings.Wrap {
		return theme.Wrap(text, w)
	}
	return []string{theme.Cut(text, w)}
}

// cut shortens a text to w cells, and with it what the program styled.
func cut(text string, spans []safetext.Span, w int) (string, []safetext.Span) {
	short := theme.Cut(text, w)
	if short == text {
		return text, spans
	}
	end := len(strings.TrimSuffix(short, "…"))
	var left []safetext.Span
	for _, s := range spans {
		if s.To = min(s.To, end); s.From < s.To {
			left = append(left, s)
		}
	}
	return short, left
}

// lit is text in a style, parts of it as the program wanted them, with what is
// looked for set off.
func (p *Pane) lit(text string, spans []safetext.Span, style lipgloss.Style) string {
	var hits [][]int
	if p.find != nil {
		hits = p.find.In(text)
	}
	var b strings.Builder
	end := 0
	for _, s := range spans {
		paint(&b, text, end, s.From, hits, style)
		paint(&b, text, s.From, s.To, hits, p.theme.Printed(s.Style, style))
		end = s.To
	}
	paint(&b, text, end, len(text), hits, style)
	return b.String()
}

// paint writes a part of a text, and what of the hits is in it the other way
// round.
func paint(b *strings.Builder, text string, from, to int, hits [][]int, style lipgloss.Style) {
	for _, hit := range hits {
		begin, end := max(from, hit[0]), min(to, hit[1])
		if begin >= end {
			continue
		}
		if from < begin {
			b.WriteString(style.Render(text[from:begin]))
		}
		b.WriteString(style.Reverse(!style.GetReverse()).Render(text[begin:end]))
		from = end
	}
	if from < to {
		b.WriteString(style.Render(text[from:to]))
	}
}
