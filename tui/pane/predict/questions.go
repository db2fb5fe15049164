package predict

import (
	"cmp"
	"context"
	"errors"
	"strings"

	tea "charm.land/bubbletea/v2"

	"berth/predict/batch"
	"berth/predict/load"
	"berth/predict/query"
	"berth/safetext"
	"berth/tui/prompt"
	"berth/tui/take"
	"berth/tui/theme"
)

// ask is a key that opens a prompt.
func (p *Pane) ask(question func() prompt.Question) func() tea.Cmd {
	return func() tea.Cmd { return p.asks(question()) }
}

// asks opens a prompt. What was typed is remembered by service.
func (p *Pane) asks(q prompt.Question) tea.Cmd {
	p.session().say("", false)
	q.Name += " " + p.service.Ref.String()
	return p.prompt.Ask(q, p.theme, p.w)
}

// findQuestion looks in the answer while one types.
func (p *Pane) findQuestion() prompt.Question {
	return prompt.Question{
		Name: "find", Verb: "find", Label: "/", Help: "a regular expression; small letters mean both",
		Try: p.find,
		Accept: func(string) (tea.Cmd, error) {
			p.session().wanted = true
			p.reach()
			return nil, nil
		},
		Leave: func() tea.Cmd { p.lose(); return nil },
		Found: p.found,
	}
}

func (p *Pane) queryQuestion() prompt.Question {
	return prompt.Question{
		Name: "query", Verb: "query", Label: "jq ", Help: ".predictions[0], map(.p), keys…",
		Begin: func(last string) string {
			view := &p.session().view
			path := view.Doc().Path(view.Cursor())
			if path == "." { // all of it: one begins to type
				path = ""
			}
			return cmp.Or(last, path)
		},
		Try: func(text string) (tea.Cmd, error) {
			if text == "" {
				return nil, nil
			}
			_, err := query.Parse(text)
			return nil, err
		},
		Accept: func(text string) (tea.Cmd, error) {
			p.session().query = strings.TrimSpace(text)
			return p.look(), nil
		},
	}
}

func (p *Pane) saveQuestion() prompt.Question {
	s := p.session()
	own := p.service.Ref.Service + "-answer"
	if s.last.JSON {
		own += ".json"
	}
	return prompt.Question{
		Name: "save", Verb: "save", Label: "save to ", Help: "a file that is not there yet",
		Begin: func(last string) string { return cmp.Or(last, own) },
		Accept: func(name string) (tea.Cmd, error) {
			return take.Save(p, theme.Bytes(int64(len(s.last.Body))), string(s.last.Body), name, name == own), nil
		},
	}
}

func (p *Pane) targetQuestion() prompt.Question {
	return prompt.Question{
		Name: "target", Verb: "ask that", Label: "endpoint ", Help: "POST /score: also one that the service does not describe",
		Begin: func(last string) string {
			return cmp.Or(last, strings.TrimSpace(p.session().endpoint.String()), "POST /")
		},
		Accept: func(text string) (tea.Cmd, error) { return p.address(text), nil },
	}
}

func (p *Pane) loadQuestion() prompt.Question {
	return prompt.Question{
		Name: "load", Verb: "make it", Label: "load ", Help: load.Syntax,
		Begin: func(last string) string { return cmp.Or(last, "20/s 10s") },
		Try:   func(text string) (tea.Cmd, error) { _, err := load.Parse(text); return nil, err },
		Accept: func(text string) (tea.Cmd, error) {
			plan, err := load.Parse(text)
			if err != nil {
				return nil, err
			}
			return p.showLoad(plan), nil
		},
	}
}

func (p *Pane) tableQuestion() prompt.Question {
	return prompt.Question{
		Name: "table", Verb: "look at it", Label: "table ", Help: batch.Syntax,
		Try: func(text string) (tea.Cmd, error) {
			if text == "" {
				return nil, nil
			}
			_, err := batch.Parse(text)
			return nil, err
		},
		Accept: func(text string) (tea.Cmd, error) {
			o, err := batch.Parse(text)
			if err != nil {
				return nil, err
			}
			return p.showTable(o), nil
		},
	}
}

// caseQuestion keeps the last prediction as a case.
func (p *Pane) caseQuestion() prompt.Question {
	return prompt.Question{
		Name: "case", Verb: "keep it", Label: "name of the case ", Help: "what a reviewer should read",
		Begin: func(string) string { return "" }, // the last name is taken
		Accept: func(name string) (tea.Cmd, error) {
			if name = strings.TrimSpace(name); name == "" {
				return nil, errors.New("a case has a name")
			}
			service := p.service.Ref.Service
			return p.kept.Ask(p.group, func(context.Context) (caseKept, error) {
				where, err := p.predictor.Keep(service, name)
				return caseKept(where), err
			}), nil
		},
	}
}

// caseKept is where a case is now.
type caseKept string

func (p *Pane) tookCase(where caseKept, err error) {
	if err != nil {
		p.session().say(theme.Brief(err), true)
		return
	}
	p.session().say("kept in "+safetext.Line(string(where)), false)
}
