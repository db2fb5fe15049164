package tui

import (
	"fmt"

	"berth/safetext"
	"berth/tui/dialog"
	"berth/tui/theme"
)

// section is notices of one kind.
type section struct {
	heading string
	lines   []string
}

// notices is what the compose file has that a person should know.
func (r *root) notices() []section {
	var all []section
	if r.broken != nil {
		all = append(all, section{"It cannot be read now, and Berth goes on with what it said before:", safetext.Block(r.broken.Error())})
	}
	if n := len(r.o.Project.NotApplied); n > 0 {
		s := section{heading: "Berth does not apply " + theme.Count(n, "attribute") + " of it:"}
		for _, a := range r.o.Project.NotApplied {
			line := a.Path
			if a.Where != "" {
				line += "  " + a.Where
			}
			s.lines = append(s.lines, safetext.Line(line))
		}
		all = append(all, s)
	}
	if len(r.o.Project.Warnings) > 0 {
		s := section{heading: "Warnings:"}
		for _, w := range r.o.Project.Warnings {
			s.lines = append(s.lines, safetext.Line(w))
		}
		all = append(all, s)
	}
	return all
}

// noticeText is the notices in a few words.
func (r *root) noticeText() string {
	key := r.keyName("screen.notices")
	n, w := len(r.o.Project.NotApplied), len(r.o.Project.Warnings)
	switch {
	case r.broken != nil:
		return r.theme.Tone(theme.Bad).Render("✕ compose file unreadable  " + key + " why")
	case n+w == 0:
		return ""
	case w == 0:
		return r.theme.Tone(theme.Warn).Render(fmt.Sprintf("△ %s not applied  %s which", theme.Count(n, "attribute"), key))
	default:
		return r.theme.Tone(theme.Warn).Render(fmt.Sprintf("△ %s  %s read", theme.Count(n+w, "notice"), key))
	}
}

// noticeBox lists the notices.
func (r *root) noticeBox() dialog.Box {
	b := dialog.Box{Title: "The compose file", Tone: theme.Warn}
	for n, s := range r.notices() {
		if n > 0 {
			b.Lines = append(b.Lines, "")
		}
		b.Lines = append(b.Lines, s.heading, "")
		for _, l := range s.lines {
			b.Lines = append(b.Lines, "  "+l)
		}
	}
	return copyable(b)
}
