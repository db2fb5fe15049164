package predict

import (
	"fmt"
	"net/http"
	"strings"
	"time"

	"berth/safetext"
	"berth/stack"
	"berth/tui/theme"
)

// answerHead is the status, the time and the size of the last answer, and where
// the time went if that has no line of its own.
func (p *Pane) answerHead(s *session, a areas, now time.Time) string {
	t := p.theme
	switch {
	case p.sending.Busy():
		return t.Tone(theme.Working).Render("◐ waiting for an answer") + "  " + theme.Clock(now.Sub(p.sent))
	case s.stopped:
		return t.Tone(theme.Warn).Render("⊘ stopped waiting")
	case s.failed != nil:
		return t.Tone(theme.Bad).Render("✕ no answer")
	case s.last.at.IsZero():
		return t.Strong.Render("Answer")
	}
	status := fmt.Sprintf("%d %s", s.last.Status, http.StatusText(s.last.Status))
	left := statusStyle(t, s.last.Status)(strings.TrimSpace(status))
	size := t.Muted.Render(stack.Took(s.last.Timing.Total) + "   " + theme.Bytes(s.last.size()))
	if a.wide {
		return theme.Spread(left, size, a.right)
	}
	left += "   " + size
	return theme.Spread(left, p.timing(s, a.right-theme.Width(left)-3), a.right)
}

func statusStyle(t theme.Theme, status int) func(...string) string {
	tone := theme.Bad
	if status/100 == 2 {
		tone = theme.Good
	}
	return t.Tone(tone).Render
}

// answer is the answer's body and what is to be remarked on it, in at most as
// many lines as there are.
func (p *Pane) answer(s *session, w, room int) []string {
	t := p.theme
	var lines, remarks []string
	switch {
	case s.failed != nil && !p.sending.Busy():
		lines = explain(s.failed, w)
	case s.last.at.IsZero() && p.sending.Busy():
		lines = []string{t.Key.Render("esc") + t.Muted.Render(" stops waiting")}
	case s.last.at.IsZero():
		lines = []string{t.Key.Render("enter") + t.Muted.Render(" sends the body as it is")}
	default:
		s.layout(w)
		lines, remarks = s.text, p.comparison(s, w)
		for _, r := range s.remarks() {
			for n, l := range theme.Wrap(r, max(1, w-2)) {
				mark := "△ "
				if n > 0 {
					mark = "  "
				}
				remarks = append(remarks, t.Tone(theme.Warn).Render(mark+l))
			}
		}
	}
	if room = max(0, room-len(remarks)); len(lines) > room {
		seen := max(0, room-1) // the mark's line
		s.offset = max(0, min(s.offset, len(lines)-seen))
		mark := theme.Unseen(s.offset, len(lines)-s.offset-seen)
		lines = append(lines[s.offset:s.offset+seen:s.offset+seen], t.Muted.Render(mark))
	}
	return append(lines[:len(lines):len(lines)], remarks...)
}

// remarks is what a person should know about the last answer.
func (s *session) remarks() (list []string) {
	r := s.last
	whole := r.Cut == "" && r.Truncated == 0
	if !r.JSON && (whole || !strings.Contains(r.MediaType(), "json")) {
		list = append(list, "not JSON: "+safetext.Line(r.MediaType()))
	}
	if r.Truncated > 0 {
		list = append(list, theme.Bytes(r.Truncated)+" more came and are not kept")
	}
	if r.Cut != "" {
		list = append(list, "the answer is not whole: "+safetext.Line(r.Cut))
	}
	if r.amiss != nil {
		list = append(list, strings.Join(safetext.Block(r.amiss.Error()), " "))
	}
	if r.more > 0 {
		list = append(list, theme.Count(r.more, "line")+" more are not shown")
	}
	return list
}

// timing is where the time went, in milliseconds; in little room only the
// service's part.
func (p *Pane) timing(s *session, room int) string {
	w := s.last.Timing
	if s.last.at.IsZero() || s.failed != nil || p.sending.Busy() || s.stopped {
		return ""
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
		statusStyle(t, p.status)(theme.Right(status, 3)) + "  " +
		theme.Right(stack.Took(p.took), 8) + "  " + theme.Right(theme.Bytes(p.size), 7) + "  " +
		t.Muted.Render(p.summary)
}
