package predict

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"berth/predict"
	"berth/safetext"
	"berth/stack"
	"berth/tui/theme"
)

// areas is how the pane is divided for what it has to show now.
func (p *Pane) areas() areas {
	a, s := areas{Columns: theme.Split(p.w)}, p.session()
	n := needs{body: p.editor.lines(a.Left), past: len(s.past)}
	switch {
	case s.fixed != nil:
		n.body = p.h
	case p.form != nil:
		n.body = p.form.rows()
	}
	_, _, wrong := p.verdict()
	n.wrong = len(p.wrong(wrong, a.Left, len(wrong)*4)) + len(p.remarks(a.Left))
	n.answer = p.answerRows(s, a.Right, p.h)
	return a.rows(p.h, n)
}

// View draws the pane.
func (p *Pane) View(now time.Time, focused bool) string {
	if p.session().cover != nil {
		h := p.h
		if p.prompt.Opened() {
			h--
		}
		return p.framed(p.session().cover.View(p.w, h, now, focused))
	}
	if lines := p.empty(); lines != nil {
		return p.framed(lines)
	}
	s, a := p.session(), p.areas()
	p.editor.resize(a.Left, a.editor)
	var lines []string
	space := func() {
		if a.air {
			lines = append(lines, "")
		}
	}
	lines = append(lines, p.endpoint(s))
	space()
	left := append([]string{p.bodyHead(a.Left, focused)}, p.body(a)...)
	right := []string{p.answerHead(s, a, now)}
	if a.Wide {
		right = append(right, p.timing(s, a.Right))
	}
	p.answerAt, p.answerY = a, len(lines)+len(right)
	if !a.Wide {
		p.answerY += len(left)
		if a.air {
			p.answerY++
		}
	}
	right = append(right, p.answer(s, a.Right, a.answer, focused)...)
	if a.Wide {
		lines = append(lines, a.Beside(left, right)...)
	} else {
		lines = append(lines, left...)
		space()
		lines = append(lines, right...)
	}
	if a.past > 0 {
		if past := a.past + 1; len(lines) < p.h-past { // at the bottom
			lines = append(lines, make([]string, p.h-past-len(lines))...)
		}
		lines = append(lines, p.soFar(s, a)...)
	}
	return p.framed(lines)
}

// framed is lines with the prompt that is open below them.
func (p *Pane) framed(lines []string) string {
	if !p.prompt.Opened() {
		return theme.Block(lines, p.w, p.h)
	}
	return theme.Block(lines, p.w, p.h-1) + "\n" + p.prompt.View(p.w)
}

// soFar is the answers so far, the newest first.
func (p *Pane) soFar(s *session, a areas) []string {
	head := "Answers so far"
	if more := len(s.past) - a.past; more > 0 {
		head += fmt.Sprintf(", the last %d of %d", a.past, len(s.past))
	}
	lines := []string{p.theme.Muted.Render(head)}
	for _, past := range s.past[:min(a.past, len(s.past))] {
		if past.asked == s.endpoint.String() { // it stands above
			past.asked = ""
		}
		lines = append(lines, pastLine(p.theme, past))
	}
	return lines
}

// empty says why nothing can be sent, and what would change that; nil when
// something can.
func (p *Pane) empty() []string {
	t, s, name := p.theme, p.session(), safetext.Line(p.service.Ref.String())
	switch {
	case p.service.Ref == stack.Ref{}:
		return []string{"No service is selected."}
	case p.off != "":
		return []string{name + " is off: " + safetext.Line(p.off) + ". Start it with that profile to ask it."}
	case p.service.Phase == stack.Restarting && !s.known:
		return []string{
			name + " starts again and again, so it cannot be asked.", "",
			t.Key.Render("1") + t.Muted.Render("  shows what it printed"),
			t.Key.Render("r") + t.Muted.Render("  rebuilds it once that is mended"),
		}
	case !p.service.Up() && !s.known:
		return []string{
			name + " is not running, so it cannot be asked.", "",
			t.Key.Render("u") + t.Muted.Render("  brings the project up"),
		}
	case s.known:
		return nil
	case s.err != nil:
		head := t.Tone(theme.Bad).Render("✕ It is not known where to send a prediction.")
		lines := append([]string{head, ""}, theme.Explain(s.err, p.w)...)
		return append(lines, "", t.Key.Render("enter")+t.Muted.Render("  asks again"), t.Key.Render("t")+t.Muted.Render("      names an endpoint"))
	default:
		return []string{t.Tone(theme.Working).Render("◐ reading the API of " + name + "…")}
	}
}

func (p *Pane) endpoint(s *session) string {
	t := p.theme
	left := t.Strong.Render(safetext.Line(s.endpoint.String()))
	if s.endpoint.Protocol != "" {
		left += "  " + t.Muted.Render(s.endpoint.Protocol)
	}
	if s.endpoint.Summary != "" {
		left += "  " + t.Muted.Render(safetext.Line(s.endpoint.Summary))
	}
	if n := slices.Index(s.all, s.endpoint.String()); len(s.all) > 1 && n >= 0 {
		left += "  " + t.Key.Render("[ ]") + t.Muted.Render(fmt.Sprintf(" %d of %d", n+1, len(s.all)))
	}
	for _, q := range s.endpoint.Params {
		if q.Origin != "" {
			left += "  " + t.Muted.Render(safetext.Line(q.String()))
		}
	}
	for _, h := range s.headers {
		left += "  " + t.Muted.Render(safetext.Line(h))
	}
	note := p.note(s)
	if note == "" || p.noteIsLong(note) {
		return theme.Cut(left, p.w)
	}
	return theme.Spread(left, t.Tone(theme.Warn).Render("△ "+note), p.w)
}

// note is what there is to say of the endpoint, safe to show.
func (p *Pane) note(s *session) string {
	switch {
	case !p.service.Up():
		return safetext.Line(p.service.Ref.String()) + " is not running"
	case s.err != nil:
		return theme.Brief(s.err)
	default:
		return safetext.Line(strings.Join(s.endpoint.Notes, "; "))
	}
}

// noteIsLong reports whether a note needs lines of its own, below the body.
func (p *Pane) noteIsLong(note string) bool { return theme.Width(note)+2 > p.w/2 }

// bodyHead is where the body is from, and whether it fits.
func (p *Pane) bodyHead(w int, focused bool) string {
	t, s := p.theme, p.session()
	name := t.Strong
	if p.editor.area.Focused() && focused {
		name = t.Accent
	}
	origin := s.origin
	if p.edits() {
		origin = originEdited
	}
	text, tone, _ := p.verdict()
	return theme.Spread(name.Render("Body")+"  "+t.Muted.Render(origin), t.Tone(tone).Render(text), w)
}

// body is the editor, and below it what is wrong with which field.
func (p *Pane) body(a areas) []string {
	t, s := p.theme, p.session()
	_, _, wrong := p.verdict()
	var lines []string
	if p.form != nil {
		lines, _, _ = p.formView(a.Left, a.editor, wrong)
	} else if s.fixed != nil {
		head, more := predict.Lines(s.fixed, predict.HighlightStyle{}, max(0, a.editor-1))
		lines = append(head, t.Muted.Render(theme.Unseen(0, more)+"; too long to edit here, ctrl+o opens your editor"))
	} else {
		marked := map[int]bool{}
		for _, f := range wrong {
			marked[f.Line] = true
		}
		lines = p.editor.view(t, marked)
	}
	remarks := p.remarks(a.Left)
	remarks = remarks[:min(len(remarks), a.wrong)]
	return append(append(lines, p.wrong(wrong, a.Left, a.wrong-len(remarks))...), remarks...)
}

// remarks is what there is to say below the body besides.
func (p *Pane) remarks(w int) (lines []string) {
	t, s := p.theme, p.session()
	say := func(tone theme.Tone, mark, text string) {
		for _, l := range theme.Wrap(text, max(1, w-2)) {
			lines = append(lines, t.Tone(tone).Render(mark+l))
			mark = "  "
		}
	}
	if s.held {
		say(theme.Warn, "△ ", "not sent, for it does not fit; "+p.sendKey()+" again sends it all the same")
	}
	if s.said != "" && s.view.Doc() == nil { // else it is said below the answer
		tone, mark := theme.Plain, "  "
		if s.mishap {
			tone, mark = theme.Warn, "△ "
		}
		say(tone, mark, s.said)
	}
	if note := p.note(s); p.noteIsLong(note) {
		say(theme.Warn, "△ ", note)
	}
	if s.outside != nil {
		say(theme.Bad, "✕ ", theme.Brief(s.outside))
	}
	return lines
}

// wrong is what is wrong with which field, in the lines there are for it.
func (p *Pane) wrong(list []predict.FieldError, w, room int) (lines []string) {
	t := p.theme
	for n, f := range list {
		text := safetext.Line(f.Message)
		if f.Path != "" {
			text = t.Strong.Render(safetext.Line(f.Path)) + " " + text
		}
		if n := slices.IndexFunc(p.session().offers, func(c predict.Correction) bool { return c.Path == f.Path }); n >= 0 {
			text += "  " + t.Tone(theme.Good).Render("→ "+safetext.Line(p.session().offers[n].Text))
		}
		if where := fmt.Sprintf("line %d", f.Line); f.Line > 0 && !strings.HasPrefix(f.Message, where) {
			text = t.Muted.Render(where+"  ") + text
		}
		part := theme.Wrap(text, max(1, w-2))
		left := len(list) - n - 1 // need a line to be counted in
		if len(lines)+len(part)+min(left, 1) > room {
			if n > 0 {
				return append(lines, t.Muted.Render("  and "+theme.Count(left+1, "more error")))[:max(0, min(room, len(lines)+1))]
			}
			part = []string{theme.Cut(strings.Join(part, " "), w-2)}
		}
		mark := t.Tone(theme.Bad).Render("✕ ")
		for _, l := range part {
			lines = append(lines, mark+l)
			mark = "  "
		}
	}
	return lines[:max(0, min(room, len(lines)))]
}

// Moves reports whether the pane changes as time goes by: waiting does.
func (p *Pane) Moves() bool {
	return p.session().sending.Running() || p.session().cover != nil && p.session().cover.Running()
}
