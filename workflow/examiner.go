package workflow

import (
	"time"

	"berth/diagnose"
	"berth/stack"
)

const (
	// lookAgain is how long after a look the next one may come at the earliest:
	// a service that ends five times a second is in one and the same trouble.
	lookAgain = 2 * time.Second
	// lookRarely is the longest pause between two looks at what goes on unchanged.
	lookRarely = time.Minute
)

// examiner decides which services to look into when, and remembers what was
// found: it is to causes what ready.Prober is to serving, pure and for one
// goroutine. The zero value is ready.
type examiner struct {
	known map[stack.Ref]*finding
}

// finding is what is known of a service in trouble.
type finding struct {
	state  trouble
	asking bool
	next   time.Time // when to look; zero: there is nothing new to be seen
	pause  time.Duration
	cause  *stack.Cause
}

// trouble is what a look depends on: another one is due when it changes.
type trouble struct {
	container string
	phase     stack.Phase
	started   time.Time
	health    stack.Health
	serving   stack.Serving
	exit      int
	memory    bool // was what ended it, which may be heard later
	err       string
}

func troubleOf(s stack.Service) trouble {
	return trouble{s.ContainerID, s.Phase, s.StartedAt, s.Health, s.Serving, s.ExitCode, s.OOMKilled, s.Error}
}

// Due is which services to look into now. Next is when one will be due though
// nothing changes; zero: none will.
func (e *examiner) Due(now time.Time, s stack.Snapshot) (due []stack.Service, next time.Time) {
	if s.Down != "" {
		return nil, time.Time{}
	}
	if e.known == nil {
		e.known = map[stack.Ref]*finding{}
	}
	seen := map[stack.Ref]bool{}
	for _, svc := range s.Services {
		if svc.OneOff {
			continue
		}
		seen[svc.Ref] = true
		at, ask := e.see(now, svc)
		switch {
		case ask:
			due = append(due, svc)
		case !at.IsZero() && (next.IsZero() || at.Before(next)):
			next = at
		}
	}
	for ref := range e.known {
		if !seen[ref] {
			delete(e.known, ref)
		}
	}
	return due, next
}

// see brings what is known of a service up to date: whether to look now, or when.
func (e *examiner) see(now time.Time, s stack.Service) (at time.Time, ask bool) {
	f := e.known[s.Ref]
	if !diagnose.Suspect(s, now) {
		delete(e.known, s.Ref)
		if s.Phase == stack.Running && s.Serving == stack.NotServing {
			return diagnose.SuspectFrom(s), false
		}
		return time.Time{}, false
	}
	if f == nil || f.state.container != s.ContainerID {
		f = &finding{next: now}
		e.known[s.Ref] = f
	}
	if state := troubleOf(s); f.state != state {
		f.state, f.pause = state, 0
		if f.next.IsZero() || f.next.After(now.Add(lookAgain)) {
			f.next = now.Add(lookAgain)
		}
	}
	if f.asking || f.next.IsZero() {
		return time.Time{}, false
	}
	if now.Before(f.next) {
		return f.next, false
	}
	f.asking = true
	return time.Time{}, true
}

// Found takes the result of a look, and reports whether it tells something new.
func (e *examiner) Found(now time.Time, of stack.Service, cause *stack.Cause) bool {
	f := e.known[of.Ref]
	if f == nil || f.state.container != of.ContainerID {
		return false
	}
	f.asking, f.cause = false, cause
	switch {
	case f.state != troubleOf(of): // meanwhile
		f.next = now.Add(lookAgain)
	case of.Phase == stack.Running || of.Phase == stack.Restarting:
		f.pause = min(max(lookAgain, 2*f.pause), lookRarely)
		f.next = now.Add(f.pause)
	default:
		f.next = time.Time{} // it is over
	}
	return true
}

// Fill writes what was found into a snapshot.
func (e *examiner) Fill(services []stack.Service) {
	for i := range services {
		s := &services[i]
		if f := e.known[s.Ref]; f != nil && f.state.container == s.ContainerID && !s.OneOff {
			s.Cause = f.cause
		}
	}
}
