// Package theme decides how things look: tokens for colours, styles made of
// them, the glyph and word of every state, and text cut to a width in cells.
// No information is in a colour alone, so that it reads under NO_COLOR too.
package theme

import (
	"charm.land/lipgloss/v2"
	"github.com/charmbracelet/colorprofile"
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

	tones    [Off + 1]lipgloss.Style
	hues     [Hues]lipgloss.Style
	profile  colorprofile.Profile
	anywhere bool // the background is not known
}

// New is the usual theme for a terminal with a dark or a light background.
func New(isDark bool) Theme { return Choice{}.Theme(isDark, colorprofile.TrueColor) }

// Anywhere is the theme for output on a terminal whose background is not known:
// its own colours, which fit it.
func Anywhere(profile colorprofile.Profile) Theme {
	t := Choice{Name: "ansi"}.Theme(false, profile)
	t.anywhere = true
	return t
}

// made is the theme of a palette. Text is left in the terminal's own colour.
func made(p palette, isDark bool) Theme {
	ink := func(token string) lipgloss.Style { return lipgloss.NewStyle().Foreground(p[token]) }
	t := Theme{
		Dark:   isDark,
		Text:   lipgloss.NewStyle(),
		Strong: lipgloss.NewStyle().Bold(true),
		Muted:  ink("muted"),
		Rule:   ink("rule"),
		Accent: ink("accent").Bold(true),
		Key:    ink("accent"),
	}
	t.tones[Good] = ink("good")
	t.tones[Working] = ink("working")
	t.tones[Warn] = ink("warn")
	t.tones[Bad] = ink("bad")
	t.tones[Off] = ink("off")
	return t
}

// Tone is the style of a tone.
func (t Theme) Tone(tone Tone) lipgloss.Style { return t.tones[tone] }

// Status is the style of an HTTP status; 0: there was none.
func (t Theme) Status(code int) lipgloss.Style {
	if code/100 == 2 {
		return t.Tone(Good)
	}
	return t.Tone(Bad)
}
