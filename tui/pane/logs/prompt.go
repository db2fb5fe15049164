package logs

import (
	"cmp"
	"errors"
	"fmt"
	"time"

	tea "charm.land/bubbletea/v2"

	"berth/logbook"
	"berth/safetext"
	"berth/stack"
	"berth/tui/prompt"
)

// ask is a key that opens a prompt.
func (p *Pane) ask(question func() prompt.Question) func() tea.Cmd {
	return func() tea.Cmd {
		p.said = ""
		return p.prompt.Ask(question(), p.theme, p.w)
	}
}

// findQuestion looks for what is typed at once. Leaving it looks for what was
// looked for before.
func (p *Pane) findQuestion() prompt.Question {
	was := ""
	if p.find != nil {
		was = p.find.String()
	}
	return prompt.Question{
		Name: "find", Verb: "find", Label: "/", Help: "a regular expression; small letters mean both; ↑ the last",
		Begin: func(string) string { return "" },
		Try:   p.tries(p.setFind),
		Accept: func(string) (tea.Cmd, error) {
			if p.find == nil {
				return nil, nil
			}
			p.wanted = 1
			if p.spot().follow {
				p.wanted = -1
			}
			return p.seek(), nil
		},
		Leave: p.returns(p.setFind, was),
		Found: func() string {
			if p.find == nil {
				return ""
			}
			return p.found()
		},
	}
}

// filterQuestion filters by what is typed at once.
func (p *Pane) filterQuestion() prompt.Question {
	was := p.filtered
	return prompt.Question{
		Name: "filter", Verb: "filter", Label: "filter ", Help: logbook.FilterSyntax,
		Begin:  func(last string) string { return cmp.Or(was, last) }, // one goes on changing it
		Try:    p.tries(p.setFilter),
		Accept: func(string) (tea.Cmd, error) { return nil, nil },
		Leave:  p.returns(p.setFilter, was),
	}
}

// tries shows at once what a text brings about. What cannot be understood
// changes nothing, and is told.
func (p *Pane) tries(set func(string) error) func(string) (tea.Cmd, error) {
	return func(text string) (tea.Cmd, error) {
		if err := set(text); err != nil {
			return nil, err
		}
		return p.lookAgain(), nil
	}
}

// returns puts back what was before.
func (p *Pane) returns(set func(string) error, was string) func() tea.Cmd {
	return func() tea.Cmd {
		_ = set(was) // it was understood before
		return p.lookAgain()
	}
}

func (p *Pane) timeQuestion() prompt.Question {
	return prompt.Question{
		Name: "time", Verb: "go there", Label: "go to ", Help: clockSyntax,
		Begin: func(string) string { return "" },
		Accept: func(text string) (tea.Cmd, error) {
			at, err := clock(text, p.now)
			if err != nil {
				return nil, err
			}
			from := logbook.AtTime(at)
			to := p.step(from, 1)
			if to == from {
				return nil, errors.New("there is no line that late")
			}
			p.centre(to)
			return nil, nil
		},
	}
}

func (p *Pane) saveQuestion() prompt.Question {
	return prompt.Question{
		Name: "save", Verb: "save", Label: "save to ", Help: "a file that is not there yet",
		Begin:  p.offer,
		Accept: func(name string) (tea.Cmd, error) { return p.save(name), nil },
	}
}

// offer is the name that was typed last, or the log's own.
func (p *Pane) offer(last string) string {
	if last == "" || last == p.offered {
		last = p.fileName()
	}
	p.offered = last
	return last
}

// Typing reports whether keys are text.
func (p *Pane) Typing() bool { return p.visible && p.prompt.Opened() }

// Type takes a key press or a paste as text.
func (p *Pane) Type(msg tea.Msg) tea.Cmd { return p.prompt.Type(msg) }

// Cursor is where one types, relative to the pane.
func (p *Pane) Cursor() *tea.Cursor {
	c := p.prompt.Cursor()
	if c != nil {
		c.Y += p.h - 1
	}
	return c
}

// clockSyntax is how clock has a time written.
const clockSyntax = "15:04, 15:04:05, or 10m for ten minutes ago"

// clock reads a time of day, the last that is not to come, or an age.
func clock(text string, now time.Time) (time.Time, error) {
	if age, err := time.ParseDuration(text); err == nil {
		return now.Add(-age.Abs()), nil
	}
	if at, ok := stack.TimeOfDay(text, now); ok {
		return at, nil
	}
	if t, err := time.Parse(time.RFC3339, text); err == nil {
		return t, nil
	}
	return time.Time{}, fmt.Errorf("%q is no time: %s", safetext.Line(text), clockSyntax)
}
