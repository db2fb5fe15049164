package dialog

import (
	"fmt"
	"strings"

	"berth/tui/theme"
)

// widest is the widest a box gets: longer lines than this are hard to read.
const widest = 100

// View draws the box for a screen of w × h cells.
func (b *Box) View(t theme.Theme, w, h int) string {
	buttons, wide := b.buttons(t)
	inner := max(theme.Width(b.Title)+4, wide)
	for _, l := range b.Lines {
		inner = max(inner, theme.Width(l))
	}
	inner = max(1, min(inner, widest, w-8))

	var lines []string
	for _, l := range b.Lines {
		lines = append(lines, theme.Wrap(l, inner)...)
	}
	b.rows = len(lines)
	b.page = max(1, min(b.rows, h-6)) // borders, an empty line above and below, the buttons, one to spare
	b.Scroll(0)
	lines = lines[b.offset:min(b.offset+b.page, b.rows)]

	edge := t.Rule
	side := func(s string) string {
		return edge.Render("│") + "  " + theme.Fit(s, inner) + "  " + edge.Render("│")
	}
	title := t.Tone(b.Tone).Bold(true).Render(theme.Cut(b.Title, inner-1))
	out := []string{
		edge.Render("╭─ ") + title + edge.Render(" "+strings.Repeat("─", max(0, inner+1-theme.Width(title)))+"╮"),
		side(""),
	}
	for _, l := range lines {
		out = append(out, side(l))
	}
	out = append(out, side(""))
	for n := range b.spots {
		b.spots[n].y = len(out)
		b.spots[n].x += 3
	}
	out = append(out, side(buttons))

	position := ""
	if b.page < b.rows {
		position = fmt.Sprintf(" %d–%d of %d ", b.offset+1, b.offset+len(lines), b.rows)
	}
	fill := max(0, inner+3-theme.Width(position))
	out = append(out, edge.Render("╰"+strings.Repeat("─", fill))+t.Muted.Render(position)+edge.Render("─╯"))
	return strings.Join(out, "\n")
}

// buttons draws the answers in one line and notes where each is.
func (b *Box) buttons(t theme.Theme) (line string, width int) {
	b.spots = b.spots[:0]
	for n, button := range b.Buttons {
		key, left, right, style := "", "  ", "  ", t.Muted
		if button.Key != "" {
			key = t.Key.Render(button.Key) + " "
		}
		if n == b.focus {
			left, right, style = "‹ ", " ›", t.Accent
		}
		text := style.Render(left) + key + style.Render(button.Label+right)
		b.spots = append(b.spots, spot{x: width, w: theme.Width(text)})
		line += text + "  "
		width += theme.Width(text) + 2
	}
	return line, width
}
