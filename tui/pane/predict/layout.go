package predict

import "berth/tui/theme"

// pastMost is how many past answers are worth their lines.
const pastMost = 4

// needs is how many lines each part would fill.
type needs struct {
	body, wrong, answer, past int
}

// areas is where the parts are: widths of the columns, and lines of each part.
// The heads are not counted in.
type areas struct {
	theme.Columns

	air    bool
	editor int
	wrong  int // what is wrong with the body
	answer int
	past   int // 0: not even their head
}

// rows shares h lines by what the parts need, and wastes none while one of them
// is cut.
func (a areas) rows(h int, n needs) areas {
	if a.Wide {
		return a.beside(h, n)
	}
	return a.stacked(h, n)
}

// editorAt is the editor's first line.
func (a areas) editorAt() int {
	if a.air {
		return 3
	}
	return 2
}

// beside has the body on the left and the answer on the right, and past
// answers below both.
func (a areas) beside(h int, n needs) areas {
	const heads = 2 // the endpoint and those of the columns
	rows := h - heads
	if a.air = rows > 12; a.air {
		rows--
	}
	if past := min(n.past, pastMost); past > 0 {
		const head = 2 // an empty line, and theirs
		a.past = max(0, min(past, rows-head-8))
		if a.past > 0 {
			rows -= head + a.past
		}
	}
	rows = max(2, rows)
	a.wrong = min(n.wrong, max(1, rows/3))
	a.editor = max(1, min(n.body, rows-a.wrong))
	a.wrong = min(n.wrong, max(0, rows-a.editor))
	a.answer = rows - 1 // the first line is the timing
	return a
}

// stacked has all parts below each other.
func (a areas) stacked(h int, n needs) areas {
	const heads = 3 // the endpoint, the body's and the answer's
	rows := h - heads
	a.wrong = min(n.wrong, max(1, rows/4))
	rows = max(2, rows-a.wrong)
	a.editor, a.answer = theme.Share(rows, n.body, n.answer)
	rows -= a.editor + a.answer
	if more := min(n.wrong-a.wrong, rows); more > 0 {
		a.wrong += more
		rows -= more
	}
	if a.air = rows >= 2; a.air { // one above each of the heads
		rows -= 2
	}
	if a.past = max(0, min(n.past, pastMost, rows-1)); a.past > 0 {
		rows -= a.past + 1
	}
	a.answer += max(0, rows)
	return a
}
