package predict

import (
	"context"
	"fmt"
	"slices"

	tea "charm.land/bubbletea/v2"

	"berth/logbook"
	"berth/predict/query"
	"berth/safetext"
	"berth/tui/outline"
	"berth/tui/take"
	"berth/tui/theme"
)

// looking is what a person looks for in an answer.
type looking struct {
	find    *logbook.Pattern
	matches []int  // the lines that match, of the document that is shown, in their order
	wanted  bool   // the first of them is to be gone to
	query   string // in force; empty: the whole answer is shown
	values  int    // what it gave
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
	if len(s.matches) > 0 {
		n, _ := slices.BinarySearch(s.matches, s.view.Cursor())
		s.view.Reveal(s.matches[n%len(s.matches)])
	}
}

// jump is a key that goes to another match, round the end.
func (p *Pane) jump(by int) func() tea.Cmd {
	return func() tea.Cmd {
		s := p.session()
		if len(s.matches) == 0 {
			return nil
		}
		n, on := slices.BinarySearch(s.matches, s.view.Cursor())
		if by < 0 || on {
			n += by
		}
		s.view.Reveal(s.matches[(n+len(s.matches))%len(s.matches)])
		return nil
	}
}

// look shows the answer, or what the query makes of it.
func (p *Pane) look() tea.Cmd {
	s := p.session()
	p.querying.Drop()
	switch {
	case s.failed != nil:
		return p.shows(outline.Read([]byte(theme.Reason(s.failed))))
	case s.query == "" || !s.last.HasDocuments():
		return p.shows(s.last.doc)
	}
	text, answer := s.query, s.last.Response
	return p.querying.Ask(p.group, func(ctx context.Context) (queried, error) {
		q, err := query.Parse(text)
		if err != nil {
			return queried{}, err
		}
		values, n, err := q.Run(ctx, answer.Documents())
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
	if n, on := slices.BinarySearch(s.matches, s.view.Cursor()); on {
		return fmt.Sprintf("%d of %s", n+1, theme.Count(len(s.matches), "line"))
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
	return take.Copy(p, what, string(value), p.clipboard.Write)
}
