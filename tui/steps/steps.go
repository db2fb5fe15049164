// Package steps folds Progress reports into the items of work they are about.
// It is pure: what runs, how far it got and what it printed, without a screen.
package steps

import (
	"time"

	"berth/stack"
)

// KeepLog is how many lines of output are kept of each item; older ones are
// counted.
const KeepLog = 2000

// Item is one item of work: its last report and its collected output.
type Item struct {
	stack.Progress           // Log is empty: see Output
	Began          time.Time // as far as the reports tell
	Output         []string  // untrusted
	Lost           int       // lines that Output no longer has
	parent         bool      // others are a part of it
}

// Whole reports whether the item is made of others.
func (i *Item) Whole() bool { return i.parent }

// Age is how long the item has taken by now, or took.
func (i *Item) Age(now time.Time) time.Duration {
	if i.Status.Final() || i.At.IsZero() {
		return i.Elapsed
	}
	return i.Elapsed + max(0, now.Sub(i.At))
}

// Work is one thing a person asked for.
type Work struct {
	Title string // "rebuild model-api"
	Begun time.Time
	Ended time.Time // zero while it runs
	Err   error     // why it failed; meaningful once it ended
	// Missed is how many lines of output came too fast to be taken up.
	Missed int
	Log
}

// Running reports whether it has not ended.
func (w *Work) Running() bool { return w.Ended.IsZero() }

// Took is how long it took, or has taken by now.
func (w *Work) Took(now time.Time) time.Duration {
	if w.Running() {
		return now.Sub(w.Begun)
	}
	return w.Ended.Sub(w.Begun)
}

// Log is the items of one piece of work, in the order they were first heard
// of. The zero Log is empty.
type Log struct {
	items []*Item
	byID  map[string]*Item
}

// Add takes up one report.
func (l *Log) Add(p stack.Progress) {
	if l.byID == nil {
		l.byID = map[string]*Item{}
	}
	item := l.byID[p.ID]
	if item == nil {
		item = &Item{}
		l.byID[p.ID] = item
		l.items = append(l.items, item)
	}
	item.Output = append(item.Output, p.Log...)
	if over := len(item.Output) - KeepLog; over > 0 {
		item.Output = item.Output[over:]
		item.Lost += over
	}
	if began := p.At.Add(-p.Elapsed); item.Began.IsZero() || began.Before(item.Began) {
		item.Began = began
	}
	p.Log = nil
	item.Progress = p
	if up := l.byID[p.Parent]; up != nil && p.Parent != p.ID {
		up.parent = true
	}
}

// Len is how many items there are.
func (l *Log) Len() int { return len(l.items) }

// Count is how many steps there are so far and how many are over. What only says
// something, and items that are made of others, are not steps.
func (l *Log) Count() (over, total int) {
	for _, i := range l.items {
		if i.parent || !i.Action.Step() {
			continue
		}
		total++
		if i.Status.Final() {
			over++
		}
	}
	return over, total
}

// Tally is how many steps have a status.
func (l *Log) Tally(s stack.Status) (n int) {
	for _, i := range l.items {
		if !i.parent && i.Status == s && i.Action.Step() {
			n++
		}
	}
	return n
}

// Current is the step that was begun last of those still running, nil when
// none is.
func (l *Log) Current() *Item {
	for n := len(l.items) - 1; n >= 0; n-- {
		if i := l.items[n]; !i.parent && !i.Status.Final() && i.Action.Step() {
			return i
		}
	}
	return nil
}

// Result is what came of the work, as far as it says so, and whether that
// deserves a look.
func (l *Log) Result() (text string, amiss bool) {
	for _, i := range l.items {
		if i.Action == stack.ActResult {
			return i.Text, i.Status == stack.Warning
		}
	}
	return "", false
}

// Failed is the innermost item that failed, nil when none did.
func (l *Log) Failed() *Item {
	var found *Item
	for _, i := range l.items {
		if i.Status == stack.Failed && (found == nil || !i.parent) {
			found = i
		}
	}
	return found
}

// Row is an item at its depth in the tree.
type Row struct {
	*Item
	Depth int
}

// Tree lists the items with their parts below them.
func (l *Log) Tree() []Row {
	parts := map[string][]*Item{}
	for _, i := range l.items {
		up := i.Parent
		if l.byID[up] == nil || up == i.ID {
			up = ""
		}
		parts[up] = append(parts[up], i)
	}
	rows := make([]Row, 0, len(l.items))
	var walk func(id string, depth int)
	walk = func(id string, depth int) {
		list := parts[id]
		delete(parts, id) // a loop of parents ends here
		for _, i := range list {
			rows = append(rows, Row{i, depth})
			if i.ID != "" {
				walk(i.ID, depth+1)
			}
		}
	}
	walk("", 0)
	return rows
}

// Merge is the loss policy for reports that wait for the screen: those on one
// item that is still running become one, with the output of both, of which the
// last KeepLog lines are kept. Ends and failures are always kept.
func Merge(pending []stack.Progress, next stack.Progress) (kept []stack.Progress, dropped int) {
	for n := len(pending) - 1; n >= 0; n-- {
		p := &pending[n]
		if p.ID != next.ID {
			continue
		}
		if p.Status.Final() {
			break
		}
		next.Log = append(p.Log, next.Log...)
		if over := len(next.Log) - KeepLog; over > 0 {
			next.Log, dropped = next.Log[over:], over
		}
		*p = next
		return pending, dropped
	}
	return append(pending, next), 0
}
