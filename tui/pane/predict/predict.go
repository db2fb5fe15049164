// Package predict is the pane that sends a service one request and shows its
// answer: an editor for the body beside what came back.
package predict

import (
	"context"
	"iter"

	tea "charm.land/bubbletea/v2"

	"berth/predict"
	"berth/stack"
	"berth/tui/feed"
	"berth/tui/pane/predict/batches"
	"berth/tui/pane/predict/coldstart"
	"berth/tui/pane/predict/history"
	"berth/tui/pane/predict/loads"
	"berth/tui/pane/predict/suites"
	"berth/tui/pane/predict/versus"
	"berth/tui/prompt"
	"berth/tui/take"
	"berth/tui/theme"
)

// Predictor asks a service for predictions.
type Predictor interface {
	history.Source
	suites.Checker
	loads.Loader
	batches.Sender
	coldstart.Starter
	versus.Comparer

	// Discover finds the endpoint that predicts, or the one that is named, and
	// the body to begin with. An error beside an endpoint does not keep anyone
	// from sending.
	Discover(ctx context.Context, r stack.Ref, endpoint string) (Offer, error)
	// Send sends; streaming is told of an answer that comes in parts. An error
	// beside a response is about something else, such as remembering it.
	Send(ctx context.Context, r stack.Ref, e predict.Endpoint, body []byte, streaming func(predict.Stream)) (predict.Response, error)
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
	replays   *feed.Stream[replayed]

	prompt    prompt.Prompt
	form      *form // nil: the body is shown as text
	kept      feed.Slot[caseKept]
	finding   feed.Slot[[]int]
	querying  feed.Slot[queried]
	clipboard Clipboard
	answerAt  areas // as last drawn
	answerY   int   // the answer's first line then
}

// Clipboard is the machine's own; what is nil cannot be done.
type Clipboard struct {
	Write func(string) error
	Read  func() (string, error)
}

// New makes the pane; nothing is asked before it is visible.
func New(g *feed.Group, p Predictor, c Clipboard) *Pane {
	return &Pane{group: g, predictor: p, clipboard: c, editor: newEditor(), sessions: map[stack.Ref]*session{}}
}

// Title is the pane's name.
func (p *Pane) Title() string { return "Predict" }

// Resize sets the room there is.
func (p *Pane) Resize(w, h int) {
	p.w, p.h = w, h
	p.prompt.Resize(w)
}

// Restyle sets the theme.
func (p *Pane) Restyle(t theme.Theme) {
	p.theme = t
	p.editor.restyle(t)
	for _, s := range p.sessions {
		s.view.Restyle(t)
		if s.cover != nil {
			s.cover.Restyle(t)
		}
	}
}

// Select says which service is asked. Its text and answers are as they were
// left.
func (p *Pane) Select(s stack.Service, off string) tea.Cmd {
	var look tea.Cmd
	if s.Ref != p.service.Ref {
		left := p.session() // what it waits for is asked again when one comes back
		left.stale = left.stale || p.discovery.Busy()
		left.behind = left.behind || p.querying.Busy() || p.finding.Busy()
		p.discovery.Drop()
		p.querying.Drop()
		p.finding.Drop()
		p.prompt.Drop()
		p.eager, p.form = false, nil
		p.service = s
		left.draft = p.editor.swap(p.session().draft)
	}
	p.service, p.off = s, off
	current := p.session()
	if current.behind {
		current.behind, look = false, p.look()
	}
	replaced := s.ContainerID != current.container
	serves := s.Serving == stack.ServingYes && !current.serves
	if replaced || serves && current.err != nil {
		current.stale = true // its API may be another now, or be there at last
	}
	current.container, current.serves = s.ContainerID, s.Serving == stack.ServingYes
	return tea.Batch(p.hear(), p.discover(), look)
}

// Show says whether the pane is visible.
func (p *Pane) Show(visible bool) tea.Cmd {
	p.visible = visible
	if !visible {
		p.editor.area.Blur()
		p.prompt.Drop()
		p.form = nil
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
	case feed.Told[predict.Stream, answer]:
		cmd = p.told(msg)
	case feed.Answer[caseKept]:
		if p.kept.Take(msg) {
			p.tookCase(msg.Value, msg.Err)
		}
	case feed.Answer[queried]:
		if p.querying.Take(msg) {
			cmd = p.asked(msg.Value, msg.Err)
		}
	case feed.Answer[[]int]:
		if p.finding.Take(msg) {
			p.counted(msg.Value)
		}
	case feed.Batch[replayed]:
		cmd = p.heard(msg)
	case edited:
		if msg.ref == p.service.Ref { // nobody could choose another meanwhile
			p.edited(msg)
		}
	case take.Pasted:
		p.pasted(msg)
	case take.Done:
		if msg.For == p {
			p.session().say(msg.Text, false)
			return nil
		}
		cmd = p.pass(msg)
	default:
		cmd = p.pass(msg)
	}
	return cmd
}

// pass gives a message to what may wait for it: what is under way goes on behind
// another service.
func (p *Pane) pass(msg tea.Msg) tea.Cmd {
	var cmds []tea.Cmd
	for _, s := range p.sessions {
		if s.cover != nil {
			cmds = append(cmds, s.cover.Update(msg))
		}
	}
	return tea.Batch(cmds...)
}
