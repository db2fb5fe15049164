package tui

import (
	"context"
	"reflect"
	"slices"
	"time"

	tea "charm.land/bubbletea/v2"

	"berth/stack"
	"berth/tui/feed"
	"berth/tui/services"
)

// compared is how the sources of containers differ, by the containers' IDs.
type compared map[string]*stack.Sources

// Sources are compared soon after something may have changed: the containers,
// or, since the person comes back from an editor, the files. Then every now and
// then while the screen has the focus, in pauses that keep it from being felt:
// a comparison takes at most a 500th of the time.
const (
	compareEvery  = 5 * time.Second
	comparePauses = 500
)

// comparing is when sources were compared, and when they will be again.
type comparing struct {
	slot  feed.Slot[compared]
	last  compared
	begun time.Time
	next  time.Time
	of    []string // containers that it is known of
}

// compareSoon has the sources compared at once, or after the comparison that
// runs.
func (r *root) compareSoon() tea.Cmd {
	r.sources.next = time.Time{}
	return r.compare()
}

// compare has them compared if that is due.
func (r *root) compare() tea.Cmd {
	c := &r.sources
	if r.o.Sources == nil || c.slot.Busy() || len(r.jobs) > 0 || r.away && !c.next.IsZero() || r.now.Before(c.next) {
		return nil
	}
	var now []stack.Service
	for _, s := range r.snapshot.Services {
		if s.ContainerID != "" {
			now = append(now, s)
		}
	}
	if len(now) == 0 {
		return nil
	}
	c.begun, c.next = r.now, r.now.Add(compareEvery)
	return c.slot.Ask(r.group, func(ctx context.Context) (compared, error) {
		all := compared{}
		for n, s := range r.o.Sources(ctx, now) {
			all[now[n].ContainerID] = s
		}
		return all, ctx.Err()
	})
}

// comparedNow takes an answer up.
func (r *root) comparedNow(a feed.Answer[compared]) tea.Cmd {
	c := &r.sources
	again := c.next.IsZero()
	if !c.slot.Take(a) || a.Err != nil {
		return nil
	}
	var more tea.Cmd
	if c.next = r.now.Add(max(compareEvery, comparePauses*r.now.Sub(c.begun))); again { // asked for meanwhile
		more = r.compareSoon()
	}
	if reflect.DeepEqual(c.last, a.Value) {
		return more
	}
	c.last, r.drawn = a.Value, ""
	r.relist()
	return tea.Batch(more, r.selected())
}

// relist shows what is known of the services now.
func (r *root) relist() {
	for n := range r.snapshot.Services {
		s := &r.snapshot.Services[n]
		s.Sources = r.sources.last[s.ContainerID]
	}
	r.list.SetRows(services.Rows(r.o.Project.Name, r.o.Project.Services, r.snapshot))
}

// replaced reports whether other containers than before are there, or other
// runs of them.
func (c *comparing) replaced(s stack.Snapshot) bool {
	var of []string
	for _, s := range s.Services {
		of = append(of, s.ContainerID+" "+s.ImageID+" "+s.StartedAt.String())
	}
	was := c.of
	c.of = of
	return !slices.Equal(was, of)
}
