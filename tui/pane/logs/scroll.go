package logs

// The log is read from the window outwards: only lines that are visible are
// ever laid out, however many there are.

// window is the rows that are visible.
func (p *Pane) window(s *source) []string {
	at := p.first(s)
	var rows []string
	for seq := at.seq; seq < s.book.End() && len(rows) < p.Height(); seq++ {
		rows = append(rows, p.rows(s, seq)...)
		if seq == at.seq {
			rows = rows[min(at.row, len(rows)):]
		}
	}
	return rows[:min(len(rows), p.Height())]
}

// first is the first visible row: the kept place, or a window before the end.
func (p *Pane) first(s *source) place {
	bottom := p.back(s, place{seq: s.book.End()}, p.Height())
	if s.follow {
		return bottom
	}
	top := s.top
	if top.seq < s.book.First() { // what was there is no longer kept
		top = place{seq: s.book.First()}
	}
	if bottom.before(top) {
		return bottom
	}
	return top
}

func (a place) before(b place) bool {
	return a.seq < b.seq || a.seq == b.seq && a.row < b.row
}

// back is the place n rows before another, or the beginning.
func (p *Pane) back(s *source, at place, n int) place {
	for n > at.row {
		if at.seq <= s.book.First() {
			return place{seq: s.book.First()}
		}
		n -= at.row
		at.seq--
		at.row = len(p.rows(s, at.seq))
	}
	at.row -= n
	return at
}

// forth is the place n rows after another, or the end.
func (p *Pane) forth(s *source, at place, n int) place {
	for ; at.seq < s.book.End(); at.seq++ {
		left := len(p.rows(s, at.seq)) - at.row
		if n < left {
			at.row += n
			return at
		}
		n -= left
		at.row = 0
	}
	return at
}

// ScrollUp shows earlier rows and stands still there.
func (p *Pane) ScrollUp(n int) {
	s := p.shown()
	if s == nil {
		return
	}
	at := p.first(s)
	to := p.back(s, at, n)
	if to == at {
		return // all there is is visible
	}
	if s.follow {
		s.follow, s.pausedAt = false, s.book.End()
	}
	s.top = to
}

// ScrollDown shows later rows; at the end it follows again.
func (p *Pane) ScrollDown(n int) {
	s := p.shown()
	if s == nil || s.follow {
		return
	}
	s.top = p.forth(s, p.first(s), n)
	bottom := p.back(s, place{seq: s.book.End()}, p.Height())
	s.follow = !s.top.before(bottom)
}

// Top goes to the first line that is kept.
func (p *Pane) Top() {
	if s := p.shown(); s != nil {
		p.ScrollUp(1)
		s.top = place{seq: s.book.First()}
	}
}

// Bottom follows the end.
func (p *Pane) Bottom() {
	if s := p.shown(); s != nil {
		s.follow = true
	}
}
