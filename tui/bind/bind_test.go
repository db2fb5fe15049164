package bind

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	tea "charm.land/bubbletea/v2"
)

func none() tea.Cmd { return nil }

func TestAKeyFindsTheFirstActionThatCanBeDone(t *testing.T) {
	actions := []Action{
		New("a.off", "a", none, "x", "y").Unless("it is off"),
		New("a.on", "b", none, "x"),
		New("a.later", "c", none, "x", "z"),
	}
	for key, want := range map[string]string{"x": "a.on", "y": "a.off", "z": "a.later", "w": ""} {
		a, ok := Find(tea.KeyPressMsg{Code: rune(key[0]), Text: key}, actions)
		if a.ID != want || ok != (want != "") {
			t.Errorf("%s finds %q, want %q", key, a.ID, want)
		}
	}
}

func TestLabels(t *testing.T) {
	for _, c := range []struct {
		keys        []string
		label, keyz string
	}{
		{[]string{"up", "k"}, "↑/k", "↑ k"},
		{[]string{"g", "home"}, "g", "g home"},
		{[]string{"pgdown", "space"}, "pgdn", "pgdn space"},
		{[]string{"up"}, "↑", "↑"},
		{nil, "", ""},
	} {
		a := Action{Keys: c.keys}
		if a.Label() != c.label || a.AllKeys() != c.keyz {
			t.Errorf("%q are %q and %q", c.keys, a.Label(), a.AllKeys())
		}
	}
}

func TestKeysThatATerminalCanSend(t *testing.T) {
	for _, k := range []string{"x", "X", "?", "ß", "ctrl+x", "alt+x", "ctrl+alt+x", "enter", "shift+tab", "f5", "ctrl+f12", "alt+enter", "ctrl+shift+x", "+", "ctrl++", "é"} {
		if !Known(k) {
			t.Errorf("%q is a key", k)
		}
	}
	for _, k := range []string{"", " ", "xy", "hyper+x", "ctrl+", "ctrl+X", "shift+x", "Enter", "f99", "alt+ctrl+x", "\x1b"} {
		if Known(k) {
			t.Errorf("%q is no key", k)
		}
	}
}

func TestWishesAreResolved(t *testing.T) {
	sets := []Set{
		{"the list", []Action{New("list.up", "", none, "k", "up"), New("work.stop", "", none, "s"), New("work.cancel", "", none, "x")}},
		{"Logs", []Action{New("logs.wrap", "", none, "w"), New("scroll.up", "", none, "k", "up"), New("work.stop", "", none, "s"), New("work.cancel", "", none, "x")}},
	}
	for name, c := range map[string]struct {
		wishes []Wish
		want   Map
		errs   []string
	}{
		"none":                       {nil, Map{}, nil},
		"a free key":                 {[]Wish{{ID: "work.stop", Keys: []string{"S"}}}, Map{"work.stop": {"S"}}, nil},
		"no key":                     {[]Wish{{ID: "work.stop"}}, Map{"work.stop": {}}, nil},
		"a key of another place":     {[]Wish{{ID: "logs.wrap", Keys: []string{"j"}}}, Map{"logs.wrap": {"j"}}, nil},
		"exchanged":                  {[]Wish{{ID: "work.stop", Keys: []string{"x"}}, {ID: "work.cancel", Keys: []string{"s"}}}, Map{"work.stop": {"x"}, "work.cancel": {"s"}}, nil},
		"another's default":          {[]Wish{{ID: "work.stop", Keys: []string{"up"}}}, Map{"work.stop": {"up"}, "list.up": {"k"}, "scroll.up": {"k"}}, []string{"key of list.up (in the list)", "key of scroll.up (in Logs)"}},
		"two wishes for one":         {[]Wish{{ID: "work.stop", Keys: []string{"q"}}, {ID: "work.cancel", Keys: []string{"q"}}}, Map{"work.stop": {"q"}, "work.cancel": {}}, []string{"key of work.cancel (in the list)"}},
		"unknown":                    {[]Wish{{ID: "work.fly", Keys: []string{"q"}}}, Map{}, []string{`no action "work.fly"`}},
		"a key that is none":         {[]Wish{{ID: "work.stop", Keys: []string{"qq"}}}, Map{}, []string{`no key "qq"`}},
		"one of two keys that is":    {[]Wish{{ID: "work.stop", Keys: []string{"qq", "S"}}}, Map{"work.stop": {"S"}}, []string{`no key "qq"`}},
		"the way out":                {[]Wish{{ID: "work.stop", Keys: []string{"ctrl+c"}}}, Map{}, []string{"ctrl+c always leaves"}},
		"its own default once again": {[]Wish{{ID: "work.stop", Keys: []string{"s"}}}, Map{"work.stop": {"s"}}, nil},
	} {
		t.Run(name, func(t *testing.T) {
			m, errs := Resolve(sets, c.wishes)
			if !maps.EqualFunc(m, c.want, slices.Equal) {
				t.Errorf("got %v, want %v", m, c.want)
			}
			if len(errs) != len(c.errs) {
				t.Fatalf("got %q, want %q", errs, c.errs)
			}
			for n, want := range c.errs {
				if !strings.Contains(errs[n].Error(), want) {
					t.Errorf("%q does not say %q", errs[n], want)
				}
			}
			for _, set := range sets { // whatever was wished: no two of a set have a wished key
				for key, ids := range shared(m.Apply(set.Actions)) {
					t.Errorf("in %s, %s is of %s", set.Name, key, fmt.Sprint(ids))
				}
			}
		})
	}
}
