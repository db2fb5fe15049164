package logbook

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"berth/stack"
)

// Filter says which lines are wanted. The zero Filter: all.
type Filter struct {
	Roles []stack.Ref // nil: of every role
	// Services are names, of a service or of one of its replicas; nil: any.
	// NotServices are left out.
	Services, NotServices []string

	Keep  []Pattern // lines must have all of these in them
	Drop  []Pattern // and none of these
	Least Level     // and be at least as serious: a line that does not say passes NoLevel only
	// NoHealth drops the access log's lines of health checks that succeeded.
	NoHealth bool
	Context  int // lines of the same service before and after each
}

// of reports whether lines of a role are wanted at all.
func (f Filter) of(r stack.Ref) bool {
	return (f.Roles == nil || slices.Contains(f.Roles, r)) &&
		(f.Services == nil || isOneOf(r, f.Services)) && !isOneOf(r, f.NotServices)
}

// isOneOf reports whether a role has one of the names: its service's, or its own
// as it is shown. The first replica may be called by its number too.
func isOneOf(r stack.Ref, names []string) bool {
	return slices.ContainsFunc(names, func(name string) bool {
		return name == r.Service || name == r.String() || r.Run == "" && name == r.Service+"-"+strconv.Itoa(r.Number)
	})
}

// Known refuses names that none of the roles has.
func (f Filter) Known(roles []stack.Ref) error {
	for _, name := range slices.Concat(f.Services, f.NotServices) {
		if slices.ContainsFunc(roles, func(r stack.Ref) bool { return isOneOf(r, []string{name}) }) {
			continue
		}
		var there []string
		for _, r := range roles {
			there = append(there, r.Service, r.String())
		}
		slices.Sort(there)
		return fmt.Errorf("in:%s: there is no service %q: %s", name, name, strings.Join(slices.Compact(there), ", "))
	}
	return nil
}

// all reports whether every line of the roles is wanted.
func (f Filter) all() bool {
	return len(f.Keep) == 0 && len(f.Drop) == 0 && f.Least == NoLevel && !f.NoHealth
}

// quick reports whether only texts are looked for.
func (f Filter) quick() bool {
	slow := func(p Pattern) bool { return p.literals == nil }
	return !slices.ContainsFunc(f.Keep, slow) && !slices.ContainsFunc(f.Drop, slow)
}

// wants reports whether a line is wanted by what it says, in what is shown of
// it. Berth's own notices are of every level: they tell what happened between
// the lines. A gap may be where a wanted line was.
func (f Filter) wants(safe func() string, stream stack.Stream, level Level, health bool) bool {
	if stream == stack.Gap {
		return true
	}
	if !stream.Ours() && (level < f.Least || f.NoHealth && health) {
		return false
	}
	if len(f.Keep)+len(f.Drop) == 0 {
		return true
	}
	text := safe()
	for _, p := range f.Keep {
		if !p.Match(text) {
			return false
		}
	}
	for _, p := range f.Drop {
		if p.Match(text) {
			return false
		}
	}
	return true
}
