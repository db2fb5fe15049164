// Package predict is the pane that sends a service one request and shows its
// answer: an editor for the body beside what came back.
package predict

import (
	"context"
	"time"

	"charm.land/bubbles/v2/textarea"
	tea "charm.land/bubbletea/v2"

	"berth/predict"
	"berth/stack"
	"berth/tui/bind"
	"berth/tui/feed"
	"berth/tui/theme"
)

// Predictor asks a service for predictions.
type Predictor interface {
	Discover(ctx context.Context, r stack.Ref) (e predict.Endpoint, body []byte, origin string, err error)
	Send(ctx context.Context, r stack.Ref, e predict.Endpoint, body []byte) (predict.Response, error)
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
	editor   textarea.Model // holds the text of the service that is shown

	discovery feed.Slot[offer]
	eager     bool // send as soon as the API is read
	sending   feed.Slot[answer]
	sent      time.Time // when what is being sent was
}

// New makes the pane; nothing is asked before it is visible.
func New(g *feed.Group, p Predictor) *Pane {
	e := textarea.New()
	e.Prompt = ""
	e.SetVirtualCursor(false)
	// MaxHeight sizes the line numbers too: two digits. It would also limit the
	// text, had MaxContentHeight not been set.
	e.MaxHeight, e.MaxContentHeight, e.CharLimit = 99, editLines, 0
	return &Pane{group: g, predictor: p, editor: e, sessions: map[stack.Ref]*session{}}
}

// Title is the pane's name.
func (p *Pane) Title() string { return "Predict" }

// Resize sets the room there is.
func (p *Pane) Resize(w, h int) {
	p.w, p.h = w, h
	p.place()
}

// Restyle sets the theme.
func (p *Pane) Restyle(t theme.Theme) {
	p.theme = t
	s := textarea.DefaultStyles(t.Dark)
	for _, state := range []*textarea.StyleState{&s.Focused, &s.Blurred} {
		state.Base, state.Text, state.CursorLine, state.EndOfBuffer = t.Text, t.Text, t.Text, t.Text
		state.Placeholder, state.LineNumber, state.CursorLineNumber = t.Muted, t.Rule, t.Muted
	}
	p.editor.SetStyles(s)
}

// Select says which service is asked. Its text and answers are as they were
// left.
func (p *Pane) Select(s stack.Service, off string) tea.Cmd {
	was := p.service
	if s.Ref != was.Ref {
		p.discovery.Drop()
		p.eager = false
		p.sending.Drop()
		p.keep()
		p.editor.Blur()
	}
	p.service, p.off = s, off
	if s.Ref != was.Ref {
		p.load()
	}
	current := p.session()
	replaced := s.ContainerID != was.ContainerID
	serves := s.Serving == stack.ServingYes && was.Serving != stack.ServingYes
	if replaced || serves && current.err != nil {
		current.stale = true // its API may be another now, or be there at last
	}
	return p.discover()
}

// Show says whether the pane is visible.
func (p *Pane) Show(visible bool) tea.Cmd {
	p.visible = visible
	if !visible {
		p.editor.Blur()
	}
	return p.discover()
}

// session is what belongs to the service that is shown.
func (p *Pane) session() *session {
	s := p.sessions[p.service.Ref]
	if s == nil {
		s = &session{stale: true}
		p.sessions[p.service.Ref] = s
	}
	return s
}

// Update takes the answers to what the pane asked.
func (p *Pane) Update(msg tea.Msg) tea.Cmd {
	switch msg := msg.(type) {
	case feed.Answer[offer]:
		if p.discovery.Take(msg) {
			p.discovered(msg.Value, msg.Err)
			if p.eager {
				p.eager = false
				return p.Send()
			}
		}
	case feed.Answer[answer]:
		if p.sending.Take(msg) {
			p.session().answered(msg.Value, msg.Err)
		}
	}
	return nil
}

// Keys are the pane's keys.
func (p *Pane) Keys() []bind.Action {
	s, none := p.session(), p.unready()
	if p.editor.Focused() {
		return p.Editing()
	}
	edit := none
	if edit == "" && s.fixed != nil {
		edit = "the body is too long to edit here"
	}
	unsent, known := "nothing is being sent", "the API was read"
	if p.sending.Busy() {
		unsent = ""
	}
	if s.err != nil && !s.known && !p.discovery.Busy() {
		known = ""
	}
	actions := []bind.Action{
		bind.New("predict.send", "send", p.Send, "enter", "ctrl+s").Unless(none),
		bind.New("predict.edit", "edit the body", p.edit, "i").Unless(edit),
	}
	actions = append(actions,
		bind.New("predict.stop", "stop waiting", p.stop, "esc").Unless(unsent),
		bind.New("predict.ask", "ask again", func() tea.Cmd { s.stale = true; return p.discover() }, "enter").Unless(known))
	return append(actions, bind.Scrolling(p)...)
}

// unready is why nothing can be sent now.
func (p *Pane) unready() string {
	s := p.session()
	switch {
	case p.off != "" || p.service.Ref == stack.Ref{}:
		return "there is no service to ask"
	case !p.service.Up():
		return p.service.Ref.String() + " is not running"
	case p.discovery.Busy() && p.eager:
		return "its API is being read; it is sent then"
	case p.discovery.Busy():
		return ""
	case !s.known:
		return "it is not known where to send"
	case p.sending.Busy():
		return "a request is being answered"
	default:
		return ""
	}
}

// Editing are the keys while keys are text.
func (p *Pane) Editing() []bind.Action {
	return []bind.Action{
		bind.New("predict.sendbody", "send", p.Send, "ctrl+s").Unless(p.unready()),
		bind.New("predict.leave", "leave the editor", func() tea.Cmd { p.editor.Blur(); return nil }, "esc"),
	}
}

// Typing reports whether keys are text.
func (p *Pane) Typing() bool { return p.visible && p.editor.Focused() }

// Type takes a key press or a paste as text.
func (p *Pane) Type(msg tea.Msg) tea.Cmd {
	if k, ok := msg.(tea.KeyPressMsg); ok && k.String() == "tab" {
		p.editor.InsertString("  ")
		return nil
	}
	var cmd tea.Cmd
	p.editor, cmd = p.editor.Update(msg)
	p.check()
	return cmd
}

// Cursor is where one types, relative to the pane.
func (p *Pane) Cursor() *tea.Cursor {
	c := p.editor.Cursor()
	if c == nil {
		return nil
	}
	c.Y += topHeight
	return c
}

func (p *Pane) edit() tea.Cmd { return p.editor.Focus() }

func (p *Pane) stop() tea.Cmd {
	p.sending.Drop()
	p.session().stopped = true
	return nil
}

// Wheel scrolls by lines.
func (p *Pane) Wheel(lines int) { bind.Wheel(p, lines) }

// Height is how many lines of the answer are visible.
func (p *Pane) Height() int { return p.areas().answer }

// ScrollUp shows earlier lines of the answer.
func (p *Pane) ScrollUp(n int) { p.session().scroll(-n, p.Height()) }

// ScrollDown shows later lines of the answer.
func (p *Pane) ScrollDown(n int) { p.session().scroll(n, p.Height()) }

// Top goes to the answer's first line.
func (p *Pane) Top() { p.session().offset = 0 }

// Bottom goes to the answer's last line.
func (p *Pane) Bottom() { p.ScrollDown(len(p.session().text)) }
