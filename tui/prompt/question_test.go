package prompt

import (
	"errors"
	"strings"
	"testing"

	tea "charm.land/bubbletea/v2"

	"berth/tui/theme"
)

func typed(p *Prompt, text string) {
	for _, r := range text {
		p.Type(tea.KeyPressMsg{Code: r, Text: string(r)})
	}
}

func press(t *testing.T, p *Prompt, id string) {
	t.Helper()
	for _, a := range p.Keys() {
		if a.ID == id {
			a.Do()
			return
		}
	}
	t.Fatal("it has no key", id)
}

func TestAQuestionIsTriedAcceptedAndRemembered(t *testing.T) {
	var p Prompt
	var tried, accepted []string
	q := Question{
		Name: "find", Verb: "find", Label: "/", Help: "a text",
		Begin: func(string) string { return "" },
		Try: func(text string) (tea.Cmd, error) {
			tried = append(tried, text)
			if text == "[" {
				return nil, errors.New("a bracket is open")
			}
			return nil, nil
		},
		Accept: func(text string) (tea.Cmd, error) {
			if text == "taken" {
				return nil, errors.New("there is one")
			}
			accepted = append(accepted, text)
			return nil, nil
		},
	}
	p.Ask(q, theme.New(true), 60)
	typed(&p, "[")
	if press(t, &p, "prompt.accept"); !p.Opened() || len(accepted) > 0 || !strings.Contains(p.View(60), "a bracket is open") {
		t.Errorf("a wrong text was accepted: %q", p.View(60))
	}
	p.Type(tea.KeyPressMsg{Code: tea.KeyBackspace})
	typed(&p, "taken")
	if press(t, &p, "prompt.accept"); !p.Opened() || !strings.Contains(p.View(60), "there is one") {
		t.Errorf("an error closed the prompt, or is not shown: %q", p.View(60))
	}
	typed(&p, "2")
	if press(t, &p, "prompt.accept"); p.Opened() || len(accepted) != 1 || accepted[0] != "taken2" {
		t.Errorf("accepted %q", accepted)
	}
	p.Ask(q, theme.New(true), 60)
	p.Type(tea.KeyPressMsg{Code: tea.KeyUp})
	if tried[len(tried)-1] != "taken2" || !strings.Contains(p.View(60), "taken2") {
		t.Errorf("what was typed last did not come back: %q", tried)
	}
}

func TestLeavingAQuestionUndoesIt(t *testing.T) {
	var p Prompt
	left := false
	q := Question{Name: "where", Accept: func(string) (tea.Cmd, error) { return nil, nil }, Leave: func() tea.Cmd { left = true; return nil }}
	p.Ask(q, theme.New(true), 60)
	typed(&p, "half")
	if press(t, &p, "prompt.leave"); !left || p.Opened() {
		t.Error("leaving did not undo it, or it is open still")
	}
	if p.Ask(q, theme.New(true), 60); !strings.Contains(p.View(60), "half") {
		t.Errorf("what was typed is lost: %q", p.View(60))
	}
}
