package main

import (
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"berth/logbook"
	"berth/safetext"
	"berth/stack"

	"charm.land/lipgloss/v2"
)

// The colours of services and of levels are the terminal's own sixteen, which
// fit its background.
var (
	serviceColours = []lipgloss.Style{ink(6), ink(5), ink(4), ink(2), ink(14), ink(13), ink(12), ink(10)}
	levelColours   = map[logbook.Level]lipgloss.Style{
		logbook.Trace: ink(8), logbook.Debug: ink(8), logbook.Warn: ink(3), logbook.Error: ink(1), logbook.Fatal: ink(1).Bold(true),
	}
	noticeColour = ink(8)
)

func ink(n uint8) lipgloss.Style { return lipgloss.NewStyle().Foreground(lipgloss.ANSIColor(n)) }

// shown is a container's name on a terminal: it is from a label, which anybody
// may have written.
func shown(r stack.Ref) string { return safetext.Line(r.String()) }

// linePrinter prints a line as text, its service before it when there are
// several, or as a JSON object.
func (a *app) linePrinter(out io.Writer, refs []stack.Ref, o logFlags) func(stack.LogLine) error {
	if a.json {
		enc := json.NewEncoder(out)
		enc.SetEscapeHTML(false)
		return func(l stack.LogLine) error { return enc.Encode(l) }
	}
	coloured := o.colour(a.out)
	paint := func(s lipgloss.Style, text string) string {
		if coloured {
			return s.Render(text)
		}
		return text
	}
	prefixes := map[stack.Ref]string{}
	if len(refs) > 1 && !o.noPrefix {
		width := 0
		for _, r := range refs {
			width = max(width, lipgloss.Width(shown(r)))
		}
		// By name, so that a service keeps its colour whichever are printed.
		sorted := slices.SortedFunc(slices.Values(refs), stack.Ref.Compare)
		for i, r := range sorted {
			name := shown(r)
			name += strings.Repeat(" ", width-lipgloss.Width(name))
			prefixes[r] = paint(serviceColours[i%len(serviceColours)], name+" │") + " "
		}
	}
	return func(l stack.LogLine) error {
		var b strings.Builder
		b.WriteString(prefixes[l.Ref])
		if o.timestamps && !l.Time.IsZero() {
			b.WriteString(paint(noticeColour, l.Time.Local().Format(time.RFC3339Nano)) + " ")
		}
		text := safetext.Line(l.Text)
		if l.Dropped > 0 {
			text += fmt.Sprintf(" … (%d bytes more)", l.Dropped)
		}
		switch {
		case l.Stream == stack.Notice:
			text = paint(noticeColour, "── "+text+" ──")
		case coloured:
			if s, ok := levelColours[logbook.Guess(l.Text)]; ok {
				text = s.Render(text)
			}
		}
		b.WriteString(text + "\n")
		_, err := io.WriteString(out, b.String())
		return err
	}
}
