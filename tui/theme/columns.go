package theme

import "strings"

// wideFrom is the width from which two parts stand side by side: each then has
// more than 40 columns.
const wideFrom = 90

// Gap is between two columns, in cells.
const Gap = 3

// Columns are two parts of a pane, beside each other where it is wide enough.
type Columns struct {
	Wide        bool
	Left, Right int // cells; the whole width each when narrow
}

// Split gives the columns of a pane w cells wide.
func Split(w int) Columns {
	c := Columns{Wide: w >= wideFrom, Left: max(1, w), Right: max(1, w)}
	if c.Wide {
		c.Left = (w - Gap) / 2
		c.Right = w - Gap - c.Left
	}
	return c
}

// Beside has lines of the two beside each other.
func (c Columns) Beside(left, right []string) (lines []string) {
	at := func(lines []string, n int) string {
		if n < len(lines) {
			return lines[n]
		}
		return ""
	}
	for n := range max(len(left), len(right)) {
		lines = append(lines, Fit(at(left, n), c.Left)+strings.Repeat(" ", Gap)+Fit(at(right, n), c.Right))
	}
	return lines
}

// Share gives two parts of rows what they need, or when that is too much, at
// least half of it to each that needs so much.
func Share(rows, first, second int) (one, two int) {
	one, two = max(1, first), max(1, second)
	switch half := rows / 2; {
	case one+two <= rows:
	case one <= half:
		two = rows - one
	case two <= rows-half:
		one = rows - two
	default:
		one, two = half, rows-half
	}
	return max(1, one), max(1, two)
}
