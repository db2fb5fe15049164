package palette

import (
	"testing"

	tea "charm.land/bubbletea/v2"
	"charm.land/lipgloss/v2"

	"berth/tui/bind"
	"berth/tui/theme"
)

var groups = []Group{
	{"Work", []bind.Action{
		bind.New("work.up", "up", nothing, "u"), bind.New("work.rebuild", "rebuild", nothing, "r"),
		bind.New("work.restart", "restart", nothing, "R"), bind.New("work.stop", "stop", nothing, "s").Unless("nothing runs"),
	}},
	{"Logs", []bind.Action{bind.New("logs.find", "find", nothing, "/"), bind.New("logs.all", "show every line", nothing, "F")}},
	{"Screen", []bind.Action{bind.New("screen.logs", "show Logs", nothing, "1")}},
	{"Predict", []bind.Action{bind.New("predict.stop", "stop waiting", nothing, "esc"), bind.New("predict.send", "send", nothing, "ctrl+s")}},
}

func nothing() tea.Cmd { return nil }

func TestTheBestMatchIsFirst(t *testing.T) {
	for query, want := range map[string]string{
		"": "work.up", "rst": "work.restart", "rb": "work.rebuild", "stop": "work.stop", "wait": "predict.stop",
		"SEND": "predict.send", "log": "screen.logs", "p st": "predict.stop", "workup": "work.up", "xyz": "", " up ": "work.up",
	} {
		p := New(groups)
		p.Type(tea.PasteMsg{Content: query})
		got := ""
		if len(p.found) > 0 {
			got = p.found[0].ID
		}
		if got != want {
			t.Errorf("%q finds %q first, want %q", query, got, want)
		}
	}
}

// In the help, which keeps its groups, the best match is what enter does.
func TestHelpChoosesTheBestMatch(t *testing.T) {
	all := append([]Group{{"Work", []bind.Action{bind.New("work.plan", "plan: what up would do", nothing, "P"), bind.New("work.predict", "predict", nothing, "p")}}}, groups...)
	all = append(all, Group{"View", []bind.Action{bind.New("logs.wrap", "wrap", nothing, "w")}})
	for query, want := range map[string]string{"wrap": "logs.wrap", "wrp": "logs.wrap", "log": "screen.logs", "find": "logs.find"} {
		for _, open := range []func([]Group) *Palette{New, Help} {
			p := open(all)
			p.Key(tea.KeyPressMsg{Code: '/', Text: "/"}) // help: begins to type
			p.Key(tea.KeyPressMsg{Code: 'u', Mod: tea.ModCtrl})
			p.Type(tea.PasteMsg{Content: query})
			if a, _, _ := p.Key(tea.KeyPressMsg{Code: tea.KeyEnter}); a == nil || a.ID != want {
				t.Errorf("%q chooses %v, want %s", query, a, want)
			}
		}
	}
	p := Help(all)
	p.Key(tea.KeyPressMsg{Code: '/', Text: "/"})
	if p.Type(tea.PasteMsg{Content: "wrap"}); len(p.found) != 1 {
		t.Errorf("%d are found for what one has side by side", len(p.found))
	}
}

func TestWhatCannotBeDoneIsNotChosen(t *testing.T) {
	p := New(groups)
	p.Type(tea.PasteMsg{Content: "work stop"})
	if a, closed, _ := p.Key(tea.KeyPressMsg{Code: tea.KeyEnter}); a != nil || closed {
		t.Errorf("%v was chosen, though nothing runs", a)
	}
	p.Key(tea.KeyPressMsg{Code: 'u', Mod: tea.ModCtrl})
	p.Type(tea.PasteMsg{Content: "send"})
	if a, closed, _ := p.Key(tea.KeyPressMsg{Code: tea.KeyEnter}); a == nil || a.ID != "predict.send" || !closed {
		t.Errorf("%v was chosen, want predict.send", a)
	}
}

// A click on a command does what enter on it does, wherever it is scrolled to.
func TestAClickChoosesTheCommandBelowIt(t *testing.T) {
	for _, open := range []func([]Group) *Palette{New, Help} {
		p := open(groups)
		p.Key(tea.KeyPressMsg{Code: '/', Text: "/"}) // help: begins to type
		p.Key(tea.KeyPressMsg{Code: 'u', Mod: tea.ModCtrl})
		p.Move(len(p.found))
		p.View(theme.New(true), 80, 10)
		for y, n := range p.spots {
			if n < 0 {
				if a, _, _ := p.Click(y); a != nil {
					t.Errorf("line %d is no command and gives %s", y, a.ID)
				}
				continue
			}
			if want := p.found[n]; want.Off == "" {
				if a, _, _ := p.Click(y); a == nil || a.ID != want.ID {
					t.Errorf("a click on %s gives %v", want.ID, a)
				}
			}
		}
	}
}

func TestItsSizeStays(t *testing.T) {
	for _, size := range [][2]int{{60, 15}, {80, 24}, {200, 60}, {60, 30}} {
		p := New(groups)
		before := p.View(theme.New(true), size[0], size[1])
		p.Type(tea.PasteMsg{Content: "send"})
		after := p.View(theme.New(true), size[0], size[1])
		w, h := lipgloss.Size(before)
		if w > size[0] || h > size[1] {
			t.Errorf("it takes %d×%d of %v", w, h, size)
		}
		if aw, ah := lipgloss.Size(after); aw != w || ah != h {
			t.Errorf("%v: typing makes %d×%d of %d×%d", size, aw, ah, w, h)
		}
	}
}
