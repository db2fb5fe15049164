package predict

import (
	"fmt"
	"strings"

	"berth/predict"
	"berth/safetext"
	"berth/tui/theme"
)

// gutter is the cursor's mark and that of a fault.
const gutter = 2

// columns of a form, in cells.
type columns struct{ name, value int }

// formColumns gives names what they need, up to a third, and of the rest more
// to values than to what they may be.
func formColumns(fields []predict.Field, w int) columns {
	longest := 0
	for _, f := range fields {
		longest = max(longest, theme.Width(indented(f)))
	}
	g := columns{name: min(longest, max(8, w/3))}
	rest := max(1, w-gutter-g.name-1)
	g.value = max(min(rest, 12), min(28, rest/2))
	return g
}

// indented is a field's name below that of what it is in.
func indented(f predict.Field) string {
	return strings.Repeat("  ", max(0, len(f.Steps)-1)) + safetext.Line(f.Name())
}

// kindOf says in a few words what a field may be.
func kindOf(f predict.Field) string {
	var all []string
	for _, s := range []string{f.In, f.Type, f.Range} {
		if s != "" {
			all = append(all, safetext.Line(s))
		}
	}
	if len(f.Choices) > 0 && f.Type != "boolean" {
		all = append(all, "one of "+theme.Number(len(f.Choices)))
	}
	return strings.Join(all, ", ")
}

// valueView is a field's value, or that it has none.
func (p *Pane) valueView(f predict.Field, selected bool, w int) string {
	t := p.theme
	switch {
	case f.Group:
		return ""
	case !f.Present && f.Required:
		return t.Tone(theme.Bad).Render("required")
	case !f.Present:
		return t.Muted.Render("—")
	}
	value := safetext.Line(f.Text)
	if selected && len(f.Choices) > 0 {
		return t.Accent.Render("‹ ") + theme.Cut(value, w-4) + t.Accent.Render(" ›")
	}
	return theme.Cut(value, w)
}

// detail is what else there is to say of the field that is selected, and which it
// is where not all are seen.
func (p *Pane) detail(w, seen int) []string {
	f, t := p.form.field(), p.theme
	var all []string
	if n := len(p.form.fields); n > seen {
		all = append(all, fmt.Sprintf("%d of %s", p.form.at+1, theme.Count(n, "field")))
	}
	if f.Description != "" {
		all = append(all, safetext.Line(f.Description))
	}
	if kind, g := kindOf(f), formColumns(p.form.fields, w); theme.Width(kind)+1 > w-gutter-g.name-1-g.value {
		all = append(all, kind) // its column has no room for it
	}
	if len(f.Choices) > 0 {
		all = append(all, safetext.Line(strings.Join(f.Choices, " · ")))
	}
	if f.Required {
		all = append(all, "required")
	}
	if p.form.more > 0 {
		all = append(all, theme.Count(p.form.more, "field")+" more only in the text")
	}
	lines := theme.Wrap(strings.Join(all, "; "), max(1, w-gutter))
	if len(lines) > detailLines {
		lines[detailLines-1] = theme.Cut(lines[detailLines-1]+" "+strings.Join(lines[detailLines:], " "), w-gutter)
		lines = lines[:detailLines]
	}
	for n := range lines {
		lines[n] = strings.Repeat(" ", gutter) + t.Muted.Render(lines[n])
	}
	for len(lines) < detailLines {
		lines = append(lines, "")
	}
	return lines
}
