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
	tracebacks map[source]*traceback
}

// NewSieve makes a Sieve.
func NewSieve(f Filter) *Sieve { return &Sieve{filter: f, roles: map[stack.Ref]*role{}} }

// Take takes a line and returns those that are wanted now: none, or the line
// and before it its context.
func (s *Sieve) Take(l stack.LogLine) []stack.LogLine {
	f := s.filter
	if !f.of(l.Ref) {
		return nil
	}
	r := s.roles[l.Ref]
	if r == nil {
		r = &role{tracebacks: map[source]*traceback{}}
		s.roles[l.Ref] = r
	}
	level, health := NoLevel, false
	if l.Stream != stack.Notice {
		text := plain(l.Text)
		level, health = max(guess(text), s.within(r, l, text)), isHealthCheck(text)
	}
	switch {
	case f.wants(func() string { return safetext.Line(l.Text) }, l.Stream, level, health):
		wanted := append(r.before, l)
		r.before, r.after = nil, f.Context
		return wanted
	case r.after > 0:
		r.after--
		return []stack.LogLine{l}
	case f.Context > 0:
		if r.before = append(r.before, l); len(r.before) > f.Context {
			r.before = r.before[1:]
		}
	}
	return nil
}

// within is the level of a line in a traceback, which it does not say itself.
func (s *Sieve) within(r *role, l stack.LogLine, text string) Level {
	key := source{l.Container, l.Stream}
	t := r.tracebacks[key]
	if t == nil {
		if len(r.tracebacks) >= maxActors {
			clear(r.tracebacks)
		}
		t = &traceback{}
		r.tracebacks[key] = t
	}
	s.count++
	if within, _ := t.take(s.count, text); within {
		return Error
	}
	return NoLevel
}
