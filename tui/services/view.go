package services

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"berth/safetext"
	"berth/stack"
	"berth/tui/theme"
)

// Look is what the list is drawn with beside its rows.
type Look struct {
	Now     time.Time
	Focused bool
	Stale   bool // the Engine does not answer: what is shown is the last known
	Unknown bool // the Engine has not answered yet: nothing is known
}

// View draws the list into its room.
func (l *List) View(k Look) string {
	if l.h == 1 {
		return l.line(k)
	}
	return l.column(k)
}

const (
	wordWidth = 10 // the longest word: "restarting"
	ageWidth  = 4
)

// pitch is the distance of two rows in lines: two lines each, and an empty one
// between them while all have room for it.
func (l *List) pitch() int {
	if 3*len(l.rows) <= l.h {
		return 3
	}
	return 2
}

func (l *List) column(k Look) string {
	if len(l.rows) == 0 {
		return theme.Block([]string{"", l.theme.Muted.Render("  no services")}, l.w, l.h)
	}
	pitch := l.pitch()
	fits := max(1, (l.h+pitch-2)/pitch)
	at := l.cursor()
	l.offset = max(0, min(l.offset, at, len(l.rows)-fits))
	l.offset = max(l.offset, at-fits+1)
	var lines []string
	for n := l.offset; n < min(len(l.rows), l.offset+fits); n++ {
		first, second := l.row(l.rows[n], n == at, k)
		lines = append(lines, first, second)
		if pitch == 3 {
			lines = append(lines, "")
		}
	}
	if below := len(l.rows) - l.offset - fits; below > 0 && len(lines) < l.h {
		lines = append(lines, l.theme.Muted.Render(fmt.Sprintf("   ↓ %d more", below)))
	}
	return theme.Block(lines, l.w, l.h)
}

// row draws a service in two lines: what it is and its state; where it answers
// and what else there is to say.
func (l *List) row(r Row, selected bool, k Look) (first, second string) {
	t, state := l.theme, k.stateOf(r)
	tone, name, dim := t.Tone(state.Tone), t.Text, t.Muted
	if k.Stale {
		name = t.Muted
	}
	if selected {
		name = t.Strong
	}
	age := ""
	if at := since(r); !at.IsZero() {
		age = theme.Age(k.Now.Sub(at))
	}
	label := max(1, l.w-2-1-wordWidth-1-ageWidth-1-1)
	first = l.mark(selected, k.Focused) + tone.Render(state.Glyph) + " " +
		name.Render(theme.Fit(nameOf(r), label)) + " " +
		tone.Render(theme.Fit(state.Word, wordWidth)) + " " +
		dim.Render(theme.Right(age, ageWidth))

	note := state.Note
	second = l.mark(selected, k.Focused) + "  "
	room := max(0, l.w-4)
	if ports := portsOf(r); ports != "" {
		ports = theme.Cut(ports, room)
		second += dim.Render(ports)
		room -= theme.Width(ports) + 2
		if note != "" || r.Restarts > 0 {
			second += "  "
		}
	}
	if r.Restarts > 0 {
		note = strings.TrimSuffix(theme.Count(r.Restarts, "restart")+" · "+note, " · ")
	}
	noteStyle := dim
	if state.Tone == theme.Bad || state.Tone == theme.Warn {
		noteStyle = tone
	}
	return first, second + noteStyle.Render(theme.Cut(note, room))
}

// line draws all services in one line, around the selected one, which says
// more.
func (l *List) line(k Look) string {
	l.spots = l.spots[:0]
	if len(l.rows) == 0 {
		return theme.Fit(l.theme.Muted.Render("  no services"), l.w)
	}
	at := l.cursor()
	items := make([]string, len(l.rows))
	for n, r := range l.rows {
		items[n] = l.item(r, n == at, k)
	}
	// Grow around the selected one while there is room, keeping some for the
	// marks that say how many are hidden.
	const gap, marks = 2, 6
	from, to := at, at+1
	used := theme.Width(items[at])
	for {
		if next := from - 1; next >= 0 && used+gap+theme.Width(items[next]) <= l.w-marks {
			used += gap + theme.Width(items[next])
			from = next
			continue
		}
		if to < len(items) && used+gap+theme.Width(items[to]) <= l.w-marks {
			used += gap + theme.Width(items[to])
			to++
			continue
		}
		break
	}
	line := ""
	if from > 0 {
		line = l.theme.Muted.Render(fmt.Sprintf("‹%d ", from))
	}
	for n := from; n < to; n++ {
		l.spots = append(l.spots, spot{x: theme.Width(line), w: theme.Width(items[n]), row: n})
		line += items[n] + strings.Repeat(" ", gap)
	}
	if to < len(items) {
		return theme.Spread(line, l.theme.Muted.Render(fmt.Sprintf("%d›", len(items)-to)), l.w)
	}
	return theme.Fit(line, l.w)
}

func (l *List) item(r Row, selected bool, k Look) string {
	t, state := l.theme, k.stateOf(r)
	tone, name := t.Tone(state.Tone), t.Text
	if k.Stale {
		name = t.Muted
	}
	if !selected {
		return " " + tone.Render(state.Glyph) + " " + name.Render(theme.Cut(nameOf(r), 24)) + " " + tone.Render(state.Word)
	}
	more := []string{portsOf(r)}
	if r.Restarts > 0 {
		more = append(more, theme.Count(r.Restarts, "restart"))
	}
	more = append(more, state.Note)
	if at := since(r); !at.IsZero() {
		more = append(more, theme.Age(k.Now.Sub(at)))
	}
	more = slices.DeleteFunc(more, func(s string) bool { return s == "" })
	s := l.mark(true, k.Focused) + tone.Render(state.Glyph) + " " + t.Strong.Render(theme.Cut(nameOf(r), 32)) + " " + tone.Render(state.Word)
	if len(more) > 0 {
		s += "  " + t.Muted.Render(strings.Join(more, "  "))
	}
	return theme.Cut(s, max(1, l.w-8))
}

// mark is the cell that shows the selected row, and by its weight whether the
// list has the focus.
func (l *List) mark(selected, focused bool) string {
	switch {
	case !selected:
		return " "
	case focused:
		return l.theme.Accent.Render("▌")
	default:
		return l.theme.Muted.Render("▏")
	}
}

// stateOf is the row's state, of which the notes come from the Engine and from
// the compose file.
func (k Look) stateOf(r Row) theme.State {
	s := theme.StateOf(r.Service)
	switch {
	case k.Unknown:
		return theme.State{Glyph: "·", Word: "…", Tone: theme.Off}
	case k.Stale && r.ContainerID != "":
		s.Note, s.Tone = "last known", theme.Off
	case r.Off != "" && r.Phase == stack.Absent:
		s = theme.State{Glyph: "○", Word: "off", Note: r.Off, Tone: theme.Off}
	case r.Extra != "" && s.Note == "":
		s.Note = r.Extra
	case r.Extra != "":
		s.Note = r.Extra + ", " + s.Note
	}
	s.Note = safetext.Line(s.Note)
	return s
}

func nameOf(r Row) string { return safetext.Line(r.Ref.String()) }

// portsOf is where the service can be reached: the published ports, each once
// though it is bound to IPv4 and IPv6.
func portsOf(r Row) string {
	if !r.Up() {
		return ""
	}
	var out []string
	for _, p := range r.Service.Ports {
		if s := ":" + p.String(); p.Host != 0 && !slices.Contains(out, s) {
			out = append(out, s)
		}
	}
	return strings.Join(out, " ")
}
