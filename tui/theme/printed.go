package theme

import (
	"image/color"
	"math"

	"charm.land/lipgloss/v2"
	"github.com/charmbracelet/colorprofile"
	"github.com/charmbracelet/x/ansi"

	"berth/safetext"
)

// Printed is how text looks that a program coloured itself, upon the style that
// it has otherwise. Its sixteen colours become the theme's, which can be read
// on this background; a colour that cannot is left out, and what has a ground
// of its own is written in the terminal's ground upon it, so that a program
// cannot hide what it prints.
func (t Theme) Printed(s safetext.Style, upon lipgloss.Style) lipgloss.Style {
	fg, bg := t.printed(s.Fg), t.printed(s.Bg)
	for _, a := range []struct {
		attr safetext.Attr
		set  func(lipgloss.Style, bool) lipgloss.Style
	}{
		{safetext.Bold, lipgloss.Style.Bold},
		{safetext.Italic, lipgloss.Style.Italic},
		{safetext.Underline, lipgloss.Style.Underline},
		{safetext.Strike, lipgloss.Style.Strikethrough},
		{safetext.Reverse, lipgloss.Style.Reverse},
	} {
		if s.Attr&a.attr != 0 {
			upon = a.set(upon, true)
		}
	}
	switch {
	case bg != nil:
		return upon.Foreground(bg).Reverse(true)
	case fg != nil:
		return upon.Foreground(fg)
	case s.Attr&safetext.Faint != 0:
		return upon.Foreground(t.Muted.GetForeground())
	}
	return upon
}

// printed is a program's colour in this theme; nil: none that could be read.
func (t Theme) printed(c safetext.Colour) color.Color {
	switch {
	case c.Kind == safetext.Indexed && c.R < 16:
		return t.named(c.R%8, c.R >= 8)
	case c.Kind == safetext.Indexed:
		return t.readable(ansi.IndexedColor(c.R))
	case c.Kind == safetext.RGB:
		return t.readable(color.RGBA{c.R, c.G, c.B, 0xff})
	}
	return nil
}

// named is the theme's own for one of the eight that have a name, or its bright
// one: black and white are what one reads anyway.
func (t Theme) named(n uint8, bright bool) color.Color {
	switch style := lipgloss.NewStyle(); n {
	case 0:
		if bright { // grey
			style = t.Muted
		}
		return fore(style)
	case 7:
		return nil
	default:
		return fore([]lipgloss.Style{1: t.Tone(Bad), 2: t.Tone(Good), 3: t.Tone(Warn), 4: t.Tone(Working), 5: t.Hue(1), 6: t.Hue(0)}[n])
	}
}

// fore is a style's colour, nil when it has none.
func fore(s lipgloss.Style) color.Color {
	if _, none := s.GetForeground().(lipgloss.NoColor); none {
		return nil
	}
	return s.GetForeground()
}

// The contrast with the background from which on a program's colour is kept:
// less than the theme's own have, for it is the program's choice; and where the
// background is not known, with both of them.
const (
	leastContrast   = 3
	leastOfAnywhere = 1.5
)

// readable is a colour as the terminal has it, nil where it would hardly stand
// out from the usual backgrounds.
func (t Theme) readable(c color.Color) color.Color {
	onDark, onLight := contrast(c, color.Gray{0x1e}), contrast(c, color.White)
	switch {
	case t.anywhere && min(onDark, onLight) < leastOfAnywhere,
		!t.anywhere && t.Dark && onDark < leastContrast,
		!t.anywhere && !t.Dark && onLight < leastContrast:
		return nil
	}
	if t.profile > colorprofile.ASCII { // one without colours converts to none at all
		return t.profile.Convert(c)
	}
	return c
}

// contrast and luminance are those of WCAG 2.
func contrast(a, b color.Color) float64 {
	x, y := luminance(a), luminance(b)
	return (max(x, y) + 0.05) / (min(x, y) + 0.05)
}

func luminance(c color.Color) float64 {
	r, g, b, _ := c.RGBA()
	linear := func(v uint32) float64 {
		if s := float64(v) / 0xffff; s > 0.04045 {
			return math.Pow((s+0.055)/1.055, 2.4)
		}
		return float64(v) / 0xffff / 12.92
	}
	return 0.2126*linear(r) + 0.7152*linear(g) + 0.0722*linear(b)
}
