package logs

import (
	"slices"

	tea "charm.land/bubbletea/v2"

	"berth/logbook"
	"berth/stack"
)

// scanMsg goes on scanning.
type scanMsg struct{}

// view is the lines of the log that is shown.
func (p *Pane) view() *logbook.View {
	k := p.key()
	v := p.views[k]
	if v == nil {
		v = p.book.View(p.filterOf(k))
		p.views[k] = v
		v.Scan(p.settings.ScanBytes)
	}
	return v
}

// matches is those of them that have what is looked for.
func (p *Pane) matches() *logbook.View {
	k := p.key()
	v := p.hits[k]
	if v == nil {
		f := p.filterOf(k)
		f.Keep, f.Context = append(slices.Clone(f.Keep), *p.find), 0
		v = p.book.View(f)
		p.hits[k] = v
	}
	return v
}

// filterOf is the filter for a log.
func (p *Pane) filterOf(k key) logbook.Filter {
	f := p.filter
	f.NoHealth, f.Least = p.noHealth, max(f.Least, p.least)
	if !k.merged {
		f.Roles, f.Services, f.NotServices = []stack.Ref{k.ref}, nil, nil
	}
	return f
}

// scan looks at lines that came, for the filter and the search, and goes on in
// a message of its own when there are many.
func (p *Pane) scan() tea.Cmd {
	if !p.visible {
		return nil
	}
	done := p.view().Scan(p.settings.ScanBytes)
	if done && p.partial {
		p.partial = false
		p.snap() // all that can be shown is known now
	}
	if p.find != nil && done {
		done = p.matches().Scan(p.settings.ScanBytes)
	}
	if done || p.scanning {
		if done && p.wanted != 0 && p.find != nil {
			return p.seek()
		}
		return nil
	}
	p.scanning = true
	return func() tea.Msg { return scanMsg{} }
}

// passing is what decides which lines are shown.
type passing struct {
	filtered string
	least    logbook.Level
	noHealth bool
}

// lookAgain begins anew with another search, and if it is another with the
// filter: what passes that is known else, and need not be gone through again.
func (p *Pane) lookAgain() tea.Cmd {
	if now := (passing{p.filtered, p.least, p.noHealth}); now != p.passing {
		clear(p.views)
		p.passing, p.partial = now, true
	}
	clear(p.hits)
	p.wanted = 0
	return p.scan()
}

func (p *Pane) setFind(text string) error {
	if text == "" {
		p.find = nil
		return nil
	}
	pattern, err := logbook.Compile(text)
	if err == nil {
		p.find = &pattern
	}
	return err
}

func (p *Pane) setFilter(text string) error {
	f, err := logbook.ParseFilter(text)
	if err == nil && len(p.known) > 0 {
		err = f.Known(p.known)
	}
	if err == nil {
		p.filter, p.filtered = f, text
	}
	return err
}

// clear shows every line again.
func (p *Pane) clear() {
	p.find, p.filter, p.filtered, p.least, p.noHealth = nil, logbook.Filter{}, "", logbook.NoLevel, false
}

// jump is a key that goes to another match.
func (p *Pane) jump(dir int) func() tea.Cmd {
	return func() tea.Cmd {
		p.said = ""
		p.wanted = dir
		return p.seek()
	}
}

// seek goes to the match that is wanted. While they are still being looked for,
// the lines next to the cursor are looked at first: those matter.
func (p *Pane) seek() tea.Cmd {
	s := p.spot()
	at := s.cursor
	if s.follow {
		at = logbook.End()
		p.wanted = -1
	}
	hits := p.matches()
	settled := p.view().Scan(0)
	done := settled && hits.Scan(0)
	step := hits.Next
	if p.wanted < 0 {
		step = hits.Prev
	}
	to, ok := step(at)
	if !done {
		if !settled {
			return p.scan() // comes back when it is known what is shown
		}
		if to, ok = p.near(at); !ok {
			return p.scan() // comes back when all matches are known
		}
	}
	if !ok && p.wanted < 0 {
		if p.reading.Busy() {
			return nil // what comes may have it
		}
		if older := p.readOlder(); older != nil {
			return older // and then it is looked for there
		}
	}
	if !ok {
		around := logbook.Start()
		p.said = "went round to the first match"
		if p.wanted < 0 {
			around = logbook.End()
			p.said = "went round to the last match"
		}
		if to, ok = step(around); !ok {
			p.said = "no line has it"
		}
	}
	p.wanted = 0
	if ok {
		p.reach(to)
	}
	return p.scan()
}

// near looks for a match from a line on, for a moment.
func (p *Pane) near(at logbook.Position) (logbook.Position, bool) {
	step := p.view().Next
	if p.wanted < 0 {
		step = p.view().Prev
	}
	for left := 2 * p.settings.ScanBytes; left > 0; {
		next, ok := step(at)
		if !ok {
			break
		}
		at = next
		e, ok := p.book.At(at)
		if ok && p.find.Match(e.Safe) {
			return at, true
		}
		left -= int64(len(e.Text)) + 64
	}
	return at, false
}

// reach shows a line, also when it is folded away.
func (p *Pane) reach(at logbook.Position) {
	if end := p.book.Record(at); end != at {
		p.unfolded[end] = true
	}
	p.centre(at)
}
