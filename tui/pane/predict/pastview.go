package predict

import (
	"fmt"
	"strings"
	"time"

	"berth/safetext"
	"berth/stack"
	"berth/tui/theme"
)

// pastView is the history: the list, and the selected one beside or below it.
func (p *Pane) pastView(now time.Time, focused bool) []string {
	h, t := p.history, p.theme
	head := t.Strong.Render("Predictions of " + safetext.Line(p.service.Ref.String()))
	right := ""
	switch {
	case p.seeking.Busy():
		right = t.Muted.Render("looking…")
	case h.text != "":
		right = t.Muted.Render("/" + safetext.Line(h.text))
	case h.dropped > 0:
		right = t.Muted.Render(theme.Number(int(h.dropped)) + " older ones gave way")
	}
	lines := []string{theme.Spread(head, right, p.w), t.Muted.Render(theme.Cut(h.said, p.w))}
	switch {
	case h.err != nil && len(h.list) == 0:
		return append(append(lines, t.Tone(theme.Bad).Render("✕ The history cannot be read.")), explain(h.err, p.w)...)
	case !h.known:
		return append(lines, t.Tone(theme.Working).Render("◐ reading the history…"))
	case len(h.list) == 0 && h.text != "":
		return append(lines, "Nothing has "+safetext.Line(h.text)+" in it.", "", t.Key.Render("/")+t.Muted.Render("  looks for something else"))
	case len(h.list) == 0:
		return append(lines, "Nothing was sent to it yet.", "", t.Key.Render("esc")+t.Muted.Render("  goes back to the request, enter sends it"))
	}
	a := split(p.w)
	room := p.h - len(lines)
	if p.ask != nil {
		room--
	}
	if a.wide {
		list, one := p.pastList(a.left, room, now, focused), p.pastOne(a.right, room)
		for n := range room {
			lines = append(lines, theme.Fit(at(list, n), a.left)+strings.Repeat(" ", gap)+theme.Fit(at(one, n), a.right))
		}
		return lines
	}
	list := max(1, min(len(h.list), max(4, room/3)))
	lines = append(lines, p.pastList(a.left, list, now, focused)...)
	return append(append(lines, ""), p.pastOne(a.right, room-list-1)...)
}

// pastList is the rows of the list.
func (p *Pane) pastList(w, room int, now time.Time, focused bool) []string {
	h, t := p.history, p.theme
	h.height = room
	more := len(h.list) > room || h.more
	if more {
		h.height = max(1, room-1)
	}
	h.top = max(h.at-h.height+1, min(h.top, h.at))
	var lines []string
	for n := h.top; n < min(len(h.list), h.top+h.height); n++ {
		one := h.list[n]
		cursor, mark, style := " ", " ", t.Text
		switch {
		case n == h.at && focused:
			cursor, style = t.Accent.Render("▏"), t.Strong
		case n == h.at:
			cursor = "▏"
		}
		if one.ID == h.mark.ID {
			mark = t.Accent.Render("●")
		}
		lines = append(lines, theme.Cut(cursor+mark+pastRow(t, one, now, style.Render), w))
	}
	if more {
		below := len(h.list) - h.top - len(lines)
		text := theme.Unseen(h.top, below)
		if h.more {
			text = strings.TrimSpace(text + " and older ones")
		}
		lines = append(lines, t.Muted.Render(text))
	}
	return lines
}

// pastRow is one of the history in a line.
func pastRow(t theme.Theme, one stack.Prediction, now time.Time, style func(...string) string) string {
	when := one.At.Local()
	at := when.Format("15:04:05")
	if y, m, d := now.Local().Date(); when.Year() != y || when.Month() != m || when.Day() != d {
		at = when.Format("02 Jan 15:04")
	}
	status := fmt.Sprint(one.Status)
	if one.Status == 0 {
		status = "—"
	}
	image := strings.TrimPrefix(stack.ShortID(one.ImageID), "sha256:")
	row := style(theme.Right(at, 12)) + "  " + statusStyle(t, one.Status)(theme.Right(status, 3)) + theme.Right(stack.Took(one.Took), 8) +
		theme.Right(theme.Bytes(one.AnswerSize), 8) + "  " + t.Muted.Render(theme.Fit(image, 12))
	if one.Origin != stack.ByPerson && one.Origin != "" {
		row += "  " + t.Muted.Render(string(one.Origin))
	}
	return row
}

// pastOne is all that is known of the selected one, and how it differs from the
// marked one.
func (p *Pane) pastOne(w, room int) []string {
	h, t := p.history, p.theme
	one := h.one
	if one.ID == 0 {
		return []string{t.Muted.Render("reading it…")}
	}
	var lines []string
	say := func(label, text string) {
		if text == "" {
			return
		}
		for n, l := range theme.Wrap(safetext.Line(text), max(1, w-9)) {
			if n > 0 {
				label = ""
			}
			lines = append(lines, t.Muted.Render(theme.Fit(label, 9))+l)
		}
	}
	lines = append(lines, t.Strong.Render(safetext.Line(one.Endpoint)))
	var sent []string
	for _, s := range one.Params {
		sent = append(sent, s.Name+"="+s.Value)
	}
	for _, s := range one.Headers {
		sent = append(sent, s.Name+": "+s.Value)
	}
	say("with", strings.Join(sent, "  "))
	say("sent", one.At.Local().Format(time.DateTime))
	commit := one.Commit
	if len(commit) > 10 {
		commit = commit[:10]
	}
	if commit != "" && one.Dirty {
		commit += ", files changed since"
	}
	say("commit", commit)
	model := one.Model
	if len(one.ModelSum) >= 12 {
		model += "  " + one.ModelSum[:12]
	}
	say("model", model)
	say("error", one.Error)
	if head, differences := h.against(); head != "" {
		say("against", h.mark.At.Local().Format("15:04:05")+": "+head)
		for _, d := range differences[:min(len(differences), comparedMost)] {
			lines = append(lines, strings.Repeat(" ", 9)+safetext.Line(d))
		}
		if more := len(differences) - comparedMost; more > 0 {
			lines = append(lines, strings.Repeat(" ", 9)+t.Muted.Render(fmt.Sprintf("and %d more", more)))
		}
		say("latency", stack.Took(h.mark.Took)+" → "+stack.Took(one.Took))
	}
	lines = append(lines, "")
	left := max(2, room-len(lines))
	body, answer := share(max(2, left-3), h.body.Rows(left), h.answer.Rows(left))
	h.body.Resize(w, body)
	h.answer.Resize(w, answer)
	lines = append(append(lines, t.Muted.Render("Body")), h.body.Lines(false)...)
	lines = append(append(append(lines, ""), t.Muted.Render("Answer")), h.answer.Lines(false)...)
	if one.Omitted > 0 {
		lines = append(lines, t.Tone(theme.Warn).Render("△ "+theme.Bytes(one.Omitted)+" were too long to keep"))
	}
	return lines[:min(len(lines), room)]
}
