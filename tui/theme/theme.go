// Package theme decides how things look: tokens for colours, styles made of
// them, the glyph and word of every state, and text cut to a width in cells.
// No information is in a colour alone, so that it reads under NO_COLOR too.
package theme

import (
	"image/color"

	"charm.land/lipgloss/v2"
)

// Tone is what a colour means.
type Tone int

// The tones. Off is for what is not running and should not draw the eye.
const (
	Plain Tone = iota
	Good
	Working
	Warn
	Bad
	Off
)

// Theme is the styles of one palette. Styles carry no width and no padding:
// geometry is the layout's.
type Theme struct {
	Dark bool

	Text   lipgloss.Style // what one reads
	Strong lipgloss.Style // names, headings
	Muted  lipgloss.Style // labels, units, what is secondary
	Rule   lipgloss.Style // thin lines
	Accent lipgloss.Style // the focus and the selected thing, and nothing else
	Key    lipgloss.Style // keys in help

	tones [Off + 1]lipgloss.Style
}

// palette is the tokens that differ between a light and a dark background.
type palette struct {
	muted, rule, accent, good, working, warn, bad, off color.Color
}

// The contrast of every token but rule against the usual backgrounds of its
// kind (#1e1e1e, #ffffff) is at least 4.5:1.
var (
	dark = palette{
		muted:   lipgloss.Color("#8b949e"),
		rule:    lipgloss.Color("#444c56"),
		accent:  lipgloss.Color("#b69df7"),
		good:    lipgloss.Color("#6bc46d"),
		working: lipgloss.Color("#6cb6ff"),
		warn:    lipgloss.Color("#e0b450"),
		bad:     lipgloss.Color("#f47067"),
		off:     lipgloss.Color("#8b949e"),
	}
	light = palette{
		muted:   lipgloss.Color("#57606a"),
		rule:    lipgloss.Color("#c4cad1"),
		accent:  lipgloss.Color("#6d28d9"),
		good:    lipgloss.Color("#1a7f37"),
		working: lipgloss.Color("#0969da"),
		warn:    lipgloss.Color("#8a5c00"),
		bad:     lipgloss.Color("#cf222e"),
		off:     lipgloss.Color("#57606a"),
	}
)

// New is the theme for a terminal with a dark or a light background. Text is
// left in the terminal's own colour.
func New(isDark bool) Theme {
	p := light
	if isDark {
		p = dark
	}
	ink := func(c color.Color) lipgloss.Style { return lipgloss.NewStyle().Foreground(c) }
	t := Theme{
		Dark:   isDark,
		Text:   lipgloss.NewStyle(),
		Strong: lipgloss.NewStyle().Bold(true),
		Muted:  ink(p.muted),
		Rule:   ink(p.rule),
		Accent: ink(p.accent).Bold(true),
		Key:    ink(p.accent),
	}
	t.tones[Good] = ink(p.good)
	t.tones[Working] = ink(p.working)
	t.tones[Warn] = ink(p.warn)
	t.tones[Bad] = ink(p.bad)
	t.tones[Off] = ink(p.off)
	return t
}

// Tone is the style of a tone.
func (t Theme) Tone(tone Tone) lipgloss.Style { return t.tones[tone] }
