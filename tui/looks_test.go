package tui

import (
	"image/color"
	"strings"
	"unicode"

	uv "github.com/charmbracelet/ultraviolet"

	"berth/tui/theme"
)

// inks are the letters of the theme's colours in a drawing of looks.
func inks() map[color.Color]rune {
	t, letters := theme.New(true), map[color.Color]rune{}
	for tone, letter := range map[theme.Tone]rune{theme.Good: 'g', theme.Working: 'w', theme.Warn: 'y', theme.Bad: 'r', theme.Off: 'm'} {
		letters[rgb(t.Tone(tone).GetForeground())] = letter
	}
	letters[rgb(t.Muted.GetForeground())] = 'm'
	letters[rgb(t.Rule.GetForeground())] = '-'
	letters[rgb(t.Accent.GetForeground())] = 'a'
	return letters
}

// rgb is a colour that compares with others.
func rgb(c color.Color) color.Color { return color.RGBAModel.Convert(c) }

// looks draws how the screen looks, a letter for each cell: m muted, - rule,
// a accent, g good, w working, y warn, r bad, . another colour; capital letters
// and B where it is bold; u underlined, v reversed; a space as the terminal's
// own text.
func (t *terminal) looks() string {
	t.mu.Lock()
	defer t.mu.Unlock()
	letters := inks()
	var lines []string
	for y := range t.vt.Height() {
		var line strings.Builder
		for x := range t.vt.Width() {
			line.WriteRune(look(t.vt.CellAt(x, y), letters))
		}
		lines = append(lines, strings.TrimRight(line.String(), " "))
	}
	return strings.TrimRight(strings.Join(lines, "\n"), "\n") + "\n"
}

func look(c *uv.Cell, letters map[color.Color]rune) rune {
	if c == nil || strings.TrimSpace(c.Content) == "" {
		return ' '
	}
	letter := ' '
	if c.Style.Fg != nil {
		letter = '.'
		if of, ok := letters[rgb(c.Style.Fg)]; ok {
			letter = of
		}
	}
	bold := c.Style.Attrs&uv.AttrBold != 0
	switch {
	case c.Style.Attrs&uv.AttrReverse != 0:
		return 'v'
	case c.Style.Underline != uv.UnderlineNone:
		return 'u'
	case bold && letter == ' ':
		return 'B'
	case bold:
		return unicode.ToUpper(letter)
	default:
		return letter
	}
}

// colourless is looks as they are under NO_COLOR.
func colourless(looks string) string {
	lines := strings.Split(looks, "\n")
	for n, line := range lines {
		lines[n] = strings.TrimRight(strings.Map(func(r rune) rune {
			switch {
			case r == 'u' || r == 'v':
				return r
			case unicode.IsUpper(r):
				return 'B'
			default:
				return ' '
			}
		}, line), " ")
	}
	return strings.TrimRight(strings.Join(lines, "\n"), "\n") + "\n"
}
