package logs

import (
	"fmt"
	"slices"
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"

	"berth/logbook"
	"berth/safetext"
	"berth/tui/take"
	"berth/tui/theme"
)

// selectFrom begins a selection at the cursor, or ends it.
func (p *Pane) selectFrom() {
	s := p.pause()
	p.snap()
	if s.anchor != (logbook.Position{}) || s.follow {
		s.anchor = logbook.Position{}
		return
	}
	s.anchor = s.cursor
}

// Point puts the cursor on the line at a row of the pane; with the button held
// it selects from where it was pressed.
func (p *Pane) Point(_, y int, held bool) tea.Cmd {
	if p.prompt.Opened() {
		return nil
	}
	p.said = ""
	for _, l := range p.visibleLines() {
		if y -= len(l.rows); y >= 0 {
			continue
		}
		s := p.pause()
		switch {
		case s.follow:
		case !held:
			s.anchor = logbook.Position{}
		case s.anchor == (logbook.Position{}) && s.cursor != l.at:
			s.anchor = s.cursor
		}
		s.cursor = l.at
		break
	}
	return nil
}

// selected is the first and the last line that keys act on: from the cursor to
// the other end of the selection, or the last line there is.
func (p *Pane) selected() (from, to logbook.Position) {
	s := p.spot()
	if s.follow {
		last := p.step(logbook.End(), -1)
		return last, last
	}
	from, to = s.cursor, s.cursor
	switch {
	case s.anchor == (logbook.Position{}):
	case s.anchor.Compare(from) < 0:
		from = s.anchor
	default:
		to = s.anchor
	}
	return from, to
}

// whole is the lines that keys act on: those that are selected, and what is
// folded into the first.
func (p *Pane) whole() []logbook.Position {
	from, to := p.selected()
	return append(p.foldedInto(from), p.lines(from, to)...)
}

// foldedInto is the lines of a record before its last one, as far as they are
// in the view.
func (p *Pane) foldedInto(end logbook.Position) []logbook.Position {
	start := p.book.RecordStart(end)
	if start == end {
		return nil
	}
	return slices.DeleteFunc(p.lines(start, end), func(at logbook.Position) bool { return at == end || p.book.Record(at) != end })
}

// lines is those of the view from one position to another, both included.
func (p *Pane) lines(from, to logbook.Position) []logbook.Position {
	var all []logbook.Position
	if p.view().Has(from) {
		all = append(all, from)
	}
	for at, ok := p.view().Next(from); ok && at.Compare(to) <= 0; at, ok = p.view().Next(at) {
		all = append(all, at)
	}
	return all
}

// count is how many lines whole has. It is asked for each frame, and does not
// go through them.
func (p *Pane) count() int {
	from, to := p.selected()
	v := p.view()
	n := v.Before(to) - v.Before(from) + len(p.foldedInto(from))
	if v.Has(to) {
		n++
	}
	return n
}

// text is lines as they are taken away, safe to paste, or stamped for a file.
func (p *Pane) text(lines []logbook.Position, stamped bool) string {
	var b strings.Builder
	for _, at := range lines {
		e, ok := p.book.At(at)
		if !ok {
			continue
		}
		if stamped && !e.Time.IsZero() {
			b.WriteString(e.Time.Format(time.RFC3339Nano) + " ")
		}
		if stamped && p.merged {
			b.WriteString(safetext.Line(e.Ref.String()) + " ")
		}
		if stamped {
			b.WriteString(safetext.Tabbed(e.Text))
		} else {
			b.WriteString(e.Safe)
		}
		if e.Dropped > 0 {
			fmt.Fprintf(&b, " … (%d bytes more)", e.Dropped)
		}
		b.WriteByte('\n')
	}
	return b.String()
}

// copy puts the selected lines into the clipboards.
func (p *Pane) copy() tea.Cmd {
	p.snap()
	lines := p.whole()
	n := len(lines)
	if n == 0 {
		p.said = "there is no line to copy"
		return nil
	}
	text := strings.TrimSuffix(p.text(lines, false), "\n")
	p.spot().anchor = logbook.Position{}
	p.said = theme.Count(n, "line") + " copied"
	return take.Copy(p, theme.Count(n, "line"), text, p.settings.Copy)
}

// fileName is where a log is saved unless one says otherwise.
func (p *Pane) fileName() string {
	if p.merged {
		return "services.log"
	}
	return p.service.Ref.Service + ".log"
}

// save writes the lines that are shown to a new file.
func (p *Pane) save(name string) tea.Cmd {
	lines := p.lines(logbook.Start(), logbook.End())
	return take.Save(p, theme.Count(len(lines), "line"), p.text(lines, true), name, name == p.offered)
}

// mark marks the line under the cursor, or no longer.
func (p *Pane) mark() {
	s := p.pause()
	if p.snap(); s.follow {
		return
	}
	if p.marks[s.cursor] {
		delete(p.marks, s.cursor)
	} else {
		p.marks[s.cursor] = true
	}
}

// nextMark goes to the next marked line of this log, from the last to the
// first.
func (p *Pane) nextMark() {
	at := p.spot().cursor
	if p.spot().follow {
		at = logbook.Start()
	}
	var next, first logbook.Position
	for m := range p.marks {
		if !p.view().Has(m) {
			continue
		}
		if first == (logbook.Position{}) || m.Compare(first) < 0 {
			first = m
		}
		if m.Compare(at) > 0 && (next == (logbook.Position{}) || m.Compare(next) < 0) {
			next = m
		}
	}
	if next == (logbook.Position{}) {
		next = first
	}
	if to := next; to != (logbook.Position{}) {
		p.reach(to)
	} else {
		p.said = "no line of this log is marked"
	}
}
