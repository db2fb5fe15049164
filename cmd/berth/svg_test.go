//go:build screenshots

package main

import (
	"fmt"
	"html"
	"image/color"
	"strings"

	uv "github.com/charmbracelet/ultraviolet"
)

// The geometry of a picture in pixels: one cell, and the border around all.
const (
	cellW, cellH = 8.4, 18
	fontSize     = 14
	border       = 14
)

// paper is the colours of a terminal.
type paper struct{ back, ink string }

var (
	darkPaper  = paper{"#1e1e1e", "#d4d4d4"}
	lightPaper = paper{"#ffffff", "#24292f"}
)

// svg draws what an emulator shows: a rectangle or a text for each run of cells
// that look alike.
func svg(screen interface {
	CellAt(x, y int) *uv.Cell
	Width() int
	Height() int
}, p paper,
) string {
	w, h := float64(screen.Width())*cellW+2*border, float64(screen.Height())*cellH+2*border
	var b strings.Builder
	fmt.Fprintf(&b, `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %.0f %.0f" width="%.0f" height="%.0f" font-family="ui-monospace, 'DejaVu Sans Mono', Menlo, Consolas, monospace" font-size="%d">`+"\n",
		w, h, w, h, fontSize)
	fmt.Fprintf(&b, `<rect width="100%%" height="100%%" rx="8" fill="%s"/>`+"\n", p.back)
	for y := range screen.Height() {
		for x := 0; x < screen.Width(); {
			style, text, cells := alike(screen.CellAt, x, y, screen.Width())
			b.WriteString(p.draw(style, text, x, y, cells))
			x += cells
		}
	}
	b.WriteString("</svg>\n")
	return b.String()
}

// alike is the cells from x on that look like the first.
func alike(at func(x, y int) *uv.Cell, x, y, width int) (style uv.Style, text string, cells int) {
	for x+cells < width {
		c := at(x+cells, y)
		if c == nil {
			c = &uv.EmptyCell
		}
		if cells == 0 {
			style = c.Style
		} else if !style.Equal(&c.Style) {
			break
		}
		text += c.Content
		cells += max(1, c.Width)
	}
	return style, text, cells
}

func (p paper) draw(s uv.Style, text string, x, y, cells int) string {
	ink, back := hexOf(s.Fg, p.ink), hexOf(s.Bg, "")
	if s.Attrs&uv.AttrReverse != 0 {
		ink, back = hexOf(s.Bg, p.back), hexOf(s.Fg, p.ink)
	}
	left, top := border+float64(x)*cellW, border+float64(y)*cellH
	out := ""
	if back != "" {
		out += fmt.Sprintf(`<rect x="%.1f" y="%.1f" width="%.1f" height="%d" fill="%s"/>`+"\n", left, top, float64(cells)*cellW, cellH, back)
	}
	trimmed := strings.TrimRight(text, " ")
	if trimmed == "" {
		return out
	}
	weight := ""
	if s.Attrs&uv.AttrBold != 0 {
		weight = ` font-weight="bold"`
	}
	cells -= len(text) - len(trimmed)
	return out + fmt.Sprintf(`<text x="%.1f" y="%.1f" textLength="%.1f" lengthAdjust="spacingAndGlyphs" xml:space="preserve" fill="%s"%s>%s</text>`+"\n",
		left, top+cellH-4.5, float64(cells)*cellW, ink, weight, html.EscapeString(trimmed))
}

func hexOf(c color.Color, otherwise string) string {
	if c == nil {
		return otherwise
	}
	r, g, b, _ := c.RGBA()
	return fmt.Sprintf("#%02x%02x%02x", r>>8, g>>8, b>>8)
}
