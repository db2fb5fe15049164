package stack

import (
	"fmt"
	"slices"
	"time"
)

// near is by how much the Engine's events differ from what it says of the
// container itself.
const near = 2 * time.Second

// Story is the life of a service with what is known of its container besides: the
// Engine forgets events, and podman does not have them all.
func (d Detail) Story() Life {
	life := d.Life
	add := func(what Happening, at time.Time, m Moment) {
		m.At, m.What, m.Container = at, what, ShortID(d.ContainerID)
		known := slices.ContainsFunc(life, func(o Moment) bool {
			return o.What == what && o.Container == m.Container && o.At.Sub(at).Abs() < near
		})
		if !at.IsZero() && !at.Before(d.CreatedAt) && !known {
			life = life.With(m)
		}
	}
	add(WasCreated, d.CreatedAt, Moment{})
	if first, ok := d.Life.first(d.ContainerID); ok && first.What != WasCreated && first.At.Sub(d.CreatedAt) > near {
		life = life.With(Moment{At: d.CreatedAt.Add(1), What: Forgotten, Container: first.Container})
	}
	started := WasStarted
	if d.Restarts > 0 && len(d.Life.Runs(d.ContainerID)) == 0 {
		started = LastStarted
	}
	add(started, d.StartedAt, Moment{})
	if !d.ServingSince.Before(d.StartedAt) {
		add(CameToServe, d.ServingSince, Moment{})
	}
	if healthy := d.healthySince(); !healthy.Before(d.StartedAt) {
		add(CameHealthy, healthy, Moment{})
	}
	if !d.Up() && d.FinishedAt.After(d.StartedAt) {
		add(HasDied, d.FinishedAt, Moment{ExitCode: d.ExitCode})
	}
	return life
}

// first is what is remembered first of a container.
func (l Life) first(container string) (Moment, bool) {
	n := slices.IndexFunc(l, func(m Moment) bool { return m.Container == ShortID(container) })
	if n < 0 {
		return Moment{}, false
	}
	return l[n], true
}

// healthySince is when Docker came to call it healthy; zero where that is not
// known, since the first runs of the check are forgotten.
func (d Detail) healthySince() time.Time {
	if !d.HealthySince.IsZero() || len(d.Probes) >= 5 {
		return d.HealthySince
	}
	for _, p := range d.Probes {
		if p.ExitCode == 0 {
			return p.End
		}
	}
	return time.Time{}
}

// Chapter is one line of a life: a run of a container with what led to it, or
// several runs that were alike.
type Chapter struct {
	Moments Life
	Again   bool // the container had run before
	Runs    int  // more than 1: so many runs that all went as the one in Moments
	Until   time.Time
}

// Chapters tells a life run by run.
func (l Life) Chapters() []Chapter {
	var all []Chapter
	current := map[string]int{} // by container: where its last run is
	for _, m := range l {
		n, known := current[m.Container]
		begins := !known || m.What == WasStarted && slices.ContainsFunc(all[n].Moments, func(o Moment) bool { return o.What == WasStarted || o.What == HasDied })
		if !begins {
			all[n].Moments = append(all[n].Moments, m)
			continue
		}
		current[m.Container] = len(all)
		all = append(all, Chapter{Moments: Life{m}, Again: known, Runs: 1})
	}
	return folded(all)
}

// folded puts runs that were alike, one after the other, into one.
func folded(all []Chapter) []Chapter {
	var short []Chapter
	for _, c := range all {
		n := len(short) - 1
		if n >= 0 && c.Again && short[n].Again && shape(c) == shape(short[n]) {
			short[n].Runs++
			short[n].Until = c.Moments[len(c.Moments)-1].At
			continue
		}
		short = append(short, c)
	}
	return short
}

// shape is what a run has in common with those that are like it; each that still
// goes on is its own.
func shape(c Chapter) string {
	s, over := "", false
	for _, m := range c.Moments {
		s += fmt.Sprintf("%s %d %d %s,", m.What, m.ExitCode, m.Signal, m.Container)
		over = over || m.What == HasDied
	}
	if !over {
		s += c.Moments[0].At.String()
	}
	return s
}

// Words is the chapter in pieces: the first moment with its time of day, each
// other with how long after the one before it came.
func (c Chapter) Words() []string {
	var words []string
	for n, m := range c.Moments {
		what := c.word(m)
		if m.What == Forgotten {
			words = append(words, what)
			continue
		}
		if n == 0 {
			words = append(words, what+" "+m.At.Local().Format("15:04:05"))
			continue
		}
		words = append(words, what+" +"+Took(m.At.Sub(c.Moments[n-1].At)))
	}
	if c.Runs > 1 {
		every := c.Until.Sub(c.Moments[len(c.Moments)-1].At) / time.Duration(c.Runs-1)
		words = append(words, fmt.Sprintf("%d times, every %s", c.Runs, Took(every)))
	}
	return words
}

func (c Chapter) word(m Moment) string {
	switch m.What {
	case WasStarted:
		if c.Again {
			return "restarted"
		}
	case HasDied:
		return fmt.Sprintf("exit %d", m.ExitCode)
	case WasSignalled:
		return SignalName(m.Signal)
	}
	return string(m.What)
}
