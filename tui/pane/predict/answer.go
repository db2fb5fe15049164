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

// answerHead is the status, the time and the size of the last answer.
func (p *Pane) answerHead(s *session, now time.Time) string {
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
	return theme.Spread(statusStyle(t, s.last.Status)(strings.TrimSpace(status)),
		t.Muted.Render(stack.Took(s.last.Timing.Total)+"   "+theme.Bytes(s.last.size())), p.areas().right)
}

func statusStyle(t theme.Theme, status int) func(...string) string {
	tone := theme.Bad
	if status/100 == 2 {
		tone = theme.Good
	}
	return t.Tone(tone).Render
}

// answer is the answer's body and below it where the time went, in exactly the
// lines there are.
func (p *Pane) answer(s *session, a areas) []string {
	t := p.theme
	if s.failed != nil && !p.sending.Busy() {
		lines := append([]string{""}, explain(s.failed, a.right)...)
		return lines[:min(len(lines), a.answer)]
	}
	if s.last.at.IsZero() {
		return []string{"", t.Key.Render("enter") + t.Muted.Render(" sends the body as it is")}
	}
	var remarks []string
	remark := func(s string) { remarks = append(remarks, t.Tone(theme.Warn).Render("△ "+s)) }
	whole := s.last.Cut == "" && s.last.Truncated == 0
	if !s.last.JSON && (whole || !strings.Contains(s.last.MediaType(), "json")) {
		remark("not JSON: " + safetext.Line(s.last.MediaType()))
	}
	if s.last.Truncated > 0 {
		remark(theme.Bytes(s.last.Truncated) + " more came and are not kept")
	}
	if s.last.Cut != "" {
		remark("the answer is not whole: " + safetext.Line(s.last.Cut))
	}
	if s.last.amiss != nil {
		remark(strings.Join(safetext.Block(s.last.amiss.Error()), " "))
	}
	if s.last.more > 0 {
		remark(theme.Count(s.last.more, "line") + " more are not shown")
	}
	room := max(0, a.answer-len(remarks))
	s.layout(a.right)
	s.offset = max(0, min(s.offset, len(s.text)-room))
	lines := append([]string{}, s.text[s.offset:min(len(s.text), s.offset+room)]...)
	for len(lines) < room {
		lines = append(lines, "")
	}
	lines = append(lines, remarks...)
	where := position(t, s, room)
	return append(lines, theme.Spread(timing(t, s.last.Timing, a.right-theme.Width(where)-1), where, a.right))
}

// position is which part of a long answer is visible.
func position(t theme.Theme, s *session, room int) string {
	if len(s.text) <= room {
		return ""
	}
	return t.Muted.Render(fmt.Sprintf("%d–%d of %s", s.offset+1, min(len(s.text), s.offset+room), theme.Number(len(s.text))))
}

// timing is where the time went, in milliseconds; in little room only the
// service's part.
func timing(t theme.Theme, w predict.Timing, room int) string {
	ms := func(d time.Duration) string { return fmt.Sprintf("%.1f", d.Seconds()*1000) }
	connect := "connect " + ms(w.Connect)
	if w.Reused {
		connect = "connected before"
	}
	all := connect + "  wait " + ms(w.Wait) + "  receive " + ms(w.Receive) + " ms"
	if theme.Width(all) > room {
		all = "wait " + ms(w.Wait) + " ms"
	}
	return t.Muted.Render(all)
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
