package services

import (
	"fmt"
	"strings"

	"berth/tui/theme"
)

// The narrow form: all services in one line, around the selected one, and in a
// second line what there is to say of that. Only names decide who has room, so
// that nothing moves when a state changes.

const (
	gap   = 3
	marks = 8 // room for the counts of what is hidden
)

func (l *List) line(k Look) string {
	l.spots = l.spots[:0]
	if len(l.items) == 0 {
		return theme.Block([]string{l.theme.Muted.Render("  " + l.nothing()), " " + l.input().View()}, l.w, l.h)
	}
	at, words := l.cursor(), l.words()
	drawn := make([]string, len(l.items))
	for n, i := range l.items {
		drawn[n] = l.item(i, n == at, k, words)
	}
	from, to := l.around(drawn, at)
	text := ""
	if from > 0 {
		text = l.theme.Muted.Render(fmt.Sprintf("‹%d ", from))
	}
	for n := from; n < to; n++ {
		if n > from {
			text += strings.Repeat(" ", gap)
		}
		l.spots = append(l.spots, spot{x: theme.Width(text), w: theme.Width(drawn[n]), row: n})
		text += drawn[n]
	}
	if to < len(drawn) {
		text = theme.Spread(text, l.theme.Muted.Render(fmt.Sprintf("%d›", len(drawn)-to)), l.w)
	}
	return theme.Block([]string{text, l.detail(l.items[at], k, words)}, l.w, l.h)
}

// around is which items are shown: as many as have room beside the selected
// one, those before it first.
func (l *List) around(drawn []string, at int) (from, to int) {
	room := l.w - marks - theme.Width(drawn[at])
	for from, to = at, at+1; ; {
		switch {
		case from > 0 && theme.Width(drawn[from-1])+gap <= room:
			from--
			room -= theme.Width(drawn[from]) + gap
		case to < len(drawn) && theme.Width(drawn[to])+gap <= room:
			room -= theme.Width(drawn[to]) + gap
			to++
		default:
			return from, to
		}
	}
}

// words reports whether all rows have room for the words of their states.
func (l *List) words() bool {
	w := 0
	for _, i := range l.items {
		w += 3 + theme.Width(i.label()) + 1 + wordWidth + gap
	}
	return w <= l.w
}

// item is a service in the line.
func (l *List) item(i item, selected bool, k Look, words bool) string {
	t, state := l.theme, k.stateOf(i)
	name := t.Text
	if k.Stale {
		name = t.Muted
	}
	if selected {
		name = t.Strong
	}
	s := l.mark(selected, k.Focused) + t.Tone(state.Tone).Render(state.Glyph) + " " + name.Render(theme.Shorten(i.label(), max(8, l.w/3)))
	if words {
		s += " " + t.Tone(state.Tone).Render(theme.Fit(state.Word, wordWidth))
	}
	return s
}

// detail is the second line: the filter, or more of the selected service.
func (l *List) detail(i item, k Look, words bool) string {
	t, state := l.theme, k.stateOf(i)
	if l.Typing() || l.Filter() != "" {
		return " " + l.input().View()
	}
	s := "   "
	if !words {
		s += t.Tone(state.Tone).Render(theme.Fit(state.Word, wordWidth)) + "  "
	}
	if at := since(i.Row); !at.IsZero() {
		s += t.Muted.Render(theme.Fit(theme.Age(k.Now.Sub(at)), ageWidth)) + "  "
	}
	return s + l.second(i, state, k, max(0, l.w-1-theme.Width(s)))
}
