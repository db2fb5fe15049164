package tui

import (
	"context"
	"slices"

	tea "charm.land/bubbletea/v2"

	"berth/tui/bind"
	"berth/tui/feed"
	"berth/tui/palette"
	"berth/tui/prompt"
)

// moded is a pane that has other keys while one writes in it.
type moded interface{ Modes() []bind.Set }

// commands is everything that can be done, in groups; what belongs to a pane
// that is not shown shows it first.
func (r *root) commands() []palette.Group {
	groups := []palette.Group{
		{Name: "Work", Actions: r.workKeys()},
		{Name: "Services", Actions: append(r.list.Keys(), r.lookKey())},
	}
	for n, p := range r.panes {
		var own []bind.Action
		for _, a := range p.Keys() {
			do := a.Do
			switch {
			case n == r.active:
			case a.Group() == "scroll":
				continue // of every pane alike
			default:
				a.Do = func() tea.Cmd { return tea.Batch(r.open(n), do()) }
			}
			own = append(own, a)
		}
		groups = append(groups, palette.Group{Name: p.Title(), Actions: own})
	}
	active := 2 + r.active // what is looked at comes first of the panes
	groups[2], groups[active] = groups[active], groups[2]
	groups = append(groups,
		palette.Group{Name: "Screen", Actions: r.screenKeys()},
		palette.Group{Name: "Theme", Actions: r.themeKeys()},
		palette.Group{Name: "Berth", Actions: append(r.generalKeys(), r.escapes()...)})
	for n := range groups {
		groups[n].Actions = r.o.Keys.Apply(groups[n].Actions)
	}
	return groups
}

// openPalette lists the commands as they are at this moment.
func (r *root) openPalette() {
	r.palette = palette.New(r.commands())
	r.palette.Restyle(r.theme)
}

// openHelp lists every key.
func (r *root) openHelp() {
	r.palette = palette.Help(r.everyKey())
	r.palette.Restyle(r.theme)
}

// everyKey is the commands, and the keys that only one who types has.
func (r *root) everyKey() []palette.Group {
	groups := r.commands()
	typing := map[string][]bind.Action{"Services": r.list.Editing()}
	for _, p := range r.panes {
		if m, ok := p.(moded); ok {
			for _, set := range m.Modes() {
				typing[p.Title()] = append(typing[p.Title()], set.Actions...)
			}
		}
	}
	for n, g := range groups {
		for _, a := range r.o.Keys.Apply(typing[g.Name]) {
			if !slices.ContainsFunc(groups[n].Actions, func(b bind.Action) bool { return a.ID == b.ID }) {
				groups[n].Actions = append(groups[n].Actions, a.Unless("while you type there"))
			}
		}
	}
	typed := palette.Group{Name: "Prompt"}
	for _, a := range r.o.Keys.Apply(promptKeys()) {
		typed.Actions = append(typed.Actions, a.Unless("while you type there"))
	}
	return append(groups, typed)
}

// promptKeys are those of a prompt, wherever one may open.
func promptKeys() []bind.Action {
	return prompt.Keys("accept what is typed", always(func() {}), always(func() {}))
}

// chosen takes what the palette answered.
func (r *root) chosen(a *bind.Action, closed bool, cmd tea.Cmd) tea.Cmd {
	if closed {
		r.palette = nil
	}
	r.peek()
	if a == nil {
		return cmd
	}
	return r.do(*a)
}

// sets is every action that there ever is, by what is reachable at once.
func (r *root) sets() []bind.Set {
	common := slices.Concat(r.workKeys(), r.commonKeys(), r.themeKeys())
	sets := []bind.Set{{Name: "the list", Actions: slices.Concat(r.list.Keys(), []bind.Action{r.lookKey()}, common)}}
	sets = append(sets, bind.Set{Name: "the filter", Actions: append(r.list.Editing(), r.escapes()...)})
	sets = append(sets, bind.Set{Name: "a prompt", Actions: append(promptKeys(), r.backKey())})
	for _, p := range r.panes {
		sets = append(sets, bind.Set{Name: p.Title(), Actions: append(p.Keys(), common...)})
		if m, ok := p.(moded); ok {
			for _, set := range m.Modes() {
				sets = append(sets, bind.Set{Name: set.Name, Actions: append(set.Actions, r.backKey())})
			}
		}
	}
	return sets
}

// keyName is the key of an action, as it is shown beside what it does.
func (r *root) keyName(id string) string {
	all := r.o.Keys.Apply(append(r.workKeys(), r.commonKeys()...))
	n := slices.IndexFunc(all, func(a bind.Action) bool { return a.ID == id })
	if n < 0 || all[n].Label() == "" {
		return r.o.Keys.Apply([]bind.Action{{ID: "berth.palette", Keys: []string{":"}}})[0].Label() // it has them all
	}
	return all[n].Label()
}

// unopened is a dashboard that nobody sees, to ask what it can do.
func unopened() *root {
	g := feed.NewGroup(context.Background())
	g.Close(0) // nothing runs in it
	return newRoot(Options{}, g)
}

// Keys checks a person's keys against all that the dashboard can do. What is
// wrong with them is reported, and costs that key only.
func Keys(wishes []bind.Wish) (bind.Map, []error) {
	return bind.Resolve(unopened().sets(), wishes)
}

// Actions is everything that the dashboard can do, each once, with its default
// keys.
func Actions() []bind.Action {
	var all []bind.Action
	for _, set := range unopened().sets() {
		for _, a := range set.Actions {
			if !slices.ContainsFunc(all, func(b bind.Action) bool { return a.ID == b.ID }) {
				all = append(all, a)
			}
		}
	}
	slices.SortStableFunc(all, func(a, b bind.Action) int { return groupOrder(a) - groupOrder(b) })
	return all
}

// groupOrder is where documentation lists an action: what is done most first.
func groupOrder(a bind.Action) int {
	return slices.Index([]string{"work", "list", "filter", "screen", "theme", "scroll", "logs", "health", "build", "predict", "form", "value", "past", "suite", "load", "batch", "start", "versus", "prompt", "berth"}, a.Group())
}
