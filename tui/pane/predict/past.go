package predict

import (
	"context"
	"fmt"
	"strings"

	tea "charm.land/bubbletea/v2"

	"berth/predict"
	"berth/safetext"
	"berth/stack"
	"berth/tui/bind"
	"berth/tui/outline"
	"berth/tui/take"
)

// pastPage is how many predictions are asked for at once.
const pastPage = 100

// soFar is the remembered predictions of the service, while they are looked
// at.
type history struct {
	text    string // what they have in them; empty: anything
	list    []stack.Prediction
	more    bool  // there are older ones
	dropped int64 // gave way to newer ones
	err     error
	known   bool
	at, top int
	one     stack.Prediction // the selected one, whole; ID 0: it is being read
	body    outline.View     // its body
	answer  outline.View
	mark    stack.Prediction // the one that others are compared with; ID 0: none
	height  int              // lines there were for the list
	said    string           // what became of the last thing done
}

// found is a page of them; from is the ID that it goes on from.
type foundPast struct {
	page stack.PredictionPage
	from int64
}

// recall opens the history.
func (p *Pane) recall() tea.Cmd {
	p.history = &history{}
	return p.seekPast(0)
}

// seekPast asks for a page of what is looked for, older than an ID.
func (p *Pane) seekPast(before int64) tea.Cmd {
	q := stack.PredictionQuery{Project: p.service.Ref.Project, Service: p.service.Ref.Service, Text: p.history.text, Before: before, Limit: pastPage}
	return p.seeking.Ask(p.group, func(ctx context.Context) (foundPast, error) {
		page, err := p.predictor.Past(ctx, q)
		return foundPast{page, before}, err
	})
}

// foundPast takes up a page. What could be read comes beside an error too.
func (p *Pane) foundPast(f foundPast, err error) tea.Cmd {
	h := p.history
	if h == nil {
		return nil
	}
	if f.from == 0 {
		h.list, h.at, h.top = nil, 0, 0
	}
	h.list = append(h.list, f.page.Predictions...)
	h.more, h.dropped, h.err, h.known = f.page.More, f.page.Dropped, err, true
	return p.readPast()
}

// selectPast moves the selection, and asks for older ones near the end.
func (p *Pane) selectPast(by int) tea.Cmd {
	h := p.history
	h.said = ""
	was := h.at
	h.at = max(0, min(h.at+by, len(h.list)-1))
	var older tea.Cmd
	if h.more && h.at > len(h.list)-pastPage/4 && !p.seeking.Busy() {
		older = p.seekPast(h.list[len(h.list)-1].ID)
	}
	if h.at == was {
		return older
	}
	return tea.Batch(p.readPast(), older)
}

// readPast reads the selected one whole.
func (p *Pane) readPast() tea.Cmd {
	h := p.history
	if h.at >= len(h.list) {
		h.one = stack.Prediction{}
		return nil
	}
	id := h.list[h.at].ID
	if h.one.ID == id {
		return nil
	}
	h.one = stack.Prediction{}
	return p.keeping.Ask(p.group, func(ctx context.Context) (stack.Prediction, error) {
		one, ok, err := p.predictor.PastOne(ctx, id)
		if err == nil && !ok {
			err = fmt.Errorf("prediction %d is no longer kept", id)
		}
		return one, err
	})
}

// readingPast takes it up.
func (p *Pane) tookPast(one stack.Prediction, err error) {
	h := p.history
	if h == nil {
		return
	}
	if err != nil {
		h.err = err
		return
	}
	h.one = one
	h.body, h.answer = outline.New(outline.Read([]byte(one.Body))), outline.New(outline.Read([]byte(one.Answer)))
	h.body.Restyle(p.theme)
	h.answer.Restyle(p.theme)
}

// pastKeys are the keys in the history.
func (p *Pane) pastKeys() []bind.Action {
	none, compared := "", ""
	if h := p.history; h == nil || h.one.ID == 0 {
		none = "there is none"
	}
	if p.history == nil || p.history.mark.ID == 0 {
		compared = "none is marked"
	}
	move := func(n int) func() tea.Cmd { return func() tea.Cmd { return p.selectPast(n) } }
	page := func(by int) func() tea.Cmd {
		return func() tea.Cmd { return p.selectPast(by * max(1, p.history.height-1)) }
	}
	return []bind.Action{
		bind.New("past.again", "send it again", p.resend(true), "enter").Unless(none),
		bind.New("past.edit", "edit its body", p.resend(false), "i").Unless(none),
		bind.New("past.mark", "compare others with it", p.markPast, "m").Unless(none),
		bind.New("past.unmark", "compare no longer", func() tea.Cmd { p.history.mark = stack.Prediction{}; return nil }, "M").Unless(compared).Quietly(),
		bind.New("past.curl", "copy as curl", p.writePast("curl"), "y").Unless(none),
		bind.New("past.python", "copy as Python", p.writePast("python"), "Y").Unless(none).Quietly(),
		bind.New("past.berth", "copy as a berth command", p.writePast("berth"), "c").Unless(none).Quietly(),
		bind.New("past.find", "find", p.askFor(askPast), "/"),
		bind.New("past.close", "back to the request", func() tea.Cmd { p.history = nil; return nil }, "esc", "h"),
		bind.New("scroll.up", "line up", move(-1), "up", "k").Quietly(),
		bind.New("scroll.down", "line down", move(1), "down", "j").Quietly(),
		bind.New("scroll.pageup", "page up", page(-1), "pgup").Quietly(),
		bind.New("scroll.pagedown", "page down", page(1), "pgdown", "space").Quietly(),
		bind.New("scroll.top", "top", func() tea.Cmd { return p.selectPast(-len(p.history.list)) }, "g", "home").Quietly(),
		bind.New("scroll.bottom", "bottom", func() tea.Cmd { return p.selectPast(len(p.history.list)) }, "G", "end").Quietly(),
	}
}

func (p *Pane) markPast() tea.Cmd {
	p.history.mark = p.history.one
	return nil
}

// writePast copies the selected one as a command, or as Python.
func (p *Pane) writePast(as string) func() tea.Cmd {
	return func() tea.Cmd {
		text, variables, err := p.predictor.Written(p.history.one, as)
		if err != nil {
			p.history.said = safetext.Line(err.Error())
			return nil
		}
		p.history.said = "copied as " + map[string]string{"curl": "curl", "python": "Python", "berth": "a berth command"}[as]
		if len(variables) > 0 {
			p.history.said += "; it needs $" + safetext.Line(strings.Join(variables, ", $")) + " in the environment: secrets are not kept"
		}
		return take.Copy(p, "the request", text, p.native)
	}
}

// resend has the body of the selected one in the editor, and sends it. What is
// masked in it is for the person to write again.
func (p *Pane) resend(send bool) func() tea.Cmd {
	return func() tea.Cmd {
		one := p.history.one
		p.history = nil
		if one.Secrets > 0 || one.Omitted > 0 {
			send = false
		}
		s := p.session()
		var cmd tea.Cmd
		if !s.known || one.Endpoint != s.endpoint.String() {
			cmd = p.address(one.Endpoint)
		}
		if s.params = one.Params; cmd == nil { // else what is read fills them in
			send = s.give() && send
		}
		p.offer([]byte(one.Body), originEdited)
		s.given = "" // edited, so that what discovering offers does not take its place
		switch {
		case one.Secrets > 0:
			s.say(fmt.Sprintf("what was masked in it, %d times, is to be written again", one.Secrets), true)
		case one.Omitted > 0:
			s.say("it was too long to be kept whole", true)
		case send && p.discovery.Busy():
			p.eager = true
		case send:
			return tea.Batch(cmd, p.Send())
		}
		return cmd
	}
}

// against says how the selected one differs from the marked one.
func (h *history) against() (head string, differences []string) {
	a, b := h.mark, h.one
	if a.ID == 0 || b.ID == 0 || a.ID == b.ID {
		return "", nil
	}
	c := predict.Compare([]byte(a.Answer), []byte(b.Answer), pastTolerance)
	head = "the same answer"
	if !c.Same {
		head = fmt.Sprintf("%d values differ", len(c.Differences))
		if len(c.Differences) == 1 {
			head = "1 value differs"
		}
	}
	if a.Status != b.Status {
		head = fmt.Sprintf("status %d → %d, %s", a.Status, b.Status, head)
	}
	if a.Body != b.Body {
		head += ", to another body"
	}
	for _, d := range c.Differences {
		differences = append(differences, d.String())
	}
	return head, differences
}

// pastTolerance is how little two numbers may differ, as in the loop.
const pastTolerance = 1e-6
