package tui

import (
	"errors"
	"strings"

	"berth/safetext"
	"berth/stack"
	"berth/tui/dialog"
	"berth/tui/theme"
)

// note is the last thing there was to say; the status line has it until the
// next.
type note struct {
	tone  theme.Tone
	glyph string
	text  string
	err   error // there is more to read: e shows it
}

// say notes something without an error.
func (r *root) say(tone theme.Tone, glyph, text string) {
	r.note = note{tone: tone, glyph: glyph, text: text}
}

// fail notes an error.
func (r *root) fail(what string, err error) {
	r.note = note{tone: theme.Bad, glyph: "✕", text: what + ": " + oneLine(err), err: err}
}

// oneLine is an error as one safe line.
func oneLine(err error) string {
	return strings.Join(safetext.Block(err.Error()), " ")
}

// details is a box with all that an error has to say.
func details(t theme.Theme, n note) dialog.Box {
	b := dialog.Box{Title: "What went wrong", Tone: theme.Bad}
	var p *stack.Problem
	if !errors.As(n.err, &p) {
		b.Lines = safetext.Block(n.err.Error())
		return b
	}
	field := func(label, text string) {
		for i, l := range safetext.Block(text) {
			if i > 0 {
				label = ""
			}
			b.Lines = append(b.Lines, t.Muted.Render(theme.Fit(label, 8))+l)
		}
	}
	field("what", p.What)
	field("where", p.Where)
	if p.Err != nil {
		field("cause", p.Err.Error())
	}
	field("next", p.Hint)
	if len(p.Lines) > 0 {
		b.Lines = append(b.Lines, "", t.Muted.Render("last lines"))
		for _, l := range p.Lines {
			b.Lines = append(b.Lines, safetext.Block(l)...)
		}
	}
	return b
}
