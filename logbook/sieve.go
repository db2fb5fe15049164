package logbook

import (
	"berth/safetext"
	"berth/stack"
)

// Sieve filters lines as they come, without keeping them.
type Sieve struct {
	filter Filter
	roles  map[stack.Ref]*role
	count  int64
}

// role is what a Sieve remembers of one service.
type role struct {
	before     []stack.LogLine // what may become the context of a line to come
	after      int             // how many lines are still context of one before
	given      bool            // some were
	skipped    bool            // and since then some were not
	tracebacks map[source]*traced
}

// traced is a traceback, and the lines behind its end, which belong to it if
// another exception is chained.
type traced struct {
	traceback
	behind []stack.LogLine
}

// NewSieve makes a Sieve.
func NewSieve(f Filter) *Sieve { return &Sieve{filter: f, roles: map[stack.Ref]*role{}} }

// Taken is the lines that are wanted now: none, or a line and before it its
// context.
type Taken struct {
	Lines []stack.LogLine
	Match bool // the last of them is wanted for itself, and is no context
	Gap   bool // with context: lines were left out since the service's ones before
}

// Take takes a line and returns what is wanted now.
func (s *Sieve) Take(l stack.LogLine) Taken {
	f := s.filter
	if !f.of(l.Ref) {
		return Taken{}
	}
	r := s.roles[l.Ref]
	if r == nil {
		r = &role{tracebacks: map[source]*traced{}}
		s.roles[l.Ref] = r
	}
	level, health := NoLevel, false
	var behind []stack.LogLine
	if !l.Stream.Ours() {
		text := plain(l.Text)
		level, health = guess(text), isHealthCheck(text)
		var within bool
		if within, behind = s.within(r, l, text); within {
			level = max(level, Error)
		}
	}
	switch {
	case f.wants(func() string { return safetext.Line(l.Text) }, l.Stream, level, health):
		t := Taken{Lines: append(s.chain(r.before, behind), l), Match: true, Gap: f.Context > 0 && r.given && r.skipped}
		r.before, r.after, r.given, r.skipped = nil, f.Context, true, false
		return t
	case r.after > 0:
		r.after--
		return Taken{Lines: []stack.LogLine{l}}
	case f.Context > 0:
		if r.before = append(r.before, l); len(r.before) > f.Context {
			r.before, r.skipped = r.before[1:], true
		}
	default:
		r.skipped = true
	}
	return Taken{}
}

// within reports whether a line is in a traceback, which it does not say itself,
// and gives the lines before it that are so too, as is only known now.
func (s *Sieve) within(r *role, l stack.LogLine, text string) (within bool, behind []stack.LogLine) {
	key := source{l.Container, l.Stream}
	t := r.tracebacks[key]
	if t == nil {
		if len(r.tracebacks) >= maxActors {
			clear(r.tracebacks)
		}
		t = &traced{}
		r.tracebacks[key] = t
	}
	s.count++
	switch within, _ = t.take(s.count, text); {
	case within:
		behind, t.behind = t.behind, nil
	case t.gap > 0:
		t.behind = append(t.behind, l)
	default:
		t.behind = nil
	}
	return within, behind
}

// chain puts before a line what is wanted of the lines between it and the
// exception before. With a context those were given, or are in it.
func (s *Sieve) chain(before, behind []stack.LogLine) []stack.LogLine {
	if s.filter.Context > 0 {
		return before
	}
	for _, l := range behind {
		if text := plain(l.Text); s.filter.Least > guess(text) && s.filter.wants(func() string { return safetext.Line(l.Text) }, l.Stream, Error, isHealthCheck(text)) {
			before = append(before, l)
		}
	}
	return before
}
