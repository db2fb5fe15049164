package history

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
	"time"

	"berth/safetext"
	"berth/stack"
	"berth/tui/theme"
)

// differencesMost is how many differences are listed.
const differencesMost = 5

// View is the list, and the selected one beside or below it, in w × h cells.
func (v *View) View(w, h int, now time.Time, focused bool) []string {
	t := v.theme
	head := t.Strong.Render("Predictions of " + safetext.Line(v.ref.String()))
	right := ""
	switch {
	case v.seeking.Busy():
		right = t.Muted.Render("looking…")
	case v.text != "":
		right = t.Muted.Render("/" + safetext.Line(v.text))
	case v.dropped > 0:
		right = t.Muted.Render(theme.Number(int(v.dropped)) + " older ones gave way")
	}
	said := t.Muted.Render(theme.Cut(v.said, w))
	if v.err != nil && len(v.list) > 0 {
		said = theme.Cut(t.Tone(theme.Bad).Render("✕ "+theme.Brief(v.err)), w)
	}
	lines := []string{theme.Spread(head, right, w), said}
	switch {
	case v.err != nil && len(v.list) == 0:
		return append(append(lines, t.Tone(theme.Bad).Render("✕ The history cannot be read.")), theme.Explain(v.err, w)...)
	case !v.known:
		return append(lines, t.Tone(theme.Working).Render("◐ reading the history…"))
	case len(v.list) == 0 && v.text != "":
		return append(lines, "Nothing has "+safetext.Line(v.text)+" in it.", "", t.Key.Render("/")+t.Muted.Render("  looks for something else"))
	case len(v.list) == 0:
		return append(lines, "Nothing was sent to it yet.", "", t.Key.Render("esc")+t.Muted.Render("  goes back to the request, enter sends it"))
	}
	a := theme.Split(w)
	room := max(0, h-len(lines))
	if a.Wide {
		return append(lines, a.Beside(v.rows(a.Left, room, now, focused), v.whole(a.Right, room))...)
	}
	rows := max(1, min(len(v.list), max(4, room/3), room))
	lines = append(lines, v.rows(a.Left, rows, now, focused)...)
	return append(append(lines, ""), v.whole(a.Right, max(0, room-rows-1))...)
}

// rows are those of the list that are seen.
func (v *View) rows(w, room int, now time.Time, focused bool) []string {
	t := v.theme
	var lines []string
	ids := 0 // how wide they are; the newest has the largest
	if len(v.list) > 0 {
		ids = len(strconv.FormatInt(v.list[0].ID, 10))
	}
	from, to, told := v.cursor.Window(len(v.list), room, v.more)
	for n := from; n < to; n++ {
		one := v.list[n]
		cursor, mark, style := " ", " ", t.Text
		switch {
		case n == v.cursor.At && focused:
			cursor, style = t.Accent.Render("▏"), t.Strong
		case n == v.cursor.At:
			cursor = "▏"
		}
		if one.ID == v.mark.ID {
			mark = t.Accent.Render("●")
		}
		lines = append(lines, theme.Cut(cursor+mark+" "+row(t, one, now, style.Render, ids, w-3), w))
	}
	if told {
		text := theme.Unseen(from, len(v.list)-to)
		if v.more {
			text = strings.TrimSpace(text + " and older ones")
		}
		lines = append(lines, t.Muted.Render(text))
	}
	return lines
}

// row is one of the history in a line: its ID, which `berth history` takes, and
// what is asked as far as there is room.
func row(t theme.Theme, one stack.Prediction, now time.Time, style func(...string) string, ids, w int) string {
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
	row := t.Muted.Render(theme.Right(strconv.FormatInt(one.ID, 10), ids)) + "  " + style(theme.Right(at, 12)) + "  " +
		t.Status(one.Status).Render(theme.Right(status, 3)) + theme.Right(stack.Took(one.Took), 8) +
		theme.Right(theme.Bytes(one.AnswerSize), 8)
	origin := ""
	if one.Origin != stack.ByPerson && one.Origin != "" {
		origin = "  " + t.Muted.Render(string(one.Origin))
	}
	row += "  " + t.Muted.Render(theme.Fit(image, max(1, min(12, w-theme.Width(row+origin)-2))))
	if asked := endpoint(one.Endpoint, w-theme.Width(row+origin)-2); asked != "" {
		row += "  " + asked
	}
	return row + origin
}

// endpoint is what was asked, in little room its path alone.
func endpoint(text string, room int) string {
	text = safetext.Line(text)
	if _, path, ok := strings.Cut(text, " "); ok && theme.Width(text) > room {
		text = path
	}
	if room < 8 {
		return ""
	}
	return theme.Cut(text, room)
}

// whole is all that is known of the selected one, and how it differs from the
// marked one.
func (v *View) whole(w, room int) []string {
	t, one := v.theme, v.one
	if one.ID == 0 {
		if v.unread != nil {
			return append([]string{t.Tone(theme.Bad).Render("✕ It cannot be read.")}, theme.Explain(v.unread, w)...)
		}
		return []string{t.Muted.Render("reading it…")}
	}
	lines := append([]string{t.Strong.Render(safetext.Line(one.Endpoint))}, v.circumstances(w)...)
	lines = append(lines, "")
	left := max(2, room-len(lines))
	if left < documentsLeast {
		lines = append(lines, v.brief("body", one.briefBody, w, left/2)...)
		lines = append(lines, v.brief("answer", one.briefAnswer, w, left-left/2)...)
		return lines[:min(len(lines), room)]
	}
	body, answer := theme.Share(max(2, left-3), v.body.Rows(left), v.answer.Rows(left))
	v.body.Resize(w, body)
	v.answer.Resize(w, answer)
	lines = append(append(lines, t.Muted.Render("Body")), v.body.Lines(false)...)
	lines = append(append(append(lines, ""), t.Muted.Render("Answer")), v.answer.Lines(false)...)
	return lines[:min(len(lines), room)]
}

// documentsLeast is how many lines a body and an answer need to be read as
// documents: two heads, an empty line, and three each.
const documentsLeast = 9

// brief is a short document in at most so many lines.
func (v *View) brief(name, text string, w, most int) (lines []string) {
	all := theme.Wrap(text, max(1, w-label))
	for n, l := range all[:min(len(all), most)] {
		if n == most-1 && len(all) > most {
			l = theme.Cut(l+" …", max(1, w-label))
		}
		lines = append(lines, v.theme.Muted.Render(theme.Fit(name, label))+l)
		name = ""
	}
	return lines
}

// briefly is a document as short as it can be written, as far as a few lines
// have room for it; safe to show.
func briefly(text string) string {
	const most = 2000
	var short bytes.Buffer
	if json.Compact(&short, []byte(text)) != nil {
		short.Reset()
		short.WriteString(strings.Join(strings.Fields(text), " "))
	}
	if short.Len() > most {
		return safetext.Line(string(short.Bytes()[:most])) + "…"
	}
	return safetext.Line(short.String())
}

// label is how many cells the names of what is said have.
const label = 9

// circumstances are what it was sent with, when, and from which code and model,
// and what it has to do with the marked one.
func (v *View) circumstances(w int) (lines []string) {
	t, one := v.theme, v.one
	say := func(name, text string) {
		if text == "" {
			return
		}
		for n, l := range theme.Wrap(safetext.Line(text), max(1, w-label)) {
			if n > 0 {
				name = ""
			}
			lines = append(lines, t.Muted.Render(theme.Fit(name, label))+l)
		}
	}
	var sent []string
	for _, s := range one.Params {
		sent = append(sent, s.Name+"="+s.Value)
	}
	for _, s := range one.Headers {
		sent = append(sent, s.Name+": "+s.Value)
	}
	say("with", strings.Join(sent, "  "))
	say("sent", one.At.Local().Format(time.DateTime))
	commit := one.Commit[:min(len(one.Commit), 10)]
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
	if one.Omitted > 0 {
		say("kept", "not whole: "+theme.Bytes(one.Omitted)+" were too long to keep")
	}
	if a := one.against; a != nil {
		say("against", a.at+": "+a.head)
		for _, d := range a.differences[:min(len(a.differences), differencesMost)] {
			lines = append(lines, strings.Repeat(" ", label)+safetext.Line(d))
		}
		if more := len(a.differences) - differencesMost; more > 0 {
			lines = append(lines, strings.Repeat(" ", label)+t.Muted.Render(fmt.Sprintf("and %d more", more)))
		}
		say("latency", a.took)
	}
	return lines
}
