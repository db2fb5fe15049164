package theme

import (
	"fmt"
	"strings"

	"charm.land/lipgloss/v2"
	"github.com/charmbracelet/x/ansi"
)

// Cut shortens s to at most w cells, with an ellipsis where something is
// missing. Styles in s are kept whole.
func Cut(s string, w int) string {
	if w <= 0 {
		return ""
	}
	short := ansi.Truncate(s, w, "…")
	// ansi takes a keycap, which begins with a digit, for one cell there, and for
	// two where it measures.
	for n := w - 1; n > 0 && strings.ContainsRune(short, keycap) && ansi.StringWidth(short) > w; n-- {
		short = ansi.Truncate(s, n, "…")
	}
	return short
}

const keycap = rune(0x20e3)

// Shorten cuts the middle out of a name that is longer than w cells: names that
// differ only at their ends stay apart.
func Shorten(s string, w int) string {
	total := ansi.StringWidth(s)
	tail := min(6, w/3)
	if total <= w || tail < 1 {
		return Cut(s, w)
	}
	end := ansi.TruncateLeft(s, total-tail, "…")
	if ansi.StringWidth(end) > tail+1 { // a wide rune lies across the cut
		end = ansi.TruncateLeft(s, total-tail+1, "…")
	}
	return ansi.Truncate(s, w-ansi.StringWidth(end), "") + end
}

// Fit is s in exactly w cells, from the left.
func Fit(s string, w int) string {
	s = Cut(s, w)
	return s + strings.Repeat(" ", max(0, w-ansi.StringWidth(s)))
}

// Right is s in exactly w cells, against the right edge.
func Right(s string, w int) string {
	s = Cut(s, w)
	return strings.Repeat(" ", max(0, w-ansi.StringWidth(s))) + s
}

// Spread puts left and right at the edges of exactly w cells. When both do
// not fit, right keeps its place and left is cut.
func Spread(left, right string, w int) string {
	right = Cut(right, w)
	rest := w - ansi.StringWidth(right)
	if right != "" && rest > 0 {
		rest-- // at least one cell between them
		right = " " + right
	}
	return Fit(left, rest) + right
}

// Block is lines in exactly w × h cells, cut and padded.
func Block(lines []string, w, h int) string {
	if w <= 0 || h <= 0 {
		return ""
	}
	var b strings.Builder
	for i := range h {
		if i > 0 {
			b.WriteByte('\n')
		}
		line := ""
		if i < len(lines) {
			line = lines[i]
		}
		b.WriteString(Fit(line, w))
	}
	return b.String()
}

// Wrap breaks s, plain or styled, into lines of at most w cells, at spaces
// where it can. Each line carries its styles whole.
func Wrap(s string, w int) []string {
	if w <= 0 {
		return nil
	}
	return strings.Split(lipgloss.Wrap(s, w, ""), "\n")
}

// Width is how many cells s takes.
func Width(s string) int { return ansi.StringWidth(s) }

// Clip is at most h lines; the last says how many have no room.
func (t Theme) Clip(lines []string, h int) []string {
	if more := len(lines) - h; more > 0 && h > 0 {
		return append(lines[:h-1:h-1], t.Muted.Render(Unseen(0, more+1)))
	}
	return lines[:max(0, min(len(lines), h))]
}

// Unseen says how many lines are not seen, "" when all are.
func Unseen(above, below int) string {
	switch {
	case above > 0 && below > 0:
		return fmt.Sprintf("… %s above, %s below", Count(above, "line"), Number(below))
	case above > 0:
		return fmt.Sprintf("… %s above", Count(above, "line"))
	case below > 0:
		return "… " + Count(below, "more line")
	default:
		return ""
	}
}
