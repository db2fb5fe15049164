package tui

import (
	"slices"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/colorprofile"

	"berth/tui/bind"
	"berth/tui/theme"
)

// themeKeys choose the theme. While one is selected in the palette the screen
// shows how it looks.
func (r *root) themeKeys() []bind.Action {
	var all []bind.Action
	for _, c := range r.o.Settings.choices() {
		a := bind.New("theme."+c.Name, c.Name, func() tea.Cmd { return r.choose(c) }).Quietly()
		a.Peek = func() { r.preview = &c }
		all = append(all, a)
	}
	return all
}

// choose takes a theme, for this run and the next ones.
func (r *root) choose(c theme.Choice) tea.Cmd {
	r.colours, r.recoloured = c, true
	r.restyle()
	text := "theme " + oneWord(c.Name) + ", the next time too"
	switch {
	case r.profile <= colorprofile.ASCII:
		text += "; this terminal is asked for no colours"
	case r.profile == colorprofile.ANSI:
		text += "; this terminal has its own 16 colours"
	}
	r.say(theme.Good, "✓", text)
	return nil
}

// peek shows what the palette's selected command would make of the screen, and
// no longer what the one before would have.
func (r *root) peek() {
	was := r.preview
	r.preview = nil
	if r.palette != nil {
		if a := r.palette.Current(); a != nil && a.Peek != nil && a.Off == "" {
			a.Peek()
		}
	}
	if was != nil || r.preview != nil {
		r.restyle()
	}
}

// choices are the themes that can be chosen: those that are built in, and a
// person's own.
func (s Settings) choices() []theme.Choice {
	var all []theme.Choice
	for _, name := range theme.Names() {
		all = append(all, theme.Choice{Name: name})
	}
	return append(all, s.Themes...)
}

// ThemeNamed is the theme of a name, if there is one.
func (s Settings) ThemeNamed(name string) (theme.Choice, bool) {
	all := s.choices()
	n := slices.IndexFunc(all, func(c theme.Choice) bool { return c.Name == name })
	if n < 0 {
		return theme.Choice{}, false
	}
	return all[n], true
}
