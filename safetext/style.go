package safetext

import (
	"strconv"
	"strings"
)

// Colour is a colour that a program asked for; the zero Colour: none.
type Colour struct {
	Kind    ColourKind
	R, G, B uint8 // R is the number of one of the terminal's
}

// ColourKind is how a Colour is given.
type ColourKind uint8

// The kinds: none, one of the terminal's 256 by its number, red, green and blue.
const (
	NoColour ColourKind = iota
	Indexed
	RGB
)

// Attr is a set of attributes. Those that hide text or make it blink have none.
type Attr uint8

// The attributes.
const (
	Bold Attr = 1 << iota
	Faint
	Italic
	Underline
	Reverse
	Strike
)

// Style is how a program asked for text to look. What is made of it is up to
// whoever shows the text.
type Style struct {
	Fg, Bg Colour
	Attr   Attr
}

// Span is a part of a line, in bytes, that has a Style.
type Span struct {
	From, To int
	Style
}

// Styled is Line, and beside it how the program asked for its parts to look, in
// their order. No style goes on behind the line.
func Styled(s string) (string, []Span) {
	s = lastWriting(s)
	if strings.IndexByte(s, 0x1b) < 0 && strings.IndexByte(s, 0xc2) < 0 {
		return Line(s), nil
	}
	c := newCleaner(s)
	c.styled = true
	c.run()
	c.restyle(Style{}, len(c.out))
	return string(c.out), c.spans
}

// restyle goes on in another style from a place on.
func (c *cleaner) restyle(next Style, at int) {
	if next == c.style {
		return
	}
	if c.style != (Style{}) && at > c.since {
		c.spans = append(c.spans, Span{c.since, at, c.style})
	}
	c.style, c.since = next, at
}

// sgr takes an escape sequence that may select how text looks (ECMA-48's SGR,
// ITU T.416's colours with colons and without).
func (c *cleaner) sgr(sequence string) {
	_, body, ok := introducer(sequence)
	if !c.styled || !ok || sequence[len(sequence)-1] != 'm' || sequence[body-1] != '[' && sequence[body-1] != 0x9b {
		return
	}
	list := sequence[body : len(sequence)-1]
	if strings.Trim(list, "0123456789;:") != "" {
		return // private, such as the key modes of xterm
	}
	next, params := c.style, strings.Split(list, ";")
	for len(params) > 0 {
		params = params[next.take(params):]
	}
	c.restyle(next, len(c.out))
}

// take takes up the next parameters, and returns how many.
func (s *Style) take(params []string) int {
	head, sub, colons := strings.Cut(params[0], ":")
	switch n := number(head); {
	case n == 0:
		*s = Style{}
	case n == 38 || n == 48 || n == 58: // 58 is the underline's colour
		colour, taken := extended(params)
		if colons {
			colour, taken = extendedBy(sub), 1
		}
		switch n {
		case 38:
			s.Fg = colour
		case 48:
			s.Bg = colour
		}
		return taken
	case n == 4 && sub == "0":
		s.Attr &^= Underline
	case n < len(sets) && sets[n] != 0:
		s.Attr |= sets[n]
	case n == 22:
		s.Attr &^= Bold | Faint
	case n == 39:
		s.Fg = Colour{}
	case n == 49:
		s.Bg = Colour{}
	case n < len(sets)+len(clears) && n >= len(sets):
		s.Attr &^= clears[n-len(sets)]
	case n >= 30 && n <= 37:
		s.Fg = Colour{Indexed, uint8(n - 30), 0, 0}
	case n >= 40 && n <= 47:
		s.Bg = Colour{Indexed, uint8(n - 40), 0, 0}
	case n >= 90 && n <= 97:
		s.Fg = Colour{Indexed, uint8(n - 90 + 8), 0, 0}
	case n >= 100 && n <= 107:
		s.Bg = Colour{Indexed, uint8(n - 100 + 8), 0, 0}
	}
	return 1
}

// What parameters set: 21 underlines doubly; and clear, from 22 on.
var (
	sets   = [22]Attr{1: Bold, 2: Faint, 3: Italic, 4: Underline, 7: Reverse, 9: Strike, 21: Underline}
	clears = [8]Attr{1: Italic, 2: Underline, 5: Reverse, 7: Strike}
)

// extended reads 38;5;N and 38;2;R;G;B and returns how many parameters that is.
func extended(params []string) (Colour, int) {
	switch {
	case len(params) >= 3 && params[1] == "5":
		return indexed(params[2]), 3
	case len(params) >= 5 && params[1] == "2":
		return rgb(params[2:5]), 5
	}
	return Colour{}, len(params) // what follows cannot be told apart
}

// extendedBy reads the same with colons: 5:N, 2:R:G:B and 2:SPACE:R:G:B.
func extendedBy(sub string) Colour {
	parts := strings.Split(sub, ":")
	switch {
	case len(parts) >= 2 && parts[0] == "5":
		return indexed(parts[1])
	case len(parts) == 4 && parts[0] == "2":
		return rgb(parts[1:])
	case len(parts) >= 5 && parts[0] == "2":
		return rgb(parts[2:5])
	}
	return Colour{}
}

func indexed(text string) Colour {
	if n := number(text); n <= 255 {
		return Colour{Indexed, uint8(n), 0, 0}
	}
	return Colour{}
}

func rgb(parts []string) Colour {
	var c [3]uint8
	for i, p := range parts {
		n := number(p)
		if n > 255 {
			return Colour{}
		}
		c[i] = uint8(n)
	}
	return Colour{RGB, c[0], c[1], c[2]}
}

// number is a parameter; one that is left out is 0, one that is no number is
// none that means anything.
func number(text string) int {
	if text == "" {
		return 0
	}
	n, err := strconv.ParseUint(text, 10, 16)
	if err != nil {
		return 1 << 16
	}
	return int(n)
}
