package prompt

import (
	tea "charm.land/bubbletea/v2"

	"berth/tui/bind"
	"berth/tui/theme"
)

// Question is what a prompt asks for.
type Question struct {
	Name  string // what was typed is remembered under it
	Verb  string // what enter does
	Label string
	Help  string
	// Begin is the text to begin with, from what was typed last; nil: that.
	Begin func(last string) string
	// Try takes the text at each change. Its error is shown, and no text that
	// has one is accepted; nil: the text waits for enter.
	Try func(text string) (tea.Cmd, error)
	// Accept takes the text in the end. After an error the prompt is still there.
	Accept func(text string) (tea.Cmd, error)
	// Leave undoes what Try has done; nil: nothing.
	Leave func() tea.Cmd
	// Found is said instead of Help where there is something to say; nil: nothing.
	Found func() string
}

// Prompt is the place of one question. The zero Prompt has none open.
type Prompt struct {
	line     *line
	question Question
	typed    map[string]string
}

// Ask opens a question in place of another.
func (p *Prompt) Ask(q Question, t theme.Theme, w int) tea.Cmd {
	text := p.typed[q.Name]
	if q.Begin != nil {
		text = q.Begin(text)
	}
	p.line, p.question = newLine(t, q.Label, q.Help, text), q
	p.Resize(w)
	return tea.Batch(p.line.Focus(), p.try())
}

// Opened reports whether there is a question.
func (p *Prompt) Opened() bool { return p.line != nil }

// Drop forgets the question, and what is typed there.
func (p *Prompt) Drop() { p.line = nil }

// Resize sets the room there is, in cells.
func (p *Prompt) Resize(w int) {
	if p.line != nil {
		p.line.Resize(w)
	}
}

// Cursor is where one types, relative to the line.
func (p *Prompt) Cursor() *tea.Cursor { return p.line.Cursor() }

// View is the line, w cells wide.
func (p *Prompt) View(w int) string {
	found := ""
	if p.question.Found != nil {
		found = p.question.Found()
	}
	return p.line.View(w, found)
}

// Type takes a key press or a paste. The key up brings what was typed last.
func (p *Prompt) Type(msg tea.Msg) tea.Cmd {
	if k, ok := msg.(tea.KeyPressMsg); ok && k.String() == "up" {
		if last, ok := p.typed[p.question.Name]; ok {
			p.line.Set(last)
			return p.try()
		}
		return nil
	}
	changed, cmd := p.line.Type(msg)
	if !changed {
		return cmd
	}
	return tea.Batch(cmd, p.try())
}

// Keys are the keys while it is open.
func (p *Prompt) Keys() []bind.Action { return Keys(p.question.Verb, p.accept, p.leave) }

func (p *Prompt) try() tea.Cmd {
	p.line.Wrong = ""
	if p.question.Try == nil {
		return nil
	}
	cmd, err := p.question.Try(p.line.Value())
	if err != nil {
		p.line.Wrong = err.Error()
	}
	return cmd
}

func (p *Prompt) accept() tea.Cmd {
	if p.line.Wrong != "" {
		return nil
	}
	line := p.close()
	cmd, err := p.question.Accept(line.Value())
	if err != nil {
		line.Wrong = err.Error()
		p.line = line
	}
	return cmd
}

func (p *Prompt) leave() tea.Cmd {
	if p.close(); p.question.Leave != nil {
		return p.question.Leave()
	}
	return nil
}

// close remembers what was typed.
func (p *Prompt) close() *line {
	line := p.line
	if p.typed == nil {
		p.typed = map[string]string{}
	}
	p.line, p.typed[p.question.Name] = nil, line.Value()
	return line
}
