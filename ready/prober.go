package ready

import (
	"time"

	"berth/stack"
)

const (
	// eager is how long after its start a service is asked several times a
	// second; after that every slow.
	eager = time.Minute
	slow  = 2 * time.Second
)

// Prober decides which services to ask when, and remembers their answers. It is
// pure: the caller takes what is Due, asks (see Ask), and hands in the Answer.
//
//	run began          ask at once, then often until it serves
//	serves, starting   ask slowly until Docker says healthy
//	serves, healthy    do not ask: the service's log and metrics stay clean
//	serves, no check   do not ask
//	unhealthy          ask at once, then slowly while it serves
//
// The zero value is ready. It is for one goroutine.
type Prober struct {
	known map[stack.Ref]*record
	lives map[stack.Ref]stack.Life // when each came to serve, and ceased to, in all its runs
}

// record is what is known of one run of a service's container.
type record struct {
	run    run
	health stack.Health
	asking bool
	next   time.Time // when to ask, unless settled
	// began is when the run, or its trouble, was first seen; tries count since.
	began time.Time
	tries int

	serving stack.Serving
	since   time.Time // when it came to serve; zero where nobody watched it start
	watched bool      // the run was seen from its beginning
	answer  string
	healthy time.Time // when Docker came to call it healthy, if that was seen
}

// Due is which services of a snapshot are to be asked now. Each counts as being
// asked until its Answer, so one that could not be asked needs one too. Next is when something will be due though nothing
// changes; zero: nothing will.
func (p *Prober) Due(now time.Time, s stack.Snapshot) (due []stack.Service, next time.Time) {
	if s.Down != "" {
		return nil, time.Time{}
	}
	if p.known == nil {
		p.known = map[stack.Ref]*record{}
	}
	p.forget(s.Services)
	for _, svc := range s.Services {
		if svc.OneOff || svc.Phase != stack.Running {
			continue
		}
		r := p.see(now, svc)
		switch {
		case r.asking || r.settled():
		case !now.Before(r.next):
			r.asking = true
			due = append(due, svc)
		case next.IsZero() || r.next.Before(next):
			next = r.next
		}
	}
	return due, next
}

// see brings the record of a running service up to date.
func (p *Prober) see(now time.Time, s stack.Service) *record {
	r := p.known[s.Ref]
	if r == nil || r.run != runOf(s) {
		r = &record{run: runOf(s), health: s.Health, next: now, began: now, watched: now.Sub(s.StartedAt) < slow}
		p.known[s.Ref] = r
	}
	if r.health != s.Health {
		if s.Health == stack.Unhealthy {
			r.next, r.began, r.tries = now, now, 0
		}
		r.health, r.healthy = s.Health, time.Time{}
		if s.Health == stack.Healthy {
			r.healthy = now
		}
	}
	return r
}

// settled reports whether there is nothing to find out.
func (r *record) settled() bool {
	return r.serving == stack.ServingYes && (r.health == stack.Healthy || r.health == stack.NoCheck)
}

// forget drops what has no running or paused container any more.
func (p *Prober) forget(services []stack.Service) {
	alive := make(map[stack.Ref]bool, len(services))
	for _, s := range services {
		alive[s.Ref] = alive[s.Ref] || s.Up() && !s.OneOff
	}
	for ref := range p.known {
		if !alive[ref] {
			delete(p.known, ref)
		}
	}
}

// Answer takes what a service that was due answered, and reports whether it
// still matters: the run that was asked may be over.
func (p *Prober) Answer(now time.Time, asked stack.Service, got Result) bool {
	r := p.known[asked.Ref]
	if r == nil || r.run != runOf(asked) {
		return false
	}
	r.asking, r.answer = false, got.Text
	was := r.serving
	switch {
	case got.OK && was != stack.ServingYes:
		r.serving = stack.ServingYes
		if r.watched || was == stack.NotServing {
			r.since = now
			p.note(now, asked, stack.CameToServe)
		}
	case !got.OK:
		if was == stack.ServingYes {
			p.note(now, asked, stack.ServingNoMore)
		}
		r.serving, r.since = stack.NotServing, time.Time{}
		if was == stack.ServingYes {
			r.began, r.tries = now, 0
		}
	}
	r.next = now.Add(r.pause(now))
	r.tries++
	return true
}

// note adds a verdict to the life of a service.
func (p *Prober) note(now time.Time, s stack.Service, what stack.Happening) {
	if p.lives == nil {
		p.lives = map[stack.Ref]stack.Life{}
	}
	p.lives[s.Ref] = p.lives[s.Ref].With(stack.Moment{At: now, What: what, Container: stack.ShortID(s.ContainerID)})
}

// pause is how long not to ask again.
func (r *record) pause(now time.Time) time.Duration {
	if r.serving == stack.ServingYes || now.Sub(r.began) >= eager {
		return slow
	}
	pause := first
	for range r.tries {
		if pause = pause * 3 / 2; pause >= DefaultInterval {
			return DefaultInterval
		}
	}
	return pause
}

// Fill writes what is known of its services into a snapshot.
func (p *Prober) Fill(services []stack.Service) {
	for i := range services {
		s := &services[i]
		if s.OneOff {
			continue
		}
		for _, m := range p.lives[s.Ref] {
			s.Life = s.Life.With(m)
		}
		if r := p.known[s.Ref]; r != nil && r.run == runOf(*s) {
			s.Serving, s.ServingSince, s.Answer, s.HealthySince = r.serving, r.since, r.answer, r.healthy
		}
	}
}
