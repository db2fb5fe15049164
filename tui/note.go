package tui

import (
	"errors"
	"slices"
	"strings"
	"time"

	"berth/safetext"
	"berth/stack"
	"berth/tui/dialog"
	"berth/tui/theme"
)

// note is something there was to say. The status line has the last one.
type note struct {
	at    time.Time
	tone  theme.Tone
	glyph string
	text  string
	err   error  // there is more to read
	next  string // and which key helps further
	offer string // the action that it suggests

	answer bool // to a key: it goes with the next one
}

// A message is of this moment for as long as freshNote, and after that has its
// age; what went well is gone from the status line after oldNote.
const (
	freshNote = time.Minute
	oldNote   = 10 * time.Minute
)

// past reports whether a note has nothing to say any more.
func (n note) past(now time.Time) bool {
	return n.text == "" || (n.tone == theme.Good || n.tone == theme.Plain) && now.Sub(n.at) >= oldNote
}

// age is how long ago it was told; empty while that is just now.
func (n note) age(now time.Time) string {
	if d := now.Sub(n.at); n.text != "" && d >= freshNote {
		return theme.Age(d) + " ago"
	}
	return ""
}

// keptNotes is how many can be read again.
const keptNotes = 200

// say answers a key, in the status line until there is something else or
// another key; it is not worth keeping.
func (r *root) say(tone theme.Tone, glyph, text string) {
	r.note = note{at: r.now, tone: tone, glyph: glyph, text: text, answer: true}
}

// tell notes something that happened.
func (r *root) tell(n note) {
	n.at = r.now
	r.note = n
	r.told = append(r.told, n)
	r.told = r.told[max(0, len(r.told)-keptNotes):]
	if r.present {
		r.unread, r.present = 0, false // those before were there to be seen
	}
	r.unread++
}

// fail notes an error.
func (r *root) fail(what string, err error) {
	r.tell(note{tone: theme.Bad, glyph: "✕", text: what + ": " + oneLine(err), err: err})
}

// lastError is the last note that has one; nil when there is none. While the
// Engine is away it is why.
func (r *root) lastError() *note {
	if why := r.snapshot.Down; why != "" {
		return &note{at: r.snapshot.At, tone: theme.Bad, glyph: "✕", text: "the Engine does not answer", err: errors.New(why)}
	}
	for n := len(r.told) - 1; n >= 0; n-- {
		if r.told[n].err != nil {
			return &r.told[n]
		}
	}
	return nil
}

// messages is a box with what was told, the newest first.
func (r *root) messages() dialog.Box {
	r.unread = 0
	b := dialog.Box{Title: "Messages"}
	for _, n := range slices.Backward(r.told) {
		at := r.theme.Muted.Render(n.at.Local().Format("15:04:05"))
		b.Lines = append(b.Lines, at+"  "+r.theme.Tone(n.tone).Render(n.glyph)+" "+n.text)
	}
	return copyable(b)
}

// doCopy puts text into the clipboard.
type doCopy struct{ text string }

// copyable gives a box a button that copies what it says.
func copyable(b dialog.Box) dialog.Box {
	b.Buttons = []dialog.Button{dialog.Close, {Label: "Copy", Key: "y", Action: doCopy{b.Text()}, Stays: true}}
	return b
}

// oneLine is an error as one safe line.
func oneLine(err error) string {
	return strings.Join(safetext.Block(err.Error()), " ")
}

// details is a box with all that an error has to say.
func details(t theme.Theme, n note) dialog.Box {
	b := explain(t, n)
	if n.next != "" {
		b.Lines = append(b.Lines, "", n.next)
	}
	return copyable(b)
}

func explain(t theme.Theme, n note) dialog.Box {
	b := dialog.Box{Title: "What went wrong", Tone: theme.Bad}
	for _, err := range stack.Apart(n.err) {
		if len(b.Lines) > 0 {
			b.Lines = append(b.Lines, "")
		}
		b.Lines = append(b.Lines, tellError(t, err)...)
	}
	return b
}

// tellError is what an error has to say, by fields where it has them.
func tellError(t theme.Theme, err error) []string {
	var p *stack.Problem
	if !errors.As(err, &p) {
		return safetext.Block(err.Error())
	}
	var lines []string
	field := func(label, text string) {
		for i, l := range safetext.Block(text) {
			if i > 0 {
				label = ""
			}
			lines = append(lines, t.Muted.Render(theme.Fit(label, 8))+l)
		}
	}
	field("what", p.What)
	field("where", p.Where)
	if cause := p.Cause(); cause != "" {
		field("cause", cause)
	}
	field("next", p.Hint)
	if len(p.Lines) > 0 {
		lines = append(lines, "", t.Muted.Render("last lines"))
		for _, l := range p.Lines {
			lines = append(lines, safetext.Block(l)...)
		}
	}
	return lines
}
