// Package predict is the pane that sends a service one request and shows its
// answer: an editor for the body beside what came back.
package predict

import (
	"context"
	"iter"
	"time"

	tea "charm.land/bubbletea/v2"

	"berth/predict"
	"berth/predict/load"
	"berth/predict/suite"
	"berth/stack"
	"berth/tui/feed"
	"berth/tui/take"
	"berth/tui/theme"
)

// Predictor asks a service for predictions.
type Predictor interface {
	Discover(ctx context.Context, r stack.Ref, endpoint string) (Offer, error)
	Send(ctx context.Context, r stack.Ref, e predict.Endpoint, body []byte, streaming func(predict.Stream)) (predict.Response, error)
	// Past is remembered predictions, without their bodies and answers.
	Past(ctx context.Context, q stack.PredictionQuery) (stack.PredictionPage, error)
	// PastOne is one of them, whole; false when it is no longer there.
	PastOne(ctx context.Context, id int64) (stack.Prediction, bool, error)
	// Written is a prediction as a command of curl or berth, or as Python, and
	// the variables of the environment that it needs: secrets are not kept.
	Written(one stack.Prediction, as string) (text string, variables []string, err error)
	// Check asks the service what the project's suites have about it, and tells
	// how far it is; nil: they have nothing.
	Check(ctx context.Context, r stack.Ref, told func(n, of int)) (*suite.Report, error)
	// Compare asks the image that ran before, beside the service, the same as the
	// service, and tells how far it is.
	Compare(ctx context.Context, r stack.Ref, e predict.Endpoint, told func(string)) (Versus, error)
	// Load sends a body many times, and tells how it goes. What was measured
	// before ctx ended comes beside its error.
	Load(ctx context.Context, r stack.Ref, e predict.Endpoint, body []byte, p load.Plan, told func(load.Result)) (Loaded, error)
	// Keep makes the last prediction of a service a case, and says where it is.
	Keep(service, name string) (where string, err error)
	// Replays yields what rebuilds send and get, from now on until ctx ends.
	Replays(ctx context.Context) iter.Seq2[Replayed, error]
}

// Offer is what discovering found.
type Offer struct {
	Endpoint predict.Endpoint
	Body     []byte
	Origin   string   // where the body comes from: "your last", "example", "default", "generated"
	All      []string // every endpoint there is, by name
	Headers  []string // that are sent too, as they may be shown
}

// Pane is the predict pane.
type Pane struct {
	group     *feed.Group
	predictor Predictor

	w, h    int
	theme   theme.Theme
	visible bool

	service  stack.Service
	off      string
	sessions map[stack.Ref]*session
	editor   editor // has the text of the service that is shown

	discovery feed.Slot[Offer]
	eager     bool // send as soon as the API is read
	sending   feed.Slot[answer]
	sent      time.Time                    // when what is being sent was
	parts     *feed.Stream[predict.Stream] // of the answer to it, as they come; nil: none came yet
	live      predict.Stream               // the last of them
	replays   *feed.Stream[replayed]

	form     *form     // nil: the body is shown as text
	ask      *question // nil: nothing is asked for
	history  *history  // nil: the request is shown
	versus   *versus   // nil: no images are compared
	loading  *loading  // nil: no load is looked at
	checking *check    // nil: the suites are not looked at
	kept     feed.Slot[caseKept]
	seeking  feed.Slot[foundPast]
	keeping  feed.Slot[stack.Prediction]
	finding  feed.Slot[[]int]
	querying feed.Slot[queried]
	native   func(string) error // the machine's own clipboard; nil: there is none
	answerAt areas              // as last drawn
	answerY  int                // the answer's first line then
}

// New makes the pane; nothing is asked before it is visible. native writes to
// the machine's own clipboard, if it is not nil.
func New(g *feed.Group, p Predictor, native func(string) error) *Pane {
	return &Pane{group: g, predictor: p, native: native, editor: newEditor(), sessions: map[stack.Ref]*session{}}
}

// Title is the pane's name.
func (p *Pane) Title() string { return "Predict" }

// Resize sets the room there is.
func (p *Pane) Resize(w, h int) {
	p.w, p.h = w, h
	if p.ask != nil {
		p.ask.Resize(w)
	}
}

// Restyle sets the theme.
func (p *Pane) Restyle(t theme.Theme) {
	p.theme = t
	p.editor.restyle(t)
	for _, s := range p.sessions {
		s.view.Restyle(t)
	}
	if p.history != nil {
		p.history.body.Restyle(t)
		p.history.answer.Restyle(t)
	}
}

// Select says which service is asked. Its text and answers are as they were
// left.
func (p *Pane) Select(s stack.Service, off string) tea.Cmd {
	was := p.service
	if s.Ref != was.Ref {
		p.discovery.Drop()
		p.eager = false
		p.sending.Drop()
		p.querying.Drop()
		p.finding.Drop()
		p.ask, p.form, p.history = nil, nil, nil
		p.endCheck()
		p.endLoad()
		p.endVersus()
		p.seeking.Drop()
		p.keeping.Drop()
		left := p.session()
		p.service = s
		left.draft = p.editor.swap(p.session().draft)
	}
	p.service, p.off = s, off
	current := p.session()
	replaced := s.ContainerID != was.ContainerID
	serves := s.Serving == stack.ServingYes && was.Serving != stack.ServingYes
	if replaced || serves && current.err != nil {
		current.stale = true // its API may be another now, or be there at last
	}
	return tea.Batch(p.hear(), p.discover())
}

// Show says whether the pane is visible.
func (p *Pane) Show(visible bool) tea.Cmd {
	p.visible = visible
	if !visible {
		p.editor.area.Blur()
		p.ask, p.form = nil, nil
	}
	return p.discover()
}

// session is what belongs to the service that is shown.
func (p *Pane) session() *session { return p.of(p.service.Ref) }

// of is what belongs to a service.
func (p *Pane) of(r stack.Ref) *session {
	s := p.sessions[r]
	if s == nil {
		s = &session{stale: true}
		p.sessions[r] = s
	}
	return s
}

// Update takes the answers to what the pane asked.
func (p *Pane) Update(msg tea.Msg) (cmd tea.Cmd) {
	switch msg := msg.(type) {
	case feed.Answer[Offer]:
		if p.discovery.Take(msg) {
			p.discovered(msg.Value, msg.Err)
			if p.eager {
				p.eager = false
				cmd = p.Send()
			}
		}
	case feed.Answer[answer]:
		if p.sending.Take(msg) {
			p.session().answered(msg.Value, msg.Err)
			p.check()
			cmd = p.look()
		}
	case feed.Batch[compared]:
		cmd = p.compares(msg)
	case feed.Batch[loaded]:
		cmd = p.loads(msg)
	case feed.Batch[checked]:
		cmd = p.checks(msg)
	case feed.Answer[caseKept]:
		if p.kept.Take(msg) {
			p.tookCase(msg.Value, msg.Err)
		}
	case feed.Answer[foundPast]:
		if p.seeking.Take(msg) {
			cmd = p.foundPast(msg.Value, msg.Err)
		}
	case feed.Answer[stack.Prediction]:
		if p.keeping.Take(msg) {
			p.tookPast(msg.Value, msg.Err)
		}
	case feed.Batch[predict.Stream]:
		cmd = p.flows(msg)
	case feed.Answer[queried]:
		if p.querying.Take(msg) {
			cmd = p.asked(msg.Value, msg.Err)
		}
	case feed.Answer[[]int]:
		if p.finding.Take(msg) {
			p.counted(msg.Value)
		}
	case take.Done:
		if msg.For == p {
			p.session().say(msg.Text, false)
		}
	case feed.Batch[replayed]:
		return p.heard(msg)
	case edited:
		if msg.ref == p.service.Ref { // nobody could choose another meanwhile
			p.edited(msg)
		}
	default:
		if !p.editor.area.Focused() {
			return nil
		}
		cmd = p.editor.update(msg) // the clipboard's content
		p.check()
	}
	return cmd
}
