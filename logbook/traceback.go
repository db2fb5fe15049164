package logbook

import "strings"

// longestTraceback is from how many lines on something that began like a
// traceback is not taken for one.
const longestTraceback = 2000

// traceback follows the lines of one actor and tells which of them belong to a
// Python traceback, as traceback.print_exception writes it: a head, indented
// frames, the exception; and, chained, the same again behind a sentence. An
// exception group is framed: a head with a plus, lines with a margin, and a
// rule below the last of its exceptions.
type traceback struct {
	open   bool
	framed bool  // in an exception group
	begun  int64 // the number of its first line
	gap    int   // how many lines may still come between its end and a chained one
}

const (
	tracebackHead = "Traceback (most recent call last):"
	groupHead     = "+ Exception Group " + tracebackHead
	groupRule     = "+------------------------------------"
)

// chainGap is how far behind an exception the sentence comes that chains
// another: one empty line is between them.
const chainGap = 2

// chained are the sentences between two exceptions of one chain.
var chained = []string{
	"During handling of the above exception, another exception occurred:",
	"The above exception was the direct cause of the following exception:",
}

// take takes line n and reports whether it belongs to a traceback, and whether
// it is its last line as far as can be known.
func (t *traceback) take(n int64, text string) (within, last bool) {
	switch {
	case t.open && n-t.begun > longestTraceback:
		*t = traceback{}
	case strings.HasSuffix(text, groupHead):
		if !t.open || t.framed {
			t.begun = n
		}
		t.open, t.framed = true, true
		return true, false
	case t.framed && isFramed(text):
		// A rule below a group inside of another may be the last line, or not.
		return true, isRule(text)
	case t.framed:
		t.open, t.framed, t.gap = false, false, chainGap
		return t.take(n, text)
	case t.open:
		if text == "" || text[0] == ' ' || text[0] == '\t' || strings.HasPrefix(text, tracebackHead) || isChained(text) {
			return true, false
		}
		t.open, t.gap = false, chainGap
		return true, true
	case strings.HasSuffix(text, tracebackHead):
		*t = traceback{open: true, begun: n}
		return true, false
	case t.gap > 0 && isChained(text):
		t.open = true
		return true, false
	}
	t.gap = max(0, t.gap-1)
	return false, false
}

// isFramed reports whether a line has the margin of an exception group.
func isFramed(text string) bool {
	rest := strings.TrimLeft(text, " ")
	return len(rest) < len(text) && rest != "" && (rest[0] == '|' || rest[0] == '+')
}

func isRule(text string) bool { return strings.TrimLeft(text, " ") == groupRule }

func isChained(text string) bool {
	for _, s := range chained {
		if strings.HasPrefix(text, s) {
			return true
		}
	}
	return false
}

// group marks what belongs together once the last line n of a traceback is
// there.
func (l *log) group(begun, n int64) {
	end := l.record(n)
	size := int32(1)
	for i := max(begun, l.first); i < n; i++ {
		if r := l.record(i); r.by == end.by {
			r.inside, r.group, r.level = true, 0, max(r.level, Error) // also the empty line between two
			size++
		}
	}
	end.group = size
}

// Title is the line that tells of the record that ends at p: its last one,
// except of an exception group, which ends with a rule.
func (b *Book) Title(p Position) string {
	e, _ := b.At(p)
	if e.Lines == 0 || !isRule(e.Safe) {
		return e.Safe
	}
	l := b.logs[p.log-1]
	for n := b.RecordStart(p).n; n < p.n; n++ {
		r := l.record(n)
		own, ok := strings.CutPrefix(r.safe(), "  | ")
		if r.by == l.record(p.n).by && ok && own != "" && own[0] != ' ' {
			return own
		}
	}
	return e.Safe
}

// Record is the position of the last line of the record that a line is inside
// of: where a traceback ends. A line that is in none is its own record.
func (b *Book) Record(p Position) Position {
	if _, ok := b.At(p); !ok {
		return p
	}
	l := b.logs[p.log-1]
	own := l.record(p.n)
	if !own.inside {
		return p
	}
	for n := p.n + 1; n < l.end() && n-p.n <= longestTraceback; n++ {
		if r := l.record(n); r.by == own.by && r.group > 0 {
			return Position{key: r.key, log: p.log, n: n}
		}
	}
	return p
}

// RecordStart is the position of the first line of the record that ends at p, p
// itself where that is a line alone.
func (b *Book) RecordStart(p Position) Position {
	e, ok := b.At(p)
	if !ok || e.Lines == 0 {
		return p
	}
	l, start := b.logs[p.log-1], p
	end := l.record(p.n)
	for n, left := p.n-1, e.Lines-1; n >= l.first && left > 0; n-- {
		if r := l.record(n); r.by == end.by && r.inside {
			start = Position{key: r.key, log: p.log, n: n}
			left--
		}
	}
	return start
}

// trace looks whether a line that was just added belongs to a traceback.
func (l *log) trace(r *record, n int64, text string) {
	if r.by.stream.Ours() {
		return
	}
	t := &r.by.traceback
	within, last := t.take(n, text)
	if within { // its lines are part of the error, whatever words are in them
		r.level = max(r.level, Error)
	}
	if last {
		l.group(t.begun, n)
	}
}
