package predict

import (
	"strconv"
	"strings"

	"charm.land/lipgloss/v2"
	"github.com/charmbracelet/x/ansi"

	"berth/predict"
	"berth/tui/theme"
)

// painter colours the rows of the editor, of which several may be one line.
type painter struct {
	style predict.HighlightStyle
	mark  lipgloss.Style // of brackets that belong together
	lines []string
	marks map[int][]int // by line: byte offsets

	left   string // of the line, what is still to come
	styled string
	at     int // how much of styled was there, in cells
}

func newPainter(t theme.Theme, text string) *painter {
	p := &painter{style: predict.Light, mark: t.Accent.Underline(true), lines: strings.Split(text, "\n"), marks: map[int][]int{}}
	if t.Dark {
		p.style = predict.Dark
	}
	return p
}

// pairAt marks the bracket at a place and the one that belongs to it.
func (p *painter) pairAt(text string, at int) {
	here, there, ok := pair(text, at)
	if !ok {
		return
	}
	for _, n := range []int{here, there} {
		line := strings.Count(text[:n], "\n")
		p.marks[line] = append(p.marks[line], n-strings.LastIndexByte(text[:n], '\n')-1)
	}
}

// row colours one row. A row that begins in the middle of a line that began
// above the window is coloured as if it were a line.
func (p *painter) row(numbered, text string) string {
	text = strings.TrimRight(text, " ")
	if number, err := strconv.Atoi(strings.TrimSpace(numbered)); err == nil && number <= len(p.lines) {
		p.begin(number - 1)
	}
	if p.left == "" || !strings.HasPrefix(p.left, text) {
		return p.style.Line(text)
	}
	end := p.at + ansi.StringWidth(text)
	part := ansi.Cut(p.styled, p.at, end)
	rest := p.left[len(text):]
	p.left = strings.TrimLeft(rest, " ") // where it was broken
	p.at = end + len(rest) - len(p.left)
	return part
}

func (p *painter) begin(n int) {
	p.left, p.at = p.lines[n], 0
	p.styled = p.style.Line(p.left)
	for _, m := range p.marks[n] {
		from := ansi.StringWidth(p.left[:m])
		p.styled = ansi.Cut(p.styled, 0, from) + p.mark.Render(p.left[m:m+1]) + ansi.Cut(p.styled, from+1, ansi.StringWidth(p.left))
	}
}
