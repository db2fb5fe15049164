package workflow

import (
	"fmt"
	"slices"
	"strings"

	"berth/compose"
	"berth/stack"
)

// Order is what a change of files asks for, for one service.
type Order struct {
	Service string `json:"service"`
	// Files are the cause, ordered by path.
	Files   []stack.FileChange `json:"files"`
	Rebuild bool               `json:"rebuild,omitempty"`
	Copies  []stack.Copy       `json:"copies,omitempty"`
	Restart bool               `json:"restart,omitempty"`
	Hooks   []stack.Hook       `json:"hooks,omitempty"`
}

// String is the cause and what follows: "src/api.py changed and 41 more →
// rebuild model-api".
func (o Order) String() string { return o.Cause() + " → " + o.Does() }

// Cause is which files.
func (o Order) Cause() string {
	if len(o.Files) == 0 {
		return "as the watch begins"
	}
	first := o.Files[0]
	text := first.Path + " " + string(first.Fate)
	if more := len(o.Files) - 1; more > 0 {
		text += fmt.Sprintf(" and %d more", more)
	}
	return text
}

// Does is what follows.
func (o Order) Does() string {
	var all []string
	if o.Rebuild {
		all = append(all, "rebuild")
	}
	if len(o.Copies) > 0 {
		all = append(all, "sync")
	}
	if o.Restart {
		all = append(all, "restart")
	}
	text := strings.Join(all, " + ") + " " + o.Service
	for _, h := range o.Hooks {
		text += ", then run " + strings.Join(h.Argv, " ")
	}
	return text
}

// With is the order that does what both ask for; what the later one says of a
// file holds.
func (o Order) With(later Order) Order {
	o.Files = merged(o.Files, later.Files, func(c stack.FileChange) string { return c.Path })
	o.Copies = merged(o.Copies, later.Copies, func(c stack.Copy) string { return c.To })
	o.Hooks = merged(o.Hooks, later.Hooks, func(h stack.Hook) string { return fmt.Sprint(h) })
	o.Rebuild, o.Restart = o.Rebuild || later.Rebuild, o.Restart || later.Restart
	return o
}

func merged[T any](a, b []T, key func(T) string) []T {
	all := slices.Concat(b, a) // of equal ones the first is kept
	slices.SortStableFunc(all, func(x, y T) int { return strings.Compare(key(x), key(y)) })
	return slices.CompactFunc(all, func(x, y T) bool { return key(x) == key(y) })
}

// change is a file that a rule is about, and where it is.
type change struct {
	stack.FileChange
	file string
}

// orderFor is what a rule asks for when files have changed.
func (r rule) orderFor(changes []change) Order {
	o := Order{Service: r.service, Rebuild: r.rebuild, Restart: r.restart}
	for _, c := range changes {
		o.Files = append(o.Files, c.FileChange)
		if r.sync && c.Fate != stack.FileUnreadable {
			o.Copies = append(o.Copies, stack.Copy{From: c.file, To: r.to(c.file), Gone: c.Fate == stack.FileRemoved})
		}
	}
	if r.hook != nil {
		o.Hooks = []stack.Hook{*r.hook}
	}
	return o
}

// leaveAlone is why nothing is done to a service; empty: something is. One that
// nobody brought up, or that was stopped, is not brought up by an edit; one that
// crashed is, since the edit may be what mends it.
func leaveAlone(o compose.Observed, service string) string {
	c, ok := containerOf(o, service)
	stopped := c.Phase == stack.Exited && slices.Contains([]int{0, 128 + 9, 128 + 15}, c.ExitCode)
	switch {
	case !ok:
		return service + " has no container: `berth up " + service + "` makes it"
	case stopped, c.Phase == stack.Created:
		return service + " is stopped: `berth up " + service + "` starts it"
	default:
		return ""
	}
}
