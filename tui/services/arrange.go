package services

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"berth/stack"
	"berth/tui/theme"
)

// Order is what the rows are sorted by. What is off and what the compose file
// does not account for stay at the end.
type Order string

// The orders. ByState has what needs a look first.
const (
	ByFile  Order = "file"
	ByState Order = "state"
	ByName  Order = "name"
)

var orders = []Order{ByFile, ByState, ByName}

// Next is the order after this one.
func (o Order) Next() Order {
	return orders[(max(0, slices.Index(orders, o))+1)%len(orders)]
}

// section is the part of the list that a row is in.
type section int

const (
	ofFile section = iota
	off
	other // containers that the file does not account for
)

// item is a row of the list as it is shown: a container, or a service whose
// containers are folded into one row.
type item struct {
	Row
	section section
	folded  []Row // all of them, where they are one row
	part    bool  // one of several containers of a service, unfolded
	first   bool  // of these
}

func sectionOf(r Row) section {
	switch {
	case r.Extra != "":
		return other
	case r.Off != "" && !r.Up():
		return off
	default:
		return ofFile
	}
}

// arrange is the rows as they are shown: filtered by a part of their names,
// sorted, and with the containers of a service in one row unless it is open.
func arrange(rows []Row, o Order, filter string, open map[string]bool) []item {
	var items []item
	for n := 0; n < len(rows); {
		r, end := rows[n], n+1
		for r.Extra == "" && end < len(rows) && rows[end].Service.Service == r.Service.Service && rows[end].Extra == "" {
			end++
		}
		same := rows[n:end]
		n = end
		if !strings.Contains(strings.ToLower(r.Service.Service), strings.ToLower(filter)) {
			continue
		}
		switch {
		case len(same) > 1 && !open[r.Service.Service]:
			items = append(items, item{Row: r, section: sectionOf(r), folded: same})
		default:
			for i, r := range same {
				items = append(items, item{Row: r, section: sectionOf(r), part: len(same) > 1, first: i == 0 && len(same) > 1})
			}
		}
	}
	slices.SortStableFunc(items, func(a, b item) int {
		if c := cmp.Compare(a.section, b.section); c != 0 {
			return c
		}
		switch o {
		case ByState:
			return cmp.Compare(urgency[a.state().Tone], urgency[b.state().Tone])
		case ByName:
			return a.Ref.Compare(b.Ref)
		default:
			return 0
		}
	})
	return items
}

// urgency is the place of a state when sorted by it.
var urgency = map[theme.Tone]int{theme.Bad: 0, theme.Warn: 1, theme.Working: 2, theme.Good: 3, theme.Plain: 3, theme.Off: 4}

// state is a row's state; of several containers that of the one which needs a
// look most, and how many serve.
func (i item) state() theme.State {
	if len(i.folded) == 0 {
		return theme.StateOf(i.Service)
	}
	states, serving := make([]theme.State, len(i.folded)), 0
	for n, r := range i.folded {
		states[n] = theme.StateOf(r.Service)
		if r.Service.Serving == stack.ServingYes {
			serving++
		}
	}
	worst := slices.MinFunc(states, func(a, b theme.State) int { return cmp.Compare(urgency[a.Tone], urgency[b.Tone]) })
	count := fmt.Sprintf("%d of %d serving", serving, len(i.folded))
	switch {
	case serving == len(i.folded):
		worst.Note = ""
	case worst.Tone == theme.Working:
		worst.Note = count
	default:
		worst.Note = strings.TrimSuffix(count+", "+worst.Note, ", ")
	}
	return worst
}

// label is the row's name, safe to show, with the count of what is folded.
func (i item) label() string {
	name := nameOf(i.Row)
	if len(i.folded) > 0 {
		name += fmt.Sprintf(" ×%d", len(i.folded))
	}
	return name
}
