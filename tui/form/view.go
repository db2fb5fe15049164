package form

import (
	"strings"

	tea "charm.land/bubbletea/v2"

	"berth/safetext"
	"berth/tui/theme"
)

// widest is the widest the box gets.
const widest = 76

// View draws the form for a screen of w × h cells.
func (f *Form) View(t theme.Theme, w, h int) string {
	inner := max(1, min(widest, w-4)-6)
	edge := t.Rule
	side := func(s string) string {
		return edge.Render("│") + "  " + theme.Fit(s, inner) + "  " + edge.Render("│")
	}
	title := t.Strong.Render(theme.Cut(safetext.Line(f.title), inner-1))
	out := []string{edge.Render("╭─ ") + title + edge.Render(" "+strings.Repeat("─", max(0, inner+1-theme.Width(title)))+"╮")}
	f.spots = []int{-1}
	add := func(field int, lines ...string) {
		for _, l := range lines {
			out, f.spots = append(out, side(l)), append(f.spots, field)
		}
	}
	label := 0
	for _, field := range f.fields {
		label = max(label, theme.Width(field.label))
	}
	for n, field := range f.fields {
		mark := "  "
		if n == f.at {
			mark = t.Accent.Render("▌") + " "
		}
		head := mark + t.Text.Render(theme.Fit(field.label, label)) + "  "
		if field.lines == 0 {
			box := "[ ] "
			if field.On {
				box = "[x] "
			}
			add(n, head+t.Text.Render(box)+t.Muted.Render(field.hint))
			continue
		}
		from := theme.Width(head)
		field.area.SetWidth(max(1, inner-from))
		shown := field.lines
		if field.lines > 1 && h < roomy {
			shown = 2
		}
		field.area.SetHeight(shown)
		if n == f.at {
			f.x, f.y = 3+from, len(out)
		}
		lines := strings.Split(field.area.View(), "\n")
		if field.Value() == "" {
			lines[0] = t.Muted.Render(theme.Cut(field.hint, inner-from))
		}
		for i, l := range lines {
			if i > 0 {
				head = strings.Repeat(" ", from)
				if n == f.at {
					head = mark + strings.Repeat(" ", from-2)
				}
			}
			add(n, head+l)
		}
		if field.lines > 1 {
			add(-1, "")
		}
	}
	add(-1, "")
	for _, note := range f.notes {
		for _, l := range theme.Wrap(note, inner) {
			add(-1, t.Muted.Render(l))
		}
	}
	if f.Wrong != "" {
		for _, l := range theme.Wrap("✕ "+safetext.Line(f.Wrong), inner) {
			add(-1, t.Tone(theme.Bad).Render(l))
		}
	}
	key := func(k, does string) string { return t.Key.Render(k) + t.Muted.Render(" "+does+"   ") }
	add(-1, "", key("ctrl+s", f.verb)+key("tab", "next field")+key("esc", "leave; what you typed stays"))
	out = append(out, edge.Render("╰"+strings.Repeat("─", inner+4)+"╯"))
	return strings.Join(out, "\n")
}

// roomy is from which height of the screen on texts have all their lines.
const roomy = 20

// Cursor is where one types, relative to the box; nil on a switch.
func (f *Form) Cursor() *tea.Cursor {
	here := f.fields[f.at]
	if here.lines == 0 {
		return nil
	}
	c := here.area.Cursor()
	if c != nil {
		c.X += f.x
		c.Y += f.y
	}
	return c
}
