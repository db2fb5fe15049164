package predict

import (
	tea "charm.land/bubbletea/v2"

	"berth/stack"
	"berth/tui/bind"
)

// Keys are the pane's keys.
func (p *Pane) Keys() []bind.Action {
	if p.editor.area.Focused() {
		return p.Editing()
	}
	s := p.session()
	edit, unsent, known := p.bodiless(), "nothing is being sent", "the API was read"
	if edit == "" && s.fixed != nil {
		edit = "the body is too long to edit here; ctrl+o opens it in your editor"
	}
	if p.sending.Busy() {
		unsent = ""
	}
	if s.err != nil && !s.known && !p.discovery.Busy() {
		known = ""
	}
	actions := []bind.Action{
		bind.New("predict.send", p.sendText(), p.Send, "enter", "ctrl+s").Unless(p.unready()),
		bind.New("predict.stop", "stop waiting", p.does(p.stop), "esc").Unless(unsent),
		bind.New("predict.edit", "edit the body", func() tea.Cmd { return p.editor.area.Focus() }, "i").Unless(edit),
	}
	actions = append(actions, p.bodyKeys()...)
	actions = append(actions,
		bind.New("predict.ask", "ask again", func() tea.Cmd { s.stale = true; return p.discover() }, "enter").Unless(known))
	return append(actions, bind.Scrolling(p)...)
}

// Editing are the keys while keys are text.
func (p *Pane) Editing() []bind.Action {
	actions := []bind.Action{
		bind.New("predict.sendbody", p.sendText(), p.Send, "ctrl+s").Unless(p.unready()),
		bind.New("predict.leave", "leave the editor", p.does(p.editor.area.Blur), "esc"),
		bind.New("predict.undo", "undo", p.does(p.editor.undo), "ctrl+z"),
		bind.New("predict.redo", "redo", p.does(p.editor.redo), "ctrl+y").Quietly(),
	}
	return append(actions, p.bodyKeys()...)
}

// bodyKeys change the body whether one types or not.
func (p *Pane) bodyKeys() []bind.Action {
	return []bind.Action{
		bind.New("predict.outside", "your editor", p.open, "ctrl+o").Unless(p.bodiless()),
		bind.New("predict.reset", "reset the body", p.does(p.reset), "ctrl+l").Unless(p.bodiless()),
	}
}

func (p *Pane) does(f func()) func() tea.Cmd {
	return func() tea.Cmd { f(); p.check(); return nil }
}

// bodiless is why there is no body to change.
func (p *Pane) bodiless() string {
	if p.session().known {
		return ""
	}
	return "there is no body yet"
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

// Typing reports whether keys are text.
func (p *Pane) Typing() bool { return p.visible && p.editor.area.Focused() }

// Type takes a key press or a paste as text.
func (p *Pane) Type(msg tea.Msg) tea.Cmd {
	cmd := p.editor.update(msg)
	p.check()
	return cmd
}

// Cursor is where one types, relative to the pane.
func (p *Pane) Cursor() *tea.Cursor {
	c := p.editor.area.Cursor()
	if c == nil {
		return nil
	}
	c.Y += p.areas().editorAt()
	return c
}

func (p *Pane) stop() {
	p.sending.Drop()
	p.session().stopped = true
}

// Wheel scrolls by lines.
func (p *Pane) Wheel(lines int) tea.Cmd {
	bind.Wheel(p, lines)
	return nil
}

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
