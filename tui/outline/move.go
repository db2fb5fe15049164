package outline

// folded reports whether what a line opens is not shown.
func (v *View) folded(n int) bool {
	return v.doc.end(n) >= 0 && v.turned[n] != (v.level > 0 && v.doc.depth(n) >= v.level)
}

// next is the line below one, and the document's length after the last.
func (v *View) next(n int) int {
	if v.folded(n) {
		n = v.doc.end(n)
	}
	return n + 1
}

// before is the line above one, and -1 before the first.
func (v *View) before(n int) int {
	n--
	if n >= 0 {
		if b := v.doc.begin(n); b >= 0 && v.folded(b) {
			return b
		}
	}
	return n
}

// Move moves the cursor by lines, and the window as far as it must.
func (v *View) Move(by int) {
	if v.doc == nil {
		return
	}
	for ; by > 0; by-- {
		if n := v.next(v.cursor); n < v.doc.Len() {
			v.cursor = n
		}
	}
	for ; by < 0; by++ {
		if n := v.before(v.cursor); n >= 0 {
			v.cursor = n
		}
	}
	v.follow()
}

// Scroll moves the window by rows, and the cursor as far as it must.
func (v *View) Scroll(by int) {
	if v.doc == nil {
		return
	}
	v.shift(by)
	v.keep(max(1, v.h-1))
	first, last := v.seen()
	v.cursor = max(first, min(v.cursor, last))
}

func (v *View) shift(by int) {
	for ; by > 0; by-- {
		if v.skip++; v.skip >= len(v.rows(v.top)) {
			n := v.next(v.top)
			if n >= v.doc.Len() {
				v.skip--
				return
			}
			v.top, v.skip = n, 0
		}
	}
	for ; by < 0; by++ {
		if v.skip--; v.skip < 0 {
			n := v.before(v.top)
			if n < 0 {
				v.skip = 0
				return
			}
			v.top, v.skip = n, len(v.rows(n))-1
		}
	}
}

// keep has no empty rows below the last line while there are lines above.
func (v *View) keep(h int) {
	free, skip := h, v.skip
	for n := v.top; n < v.doc.Len() && free > 0; n = v.next(n) {
		free -= len(v.rows(n)) - skip
		skip = 0
	}
	if free > 0 {
		v.shift(-free)
	}
}

// seen is the first and the last line of which a row is seen.
func (v *View) seen() (first, last int) {
	rows := -v.skip
	last = v.top
	for n := v.top; n < v.doc.Len(); n = v.next(n) {
		if rows >= max(1, v.h-1) {
			break
		}
		last = n
		rows += len(v.rows(n))
	}
	return v.top, last
}

// follow has the cursor in the window.
func (v *View) follow() {
	h := max(1, v.h-1)
	if v.cursor < v.top || v.cursor == v.top && v.skip > 0 {
		v.top, v.skip = v.cursor, 0
		return
	}
	rows := -v.skip
	for n := v.top; n <= v.cursor && n < v.doc.Len(); n = v.next(n) {
		if rows += len(v.rows(n)); rows > 2*h+len(v.rows(v.cursor)) { // far below
			v.top, v.skip = v.cursor, 0
			v.shift(len(v.rows(v.cursor)) - h)
			return
		}
	}
	if rows > h {
		v.shift(min(rows-h, rows)) // its last row is the window's
		if v.cursor == v.top {
			v.skip = 0
		}
	}
}

// Top goes to the first line.
func (v *View) Top() { v.cursor, v.top, v.skip = 0, 0, 0 }

// Bottom goes to the last line.
func (v *View) Bottom() {
	if v.doc == nil || v.doc.Len() == 0 {
		return
	}
	v.cursor = v.before(v.doc.Len())
	v.follow()
}

// Point puts the cursor on the line at a row of the window. Where it is already,
// it folds or unfolds what that line opens.
func (v *View) Point(row int) {
	if v.doc == nil || row < 0 {
		return
	}
	rows := -v.skip
	for n := v.top; n < v.doc.Len(); n = v.next(n) {
		if rows += len(v.rows(n)); rows > row {
			if n == v.cursor && v.doc.end(n) >= 0 {
				v.Fold()
			}
			v.cursor = n
			return
		}
	}
}

// Fold folds what the cursor's line opens or is in, or unfolds it.
func (v *View) Fold() {
	n := v.opener()
	if n < 0 {
		return
	}
	v.turn(n)
	v.cursor = n
	v.follow()
}

// Left folds what the cursor's line opens, or goes to what it is in.
func (v *View) Left() {
	if v.doc == nil {
		return
	}
	n := v.opener()
	switch {
	case n < 0:
		return
	case n == v.cursor && v.folded(n):
		n = v.doc.parent(n)
		if n < 0 {
			return
		}
	case n == v.cursor:
		v.turn(n)
	}
	v.cursor = n
	v.follow()
}

// Right unfolds what the cursor's line opens.
func (v *View) Right() {
	if v.doc != nil && v.folded(v.cursor) {
		v.turn(v.cursor)
	}
}

// opener is the line that opens what the cursor is on or in; -1: none does.
func (v *View) opener() int {
	switch {
	case v.doc == nil || v.doc.Len() == 0:
		return -1
	case v.doc.end(v.cursor) >= 0:
		return v.cursor
	case v.doc.begin(v.cursor) >= 0:
		return v.doc.begin(v.cursor)
	default:
		return v.doc.parent(v.cursor)
	}
}

func (v *View) turn(n int) {
	delete(v.laid, n)
	if n == v.top { // it takes other rows now
		v.skip = 0
	}
	if v.turned[n] {
		delete(v.turned, n)
	} else {
		v.turned[n] = true
	}
}

// FoldAll folds all that lies in the document's outermost value.
func (v *View) FoldAll() { v.refold(1) }

// UnfoldAll unfolds all.
func (v *View) UnfoldAll() { v.refold(0) }

func (v *View) refold(level int) {
	if v.doc == nil {
		return
	}
	v.level, v.laid = level, nil
	clear(v.turned)
	v.surface()
}

// surface moves the cursor and the window out of what is folded.
func (v *View) surface() {
	for _, n := range []*int{&v.cursor, &v.top} {
		for p := v.doc.parent(*n); p >= 0; p = v.doc.parent(p) {
			if v.folded(p) {
				*n = p
			}
		}
		if b := v.doc.begin(*n); b >= 0 && v.folded(b) {
			*n = b
		}
	}
	v.skip = 0
	v.follow()
}

// Reveal puts the cursor on a line, and unfolds what it is in.
func (v *View) Reveal(n int) {
	for p := v.doc.parent(n); p >= 0; p = v.doc.parent(p) {
		if v.folded(p) {
			v.turn(p)
		}
	}
	if b := v.doc.begin(n); b >= 0 && v.folded(b) {
		v.turn(b)
	}
	v.cursor = n
	v.follow()
}

// Matches are the lines in which something matches, ascending. It reads the
// whole document.
func (d *Doc) Matches(p Pattern) []int {
	var all []int
	for n := range d.Len() {
		if p.Match(string(d.raw(n))) {
			all = append(all, n)
		}
	}
	return all
}
