// Package form is a box with fields that lies on top of the screen: texts and
// switches, and one thing to do with them. It does not know what that is.
package form

import (
	"strings"

	"charm.land/bubbles/v2/textarea"
	tea "charm.land/bubbletea/v2"

	"berth/tui/theme"
)

// Form is the box. Leaving it keeps what was typed.
type Form struct {
	title  string
	verb   string   // what accepting it does, "rebuild"
	notes  []string // below the fields
	fields []*Field
	at     int
	Wrong  string // what is wrong with it, as it was accepted
	// As last drawn: where the text of the field is in the box.
	x, y  int
	spots []int // the field on each line, or -1
}

// Field is a text, or with no lines a switch.
type Field struct {
	label, hint string
	lines       int
	On          bool
	area        textarea.Model
}

// Text makes a field of so many lines.
func Text(label, hint string, lines int) *Field {
	f := &Field{label: label, hint: hint, lines: lines, area: textarea.New()}
	f.area.Prompt, f.area.ShowLineNumbers, f.area.EndOfBufferCharacter = "", false, ' '
	f.area.SetVirtualCursor(false)
	f.area.SetHeight(lines)
	return f
}

// Switch makes a field that is on or off.
func Switch(label, hint string) *Field { return &Field{label: label, hint: hint} }

// Value is what was typed.
func (f *Field) Value() string { return f.area.Value() }

// New makes a form.
func New(title, verb string, notes []string, fields ...*Field) *Form {
	f := &Form{title: title, verb: verb, notes: notes, fields: fields}
	f.Restyle(theme.Theme{})
	return f
}

// Open begins at the first field, with what was typed before.
func (f *Form) Open() tea.Cmd {
	f.Wrong = ""
	return f.focus(0)
}

// Restyle sets the theme.
func (f *Form) Restyle(t theme.Theme) {
	for _, field := range f.fields {
		s := textarea.DefaultStyles(t.Dark)
		plain := s.Focused
		plain.Base, plain.CursorLine, plain.Text, plain.EndOfBuffer = t.Text, t.Text, t.Text, t.Text
		s.Focused, s.Blurred = plain, plain
		field.area.SetStyles(s)
	}
}

func (f *Form) focus(n int) tea.Cmd {
	f.fields[f.at].area.Blur()
	f.at = (n + len(f.fields)) % len(f.fields)
	if here := f.fields[f.at]; here.lines > 0 {
		return here.area.Focus()
	}
	return nil
}

// Key takes a key press, and reports whether the form was accepted or left.
func (f *Form) Key(k tea.KeyPressMsg) (accepted, left bool, cmd tea.Cmd) {
	here := f.fields[f.at]
	switch key := k.String(); {
	case key == "esc":
		return false, true, nil
	case key == "ctrl+s", key == "enter" && here.lines < 2:
		return true, false, nil
	case key == "tab", key == "down" && f.last():
		return false, false, f.focus(f.at + 1)
	case key == "shift+tab", key == "up" && (here.lines < 2 || here.area.Line() == 0):
		return false, false, f.focus(f.at - 1)
	case here.lines == 0:
		if key == "space" {
			here.On = !here.On
		}
		return false, false, nil
	}
	return false, false, f.Type(k)
}

// last reports whether there is no line below the cursor in its field.
func (f *Form) last() bool {
	here := f.fields[f.at]
	return here.lines < 2 || here.area.Line() == here.area.LineCount()-1
}

// Type takes a key press or a paste as text.
func (f *Form) Type(msg tea.Msg) tea.Cmd {
	here := f.fields[f.at]
	if here.lines == 0 {
		return nil
	}
	if p, ok := msg.(tea.PasteMsg); ok && here.lines == 1 {
		p.Content = strings.Join(strings.Fields(p.Content), " ")
		msg = p
	}
	var cmd tea.Cmd
	f.Wrong = ""
	here.area, cmd = here.area.Update(msg)
	return cmd
}

// Click focuses the field at a line of the box, and turns a switch.
func (f *Form) Click(y int) tea.Cmd {
	if y < 0 || y >= len(f.spots) || f.spots[y] < 0 {
		return nil
	}
	cmd := f.focus(f.spots[y])
	if here := f.fields[f.at]; here.lines == 0 {
		here.On = !here.On
	}
	return cmd
}
