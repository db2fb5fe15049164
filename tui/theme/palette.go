package theme

import (
	"image/color"
	"maps"
	"slices"

	"charm.land/lipgloss/v2"
	"github.com/charmbracelet/colorprofile"
)

// palette is a colour for every token.
type palette map[string]color.Color

// tokens are what has a colour, in the order of documentation.
var tokens = []string{"muted", "rule", "accent", "good", "working", "warn", "bad", "off"}

// inks makes a palette of colours in the order of the tokens.
func inks(colours ...string) palette {
	p := palette{}
	for n, c := range colours {
		p[tokens[n]] = lipgloss.Color(c)
	}
	return p
}

// variants is a theme on a dark and on a light background.
type variants struct {
	dark, light palette
	// What services are told apart by, Hues of each. The first is a cyan, the
	// second a magenta.
	darkHues, lightHues []string
}

// The contrast of every token but rule against the usual backgrounds of its
// kind (#1e1e1e, #ffffff) is at least 4.5:1, of high-contrast 7:1, and rule's
// 4.5:1. A test computes them, and that the states of colour-blind stay apart
// for eyes that lack red or green. ansi leaves the colours to the terminal.
var builtin = map[string]variants{
	"auto": {
		dark:  inks("#8b949e", "#444c56", "#b69df7", "#6bc46d", "#6cb6ff", "#e0b450", "#f47067", "#8b949e"),
		light: inks("#57606a", "#c4cad1", "#6d28d9", "#1a7f37", "#0969da", "#8a5c00", "#cf222e", "#57606a"),

		darkHues:  []string{"#5fc9d6", "#d89be8", "#9fb4ff", "#a3cf6a", "#f0a58a", "#d6c08f"},
		lightHues: []string{"#0b7285", "#9c36b5", "#3b5bdb", "#4d7c0f", "#b3471d", "#7a6432"},
	},
	"high-contrast": {
		dark:  inks("#c9d1d9", "#a0a8b0", "#ffd700", "#7ee787", "#a5d6ff", "#ffb757", "#ffb1af", "#c9d1d9"),
		light: inks("#3d444d", "#59636e", "#512598", "#044f1e", "#023b95", "#583000", "#86061d", "#3d444d"),

		darkHues:  []string{"#7fe3ee", "#ecc1f5", "#c6d2ff", "#c6ec8f", "#ffc9b3", "#eedcae"},
		lightHues: []string{"#084c59", "#6b1c80", "#2139a3", "#2f4d06", "#7a2a0b", "#4d3e18"},
	},
	"colour-blind": {
		dark:  inks("#8b949e", "#444c56", "#dc9fc6", "#4aa8f0", "#cfe3f5", "#f0e442", "#e0701a", "#8b949e"),
		light: inks("#57606a", "#c4cad1", "#a3508a", "#0071c7", "#1b2f5b", "#7a6a00", "#6e1c00", "#57606a"),

		darkHues:  []string{"#56b4e9", "#cc79a7", "#7f8fff", "#ffd24d", "#e08030", "#d8d8d8"},
		lightHues: []string{"#0072b2", "#8f4571", "#1b2f8b", "#6b5d00", "#a84300", "#404040"},
	},
	"ansi": {
		dark:  inks("8", "8", "13", "10", "14", "11", "9", "8"),
		light: inks("8", "7", "5", "2", "4", "3", "1", "8"),

		darkHues:  []string{"14", "13", "12", "10", "6", "5"},
		lightHues: []string{"6", "5", "4", "2", "13", "12"},
	},
}

// Choice is the theme that a person chose. The zero value is auto: the usual
// colours on the terminal's background.
type Choice struct {
	Name string
	Own  *Own // of a file, when it is none that is built in
}

// Names are the themes that are built in. dark and light are auto on a
// background that is not asked for.
func Names() []string {
	return append([]string{"auto", "dark", "light"}, slices.DeleteFunc(slices.Sorted(maps.Keys(builtin)), func(n string) bool { return n == "auto" })...)
}

// Theme is the choice on a terminal's background and with its colours. A
// terminal of 16 colours has its own put together: the nearest ones to those
// chosen would no longer be readable.
func (c Choice) Theme(isDark bool, profile colorprofile.Profile) Theme {
	name := c.Name
	if c.Own != nil {
		name = c.Own.base
	}
	switch name {
	case "dark", "light":
		isDark, name = name == "dark", "auto"
	case "":
		name = "auto"
	}
	if profile <= colorprofile.ANSI {
		name = "ansi"
	}
	v, ok := builtin[name]
	if !ok {
		v = builtin["auto"]
	}
	p, hues := maps.Clone(v.light), v.lightHues
	if isDark {
		p, hues = maps.Clone(v.dark), v.darkHues
	}
	if c.Own != nil {
		maps.Copy(p, c.Own.colours)
	}
	t := made(p, isDark)
	for n, hue := range hues {
		t.hues[n] = lipgloss.NewStyle().Foreground(lipgloss.Color(hue))
	}
	t.profile = profile
	return t
}
