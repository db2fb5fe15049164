package logs

import (
	"cmp"
	"fmt"
	"time"

	"charm.land/bubbles/v2/textinput"
	tea "charm.land/bubbletea/v2"

	"berth/logbook"
	"berth/safetext"
	"berth/tui/theme"
)

// kind is what a prompt asks for.
type kind int

const (
	askFind kind = iota
	askFilter
	askTime
	askSave
)

func (k kind) verb() string { return [...]string{"find", "filter", "go there", "save"}[k] }
func (k kind) label() string {
	return [...]string{"/", "filter ", "go to ", "save to "}[k]
}

func (k kind) help() string {
	return [...]string{
		"a regular expression; small letters mean both; ↑ the last",
		logbook.FilterSyntax,
		"15:04, 15:04:05, or 10m for ten minutes ago",
		"a file that is not there yet",
	}[k]
}

// prompt is a line in which one types, in place of the footer. What is looked
// for and filtered shows while one types; leaving it puts back what was.
type prompt struct {
	kind  kind
	input textinput.Model
	was   string // what was typed before
	wrong string
}

func (a *prompt) resize(w int) {
	a.input.SetWidth(max(1, w-theme.Width(a.kind.label())-2))
}

// askFor is a key that opens a prompt, with what was typed there last.
func (p *Pane) askFor(k kind) func() tea.Cmd {
	return func() tea.Cmd {
		p.said = ""
		a := &prompt{kind: k, input: textinput.New(), was: p.inForce(k)}
		a.input.Prompt = k.label()
		a.input.SetVirtualCursor(false)
		s := textinput.DefaultStyles(p.theme.Dark)
		s.Focused.Prompt, s.Focused.Text = p.theme.Accent, p.theme.Text
		a.input.SetStyles(s)
		value := ""
		switch k {
		case askFilter:
			value = cmp.Or(a.was, p.typed[k]) // one goes on changing it
		case askSave:
			value = cmp.Or(p.typed[k], p.fileName())
		}
		a.input.SetValue(value)
		a.input.CursorEnd()
		a.resize(p.w)
		p.ask = a
		return tea.Batch(a.input.Focus(), p.try(value))
	}
}

// inForce is what a prompt of a kind has brought about.
func (p *Pane) inForce(k kind) string {
	switch {
	case k == askFilter:
		return p.filtered
	case k == askFind && p.find != nil:
		return p.find.String()
	default:
		return ""
	}
}

// Typing reports whether keys are text.
func (p *Pane) Typing() bool { return p.visible && p.ask != nil }

// Type takes a key press or a paste as text.
func (p *Pane) Type(msg tea.Msg) tea.Cmd {
	if k, ok := msg.(tea.KeyPressMsg); ok && k.String() == "up" {
		p.ask.input.SetValue(p.typed[p.ask.kind])
		p.ask.input.CursorEnd()
		return p.try(p.ask.input.Value())
	}
	before := p.ask.input.Value()
	var cmd tea.Cmd
	p.ask.input, cmd = p.ask.input.Update(msg)
	text := p.ask.input.Value()
	if text == before {
		return cmd
	}
	return tea.Batch(cmd, p.try(text))
}

// Cursor is where one types, relative to the pane.
func (p *Pane) Cursor() *tea.Cursor {
	c := p.ask.input.Cursor()
	if c != nil {
		c.Y += p.h - 1
	}
	return c
}

// try shows at once what is looked for or filtered. What cannot be understood
// changes nothing, and is told.
func (p *Pane) try(text string) tea.Cmd {
	p.ask.wrong = ""
	var err error
	switch p.ask.kind {
	case askFind:
		err = p.setFind(text)
	case askFilter:
		err = p.setFilter(text)
	default:
		return nil
	}
	if err != nil {
		p.ask.wrong = err.Error()
		return nil
	}
	return p.lookAgain()
}

// leave puts back what was before; the text is there when one comes again.
func (p *Pane) leave() tea.Cmd {
	a := p.ask
	p.ask = nil
	p.typed[a.kind] = a.input.Value()
	switch a.kind {
	case askFind:
		_ = p.setFind(a.was) // it was understood before
	case askFilter:
		_ = p.setFilter(a.was)
	default:
		return nil
	}
	return p.lookAgain()
}

// accept does what was typed.
func (p *Pane) accept() tea.Cmd {
	a, text := p.ask, p.ask.input.Value()
	if a.wrong != "" {
		return nil
	}
	var cmd tea.Cmd
	switch a.kind {
	case askFind:
		if p.find != nil {
			dir := 1
			if p.spot().follow {
				dir = -1
			}
			p.wanted = dir
			cmd = p.seek()
		}
	case askTime:
		at, err := clock(text, p.now)
		if err != nil {
			a.wrong = err.Error()
			return nil
		}
		if from := logbook.AtTime(at); p.step(from, 1) != from {
			p.centre(p.step(from, 1))
		} else {
			p.said = "there is no line that late"
		}
	case askSave:
		cmd = p.save(text)
	}
	p.typed[a.kind] = text
	p.ask = nil
	return cmd
}

// clock reads a time of day, the last that is not to come, or an age.
func clock(text string, now time.Time) (time.Time, error) {
	if age, err := time.ParseDuration(text); err == nil {
		return now.Add(-age.Abs()), nil
	}
	for _, layout := range []string{"15:04:05", "15:04"} {
		if t, err := time.ParseInLocation(layout, text, time.Local); err == nil {
			now := now.Local()
			at := time.Date(now.Year(), now.Month(), now.Day(), t.Hour(), t.Minute(), t.Second(), 0, time.Local)
			if at.After(now) {
				at = at.AddDate(0, 0, -1)
			}
			return at, nil
		}
	}
	if t, err := time.Parse(time.RFC3339, text); err == nil {
		return t, nil
	}
	return time.Time{}, fmt.Errorf("%q is no time: %s", safetext.Line(text), askTime.help())
}
