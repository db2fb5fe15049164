package services

import (
	"fmt"

	"berth/tui/theme"
)

// pitch is how many lines a row takes: two and an empty one between them while
// all have room for it, two, or one where that shows more of them. It does not
// depend on their states, so that nothing moves when these change.
func (l *List) pitch() int {
	room := l.h - 1 // the last line is the filter's, or says how many there are
	for n := 3; n > 1; n-- {
		if n*len(l.items)+2 <= room {
			return n
		}
	}
	if len(l.items)*2 <= l.h {
		return 2
	}
	return 1
}

// line is a drawn line and the item that it belongs to, or -1.
type line struct {
	text string
	item int
}

// column draws the rows below each other.
func (l *List) column(k Look) string {
	pitch, at := l.pitch(), l.cursor()
	var lines []line
	for n, i := range l.items {
		if i.section == other && (n == 0 || l.items[n-1].section != other) {
			lines = append(lines, line{l.theme.Muted.Render("  not in the compose file"), -1})
		}
		first, second := l.row(i, n == at, k)
		lines = append(lines, line{first, n})
		if pitch > 1 {
			lines = append(lines, line{second, n})
		}
		if pitch > 2 {
			lines = append(lines, line{"", -1})
		}
	}
	if len(lines) == 0 {
		lines = []line{{"", -1}, {l.theme.Muted.Render("  " + l.nothing()), -1}}
	}
	foot := l.foot(k, pitch)
	room := l.h
	if foot != "" || len(lines) > l.h {
		room--
	}
	l.scroll(lines, at, room)
	shown := lines[l.offset:min(len(lines), l.offset+room)]
	text := make([]string, l.h)
	l.lines = make([]int, len(shown))
	for n, s := range shown {
		text[n], l.lines[n] = s.text, s.item
	}
	if room < l.h {
		hidden := ""
		if below := l.below(lines, l.offset+room); below > 0 {
			more := fmt.Sprintf("↓ %d more ", below)
			if theme.Width(foot)+1+theme.Width(more) > l.w {
				more = fmt.Sprintf("↓ %d ", below)
			}
			hidden = l.theme.Muted.Render(more)
		}
		text[l.h-1] = theme.Spread(foot, hidden, l.w)
	}
	return theme.Block(text, l.w, l.h)
}

// scroll moves the window so that the selected row is visible.
func (l *List) scroll(lines []line, at, room int) {
	first, last := 0, 0
	for n, s := range lines {
		if s.item == at {
			last = n
			if n == 0 || lines[n-1].item != at {
				first = n
			}
		}
	}
	if at == 0 {
		first = 0 // and what is above it
	}
	l.offset = max(min(l.offset, first), last-room+1)
	l.offset = max(0, min(l.offset, len(lines)-room))
}

// below is how many rows begin after the visible lines.
func (l *List) below(lines []line, from int) int {
	rows := 0
	for n := from; n < len(lines); n++ {
		if i := lines[n].item; i >= 0 && lines[n-1].item != i {
			rows++
		}
	}
	return rows
}

// foot is the list's last line: the filter, else the order where it is not the
// usual one, else what a row of one line leaves out.
func (l *List) foot(k Look, pitch int) string {
	switch {
	case l.Typing() || l.Filter() != "":
		return " " + l.input().View()
	case pitch == 1 && len(l.items) > 0:
		i := l.items[l.cursor()]
		s := l.mark(true, k.Focused) + "  " + l.about(i, k.stateOf(i))
		if !l.figured() {
			s += "  " + l.figures(i, k, l.w-theme.Width(s)-2-theme.Width("↓ 99 more "))
		}
		return s
	case l.order != ByFile && l.order != "":
		return l.theme.Muted.Render("  by " + string(l.order))
	default:
		return ""
	}
}

func (l *List) nothing() string {
	if l.Filter() != "" {
		return "no service is called that"
	}
	return "no services"
}

// row draws a service in two lines: what it is and its state; where it answers
// and what else there is to say.
func (l *List) row(i item, selected bool, k Look) (first, second string) {
	t, state := l.theme, k.stateOf(i)
	tone, name, dim := t.Tone(state.Tone), t.Text, t.Muted
	if k.Stale {
		name = t.Muted
	}
	if selected {
		name = t.Strong
	}
	age := ""
	if at := since(i.Row); !at.IsZero() {
		age = theme.Age(k.Now.Sub(at))
	}
	used := ""
	if l.pitch() == 1 && l.figured() {
		used = " " + theme.Fit(l.figures(i, k, theme.UsedWidth), theme.UsedWidth)
	}
	label := max(1, l.w-rest-theme.Width(used))
	between := " "
	if l.pitch() == 1 && len(i.badges()) > 0 { // the second line has them
		between = t.Tone(theme.Warn).Render("△")
	}
	first = l.mark(selected, k.Focused) + tone.Render(state.Glyph) + " " +
		name.Render(theme.Fit(theme.Shorten(i.label(), label), label)) + between +
		tone.Render(theme.Fit(state.Word, wordWidth)) + used + " " +
		dim.Render(theme.Right(age, ageWidth))
	return first, l.mark(selected, k.Focused) + "  " + l.second(i, state, k, max(0, l.w-4))
}

// rest is what a row's first line takes beside the label.
const rest = 2 + 1 + wordWidth + 1 + ageWidth + 1 + 1

// figured reports whether rows of one line have room for what is used, beside
// names that can still be told apart.
func (l *List) figured() bool { return l.w-rest-1-theme.UsedWidth >= 14 }

// second is a row's second line in a number of cells. What the service uses is
// at its right edge, and gives way to words.
func (l *List) second(i item, state theme.State, k Look, room int) string {
	s := l.about(i, state)
	figures := l.figures(i, k, room-theme.Width(s)-1)
	if figures == "" {
		return theme.Cut(s, room)
	}
	return theme.Spread(s, figures, room)
}

// figures is what a row uses as far as there is room for it, empty where there
// is none, or it is not measured.
func (l *List) figures(i item, k Look, room int) string {
	if k.Stale || k.Usage == nil || room < theme.UsedWidth {
		return ""
	}
	samples := i.used(k.Usage)
	if room < theme.UsageWidth {
		return l.theme.Muted.Render(theme.Used(samples))
	}
	return l.theme.Muted.Render(theme.Usage(samples))
}

// about is where a service answers and what else there is to say.
func (l *List) about(i item, state theme.State) string {
	t := l.theme
	style := t.Muted
	if state.Tone == theme.Bad || state.Tone == theme.Warn {
		style = t.Tone(state.Tone)
	}
	parts := []string{t.Muted.Render(portsOf(i.containers())), style.Render(state.Note)}
	if i.Cause != nil {
		parts[0], parts[1] = parts[1], parts[0] // why is what one wants to know first
	}
	for _, badge := range i.badges() {
		parts = append(parts, t.Tone(theme.Warn).Render(badge))
	}
	s := ""
	for _, part := range parts {
		if theme.Width(part) == 0 {
			continue
		}
		if s != "" {
			s += "  "
		}
		s += part
	}
	return s
}
