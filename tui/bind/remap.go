package bind

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"berth/stack"
)

// Set is actions that are reachable at the same time, so that a key can belong
// to one of them only.
type Set struct {
	Name    string
	Actions []Action
}

// Wish is a person's keys for an action.
type Wish struct {
	ID    string
	Keys  []string
	Where string // file:line
}

// Map is the keys of actions that have others than their own.
type Map map[string][]string

// Apply gives the actions their keys.
func (m Map) Apply(actions []Action) []Action {
	if len(m) == 0 {
		return actions
	}
	actions = slices.Clone(actions)
	for n := range actions {
		if keys, ok := m[actions[n].ID]; ok {
			actions[n].Keys = keys
		}
	}
	return actions
}

// Resolve turns wishes into a map that gives no key of a set two meanings
// which it did not have before. A wish wins over a default, and the earlier
// wish over the later. Every wish that is not met, and every action that loses
// a key to one, is reported.
func Resolve(sets []Set, wishes []Wish) (Map, []error) {
	var errs []error
	refuse := func(w Wish, hint, format string, args ...any) {
		errs = append(errs, &stack.Problem{
			What: "reading the keys", Where: w.Where, Err: fmt.Errorf(format, args...), Hint: hint,
		})
	}
	m, wished := Map{}, map[string]Wish{}
	for _, w := range wishes {
		if !known(sets, w.ID) {
			refuse(w, "`berth config --keys` lists them", "there is no action %q", w.ID)
			continue
		}
		keys := []string{}
		for _, k := range w.Keys {
			switch {
			case k == "ctrl+c":
				refuse(w, "", "ctrl+c always leaves and cannot be %s", w.ID)
			case !Known(k):
				refuse(w, `keys are named like "x", "X", "ctrl+x", "alt+x", "enter", "pgdown", "f5"`, "there is no key %q for %s", k, w.ID)
			default:
				keys = append(keys, k)
			}
		}
		if len(w.Keys) > 0 && len(keys) == 0 {
			continue // nothing of it can be had: the default stays
		}
		m[w.ID], wished[w.ID] = keys, w
	}
	said := map[string]bool{}
	for _, set := range sets {
		for _, key := range slices.Sorted(maps.Keys(shared(m.Apply(set.Actions)))) {
			holders := shared(m.Apply(set.Actions))[key]
			winner := slices.IndexFunc(holders, func(id string) bool { _, ok := wished[id]; return ok })
			if winner < 0 {
				continue // as it is meant to be: a pane's own key comes before the common one
			}
			w := wished[holders[winner]]
			for _, id := range holders {
				if id == w.ID {
					continue
				}
				m[id] = without(m, set, id, key)
				if text := key + id + w.ID; !said[text] {
					said[text] = true
					refuse(w, "give one of them another key", "%s is also the key of %s (in %s): it does %s only", key, id, set.Name, w.ID)
				}
			}
		}
	}
	return m, errs
}

func known(sets []Set, id string) bool {
	return slices.ContainsFunc(sets, func(s Set) bool {
		return slices.ContainsFunc(s.Actions, func(a Action) bool { return a.ID == id })
	})
}

// shared is the keys that more than one action has, with the actions' IDs.
func shared(actions []Action) map[string][]string {
	holders := map[string][]string{}
	for _, a := range actions {
		for _, k := range a.Keys {
			if !slices.Contains(holders[k], a.ID) {
				holders[k] = append(holders[k], a.ID)
			}
		}
	}
	maps.DeleteFunc(holders, func(_ string, ids []string) bool { return len(ids) < 2 })
	return holders
}

// without is an action's keys but one.
func without(m Map, set Set, id, key string) []string {
	keys, ok := m[id]
	if !ok {
		n := slices.IndexFunc(set.Actions, func(a Action) bool { return a.ID == id })
		keys = set.Actions[n].Keys
	}
	return slices.DeleteFunc(slices.Clone(keys), func(k string) bool { return k == key })
}

// Group is the first part of an ID: what the action belongs to.
func (a Action) Group() string {
	group, _, _ := strings.Cut(a.ID, ".")
	return group
}
