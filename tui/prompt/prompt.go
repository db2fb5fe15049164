// Package prompt is a line in which one types, in place of a pane's footer:
// what is asked for, and beside it how that is written or what is wrong with
// it.
package prompt

import (
	"strings"

	"charm.land/bubbles/v2/textinput"
	tea "charm.land/bubbletea/v2"

	"berth/safetext"
	"berth/tui/bind"
	"berth/tui/theme"
)

// line is such a line.
type line struct {
	Wrong string // what is wrong with what was typed

	label, help string
	theme       theme.Theme
	input       textinput.Model
}

// newLine makes a line with a label in front, how to fill it, and a text to begin
// with.
func newLine(t theme.Theme, label, help, value string) *line {
	l := &line{label: label, help: help, theme: t, input: textinput.New()}
	l.input.Prompt = label
	l.input.SetVirtualCursor(false)
	s := textinput.DefaultStyles(t.Dark)
	s.Focused.Prompt, s.Focused.Text = t.Accent, t.Text
	l.input.SetStyles(s)
	l.Set(value)
	return l
}

// Focus begins to take text.
func (l *line) Focus() tea.Cmd { return l.input.Focus() }

// Resize sets the room there is, in cells.
func (l *line) Resize(w int) { l.input.SetWidth(max(1, w-theme.Width(l.label)-2)) }

// Value is what was typed.
func (l *line) Value() string { return l.input.Value() }

// Set puts a text there, with the cursor behind it.
func (l *line) Set(text string) {
	l.input.SetValue(text)
	l.input.CursorEnd()
}

// Type takes a key press or a paste, and reports whether the text is another.
func (l *line) Type(msg tea.Msg) (changed bool, cmd tea.Cmd) {
	before := l.input.Value()
	l.input, cmd = l.input.Update(msg)
	return l.input.Value() != before, cmd
}

// Cursor is where one types, relative to the line.
func (l *line) Cursor() *tea.Cursor { return l.input.Cursor() }

// hintLeast is how many cells of a help are worth being shown.
const hintLeast = 16

// View is the line, w cells wide. found takes the place of the help once there
// is something to say of what was typed.
func (l *line) View(w int, found string) string {
	hint := l.theme.Muted.Render(l.help)
	switch {
	case l.Wrong != "":
		hint = l.theme.Tone(theme.Bad).Render("✕ " + safetext.Line(l.Wrong))
	case found != "":
		hint = l.theme.Muted.Render(found)
	}
	input := strings.TrimRight(l.input.View(), " ")
	if room := w - theme.Width(input) - 3; theme.Width(hint) > room && l.Wrong == "" {
		if room < hintLeast {
			return theme.Fit(input, w)
		}
		hint = theme.Cut(hint, room)
	}
	return theme.Spread(input, hint, w)
}

// Keys are those of a prompt that is open; verb is what accepting it does.
func Keys(verb string, accept, leave func() tea.Cmd) []bind.Action {
	return []bind.Action{
		bind.New("prompt.accept", verb, accept, "enter"),
		bind.New("prompt.leave", "leave it", leave, "esc"),
	}
}
