package logs

import "berth/logbook"

// The log is read from the window outwards: only lines that are visible are
// ever laid out, however many there are.

// place is a row on the screen: a line, and which of its rows.
type place struct {
	at  logbook.Position
	row int
}

func (a place) before(b place) bool {
	c := a.at.Compare(b.at)
	return c < 0 || c == 0 && a.row < b.row
}

// window is the rows that are visible.
func (p *Pane) window() []string {
	var rows []string
	for _, shown := range p.visibleLines() {
		rows = append(rows, shown.rows...)
	}
	return rows
}

// shownLine is the rows of one line that are visible.
type shownLine struct {
	at   logbook.Position
	rows []string
}

func (p *Pane) visibleLines() []shownLine {
	first, room := p.first(), p.height()
	var all []shownLine
	for at, ok := first.at, true; ok && room > 0; at, ok = p.view().Next(at) {
		rows := p.rows(at)
		if at == first.at {
			rows = rows[min(first.row, len(rows)):]
		}
		if rows = rows[:min(len(rows), room)]; len(rows) > 0 {
			all = append(all, shownLine{at, rows})
			room -= len(rows)
		}
	}
	return all
}

// first is the first visible row: the kept place, or a window before the end.
func (p *Pane) first() place {
	s := p.spot()
	bottom := p.back(place{at: logbook.End()}, p.height())
	if s.follow || bottom.before(s.top) {
		return bottom
	}
	if !p.view().Has(s.top.at) { // what was there is no longer kept, or no longer wanted
		return p.forth(place{at: s.top.at}, 0)
	}
	return s.top
}

// see remembers where in the logs one reads.
func (p *Pane) see() {
	s := p.spot()
	if _, kept := p.book.At(s.top.at); !s.follow && kept {
		s.seen = p.view().Mark(s.top.at)
	}
}

// lost is how many lines from the first one that was shown on were dropped since
// one stands still there.
func (p *Pane) lost() int64 {
	s := p.spot()
	if _, kept := p.book.At(s.top.at); s.follow || kept {
		return 0
	}
	return p.view().Lost(s.seen)
}

// snap puts the cursor on a line that is shown, when its own is no longer
// kept or no longer wanted: the next one, or the last.
func (p *Pane) snap() {
	s := p.spot()
	if s.follow {
		return
	}
	if !p.view().Has(s.cursor) || len(p.rows(s.cursor)) == 0 {
		to := p.step(s.cursor, 1)
		if to == s.cursor {
			to = p.step(s.cursor, -1)
		}
		s.cursor = to
	}
	p.reveal()
}

// back is the place n rows before another, or the beginning.
func (p *Pane) back(at place, n int) place {
	for n > at.row {
		before, ok := p.view().Prev(at.at)
		if !ok {
			if first, ok := p.view().Next(logbook.Start()); ok {
				return place{at: first}
			}
			return at
		}
		n -= at.row
		at = place{at: before, row: len(p.rows(before))}
	}
	at.row -= n
	return at
}

// forth is the place n rows after another, or the end.
func (p *Pane) forth(at place, n int) place {
	for {
		left := len(p.rows(at.at)) - at.row // none of a line that is not there any more
		if n < left {
			at.row += n
			return at
		}
		next, ok := p.view().Next(at.at)
		if !ok {
			return place{at: logbook.End()}
		}
		n -= max(0, left)
		at = place{at: next}
	}
}

// pause stands still at what is visible, the cursor on its last line.
func (p *Pane) pause() *spot {
	s := p.spot()
	if s.follow && p.view().Len() > 0 {
		s.top = p.first()
		s.paused, _ = p.view().Prev(logbook.End())
		s.cursor = p.step(logbook.End(), -1)
		s.follow = false
		p.see()
	}
	return s
}

// resume follows the end.
func (p *Pane) resume() {
	s := p.spot()
	s.follow, s.anchor = true, logbook.Position{}
}

// step is the n-th line after a position that has a row, or before it; the
// position itself when there is none.
func (p *Pane) step(at logbook.Position, n int) logbook.Position {
	next := p.view().Next
	if n < 0 {
		next, n = p.view().Prev, -n
	}
	for found := at; n > 0; {
		q, ok := next(found)
		if !ok {
			break
		}
		if found = q; len(p.rows(q)) > 0 {
			at = q
			n--
		}
	}
	return at
}

// move moves the cursor by lines, and the window only as far as it must.
func (p *Pane) move(lines int) {
	if s := p.spot(); s.follow && lines > 0 {
		return
	}
	s := p.pause()
	if s.follow {
		return // there is no line
	}
	to := p.step(s.cursor, lines)
	if to == s.cursor && lines > 0 && s.anchor == (logbook.Position{}) {
		p.resume() // beyond the last line
		return
	}
	p.show(to)
}

// show puts the cursor on a line, and the line into the window.
func (p *Pane) show(at logbook.Position) {
	if s := p.pause(); p.view().Has(at) {
		s.cursor = at
		p.reveal()
	}
}

// reveal moves the window to the cursor.
func (p *Pane) reveal() {
	s := p.spot()
	if s.follow {
		return
	}
	s.top = p.first()
	if head := (place{at: s.cursor}); head.before(s.top) {
		s.top = head
	}
	least := p.back(place{at: s.cursor, row: len(p.rows(s.cursor))}, p.height())
	if s.top.before(least) {
		s.top = least
	}
}

// centre shows a line in the middle of the window, unless it is visible.
func (p *Pane) centre(at logbook.Position) {
	s := p.pause()
	if s.follow || !p.view().Has(at) {
		return
	}
	s.cursor = at
	for _, l := range p.visibleLines() {
		if l.at == at {
			return
		}
	}
	s.top = p.back(place{at: at}, p.height()/2)
}

// scroll moves the window by rows, and the cursor only as far as it must. At
// the end it follows again.
func (p *Pane) scroll(rows int) {
	if p.spot().follow && rows > 0 {
		return
	}
	at := p.first()
	to := p.back(at, max(0, -rows))
	if rows > 0 {
		to = p.forth(at, rows)
	} else if to == at {
		p.pause().cursor = p.step(logbook.Start(), 1) // all there is is visible
		return
	}
	s := p.pause()
	if s.follow {
		return // there is no line
	}
	s.top = to
	bottom := p.back(place{at: logbook.End()}, p.height())
	if rows > 0 && !s.top.before(bottom) && s.anchor == (logbook.Position{}) {
		p.resume()
		return
	}
	if shown := p.visibleLines(); len(shown) > 0 {
		if first := shown[0].at; s.cursor.Compare(first) < 0 {
			s.cursor = first
		}
		if last := shown[len(shown)-1].at; s.cursor.Compare(last) > 0 {
			s.cursor = last
		}
	}
}
