package dialog

import (
	"fmt"
	"strings"
	"testing"

	tea "charm.land/bubbletea/v2"
	"charm.land/lipgloss/v2"
	"github.com/charmbracelet/x/ansi"

	"berth/tui/theme"
)

var keys = map[string]tea.KeyPressMsg{
	"enter": {Code: tea.KeyEnter}, "esc": {Code: tea.KeyEscape}, "tab": {Code: tea.KeyTab}, "shift+tab": {Code: tea.KeyTab, Mod: tea.ModShift},
	"left": {Code: tea.KeyLeft}, "right": {Code: tea.KeyRight}, "space": {Code: tea.KeySpace, Text: " "},
	"pgdown": {Code: tea.KeyPgDown}, "end": {Code: tea.KeyEnd}, "home": {Code: tea.KeyHome},
}

// press sends keys and gives the last answer.
func press(s *Stack, names ...string) Action {
	var a Action
	for _, name := range names {
		k, ok := keys[name]
		if !ok {
			k = tea.KeyPressMsg{Code: rune(name[0]), Text: name}
		}
		a = s.Key(k)
	}
	return a
}

func question() Box {
	return Box{Title: "Remove it?", Lines: []string{"It cannot be had back."}, Buttons: []Button{
		{Label: "Keep", Key: "n"}, {Label: "Remove", Key: "y", Action: "remove"}, {Label: "Copy", Key: "c", Action: "copy", Stays: true},
	}}
}

func TestABoxIsAnswered(t *testing.T) {
	for name, c := range map[string]struct {
		keys []string
		want Action
		open bool
	}{
		"enter is the first, harmless button": {[]string{"enter"}, nil, false},
		"space too":                           {[]string{"space"}, nil, false},
		"esc answers nothing":                 {[]string{"tab", "esc"}, nil, false},
		"a button's key":                      {[]string{"y"}, "remove", false},
		"the second by tab":                   {[]string{"tab", "enter"}, "remove", false},
		"the last by going round":             {[]string{"shift+tab", "enter"}, "copy", true},
		"right and left":                      {[]string{"right", "right", "left", "enter"}, "remove", false},
		"a button that stays":                 {[]string{"c"}, "copy", true},
		"a key of nothing":                    {[]string{"z"}, nil, true},
	} {
		t.Run(name, func(t *testing.T) {
			var s Stack
			s.Push(question())
			if got := press(&s, c.keys...); got != c.want || s.Open() != c.open {
				t.Errorf("got %v, open %v; want %v, open %v", got, s.Open(), c.want, c.open)
			}
		})
	}
}

func TestBoxesLieOnEachOther(t *testing.T) {
	var s Stack
	if press(&s, "enter") != nil || s.Click(0, 0) != nil || s.Top() != nil {
		t.Error("an empty stack answers")
	}
	s.Push(Box{Title: "below"})
	s.Push(question())
	press(&s, "y")
	if s.Top().Title != "below" {
		t.Errorf("%q is on top", s.Top().Title)
	}
	press(&s, "q") // of the button that a box has when it has none
	if s.Open() {
		t.Error("a box without buttons does not close")
	}
}

// Wherever a button is drawn, a click there presses it.
func TestButtonsAreWhereTheyAreDrawn(t *testing.T) {
	for _, size := range [][2]int{{120, 36}, {80, 24}, {60, 15}} {
		for label, want := range map[string]Action{"Keep": nil, "Remove": "remove", "Copy": "copy"} {
			var s Stack
			s.Push(question())
			found := false
			for y, line := range strings.Split(ansi.Strip(s.Top().View(theme.New(true), size[0], size[1])), "\n") {
				before, _, ok := strings.Cut(line, label+" ")
				if !ok || y < 2 {
					continue
				}
				found = true
				if got := s.Click(theme.Width(before), y); got != want {
					t.Errorf("%v: a click on %s answers %v", size, label, got)
				}
			}
			if !found {
				t.Errorf("%v: %s is not drawn", size, label)
			}
		}
		var s Stack
		s.Push(question())
		s.Top().View(theme.New(true), size[0], size[1])
		if got := s.Click(1, 1); got != nil || !s.Open() {
			t.Errorf("a click beside the buttons answers %v", got)
		}
	}
}

func TestLongTextScrollsAndFits(t *testing.T) {
	var b Box
	for n := range 200 {
		b.Lines = append(b.Lines, fmt.Sprintf("line %d %s", n, strings.Repeat("很长 ", n%50)))
	}
	for _, size := range [][2]int{{200, 60}, {80, 24}, {60, 15}} {
		var s Stack
		s.Push(b)
		see := func(text string) {
			t.Helper()
			view := s.Top().View(theme.New(true), size[0], size[1])
			if w, h := lipgloss.Size(view); w > size[0] || h > size[1] {
				t.Errorf("%d×%d on a screen of %v", w, h, size)
			}
			if !strings.Contains(view, text) || !strings.Contains(view, "Close") {
				t.Errorf("%v: %q is not in\n%s", size, text, view)
			}
		}
		see("line 0 ")
		press(&s, "pgdown", "j")
		s.Top().View(theme.New(true), size[0], size[1])
		press(&s, "end")
		see("line 199 ")
		press(&s, "home")
		see("line 0 ")
		s.Top().Scroll(1_000_000)
		see("line 199 ")
	}
}

func TestWhatABoxSaysCanBeCopied(t *testing.T) {
	b := Box{Lines: []string{theme.New(true).Accent.Render("a"), "b"}}
	if got := b.Text(); got != "a\nb\n" {
		t.Errorf("it says %q", got)
	}
}
