package workflow

import (
	"maps"
	"slices"
)

// Queue is the orders that wait, and those that are carried out: one for each
// service at a time, and what comes meanwhile is joined to one. It decides only.
type Queue struct {
	waiting []Order // one for each service at most, in the order they came
	running map[string]Order
	owed    map[string]Order // copies that failed
}

// Add takes an order up. interrupt: what is being done for its service is to be
// cancelled, since it is made from files that are older.
func (q *Queue) Add(o Order) (interrupt bool) {
	if owed, ok := q.owed[o.Service]; ok {
		delete(q.owed, o.Service)
		o = owed.With(o)
	}
	q.wait(o)
	running, ok := q.running[o.Service]
	return ok && running.Rebuild && o.Rebuild
}

func (q *Queue) wait(o Order) {
	n := slices.IndexFunc(q.waiting, func(w Order) bool { return w.Service == o.Service })
	if n < 0 {
		q.waiting = append(q.waiting, o)
		return
	}
	q.waiting[n] = q.waiting[n].With(o)
}

// Next is the order to begin with now, when fewer than most are carried out and
// its service is free.
func (q *Queue) Next(most int, free func(service string) bool) (Order, bool) {
	if len(q.running) >= most {
		return Order{}, false
	}
	n := slices.IndexFunc(q.waiting, func(o Order) bool {
		_, running := q.running[o.Service]
		return !running && free(o.Service)
	})
	if n < 0 {
		return Order{}, false
	}
	o := q.waiting[n]
	q.waiting = slices.Delete(q.waiting, n, n+1)
	if q.running == nil {
		q.running, q.owed = map[string]Order{}, map[string]Order{}
	}
	q.running[o.Service] = o
	return o, true
}

// Over says that an order is done, or failed: then its files are still to be
// copied. One that was interrupted goes on with the one that took its place.
func (q *Queue) Over(service string, failed, interrupted bool) {
	o := q.running[service]
	delete(q.running, service)
	switch {
	case interrupted:
		n := slices.IndexFunc(q.waiting, func(w Order) bool { return w.Service == service })
		if n >= 0 {
			q.waiting[n] = o.With(q.waiting[n])
		}
	case failed && len(o.Copies) > 0:
		q.owed[service] = Order{Service: service, Files: o.Files, Copies: o.Copies, Restart: o.Restart, Hooks: o.Hooks}
	}
}

// Running is the services for which something is carried out, by name.
func (q *Queue) Running() []string {
	return slices.Sorted(maps.Keys(q.running))
}
