package predict

import (
	"errors"
	"fmt"
	"strings"
	"time"

	"berth/predict"
	"berth/safetext"
	"berth/stack"
	"berth/tui/theme"
)

// topHeight is the endpoint, an empty line and the heads of the columns.
const topHeight = 3

// gap is between the columns.
const gap = 3

// areas is the heights and widths of the pane's parts.
type areas struct {
	left, right int // widths of the columns
	editor      int // lines of the editor
	answer      int // lines of the answer
	wrong       int // lines for what is wrong with the body
	past        int // lines of past answers, without their head
}

func (p *Pane) areas() areas {
	a := areas{left: max(1, (p.w-gap)/2), past: 2, wrong: 3}
	if p.h >= 24 {
		a.past, a.wrong = 4, 5
	}
	a.right = max(1, p.w-gap-a.left)
	body := max(2, p.h-topHeight-a.past-2) // an empty line and the head of the past
	a.wrong = min(a.wrong, body-1)
	a.editor, a.answer = body-a.wrong, body-1 // the last line of the right column is the timing
	return a
}

// place gives the editor its size.
func (p *Pane) place() {
	a := p.areas()
	p.editor.SetWidth(a.left)
	p.editor.SetHeight(a.editor)
}

// View draws the pane.
func (p *Pane) View(now time.Time, focused bool) string {
	s := p.session()
	if lines := p.empty(now); lines != nil {
		return theme.Block(lines, p.w, p.h)
	}
	a, t := p.areas(), p.theme
	lines := []string{p.endpoint(s), ""}
	left := append([]string{p.bodyHead(s, focused)}, p.body(a)...)
	right := append([]string{p.answerHead(s, now)}, p.answer(s, a)...)
	for n := range max(len(left), len(right)) {
		l, r := "", ""
		if n < len(left) {
			l = left[n]
		}
		if n < len(right) {
			r = right[n]
		}
		lines = append(lines, theme.Fit(l, a.left)+strings.Repeat(" ", gap)+theme.Fit(r, a.right))
	}
	lines = append(lines, "", t.Muted.Render("Answers so far"))
	for n, past := range s.past[:min(len(s.past), a.past)] {
		line := pastLine(t, past)
		if more := len(s.past) - a.past; n == a.past-1 && more > 0 {
			line = theme.Spread(line, t.Muted.Render(fmt.Sprintf("%d more", more)), p.w)
		}
		lines = append(lines, line)
	}
	if len(s.past) == 0 {
		lines = append(lines, t.Muted.Render("none yet"))
	}
	return theme.Block(lines, p.w, p.h)
}

// empty says why nothing can be sent, and what would change that; nil when
// something can.
func (p *Pane) empty(now time.Time) []string {
	t, s, name := p.theme, p.session(), p.service.Ref.String()
	switch {
	case p.service.Ref == stack.Ref{}:
		return []string{"No service is selected."}
	case p.off != "":
		return []string{name + " is off: " + p.off + "."}
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
		return append([]string{head, ""}, explain(s.err, p.w)...)
	default:
		return []string{t.Muted.Render("reading the API of " + name + "…")}
	}
}

// explain is an error with all it has to say, in lines of a width.
func explain(err error, w int) (lines []string) {
	say := func(s string) {
		for _, safe := range safetext.Block(s) {
			lines = append(lines, theme.Wrap(safe, w)...)
		}
	}
	var problem *stack.Problem
	if !errors.As(err, &problem) {
		say(err.Error())
		return lines
	}
	if problem.Err != nil {
		say(problem.What + ": " + problem.Err.Error())
	}
	say(problem.Where)
	if problem.Hint != "" {
		lines = append(lines, "")
		say(problem.Hint)
	}
	return lines
}

func (p *Pane) endpoint(s *session) string {
	t := p.theme
	left := t.Strong.Render(safetext.Line(s.endpoint.String()))
	if s.endpoint.Summary != "" {
		left += "  " + t.Muted.Render(safetext.Line(s.endpoint.Summary))
	}
	for _, q := range s.endpoint.Params {
		left += "  " + t.Muted.Render(safetext.Line(q.Name+"="+q.Value+" ("+q.Origin+")"))
	}
	note := strings.Join(s.endpoint.Notes, "; ")
	switch {
	case !p.service.Up():
		note = p.service.Ref.String() + " is not running"
	case s.err != nil:
		note = strings.Join(safetext.Block(s.err.Error()), " ")
	}
	if note != "" {
		note = t.Tone(theme.Warn).Render("△ " + safetext.Line(note))
	}
	return theme.Spread(left, theme.Cut(note, p.w/2), p.w)
}

// bodyHead is where the body is from, and whether it fits.
func (p *Pane) bodyHead(s *session, focused bool) string {
	t := p.theme
	name := t.Strong
	if p.editor.Focused() && focused {
		name = t.Accent
	}
	origin := s.origin
	if p.editor.Value() != s.given && s.fixed == nil {
		origin = "edited"
	}
	verdict := t.Tone(theme.Good).Render("✓ valid")
	if list, by := s.errors(string(p.current())); len(list) > 0 {
		verdict = t.Tone(theme.Bad).Render(fmt.Sprintf("✕ %s by %s", theme.Count(len(list), "error"), by))
	}
	return theme.Spread(name.Render("Body")+"  "+t.Muted.Render(origin), verdict, p.areas().left)
}

// body is the editor, and below it what is wrong with which field.
func (p *Pane) body(a areas) []string {
	t, s := p.theme, p.session()
	var lines []string
	if s.fixed != nil {
		head, more := predict.Lines(s.fixed, predict.HighlightStyle{}, a.editor-1)
		lines = append(head, t.Muted.Render(fmt.Sprintf("%s more; too long to edit here, it is sent whole", theme.Count(more, "line"))))
	} else {
		lines = strings.Split(p.editor.View(), "\n")
	}
	lines = lines[:min(len(lines), a.editor)]
	for len(lines) < a.editor {
		lines = append(lines, "")
	}
	return append(lines, p.wrong(a)...)
}

// wrong is what is wrong with which field, in the lines there are for it.
func (p *Pane) wrong(a areas) (lines []string) {
	t := p.theme
	list, _ := p.session().errors(string(p.current()))
	for n, f := range list {
		text := safetext.Line(f.Message)
		if f.Path != "" {
			text = t.Strong.Render(safetext.Line(f.Path)) + " " + text
		}
		if where := fmt.Sprintf("line %d", f.Line); f.Line > 0 && !strings.HasPrefix(f.Message, where) {
			text = t.Muted.Render(where+"  ") + text
		}
		part := theme.Wrap(text, max(1, a.left-2))
		left := len(list) - n - 1 // need a line to be counted in
		if len(lines)+len(part)+min(left, 1) > a.wrong {
			if n == 0 {
				part = []string{strings.Join(part, " ")}
			} else {
				return append(lines, t.Muted.Render("  and "+theme.Count(left+1, "more error")))
			}
		}
		mark := t.Tone(theme.Bad).Render("✕ ")
		for _, l := range part {
			lines = append(lines, mark+l)
			mark = "  "
		}
	}
	return lines
}
