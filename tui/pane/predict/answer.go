package predict

import (
	"fmt"
	"net/http"
	"strings"
	"time"

	"berth/predict"
	"berth/safetext"
	"berth/stack"
	"berth/tui/theme"
)

// answerHead is the status, the time and the size of the last answer, and where
// the time went if that has no line of its own.
func (p *Pane) answerHead(s *session, a areas, now time.Time) string {
	t := p.theme
	switch {
	case p.session().sending.Running():
		state := "◐ waiting for an answer"
		if p.session().sending.Progress.Events > 0 {
			state = "◐ " + theme.Count(p.session().sending.Progress.Events, "part")
		}
		return theme.Spread(t.Tone(theme.Working).Render(state)+"  "+theme.Clock(now.Sub(p.session().sending.Began)), t.Muted.Render(speed(p.session().sending.Progress)), a.Right)
	case s.stopped:
		return t.Tone(theme.Warn).Render("⊘ stopped waiting")
	case s.failed != nil:
		return t.Tone(theme.Bad).Render("✕ no answer")
	case s.last.at.IsZero():
		return t.Strong.Render("Answer")
	}
	status := fmt.Sprintf("%d %s", s.last.Status, http.StatusText(s.last.Status))
	left := t.Status(s.last.Status).Render(strings.TrimSpace(status))
	size := t.Muted.Render(stack.Took(s.last.Timing.Total) + "   " + theme.Bytes(s.last.size()))
	if a.Wide {
		return theme.Spread(left, size, a.Right)
	}
	left += "   " + size
	return theme.Spread(left, p.timing(s, a.Right-theme.Width(left)-3), a.Right)
}

// speed is how fast the parts of an answer came.
func speed(s predict.Stream) string {
	if s.First == 0 {
		return ""
	}
	line := "first " + s.Unit() + " " + stack.Took(s.First)
	if perSecond := s.PerSecond(); perSecond > 0 {
		line += fmt.Sprintf("  %.1f a second", perSecond)
	}
	return line
}

// answer is the answer's body and what is to be remarked on it, in at most as
// many lines as there are.
func (p *Pane) answer(s *session, w, room int, focused bool) []string {
	if hint := p.unanswered(s); hint != "" {
		return []string{hint}
	}
	below := p.below(s, w)
	below = below[:min(len(below), max(0, room-1))]
	s.view.Resize(w, max(1, room-len(below)))
	return append(s.view.Lines(focused && !p.Typing()), below...)
}

// answerRows is how many lines that would fill, counted up to a limit.
func (p *Pane) answerRows(s *session, w, limit int) int {
	if p.unanswered(s) != "" {
		return 1
	}
	_, h := s.view.Size()
	s.view.Resize(w, h)
	return s.view.Rows(limit) + len(p.below(s, w))
}

// unanswered is what to do where there is nothing to show yet.
func (p *Pane) unanswered(s *session) string {
	t := p.theme
	switch {
	case s.view.Doc() != nil:
		return ""
	case p.session().sending.Running():
		return t.Key.Render("esc") + t.Muted.Render(" stops waiting")
	default:
		return t.Key.Render(p.sendKey()) + t.Muted.Render(" sends the body as it is")
	}
}

// below is what is said under an answer.
func (p *Pane) below(s *session, w int) []string {
	t := p.theme
	var lines []string
	say := func(style func(...string) string, mark, text string) {
		for _, l := range theme.Wrap(text, max(1, w-2)) {
			lines = append(lines, style(mark+l))
			mark = "  "
		}
	}
	if s.failed == nil && !p.session().sending.Running() {
		if !s.stopped { // else another answer is shown than the last
			lines = p.comparison(s, w)
			for _, r := range s.remarks() {
				say(t.Tone(theme.Warn).Render, "△ ", r)
			}
		}
		if s.query != "" && s.last.HasDocuments() {
			say(t.Text.Render, "  ", "jq "+safetext.Line(s.query)+"   "+t.Muted.Render(theme.Count(s.values, "value"))+"   "+t.Key.Render("esc")+t.Muted.Render(" shows all"))
		}
	}
	switch {
	case s.said != "" && s.mishap:
		say(t.Tone(theme.Bad).Render, "✕ ", s.said)
	case s.said != "":
		say(t.Muted.Render, "  ", s.said)
	}
	if s.find != nil && !p.prompt.Opened() {
		say(t.Muted.Render, "  ", "/"+safetext.Line(s.find.String())+"   "+p.found())
	}
	return lines
}

// remarks is what a person should know about the last answer.
func (s *session) remarks() (list []string) {
	r := s.last
	whole := r.Cut == "" && r.Truncated == 0
	if r.Stream == nil && !r.JSON && (whole || !strings.Contains(r.MediaType(), "json")) {
		list = append(list, "not JSON: "+safetext.Line(r.MediaType()))
	}
	if r.Redirected != "" {
		list = append(list, "redirected to "+safetext.Line(r.Redirected))
	}
	if r.Truncated > 0 {
		list = append(list, theme.Bytes(r.Truncated)+" more came and are not kept")
	}
	if r.Cut != "" {
		list = append(list, "the answer is not whole: "+safetext.Line(r.Cut))
	}
	if r.amiss != nil {
		list = append(list, theme.Brief(r.amiss))
	}
	return list
}

// timing is where the time went, in milliseconds; in little room only the
// service's part.
func (p *Pane) timing(s *session, room int) string {
	w := s.last.Timing
	if s.last.at.IsZero() || s.failed != nil || p.session().sending.Running() || s.stopped {
		return ""
	}
	if s.last.Stream != nil {
		return theme.Cut(p.theme.Muted.Render(theme.Count(s.last.Stream.Events, "part")+"  "+speed(*s.last.Stream)), max(0, room))
	}
	ms := func(d time.Duration) string { return fmt.Sprintf("%.1f", d.Seconds()*1000) }
	connect := "connect " + ms(w.Connect)
	if w.Reused {
		connect = "connected before"
	}
	all := connect + "  wait " + ms(w.Wait) + "  receive " + ms(w.Receive) + " ms"
	if theme.Width(all) > room {
		all = "wait " + ms(w.Wait) + " ms"
	}
	return theme.Cut(p.theme.Muted.Render(all), max(0, room))
}

func pastLine(t theme.Theme, p past) string {
	status := fmt.Sprint(p.status)
	if p.status == 0 {
		status = "—"
	}
	return t.Muted.Render(p.at.Local().Format("15:04:05")) + "  " +
		t.Status(p.status).Render(theme.Right(status, 3)) + "  " +
		theme.Right(stack.Took(p.took), 8) + "  " + theme.Right(theme.Bytes(p.size), 7) + "  " +
		t.Muted.Render(strings.TrimSpace(safetext.Line(p.asked)+"  "+p.summary))
}
