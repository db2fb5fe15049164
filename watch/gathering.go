package watch

import (
	"maps"
	"slices"
	"time"
)

// A batch is handed over when nothing has happened for a while: a moment for
// somebody who saves a file, longer once it is plainly a program that writes
// many. It waits no longer than atMost, or what is written without end would
// never be seen.
const (
	moment = 50 * time.Millisecond
	longer = 300 * time.Millisecond
	many   = 50 // files
	atMost = 10 * time.Second
)

// Batch is what happened since the batch before.
type Batch struct {
	Paths []string // absolute, ordered, each once
	// All: events were lost, so that everything is to be compared.
	All bool
}

// gathering is a batch in the making.
type gathering struct {
	paths       map[string]bool
	all         bool
	first, last time.Time
}

func (g *gathering) add(now time.Time, paths ...string) {
	if len(paths) == 0 {
		return
	}
	g.happened(now)
	for _, p := range paths {
		g.paths[p] = true
	}
}

func (g *gathering) lost(now time.Time) {
	g.happened(now)
	g.all = true
}

func (g *gathering) happened(now time.Time) {
	if g.empty() {
		*g = gathering{paths: map[string]bool{}, first: now}
	}
	g.last = now
}

func (g *gathering) empty() bool { return g.paths == nil }

// due is when to hand it over.
func (g *gathering) due() time.Time {
	quiet := moment
	if g.all || len(g.paths) >= many {
		quiet = longer
	}
	if end := g.first.Add(atMost); g.last.Add(quiet).After(end) {
		return end
	}
	return g.last.Add(quiet)
}

// take empties it.
func (g *gathering) take() Batch {
	b := Batch{Paths: slices.Sorted(maps.Keys(g.paths)), All: g.all}
	*g = gathering{}
	return b
}
