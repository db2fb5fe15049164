package main

import (
	"context"
	"errors"
	"iter"
	"slices"
	"time"

	"berth/dockerops"
	"berth/logbook"
	"berth/stack"
	"berth/workflow"
)

// sifted prints what a filter lets through, with a separator where lines were
// left out between two groups, as grep does.
type sifted struct {
	sieve     *logbook.Sieve
	print     func(stack.LogLine) error
	separator func(stack.Ref) error // nil: none
}

func (s *sifted) take(l stack.LogLine) error { return s.give(s.sieve.Take(l)) }

func (s *sifted) give(t logbook.Taken) error {
	if t.Gap && s.separator != nil {
		if err := s.separator(t.Lines[0].Ref); err != nil {
			return err
		}
	}
	for _, l := range t.Lines {
		if err := s.print(l); err != nil {
			return err
		}
	}
	return nil
}

// lastMatches reads what there is, and gives of each service the last matches
// and what comes with them, in the order of their time. The Engine counts lines
// before they are filtered; a person counts those that are seen. It returns the
// time of the last line of each service that was read.
func (s *sifted) lastMatches(ctx context.Context, from workflow.LogSource, refs []stack.Ref, o stack.LogOptions) (map[stack.Ref]time.Time, error) {
	type group struct {
		logbook.Taken
		order int
	}
	most, read, order := o.Tail, map[stack.Ref]time.Time{}, 0
	last := map[stack.Ref][]group{}
	if o.Follow { // what is not there yet is waited for afterwards
		from = present{from}
	}
	o.Tail, o.Follow = -1, false
	err := workflow.MergeLogs(ctx, from, refs, o, func(l stack.LogLine, _ bool) error {
		read[l.Ref] = l.Time
		t := s.sieve.Take(l)
		groups := last[l.Ref]
		switch n := len(groups); {
		case len(t.Lines) == 0 || most == 0:
		case t.Match:
			order++
			groups = append(groups, group{t, order})
			last[l.Ref] = groups[max(0, len(groups)-most):]
		case n > 0: // the context behind a match
			groups[n-1].Lines = append(groups[n-1].Lines, t.Lines...)
		}
		return nil
	})
	if err != nil {
		return read, err
	}
	var all []group
	for _, groups := range last {
		groups[0].Gap = false // nothing was printed before
		all = append(all, groups...)
	}
	slices.SortFunc(all, func(a, b group) int { return a.order - b.order })
	for _, g := range all {
		if err := s.give(g.Taken); err != nil {
			return read, err
		}
	}
	return read, nil
}

// present reads nothing of a service that has no container.
type present struct{ workflow.LogSource }

func (p present) Logs(ctx context.Context, r stack.Ref, o stack.LogOptions) iter.Seq2[stack.LogLine, error] {
	return func(yield func(stack.LogLine, error) bool) {
		for l, err := range p.LogSource.Logs(ctx, r, o) {
			if errors.Is(err, dockerops.ErrNoContainer) || !yield(l, err) {
				return
			}
		}
	}
}

// fromThere reads each service from where another reading of it ended.
type fromThere struct {
	workflow.LogSource
	read  map[stack.Ref]time.Time
	begun time.Time // for a service that had printed nothing
}

func (f fromThere) Logs(ctx context.Context, r stack.Ref, o stack.LogOptions) iter.Seq2[stack.LogLine, error] {
	o.Tail, o.Since = -1, f.begun
	if at, ok := f.read[r]; ok {
		o.Since = at.Add(1)
	}
	return f.LogSource.Logs(ctx, r, o)
}
