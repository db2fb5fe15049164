package predict

import (
	"encoding/json"
	"slices"

	"charm.land/bubbles/v2/textinput"
	tea "charm.land/bubbletea/v2"

	"berth/predict"
	"berth/tui/bind"
	"berth/tui/theme"
)

// form is the body field by field. The text stays the truth: each change is
// made there, and can be undone there.
type form struct {
	fields []predict.Field
	more   int // that are not listed
	at     int // the field that keys act on
	top    int // the first that is seen
	input  *textinput.Model
	began  state            // the text before the value was typed
	before predict.Endpoint // with its parameters then
}

// formless is why there is no form.
func (p *Pane) formless() string {
	if why := p.bodiless(); why != "" {
		return why
	}
	return p.session().formless
}

// fill opens the form at the first field.
func (p *Pane) fill() tea.Cmd {
	p.editor.area.Blur()
	p.form = &form{}
	p.check()
	return nil
}

// refill takes the fields of the text as it is now. A text that is no longer a
// body leaves the form.
func (p *Pane) refill(fields []predict.Field, more int) {
	f := p.form
	switch {
	case f == nil:
	case len(fields) == 0:
		p.form = nil
	default:
		f.fields, f.more = fields, more
		f.at = max(0, min(f.at, len(f.fields)-1))
	}
}

func (f *form) field() predict.Field { return f.fields[f.at] }

// Filling are the keys in the form.
func (p *Pane) Filling() []bind.Action {
	move := func(n int) func() tea.Cmd {
		return func() tea.Cmd { p.leap(n); return nil }
	}
	group, single, absent := "", "", ""
	if p.form != nil {
		f := p.form.field()
		if f.Group {
			group = "its own fields have the values"
		}
		if len(f.Choices) == 0 {
			single = "it is typed: enter"
		}
		if !f.Present {
			absent = "it is not there"
		}
	}
	actions := []bind.Action{
		bind.New("predict.sendform", p.sendText(), p.Send, "ctrl+s").Unless(p.unready()),
		bind.New("form.edit", "type the value", p.typeValue, "enter", "i").Unless(group),
		bind.New("form.next", "next choice", p.choose(1), "right", "l", "space").Unless(single),
		bind.New("form.previous", "choice before", p.choose(-1), "left", "h").Unless(single).Quietly(),
		bind.New("form.remove", "take the field out", p.takeOut, "d", "delete", "backspace").Unless(absent),
		bind.New("form.leave", "leave the form", func() tea.Cmd { p.form = nil; return nil }, "esc", "F"),
		bind.New("form.up", "field up", move(-1), "up", "k", "shift+tab").Quietly(),
		bind.New("form.down", "field down", move(1), "down", "j", "tab").Quietly(),
		bind.New("form.first", "first field", move(-len(p.current())-1), "g", "home").Quietly(),
		bind.New("form.last", "last field", move(len(p.current())+1), "G", "end").Quietly(),
		bind.New("predict.undo", "undo", p.does(p.editor.undo), "ctrl+z"),
		bind.New("predict.redo", "redo", p.does(p.editor.redo), "ctrl+y").Quietly(),
	}
	return append(actions, p.bodyKeys()...)
}

// Valuing are the keys while a value is typed.
func (p *Pane) Valuing() []bind.Action {
	accept := func(by int) func() tea.Cmd {
		return func() tea.Cmd { p.valued(); p.leap(by); return nil }
	}
	return []bind.Action{
		bind.New("value.accept", "take it", accept(1), "enter", "down", "tab"),
		bind.New("value.above", "take it, and go up", accept(-1), "up", "shift+tab").Quietly(),
		bind.New("value.leave", "as it was", p.unvalued, "esc"),
	}
}

func (p *Pane) leap(n int) {
	if f := p.form; f != nil {
		f.at = max(0, min(f.at+n, len(f.fields)-1))
	}
}

// put has the field's value in the text; nil takes the field out.
func (p *Pane) put(value json.RawMessage) {
	s, f := p.session(), p.form.field()
	if f.In != "" {
		e, err := s.endpoint.SetParam(f, value)
		if err != nil {
			s.say(err.Error(), true)
			return
		}
		s.adopt(e)
		p.check()
		return
	}
	body, err := s.endpoint.With(p.current(), f, value)
	if err != nil {
		s.say(err.Error(), true)
		return
	}
	p.editor.put(state{text: visible(body)})
	p.check()
}

// change is put as one step that can be undone.
func (p *Pane) change(value json.RawMessage) {
	was := p.editor.state()
	if p.put(value); p.editor.text() != was.text {
		p.editor.remember(was)
	}
}

// choose takes another of the values that the field may have.
func (p *Pane) choose(by int) func() tea.Cmd {
	return func() tea.Cmd {
		f := p.form.field()
		n := slices.Index(f.Choices, f.Text)
		switch {
		case !f.Present || n < 0:
			n = 0
		default:
			n = (n + by + len(f.Choices)) % len(f.Choices)
		}
		p.change(f.Read(f.Choices[n]))
		return nil
	}
}

func (p *Pane) takeOut() tea.Cmd {
	p.change(nil)
	return nil
}

// typeValue begins to type a value. A field that is not there yet gets one that
// fits; where it is an object or a list, that is all.
func (p *Pane) typeValue() tea.Cmd {
	f := p.form
	f.began, f.before = p.editor.state(), p.session().endpoint
	if !f.field().Present {
		p.put(f.field().Offer())
		if p.form == nil || f.field().Group {
			p.editor.remember(f.began)
			return nil
		}
	}
	in := textinput.New()
	in.Prompt = ""
	in.SetVirtualCursor(false)
	s := textinput.DefaultStyles(p.theme.Dark)
	s.Focused.Text = p.theme.Text
	in.SetStyles(s)
	in.SetValue(f.field().Text)
	in.CursorEnd()
	f.input = &in
	return in.Focus()
}

// typeInto takes a key press or a paste as part of the value, which is checked
// at once.
func (p *Pane) typeInto(msg tea.Msg) tea.Cmd {
	f := p.form
	was := f.input.Value()
	in, cmd := f.input.Update(msg)
	f.input = &in
	if in.Value() != was {
		p.put(f.field().Read(in.Value()))
	}
	return cmd
}

// valued ends typing with what was typed.
func (p *Pane) valued() {
	f := p.form
	f.input = nil
	if p.editor.text() != f.began.text {
		p.editor.remember(f.began)
	}
}

// unvalued ends it with what was there before.
func (p *Pane) unvalued() tea.Cmd {
	f := p.form
	f.input = nil
	p.editor.put(f.began)
	p.session().adopt(f.before)
	p.check()
	return nil
}

// formRows is how many lines the form would fill.
func (f *form) rows() int { return len(f.fields) + detailLines }

// detailLines are what is said of the field that is selected.
const detailLines = 2

// view is the form in w × h cells; where in it one types is at x, y.
func (p *Pane) formView(w, h int, wrong []predict.FieldError) (lines []string, x, y int) {
	f, t := p.form, p.theme
	bad := map[string]bool{}
	for _, e := range wrong {
		bad[e.Path] = true
	}
	list := max(1, h-detailLines)
	if f.top = max(f.at-list+1, min(f.top, f.at)); f.top+list > len(f.fields) {
		f.top = max(0, len(f.fields)-list)
	}
	g := formColumns(f.fields, w)
	for n := f.top; n < min(len(f.fields), f.top+list); n++ {
		field := f.fields[n]
		mark, name := " ", t.Text
		if n == f.at {
			mark, name = t.Accent.Render("▏"), t.Strong
		}
		fault := " "
		if bad[field.Path()] {
			fault = t.Tone(theme.Bad).Render("✕")
		}
		value := p.valueView(field, n == f.at, g.value)
		if n == f.at && f.input != nil {
			x, y = gutter+g.name+1, n-f.top
			f.input.SetWidth(max(1, g.value-1))
			value = f.input.View()
		}
		lines = append(lines, mark+fault+name.Render(theme.Fit(indented(field), g.name))+" "+
			theme.Fit(value, g.value)+t.Muted.Render(theme.Cut(" "+kindOf(field), max(0, w-gutter-g.name-1-g.value))))
	}
	for len(lines) < min(list, len(f.fields)) {
		lines = append(lines, "")
	}
	return append(lines, p.detail(w, list)...), x, y
}
