package services

import (
	"strings"

	"charm.land/bubbles/v2/textinput"
	tea "charm.land/bubbletea/v2"

	"berth/tui/bind"
	"berth/tui/theme"
)

// input is the filter's text, made when first needed.
func (l *List) input() *textinput.Model {
	if l.filter == nil {
		t := textinput.New()
		t.Prompt = "/ "
		t.CharLimit = 60
		t.SetVirtualCursor(false)
		l.filter = &t
	}
	return l.filter
}

func inputStyles(t theme.Theme) textinput.Styles {
	s := textinput.DefaultStyles(t.Dark)
	s.Focused.Text, s.Blurred.Text = t.Text, t.Text
	s.Focused.Prompt, s.Blurred.Prompt = t.Accent, t.Muted
	return s
}

// Filter is the part of a name that rows are shown for.
func (l *List) Filter() string { return l.input().Value() }

// ClearFilter shows all rows again, and reports whether some were hidden.
func (l *List) ClearFilter() bool {
	was := l.Filter() != "" || l.Typing()
	l.input().Reset()
	l.input().Blur()
	l.arrange()
	return was
}

// KeepFilter ends typing and leaves the filter as it is.
func (l *List) KeepFilter() { l.input().Blur() }

func (l *List) edit() tea.Cmd { return l.input().Focus() }

// Typing reports whether keys are the filter's text.
func (l *List) Typing() bool { return l.filter != nil && l.filter.Focused() }

// Type takes a key press or a paste into the filter, and selects what is meant.
func (l *List) Type(msg tea.Msg) tea.Cmd {
	before := l.Filter()
	t, cmd := l.input().Update(msg)
	*l.filter = t
	l.arrange()
	if l.Filter() != before {
		l.guess()
	}
	return cmd
}

// guess selects the first row that is called what was typed, or else whose name
// begins so, unless the selected one is as good: a part of it is the second best.
func (l *List) guess() {
	typed := strings.ToLower(l.Filter())
	likeness := func(i item) int {
		switch name := strings.ToLower(i.Ref.String()); {
		case name == typed:
			return 2
		case strings.HasPrefix(name, typed):
			return 1
		}
		return 0
	}
	if len(l.items) == 0 {
		return
	}
	best, at := likeness(l.items[l.cursor()]), l.cursor()
	for n, i := range l.items {
		if is := likeness(i); is > best {
			best, at = is, n
		}
	}
	l.selectAt(at)
}

// jump ends typing at the row that was found, among all of them.
func (l *List) jump() tea.Cmd {
	if len(l.items) > 0 { // else there is nothing to go to
		l.ClearFilter()
	}
	return nil
}

// Cursor is where one types, relative to the list.
func (l *List) Cursor() *tea.Cursor {
	c := l.input().Cursor()
	if c == nil {
		return nil
	}
	c.X++
	if c.Y = l.h - 1; l.narrow() {
		c.Y = 1
	}
	return c
}

// Editing are the keys while one types.
func (l *List) Editing() []bind.Action {
	move := func(n int) func() tea.Cmd {
		return func() tea.Cmd { l.Move(n); return nil }
	}
	none := ""
	if len(l.items) == 0 {
		none = l.nothing()
	}
	return []bind.Action{
		bind.New("filter.jump", "go to it", l.jump, "enter").Unless(none),
		bind.New("filter.done", "keep the list filtered; esc again shows all", func() tea.Cmd { l.KeepFilter(); return nil }, "tab", "esc"),
		bind.New("filter.above", "service above", move(-1), "up").Quietly(),
		bind.New("filter.below", "service below", move(1), "down").Quietly(),
	}
}
