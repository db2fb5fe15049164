package palette

import (
	"fmt"
	"slices"
	"strings"

	tea "charm.land/bubbletea/v2"

	"berth/tui/theme"
)

// widest is the widest it gets, glance the most commands shown where one types,
// and frame what its borders, the query and the distance below that take in
// height.
const (
	widest = 84
	glance = 14
	frame  = 4
)

// line is a drawn line and the command on it, or -1.
type line struct {
	text string
	row  int
}

// View draws the palette for a screen of w × h cells. Its size does not depend
// on what was typed.
func (p *Palette) View(t theme.Theme, w, h int) string {
	inner := max(1, min(widest, w-4)-4)
	lines := p.lines(t, inner)
	p.page = max(1, min(p.height(), h-frame-2))
	if !p.grouped {
		p.page = min(p.page, glance)
	}
	if p.query.Focused() {
		p.reveal(lines)
	}
	p.offset = max(0, min(p.offset, len(lines)-p.page))
	edge := t.Rule
	side := func(s string) string {
		return edge.Render("│") + " " + theme.Fit(s, inner) + " " + edge.Render("│")
	}
	out := []string{
		edge.Render("╭─ ") + t.Strong.Render(p.title) + edge.Render(" "+strings.Repeat("─", max(0, inner-1-theme.Width(p.title)))+"╮"),
		side(p.prompt(t)), side(""),
	}
	p.spots = []int{-1, -1, -1}
	for n := p.offset; n < p.offset+p.page; n++ {
		l := line{row: -1}
		if n < len(lines) {
			l = lines[n]
		}
		out, p.spots = append(out, side(l.text)), append(p.spots, l.row)
	}
	position := ""
	if p.page < len(lines) {
		position = fmt.Sprintf(" %d–%d of %d ", p.offset+1, min(p.offset+p.page, len(lines)), len(lines))
	}
	out = append(out, edge.Render("╰"+strings.Repeat("─", max(0, inner+1-theme.Width(position))))+t.Muted.Render(position)+edge.Render("─╯"))
	return strings.Join(out, "\n")
}

// prompt is the line of the query.
func (p *Palette) prompt(t theme.Theme) string {
	if p.grouped && !p.query.Focused() {
		return t.Key.Render("/") + t.Muted.Render(" search, and run what is found   ") + t.Key.Render("esc") + t.Muted.Render(" close")
	}
	mark := t.Accent.Render(p.mark())
	if p.query.Value() == "" {
		return mark + t.Muted.Render("type a few letters; enter runs, esc closes")
	}
	return mark + p.query.View()
}

func (p *Palette) mark() string {
	if p.grouped {
		return "/ "
	}
	return ": "
}

// Cursor is where one types, relative to the palette; nil where one reads.
func (p *Palette) Cursor() *tea.Cursor {
	if !p.query.Focused() {
		return nil
	}
	c := p.query.Cursor()
	if c != nil {
		c.X, c.Y = c.X+2+len(p.mark()), 1
	}
	return c
}

// height is how many lines all commands take.
func (p *Palette) height() int {
	n, group := len(p.all), ""
	for _, r := range p.all {
		if p.grouped && r.group != group {
			group = r.group
			n += 2
		}
	}
	if p.grouped {
		n-- // no distance above the first
	}
	return n
}

func (p *Palette) lines(t theme.Theme, w int) []line {
	if len(p.found) == 0 {
		return []line{{t.Muted.Render("nothing is called that"), -1}}
	}
	var lines []line
	group := ""
	for n, r := range p.found {
		if p.grouped && r.group != group {
			if group != "" {
				lines = append(lines, line{row: -1})
			}
			group = r.group
			lines = append(lines, line{t.Strong.Render(group), -1})
		}
		lines = append(lines, line{p.row(t, r, n == p.cursor && p.query.Focused(), w), n})
	}
	return lines
}

// row draws one command: what it does, why it cannot be done, its keys.
func (p *Palette) row(t theme.Theme, r row, selected bool, w int) string {
	mark := "  "
	if selected {
		mark = t.Accent.Render("▌") + " "
	}
	text, from := []rune(r.text()), 0
	if p.grouped {
		from = groupWidth
	}
	var label strings.Builder
	for n := from; n < len(text); n++ {
		style := t.Text
		switch hit := slices.Contains(r.at, n); {
		case hit:
			style = t.Accent.Underline(true)
		case r.Off != "" || n < groupWidth:
			style = t.Muted
		case selected:
			style = t.Strong
		}
		label.WriteString(style.Render(string(text[n])))
	}
	s := mark + label.String()
	if r.Off != "" {
		s += t.Muted.Render("  △ " + r.Off)
	}
	return theme.Spread(s, t.Key.Render(r.AllKeys()), w)
}

// reveal scrolls so that the selected command is visible, and its group's name
// when it is the first.
func (p *Palette) reveal(lines []line) {
	for n, l := range lines {
		if l.row != p.cursor {
			continue
		}
		top := n
		if p.cursor == 0 {
			top = 0
		}
		p.offset = max(min(p.offset, top), n-p.page+1)
	}
}
