package predict

import (
	"slices"

	tea "charm.land/bubbletea/v2"

	"berth/stack"
	"berth/tui/bind"
	"berth/tui/take"
	"berth/tui/theme"
)

// Keys are the pane's keys.
func (p *Pane) Keys() []bind.Action {
	switch {
	case p.prompt.Opened():
		return p.prompt.Keys()
	case p.session().cover != nil:
		return p.session().cover.Keys()
	case p.form != nil && p.form.input != nil:
		return p.Valuing()
	case p.form != nil:
		return p.Filling()
	case p.editor.area.Focused():
		return p.Editing()
	}
	s := p.session()
	edit, unsent, known := p.bodiless(), "nothing is being sent", "the API was read"
	if edit == "" && s.fixed != nil {
		edit = "the body is too long to edit here; ctrl+o opens it in your editor"
	}
	if p.session().sending.Running() {
		unsent = ""
	}
	if s.err != nil && !s.known && !p.discovery.Busy() {
		known = ""
	}
	actions := []bind.Action{
		bind.New("predict.send", p.sendText(), p.Send, "enter", "ctrl+s").Unless(p.unready()),
		bind.New("predict.stop", "stop waiting", p.does(p.stop), "esc").Unless(unsent),
		bind.New("predict.edit", "edit the body", func() tea.Cmd { return p.editor.area.Focus() }, "i").Unless(edit),
		bind.New("predict.form", "the form", p.fill, "F").Unless(p.formless()),
	}
	actions = append(append(actions, p.targetKeys()...), p.bodyKeys()...)
	actions = append(actions,
		bind.New("predict.ask", "ask again", func() tea.Cmd { s.stale = true; return p.discover() }, "enter").Unless(known))
	unkept := ""
	if s.last.at.IsZero() || s.failed != nil {
		unkept = "there is no answer yet"
	}
	actions = append(actions,
		bind.New("predict.check", "ask the suites", p.showSuites, "C").Unless(when(!p.service.Up(), "the service is not running")),
		bind.New("predict.load", "make load", p.ask(p.loadQuestion), "L").Unless(p.unloadable()).Quietly(),
		bind.New("predict.table", "send a table", p.ask(p.tableQuestion), "T").Unless(p.unaimed()).Quietly(),
		bind.New("predict.start", "measure a cold start", p.showStart, "W").Unless(p.unloadable()).Quietly(),
		bind.New("predict.versus", "compare with the image before", p.showVersus, "V").Unless(p.incomparable()).Quietly(),
		bind.New("predict.keep", "keep this as a case", p.ask(p.caseQuestion), "K").Unless(unkept),
	)
	actions = append(actions, bind.New("predict.past", "predictions so far", p.showHistory, "h").Unless(when(p.service.Ref == stack.Ref{}, "no service is selected")))
	return slices.Concat(actions, p.answerKeys(), bind.Scrolling(p))
}

// targetKeys choose which endpoint is asked.
func (p *Pane) targetKeys() []bind.Action {
	s := p.session()
	nobody, alone := "", ""
	if p.off != "" || p.service.Ref == (stack.Ref{}) || !p.service.Up() {
		nobody = "there is no service to ask"
	}
	if len(s.all) < 2 && (s.known || len(s.all) == 0) {
		alone = "the service describes no other"
	}
	return []bind.Action{
		bind.New("predict.target", "name the endpoint", p.ask(p.targetQuestion), "t").Unless(nobody).Quietly(),
		bind.New("predict.nextendpoint", "next endpoint", p.turn(1), "]").Unless(alone).Quietly(),
		bind.New("predict.lastendpoint", "endpoint before", p.turn(-1), "[").Unless(alone).Quietly(),
	}
}

// answerKeys look at the answer.
func (p *Pane) answerKeys() []bind.Action {
	s := p.session()
	none, flat, lost, narrowed := "", "", "", ""
	if s.view.Doc() == nil {
		none = "there is no answer yet"
	}
	if flat = none; flat == "" && !s.view.Doc().IsJSON() {
		flat = "the answer is not JSON"
	}
	unasked := flat // a query that gave nothing can be another
	if s.last.HasDocuments() && s.failed == nil {
		unasked = ""
	}
	switch {
	case s.find == nil:
		lost = "nothing is looked for: / finds"
	case len(s.matches) == 0:
		lost = p.found()
	}
	if s.query == "" && s.find == nil {
		narrowed = "all of the answer is shown"
	}
	does := func(f func()) func() tea.Cmd {
		return func() tea.Cmd { s.say("", false); f(); return nil }
	}
	return []bind.Action{
		bind.New("predict.find", "find in the answer", p.ask(p.findQuestion), "/").Unless(none),
		bind.New("predict.next", "next match", p.jump(1), "n").Unless(lost).Quietly(),
		bind.New("predict.previous", "previous match", p.jump(-1), "N").Unless(lost).Quietly(),
		bind.New("predict.query", "query it with jq", p.ask(p.queryQuestion), "f").Unless(unasked),
		bind.New("predict.whole", "all of the answer", p.whole, "esc").Unless(narrowed).Quietly(),
		bind.New("predict.fold", "fold or unfold", does(s.view.Fold), "c").Unless(flat).Quietly(),
		bind.New("predict.close", "fold, or go to what it is in", does(s.view.Left), "left").Unless(flat).Quietly(),
		bind.New("predict.open", "unfold", does(s.view.Right), "right").Unless(flat).Quietly(),
		bind.New("predict.foldall", "fold all", does(s.view.FoldAll), "-").Unless(flat).Quietly(),
		bind.New("predict.unfoldall", "unfold all", does(s.view.UnfoldAll), "+", "=").Unless(flat).Quietly(),
		bind.New("predict.copy", "copy the value", p.copied, "y").Unless(none).Quietly(),
		bind.New("predict.save", "save the answer", p.ask(p.saveQuestion), "S").Unless(none).Quietly(),
		bind.New("predict.pager", "open it in $PAGER", func() tea.Cmd { return take.Page(p, string(s.view.Doc().Text())) }, "o").Unless(none).Quietly(),
	}
}

// Editing are the keys while keys are text.
func (p *Pane) Editing() []bind.Action {
	actions := []bind.Action{
		bind.New("predict.sendbody", p.sendText(), p.Send, "ctrl+s").Unless(p.unready()),
		bind.New("predict.leave", "leave the editor", p.does(p.editor.area.Blur), "esc"),
		bind.New("predict.undo", "undo", p.does(p.editor.undo), "ctrl+z"),
		bind.New("predict.redo", "redo", p.does(p.editor.redo), "ctrl+y").Quietly(),
		bind.New("predict.paste", "paste", p.paste, "ctrl+v").Unless(when(p.clipboard.Read == nil, "there is no clipboard; the terminal's own paste works")).Quietly(),
	}
	return append(actions, p.bodyKeys()...)
}

// Modes are the keys that one has while one writes the body.
func (p *Pane) Modes() []bind.Set {
	return append([]bind.Set{
		{Name: "the body's editor", Actions: p.Editing()},
		{Name: "the body's form", Actions: p.Filling()},
		{Name: "a value of the form", Actions: p.Valuing()},
	}, modes()...)
}

// bodyKeys change the body whether one types or not.
func (p *Pane) bodyKeys() []bind.Action {
	mended := ""
	if len(p.session().offers) == 0 {
		mended = "there is no correction to offer"
	}
	return []bind.Action{
		bind.New("predict.mend", "take the offered corrections", p.mend, "a", "alt+a").Unless(mended),
		bind.New("predict.outside", "your editor", p.open, "ctrl+o").Unless(p.bodiless()),
		bind.New("predict.fields", "all fields, required ones, the usual", p.does(p.extend), "A", "alt+f").Unless(p.bodiless()).Quietly(),
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
	case p.session().sending.Running():
		return "a request is being answered"
	default:
		return ""
	}
}

// Typing reports whether keys are text.
func (p *Pane) Typing() bool {
	return p.visible && (p.prompt.Opened() || p.editor.area.Focused() || p.form != nil && p.form.input != nil)
}

// Type takes a key press or a paste as text.
func (p *Pane) Type(msg tea.Msg) tea.Cmd {
	if p.prompt.Opened() {
		return p.prompt.Type(msg)
	}
	if p.form != nil {
		return p.typeInto(msg)
	}
	if paste, ok := msg.(tea.PasteMsg); ok {
		p.insert(paste.Content)
		return nil
	}
	cmd := p.editor.update(msg)
	p.check()
	return cmd
}

// insert puts a pasted text into the body.
func (p *Pane) insert(text string) {
	said := ""
	if !p.editor.insert(text) {
		said = "the paste is too long to edit here; ctrl+o opens your editor"
	}
	p.session().say(said, said != "")
	p.check()
}

// paste asks for what is in the machine's own clipboard.
func (p *Pane) paste() tea.Cmd { return take.Paste(p.clipboard.Read) }

// pasted takes it up, unless one has left the editor meanwhile.
func (p *Pane) pasted(from take.Pasted) {
	switch {
	case from.Err != nil:
		p.session().say("the clipboard cannot be read: "+theme.Brief(from.Err), true)
	case p.editor.area.Focused():
		p.insert(from.Text)
	}
}

// Cursor is where one types, relative to the pane.
func (p *Pane) Cursor() *tea.Cursor {
	if p.prompt.Opened() {
		c := p.prompt.Cursor()
		if c != nil {
			c.Y += p.h - 1
		}
		return c
	}
	if p.form != nil {
		_, _, wrong := p.verdict()
		a := p.areas()
		_, x, y := p.formView(a.Left, a.editor, wrong)
		c := p.form.input.Cursor()
		if c != nil {
			c.X, c.Y = c.X+x, c.Y+y+a.editorAt()
		}
		return c
	}
	c := p.editor.area.Cursor()
	if c == nil {
		return nil
	}
	c.Y += p.areas().editorAt()
	return c
}

func (p *Pane) stop() {
	p.session().sending.Close()
	p.session().stopped = true
}

// when is the reason if it applies.
func when(applies bool, reason string) string {
	if applies {
		return reason
	}
	return ""
}

// Wheel scrolls the answer by lines.
func (p *Pane) Wheel(lines int) tea.Cmd {
	if p.session().cover != nil {
		if c, ok := p.session().cover.(wheeler); ok {
			return c.Wheel(lines)
		}
		return nil
	}
	p.session().view.Scroll(lines)
	return nil
}

// Height is how many lines of the answer are visible.
func (p *Pane) Height() int {
	_, h := p.session().view.Size()
	return h
}

// ScrollUp goes to an earlier line of the answer.
func (p *Pane) ScrollUp(n int) { p.session().view.Move(-n) }

// ScrollDown goes to a later one.
func (p *Pane) ScrollDown(n int) { p.session().view.Move(n) }

// Top goes to the first.
func (p *Pane) Top() { p.session().view.Top() }

// Bottom goes to the last.
func (p *Pane) Bottom() { p.session().view.Bottom() }

// Point puts the cursor on a line of the answer.
func (p *Pane) Point(x, y int, held bool) tea.Cmd {
	if p.session().cover != nil {
		return nil
	}
	if a := p.answerAt; !held && !p.prompt.Opened() && (!a.Wide || x >= a.Left) && y >= p.answerY && y < p.answerY+a.answer {
		p.session().view.Point(y - p.answerY)
	}
	return nil
}
