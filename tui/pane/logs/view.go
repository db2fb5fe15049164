package logs

import (
	"fmt"
	"strings"

	"berth/logbook"
	"berth/safetext"
	"berth/stack"
	"berth/tui/theme"
)

// footerHeight is an empty line and the counts.
const footerHeight = 2

// The widths of the columns before a line's text.
const (
	timeWidth = 12 // 15:04:05.000
	nameWidth = 14
)

// rows lays out one line: one row, or several when it wraps.
func (p *Pane) rows(s *source, seq int64) []string {
	e, ok := s.book.At(seq)
	if !ok {
		return []string{""}
	}
	if e.Stream == stack.Notice {
		return []string{p.divider(e.LogLine)}
	}
	t := p.theme
	lead := ""
	if p.settings.Timestamps {
		lead += t.Muted.Render(e.Time.Local().Format("15:04:05.000")) + " "
	}
	if p.merged {
		lead += t.Muted.Render(theme.Fit(safetext.Line(e.Ref.String()), nameWidth)) + " "
	}
	// The mark of what went to stderr; the text keeps its place without it.
	mark := "  "
	if e.Stream == stack.Stderr {
		mark = t.Tone(theme.Warn).Render("▏") + " "
	}
	text := e.Safe
	if e.Dropped > 0 {
		text += fmt.Sprintf(" … (%s cut off)", theme.Bytes(e.Dropped))
	}
	style := t.Tone(tone(e.Level))
	room := max(1, p.w-theme.Width(lead)-2)
	if !p.settings.Wrap {
		return []string{lead + mark + style.Render(theme.Cut(text, room))}
	}
	var rows []string
	for _, part := range theme.Wrap(text, room) {
		rows = append(rows, lead+mark+style.Render(part))
		lead = strings.Repeat(" ", theme.Width(lead))
	}
	return rows
}

// divider is Berth's own line between what containers print.
func (p *Pane) divider(l stack.LogLine) string {
	text := safetext.Line(l.Text)
	if p.merged && l.Service != "" {
		text = safetext.Line(l.Ref.String()) + ": " + text
	}
	text = " " + theme.Cut(text, max(1, p.w-8)) + " "
	side := max(0, p.w-theme.Width(text))
	return p.theme.Rule.Render(strings.Repeat("─", side/2)) + p.theme.Muted.Render(text) +
		p.theme.Rule.Render(strings.Repeat("─", side-side/2))
}

// footer is how many lines there are, which are missing, and whether the end
// is followed.
func (p *Pane) footer(s *source) string {
	t := p.theme
	left := theme.Count(int(s.book.End()-s.book.First()), "line")
	if p.merged {
		left = "all services  " + left
	}
	left += fmt.Sprintf(" · %s older dropped", theme.Number(int(s.book.Dropped())+s.missed))
	right := t.Tone(theme.Good).Render("following")
	if !s.follow {
		right = "paused"
		if n := s.book.End() - max(s.pausedAt, s.book.First()); n > 0 {
			right += ", " + theme.Count(int(n), "new line")
		}
		right = t.Tone(theme.Warn).Render(right)
	}
	return theme.Spread(t.Muted.Render(left), right, p.w)
}

// empty says why there is nothing, and what would change that.
func (p *Pane) empty(s *source) []string {
	t := p.theme
	name := p.service.Ref.String()
	up := t.Key.Render("u") + t.Muted.Render("  brings the project up; what it prints shows here")
	switch {
	case p.merged && len(p.all) == 0:
		return []string{"No service has a container yet.", "", up}
	case !p.merged && p.off != "":
		return []string{name + " is off: " + p.off + ".", "", t.Muted.Render("Start it with that profile to see its log here.")}
	case !p.merged && p.service.Ref == stack.Ref{}:
		return []string{"No service is selected."}
	case !p.merged && s == nil:
		return []string{name + " has no container yet.", "", up}
	case p.merged:
		return []string{"Nothing was printed yet.", "", t.Muted.Render("Following every service; lines show as they come.")}
	default:
		return []string{name + " has printed nothing yet.", "", t.Muted.Render("Following; lines show as they come.")}
	}
}

// tone is how a line's level looks. The line says its level itself: the colour
// only helps the eye.
func tone(l logbook.Level) theme.Tone {
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
