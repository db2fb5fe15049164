package tui

import (
	"fmt"
	"strings"

	"berth/compose"
	"berth/safetext"
	"berth/tui/dialog"
	"berth/tui/feed"
	"berth/tui/theme"
)

// notices is what the compose file has that a person should know.
func (r *root) notices() []string {
	var all []string
	for _, a := range r.o.Project.NotApplied {
		line := a.Path
		if a.Where != "" {
			line += "  " + a.Where
		}
		all = append(all, line)
	}
	return append(all, r.o.Project.Warnings...)
}

// noticeText is the notices in a few words.
func (r *root) noticeText() string {
	switch n, w := len(r.o.Project.NotApplied), len(r.o.Project.Warnings); {
	case n+w == 0:
		return ""
	case w == 0:
		return fmt.Sprintf("△ %s not applied  %s which", theme.Count(n, "attribute"), r.keyName("screen.notices"))
	default:
		return fmt.Sprintf("△ %s  %s read", theme.Count(n+w, "notice"), r.keyName("screen.notices"))
	}
}

// noticeBox lists what of the compose file is not applied, and its warnings.
func (r *root) noticeBox() dialog.Box {
	b := dialog.Box{Title: "The compose file", Tone: theme.Warn}
	if n := len(r.o.Project.NotApplied); n > 0 {
		b.Lines = append(b.Lines, "Berth does not apply "+theme.Count(n, "attribute")+" of it:", "")
	}
	for n, s := range r.notices() {
		if n == len(r.o.Project.NotApplied) {
			if n > 0 {
				b.Lines = append(b.Lines, "")
			}
			b.Lines = append(b.Lines, "Warnings:", "")
		}
		b.Lines = append(b.Lines, "  "+safetext.Line(s))
	}
	return b
}

// planned asks whether to do what down would do.
func (r *root) planned(a feed.Answer[compose.Plan]) {
	if !r.plan.Take(a) {
		return
	}
	if a.Err != nil {
		r.fail("planning down", a.Err)
		return
	}
	r.note = note{}
	if a.Value.Empty() {
		r.say(theme.Good, "✓", "nothing to take down")
		return
	}
	r.dialogs.Push(dialog.Box{
		Title: "Take " + oneWord(r.o.Project.Name) + " down?",
		Tone:  theme.Warn,
		Lines: safetext.Block(strings.TrimSpace(a.Value.String())),
		Buttons: []dialog.Button{
			{Label: "Cancel", Key: "n"},
			{Label: "Down", Key: "y", Action: doDown{}},
		},
	})
}
