package predict

import (
	"context"
	"fmt"
	"strings"

	tea "charm.land/bubbletea/v2"

	"berth/logbook"
	"berth/predict/load"
	"berth/predict/query"
	"berth/safetext"
	"berth/tui/outline"
	"berth/tui/prompt"
	"berth/tui/take"
	"berth/tui/theme"
)

// kind is what a prompt asks for.
type kind int

const (
	askFind kind = iota
	askQuery
	askSave
	askTarget
	askPast
	askCase
	askLoad
)

func (k kind) verb() string {
	return [...]string{"find", "query", "save", "ask that", "find", "keep it", "make it"}[k]
}

func (k kind) label() string {
	return [...]string{"/", "jq ", "save to ", "endpoint ", "/", "name of the case ", "load "}[k]
}

func (k kind) help() string {
	return [...]string{
		"a regular expression; small letters mean both",
		".predictions[0], map(.p), keys…",
		"a file that is not there yet",
		"POST /score: also one that the service does not describe",
		"a text in the endpoint, the body, the answer or the error",
		"what a reviewer should read",
		load.Syntax,
	}[k]
}

// question is a prompt that is open.
type question struct {
	*prompt.Line

	kind kind
}

// looking is what a person looks for in an answer.
type looking struct {
	find    *logbook.Pattern
	matches []int  // the lines that match, of the document that is shown
	wanted  bool   // the first of them is to be gone to
	query   string // in force; empty: the whole answer is shown
	values  int    // what it gave
	typed   [askLoad + 1]string
	said    string // what became of the last thing done with the answer
	mishap  bool   // and it did not go well
}

func (l *looking) say(text string, mishap bool) { l.said, l.mishap = text, mishap }

// queried is what a query gave.
type queried struct {
	doc    *outline.Doc
	values int
	err    error // what went wrong, also beside values
}

// askFor is a key that opens a prompt, with what was typed there last.
func (p *Pane) askFor(k kind) func() tea.Cmd {
	return func() tea.Cmd {
		s := p.session()
		s.say("", false)
		value := s.typed[k]
		switch {
		case k == askSave && value == "":
			value = p.service.Ref.Service + "-answer.json"
			if !s.last.JSON {
				value = p.service.Ref.Service + "-answer"
			}
		case k == askTarget && value == "":
			value = s.endpoint.String()
			if value = strings.TrimSpace(value); value == "" {
				value = "POST /"
			}
		case k == askLoad && value == "":
			value = "20/s 10s"
		case k == askQuery && value == "":
			value = s.view.Doc().Path(s.view.Cursor())
		}
		p.ask = &question{prompt.New(p.theme, k.label(), k.help(), value), k}
		p.ask.Resize(p.w)
		return tea.Batch(p.ask.Focus(), p.try())
	}
}

// try looks for what is typed at once. The rest waits for enter.
func (p *Pane) try() tea.Cmd {
	text := p.ask.Value()
	p.ask.Wrong = ""
	var err error
	switch p.ask.kind {
	case askFind:
		var cmd tea.Cmd
		if cmd, err = p.find(text); err == nil {
			return cmd
		}
	case askPast:
		if p.history.text != text {
			p.history.text = text
			return p.seekPast(0)
		}
	case askLoad:
		_, err = load.Parse(text)
	case askQuery:
		if text != "" {
			_, err = query.Parse(text)
		}
	}
	if err != nil {
		p.ask.Wrong = err.Error()
	}
	return nil
}

// accept does what was typed.
func (p *Pane) accept() tea.Cmd {
	a, s, text := p.ask, p.session(), p.ask.Value()
	if a.Wrong != "" {
		return nil
	}
	s.typed[a.kind], p.ask = text, nil
	switch a.kind {
	case askFind:
		s.wanted = true
		p.reach()
	case askQuery:
		s.query = strings.TrimSpace(text)
		return p.look()
	case askLoad:
		if plan, err := load.Parse(text); err == nil {
			return p.makeLoad(plan)
		}
	case askCase:
		if strings.TrimSpace(text) != "" {
			return p.keepCase(strings.TrimSpace(text))
		}
	case askTarget:
		return p.address(text)
	case askSave:
		return take.Save(p, theme.Bytes(int64(len(s.last.Body))), string(s.last.Body), text)
	}
	return nil
}

// leave keeps what was typed for the next time, and looks for it no longer.
func (p *Pane) leave() tea.Cmd {
	s := p.session()
	s.typed[p.ask.kind] = p.ask.Value()
	kind := p.ask.kind
	p.ask = nil
	switch {
	case kind == askFind:
		p.lose()
	case kind == askPast && p.history.text != "":
		p.history.text = ""
		return p.seekPast(0)
	}
	return nil
}

// lose looks for nothing.
func (p *Pane) lose() {
	s := p.session()
	p.finding.Drop()
	s.find, s.matches, s.wanted = nil, nil, false
	s.view.Find(nil)
}

// whole shows all of the answer, and looks for nothing.
func (p *Pane) whole() tea.Cmd {
	p.lose()
	s := p.session()
	s.say("", false)
	if s.query == "" {
		return nil
	}
	s.query = ""
	return p.look()
}

// find highlights a text, and has its lines counted: of 10 MB that takes longer
// than a frame.
func (p *Pane) find(text string) (tea.Cmd, error) {
	s := p.session()
	if text == "" {
		p.lose()
		return nil, nil
	}
	r, err := logbook.Compile(text)
	if err != nil {
		return nil, err
	}
	s.find, s.matches = &r, nil
	s.view.Find(s.find)
	return p.count(), nil
}

// count has the lines found that match.
func (p *Pane) count() tea.Cmd {
	s := p.session()
	if s.view.Doc() == nil || s.find == nil {
		return nil
	}
	doc, r := s.view.Doc(), *s.find
	return p.finding.Ask(p.group, func(ctx context.Context) ([]int, error) { return doc.Matches(r), ctx.Err() })
}

// counted takes them up.
func (p *Pane) counted(lines []int) {
	p.session().matches = lines
	p.reach()
}

// reach goes to the first match from the cursor on, once it is known and wanted.
func (p *Pane) reach() {
	s := p.session()
	if !s.wanted || p.finding.Busy() {
		return
	}
	s.wanted = false
	for _, n := range s.matches {
		if n >= s.view.Cursor() {
			s.view.Reveal(n)
			return
		}
	}
	if len(s.matches) > 0 {
		s.view.Reveal(s.matches[0])
	}
}

// jump is a key that goes to another match, round the end.
func (p *Pane) jump(by int) func() tea.Cmd {
	return func() tea.Cmd {
		s := p.session()
		if len(s.matches) == 0 {
			return nil
		}
		to := s.matches[0]
		if by < 0 {
			to = s.matches[len(s.matches)-1]
		}
		for n := range s.matches {
			if m := s.matches[n]; by > 0 && m > s.view.Cursor() {
				to = m
				break
			}
			if m := s.matches[len(s.matches)-1-n]; by < 0 && m < s.view.Cursor() {
				to = m
				break
			}
		}
		s.view.Reveal(to)
		return nil
	}
}

// look shows the answer, or what the query makes of it.
func (p *Pane) look() tea.Cmd {
	s := p.session()
	p.querying.Drop()
	switch {
	case s.failed != nil:
		return p.shows(outline.Read([]byte(reason(s.failed))))
	case s.query == "" || !s.last.JSON:
		return p.shows(s.last.doc)
	}
	text, body := s.query, s.last.Body
	return p.querying.Ask(p.group, func(ctx context.Context) (queried, error) {
		q, err := query.Parse(text)
		if err != nil {
			return queried{}, err
		}
		values, n, err := q.Run(ctx, body)
		return queried{outline.Read(values), n, err}, nil
	})
}

// shows puts a document into the view.
func (p *Pane) shows(d *outline.Doc) tea.Cmd {
	p.session().show(d, p.theme)
	return p.count()
}

func (s *session) show(d *outline.Doc, t theme.Theme) {
	w, h := s.view.Size()
	s.view = outline.New(d)
	s.view.Restyle(t)
	s.view.Resize(w, h)
	if s.find != nil {
		s.view.Find(s.find)
	}
}

// asked takes up what a query gave.
func (p *Pane) asked(q queried, err error) tea.Cmd {
	s := p.session()
	if err != nil {
		q.err = err
	}
	s.values = q.values
	if q.err != nil {
		s.say(safetext.Line(q.err.Error()), true)
	}
	if q.doc == nil {
		q.doc = outline.Read(nil)
	}
	return p.shows(q.doc)
}

// found is what is said of what is looked for.
func (p *Pane) found() string {
	s := p.session()
	switch {
	case s.find == nil:
		return ""
	case p.finding.Busy():
		return "looking…"
	case len(s.matches) == 0:
		return "not found"
	}
	for n, m := range s.matches {
		if m == s.view.Cursor() {
			return fmt.Sprintf("%d of %s", n+1, theme.Count(len(s.matches), "line"))
		}
	}
	return theme.Count(len(s.matches), "line")
}

// copied copies what stands at the cursor.
func (p *Pane) copied() tea.Cmd {
	s := p.session()
	n := s.view.Cursor()
	value := s.view.Doc().Value(n)
	what := theme.Bytes(int64(len(value)))
	if path := s.view.Doc().Path(n); path != "" && path != "." {
		what = safetext.Line(path)
	}
	s.say(what+" copied", false)
	return take.Copy(p, what, string(value), p.native)
}
