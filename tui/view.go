package tui

import (
	"fmt"
	"strings"

	tea "charm.land/bubbletea/v2"
	"charm.land/lipgloss/v2"

	"berth/tui/services"
	"berth/tui/theme"
)

// View draws the screen from memory.
func (r *root) View() tea.View {
	if r.drawn == "" {
		r.measured = false
		if r.drawn, r.ages = r.screen(), r.ageing(); r.o.Settings.ASCII {
			r.drawn = theme.ASCII(r.drawn)
		}
	}
	v := tea.NewView(r.drawn)
	v.AltScreen = true
	if !r.mouse {
		v.MouseMode = tea.MouseModeCellMotion
	}
	v.ReportFocus = true
	v.WindowTitle = r.title()
	if r.o.Settings.ASCII {
		v.WindowTitle = theme.ASCII(v.WindowTitle)
	}
	v.Cursor = r.cursor()
	return v
}

// cursor is where the terminal's cursor belongs, nil where one does not type.
func (r *root) cursor() *tea.Cursor {
	var above interface{ Cursor() *tea.Cursor }
	switch {
	case r.dialogs.Open():
	case r.wish != nil:
		above = r.wish
	case r.palette != nil:
		above = r.palette
	}
	if above != nil && r.layout.Form != Tiny {
		c := above.Cursor()
		if c != nil {
			c.X += r.at.X
			c.Y += r.at.Y
		}
		return c
	}
	t, at := r.typist()
	if t == nil || r.dialogs.Open() || r.layout.Form == Tiny {
		return nil
	}
	c := t.Cursor()
	if c != nil {
		c.X += at.X
		c.Y += at.Y
	}
	return c
}

func (r *root) screen() string {
	if r.w <= 0 || r.h <= 0 {
		return "" // the first frame comes before the size is known
	}
	l := r.layout
	if l.Form == Tiny {
		text := fmt.Sprintf("berth needs %d×%d, this is %d×%d", leastWidth, leastHeight, r.w, r.h)
		return theme.Block([]string{text}, r.w, r.h)
	}
	lines := make([]string, 0, r.h)
	add := func(at Rect, text string) {
		if at.H > 0 {
			for _, line := range strings.Split(text, "\n") {
				lines = append(lines, theme.Fit(strings.Repeat(" ", at.X)+line, r.w))
			}
		}
	}
	add(l.Header, r.header())
	add(l.Top, r.rule(l, '┬', r.banner()))
	list := r.list.View(services.Look{Now: r.now, Focused: r.focus == onServices, Stale: r.snapshot.Down != "", Unknown: !r.known, Usage: r.meter.Of})
	pane := r.paneView(r.active)
	if l.Beside.W > 0 {
		pane = r.sideBySide(r.paneView(paneLogs), r.paneView(r.beside))
	}
	if l.Divider.H > 0 {
		list, right := strings.Split(list, "\n"), strings.Split(r.tabRow()+"\n"+pane, "\n")
		for n := range l.Divider.H {
			lines = append(lines, list[n]+r.theme.Rule.Render("│")+" "+right[n]+" ")
		}
	} else {
		if banner := r.banner(); banner != "" {
			list, _, _ = strings.Cut(list, "\n")
			list += "\n " + banner
		}
		add(l.Services, list)
		add(l.Tabs, r.tabRow())
		add(l.Pane, pane)
	}
	add(l.Bottom, r.rule(l, '┴', ""))
	add(l.Status, r.status())
	add(l.Help, r.help())
	return r.overlay(strings.Join(lines, "\n"))
}

// sideBySide puts two panes beside each other.
func (r *root) sideBySide(left, right string) string {
	l, rule := strings.Split(left, "\n"), r.theme.Rule.Render("│")
	for n, line := range strings.Split(right, "\n") {
		l[n] += " " + rule + " " + line
	}
	return strings.Join(l, "\n")
}

// paneView is a pane, or why nothing can be said yet.
func (r *root) paneView(n int) string {
	t := r.theme
	at, _ := r.placeOf(n)
	switch {
	case r.known:
		return r.panes[n].View(r.now, r.focused(n))
	case r.snapshot.Down == "":
		return theme.Block([]string{t.Muted.Render("Connecting to the Engine…")}, at.W, at.H)
	default:
		return r.engineAway(at.W, at.H)
	}
}

// overlay draws the topmost dialog, or the palette, over the screen.
func (r *root) overlay(screen string) string {
	var box string
	switch top := r.dialogs.Top(); {
	case top != nil:
		box = top.View(r.theme, r.w, r.h)
	case r.wish != nil:
		box = r.wish.View(r.theme, r.w, r.h)
	case r.palette != nil:
		box = r.palette.View(r.theme, r.w, r.h)
	default:
		return screen
	}
	w, h := lipgloss.Size(box)
	r.at = Rect{max(0, (r.w-w)/2), max(0, (r.h-h)/2), w, h}
	return lipgloss.NewCanvas(r.w, r.h).Compose(lipgloss.NewCompositor(
		lipgloss.NewLayer(screen).Z(0),
		lipgloss.NewLayer(box).X(r.at.X).Y(r.at.Y).Z(1),
	)).Render()
}

// rule is a thin line across the screen, joined to the divider where there is
// one, or the banner in its place.
func (r *root) rule(l Layout, joint rune, banner string) string {
	if banner != "" {
		return theme.Fit(" "+banner, r.w)
	}
	line := []rune(strings.Repeat("─", r.w))
	if l.Divider.H > 0 {
		line[l.Divider.X] = joint
	}
	if l.Split.H > 0 && joint == '┴' {
		line[l.Split.X] = joint
	}
	return r.theme.Rule.Render(string(line))
}

// tab is where a pane's label is, relative to the row of tabs.
type tab struct {
	pane, x, w int
	label      string
}

func (r *root) tabs() []tab {
	all, x := make([]tab, len(r.panes)), 0
	for n, p := range r.panes {
		label := fmt.Sprintf("%d %s", n+1, p.Title())
		all[n] = tab{pane: n, x: x, w: theme.Width(label), label: label}
		x += all[n].w + 3
	}
	return all
}

// tabRow is the labels, and below them a bar under those of the panes that are
// seen: heavy for the one with the focus.
func (r *root) tabRow() string {
	w := r.layout.Tabs.W
	var labels, bars string
	for _, t := range r.tabs() {
		style, bar := r.theme.Muted, " "
		switch _, visible := r.placeOf(t.pane); {
		case r.focused(t.pane):
			style, bar = r.theme.Accent, "━"
		case visible:
			style, bar = r.theme.Strong, "─"
		}
		gap := strings.Repeat(" ", t.x-theme.Width(labels))
		labels += gap + style.Render(t.label)
		bars += gap + style.Render(strings.Repeat(bar, t.w))
	}
	about := ""
	if row, ok := r.list.Selected(); ok {
		about = r.theme.Muted.Render(oneWord(row.Ref.String()))
	}
	return theme.Spread(labels, about, w) + "\n" + theme.Fit(bars, w)
}
