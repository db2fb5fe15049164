// Package list is the cursor in a list that may be longer than its window.
package list

// Cursor is where one stands in a list. It scrolls as bind.Scrolling has it.
type Cursor struct {
	At int // the row that keys act on

	top, rows, height int
}

// Window says which rows of so many are seen in that many lines. When more is
// set, or they do not fit, a line is left to say so.
func (c *Cursor) Window(rows, lines int, more bool) (from, to int, told bool) {
	c.rows, c.height = rows, lines
	told = more || rows > lines
	if told {
		c.height = max(1, lines-1)
	}
	c.move(0)
	c.top = max(c.At-c.height+1, min(c.top, c.At))
	return c.top, min(rows, c.top+c.height), told
}

// Reset goes to the first row of another list.
func (c *Cursor) Reset(rows int) { *c = Cursor{rows: rows, height: c.height} }

// Grow says how many rows the list has now.
func (c *Cursor) Grow(rows int) { c.rows = rows }

// Height is how many rows are seen.
func (c *Cursor) Height() int { return c.height }

// ScrollUp goes to an earlier row.
func (c *Cursor) ScrollUp(n int) { c.move(-n) }

// ScrollDown goes to a later one.
func (c *Cursor) ScrollDown(n int) { c.move(n) }

// Top goes to the first.
func (c *Cursor) Top() { c.move(-c.rows) }

// Bottom goes to the last.
func (c *Cursor) Bottom() { c.move(c.rows) }

func (c *Cursor) move(n int) { c.At = max(0, min(c.At+n, c.rows-1)) }
