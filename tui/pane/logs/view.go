package logs

import (
	"fmt"
	"strings"

	"berth/logbook"
	"berth/safetext"
	"berth/stack"
	"berth/tui/theme"
)

// footerHeight is an empty line and the counts, or a prompt.
const footerHeight = 2

// footer is how many lines there are, which are missing, and whether the end
// is followed; or what one types.
func (p *Pane) footer() string {
	t, s := p.theme, p.spot()
	if p.prompt.Opened() {
		return p.prompt.View(p.w)
	}
	right := t.Tone(theme.Good).Render("following")
	if one := p.sources[p.service.Ref]; !p.merged && one != nil && one.ended && s.follow {
		right = t.Muted.Render("end")
	}
	if !s.follow {
		right = "paused"
		if n := p.view().After(s.paused); n > 0 {
			right += ", " + p.waiting(n)
		}
		right = t.Tone(theme.Warn).Render(right)
	}
	return theme.Spread(t.Muted.Render(p.counts()), right, p.w)
}

// waiting is how many lines came since one stands still; more did than are kept
// when the last one of then is not.
func (p *Pane) waiting(n int) string {
	if _, kept := p.book.At(p.spot().paused); kept {
		return theme.Count(n, "new line")
	}
	return theme.Number(n) + "+ new lines"
}

// counts is what is said about the lines.
func (p *Pane) counts() string {
	if p.reading.Busy() {
		return "reading older lines…"
	}
	if p.said != "" && p.find == nil {
		return p.said
	}
	kept, dropped := p.view().Kept()
	for r, s := range p.sources {
		if p.merged || r == p.service.Ref {
			dropped += int64(s.missed)
		}
	}
	var parts []string
	if p.find != nil {
		parts = append(parts, p.found())
		if p.said != "" {
			return parts[0] + "   " + p.said
		}
	}
	lines := theme.Count(kept, "line")
	if filter := p.filterText(); filter != "" {
		lines = fmt.Sprintf("%s of %s  %s", theme.Number(p.view().Lines()), lines, filter)
	}
	if p.merged {
		lines = "all services  " + lines
	} else {
		lines = p.which() + lines
	}
	if lost := p.lost(); lost > 0 {
		lines += " · what you read was dropped: " + theme.Count(int(lost), "line")
	} else if dropped > 0 {
		lines += fmt.Sprintf(" · %s older dropped", theme.Number(int(dropped)))
	} else if p.partly() {
		lines += " · older ones are read at the top"
	}
	if gaps := p.view().Gaps(); gaps > 0 {
		lines += " · " + theme.Count(gaps, "gap")
	}
	parts = append(parts, lines)
	if s := p.spot(); s.anchor != (logbook.Position{}) {
		parts = append([]string{theme.Count(p.count(), "line") + " selected: y copies"}, parts...)
	}
	return strings.Join(parts, "   ")
}

// which says whose log of a service's replicas it is; nothing of one alone. They
// may be one row in the list.
func (p *Pane) which() string {
	own, at, of := p.service.Ref, 0, 0
	for _, r := range p.known {
		if r.Service != own.Service || r.Run != "" {
			continue
		}
		if of++; r == own {
			at = of
		}
	}
	if at == 0 || of < 2 {
		return ""
	}
	return fmt.Sprintf("%s-%d, %d of %d  ", safetext.Line(own.Service), own.Number, at, of)
}

// found is where among the matches one is.
func (p *Pane) found() string {
	hits := p.matches()
	n, of := hits.Len(), "of "
	more := ""
	if !hits.Scan(0) {
		more = "+"
	}
	at := ""
	if s := p.spot(); !s.follow {
		if e, ok := p.book.At(s.cursor); ok && p.find.Match(e.Safe) {
			at = theme.Number(hits.Before(s.cursor)+1) + " " + of
		}
	}
	return fmt.Sprintf("%s%s%s “%s”", at, theme.Number(n), more, safetext.Line(p.find.String()))
}

// filterText is what is filtered, in a few words.
func (p *Pane) filterText() string {
	var parts []string
	if text := p.filtered; text != "" {
		parts = append(parts, safetext.Line(text))
	}
	if p.least != logbook.NoLevel {
		parts = append(parts, "level:"+p.least.String())
	}
	if p.noHealth {
		parts = append(parts, "no health checks")
	}
	return strings.Join(parts, " ")
}

// empty says why there is nothing, and what would change that.
func (p *Pane) empty() []string {
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
	case !p.merged && p.sources[p.service.Ref] == nil:
		return []string{name + " has no container yet.", "", up}
	case p.merged:
		return []string{"Nothing was printed yet.", "", t.Muted.Render("Following every service; lines show as they come.")}
	default:
		return []string{name + " has printed nothing yet.", "", t.Muted.Render("Following; lines show as they come.")}
	}
}
