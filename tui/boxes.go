package tui

import (
	"slices"
	"strings"

	"berth/compose"
	"berth/safetext"
	"berth/tui/bind"
	"berth/tui/dialog"
	"berth/tui/feed"
	"berth/tui/theme"
)

// helpBox lists every key that can be reached from here, and why one that
// cannot be used cannot.
func (r *root) helpBox() dialog.Box {
	section := func(title string, actions []bind.Action) []string {
		lines := []string{r.theme.Strong.Render(title)}
		for _, a := range actions {
			line := r.theme.Key.Render(theme.Fit(a.Help().Key, 9)) + a.Help().Desc
			if a.Off != "" {
				line = r.theme.Muted.Render(theme.Fit(a.Help().Key, 9) + a.Help().Desc + ": " + a.Off)
			}
			lines = append(lines, "  "+line)
		}
		return append(lines, "")
	}
	left := slices.Concat(
		section("Work", r.workKeys()),
		section("Services", r.list.Keys()),
		section("Anywhere", append(r.generalKeys(), r.escapes()...)))
	right := slices.Concat(
		section(r.shown().Title(), r.shown().Keys()),
		section("Screen", r.screenKeys()))
	b := dialog.Box{Title: "Keys", Lines: append(left, right...)}
	if r.layout.Form == Wide {
		b.Lines = besides(left, right)
	}
	b.Lines = b.Lines[:len(b.Lines)-1] // the last section needs no distance
	return b
}

// besides puts two columns of text side by side.
func besides(left, right []string) []string {
	const column = 46
	lines := make([]string, max(len(left), len(right)))
	for n := range lines {
		if n < len(left) {
			lines[n] = left[n]
		}
		if n < len(right) {
			lines[n] = theme.Fit(lines[n], column) + "  " + right[n]
		}
	}
	return lines
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
			{Label: "Down", Key: "y", Action: doDown{}},
			{Label: "Cancel", Key: "n"},
		},
	})
}
