package logs

import (
	"context"

	tea "charm.land/bubbletea/v2"

	"berth/safetext"
	"berth/stack"
	"berth/tui/feed"
)

// olderLines is how many lines are read at once of what was printed before the
// first line that is kept.
const olderLines = 2000

// older is what was read, by service; nothing more of a service: it has its
// whole log.
type older map[stack.Ref][]stack.LogLine

// want is what is to be read of a service.
type want struct {
	stack.Ref
	first stack.LogLine // the oldest that is kept
	tail  int           // lines from the end of the log that are read for it
	most  int
}

// more reads what is older, when one has come to the first line.
func (p *Pane) more() tea.Cmd {
	if p.spot().follow {
		return nil
	}
	if _, ok := p.view().Prev(p.first().at); ok {
		return nil
	}
	return p.readOlder()
}

// partly reports whether there may be lines older than those that were read.
func (p *Pane) partly() bool { return len(p.wants()) > 0 }

func (p *Pane) wants() []want {
	refs := []stack.Ref{p.service.Ref}
	if p.merged {
		refs = p.all
	}
	var wants []want
	for _, r := range refs {
		first, kept, room, ok := p.book.First(r)
		// Fewer than were asked for at the beginning: that was all.
		if s := p.sources[r]; ok && room > 0 && s != nil && !s.whole && p.settings.Tail > 0 && kept+s.missed >= p.settings.Tail {
			n := min(olderLines, room)
			wants = append(wants, want{r, first, kept + s.missed + n, n})
		}
	}
	return wants
}

// readOlder reads what is older than the first line, nil when there is nothing.
func (p *Pane) readOlder() tea.Cmd {
	wants := p.wants()
	if len(wants) == 0 || p.reading.Busy() {
		return nil
	}
	reader := p.reader
	return p.reading.Ask(p.group, func(ctx context.Context) (older, error) {
		found := older{}
		for _, w := range wants {
			lines, err := w.read(ctx, reader)
			if err != nil {
				return found, err
			}
			found[w.Ref] = lines
		}
		return found, nil
	})
}

// read reads the lines before the first that is kept. The Engine counts lines
// from the end of a log only, so that those which are kept are read again.
func (w want) read(ctx context.Context, r Reader) ([]stack.LogLine, error) {
	var lines []stack.LogLine
	for l, err := range r.Logs(ctx, w.Ref, stack.LogOptions{Until: w.first.Time, Tail: w.tail}) {
		switch {
		case err != nil:
			return nil, err
		case l.Container != w.first.Container || l.Time.After(w.first.Time):
			continue // the log of a container that is gone cannot be read
		case l.Text == w.first.Text && l.Stream == w.first.Stream && l.Time.Equal(w.first.Time):
			return lines[max(0, len(lines)-w.most):], nil
		}
		lines = append(lines, l)
	}
	return lines[max(0, len(lines)-w.most):], nil
}

// took takes up what was read. What one looks at stays where it is.
func (p *Pane) took(a feed.Answer[older]) tea.Cmd {
	if !p.reading.Take(a) {
		return nil
	}
	if a.Err != nil {
		p.wanted = 0
		p.said = "older lines: " + safetext.Line(a.Err.Error())
		return nil
	}
	for r, lines := range a.Value {
		n := p.book.AddOlder(r, lines)
		if s := p.sources[r]; s != nil {
			s.whole = n < olderLines
		}
	}
	clear(p.views)
	clear(p.hits)
	return p.scan()
}
