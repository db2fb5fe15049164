package logs

import (
	"cmp"
	"fmt"
	"time"

	tea "charm.land/bubbletea/v2"

	"berth/logbook"
	"berth/safetext"
	"berth/tui/prompt"
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

// question is a prompt that is open. What is looked for and filtered shows
// while one types; leaving it puts back what was.
type question struct {
	*prompt.Line

	kind kind
	was  string // what was typed before
}

// askFor is a key that opens a prompt, with what was typed there last.
func (p *Pane) askFor(k kind) func() tea.Cmd {
	return func() tea.Cmd {
		p.said = ""
		was, value := p.inForce(k), ""
		switch k {
		case askFilter:
			value = cmp.Or(was, p.typed[k]) // one goes on changing it
		case askSave:
			value = cmp.Or(p.typed[k], p.fileName())
		}
		p.ask = &question{prompt.New(p.theme, k.label(), k.help(), value), k, was}
		p.ask.Resize(p.w)
		return tea.Batch(p.ask.Focus(), p.try(value))
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
		p.ask.Set(p.typed[p.ask.kind])
		return p.try(p.ask.Value())
	}
	changed, cmd := p.ask.Type(msg)
	if !changed {
		return cmd
	}
	return tea.Batch(cmd, p.try(p.ask.Value()))
}

// Cursor is where one types, relative to the pane.
func (p *Pane) Cursor() *tea.Cursor {
	c := p.ask.Cursor()
	if c != nil {
		c.Y += p.h - 1
	}
	return c
}

// try shows at once what is looked for or filtered. What cannot be understood
// changes nothing, and is told.
func (p *Pane) try(text string) tea.Cmd {
	p.ask.Wrong = ""
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
		p.ask.Wrong = err.Error()
		return nil
	}
	return p.lookAgain()
}

// leave puts back what was before; the text is there when one comes again.
func (p *Pane) leave() tea.Cmd {
	a := p.ask
	p.ask = nil
	p.typed[a.kind] = a.Value()
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
	a, text := p.ask, p.ask.Value()
	if a.Wrong != "" {
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
			a.Wrong = err.Error()
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
