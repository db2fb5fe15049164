package main

import (
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"time"

	"berth/logbook"
	"berth/safetext"
	"berth/stack"
	"berth/tui/pane/logs"
	"berth/tui/theme"

	"charm.land/lipgloss/v2"
	"github.com/charmbracelet/colorprofile"
)

// shown is a container's name on a terminal: it is from a label, which anybody
// may have written.
func shown(r stack.Ref) string { return safetext.Line(r.String()) }

// linePrinter prints a line as text or as a JSON object.
func (a *app) linePrinter(out io.Writer, p *linePainter) func(stack.LogLine) error {
	if a.json {
		enc := safetext.NewEncoder(out)
		return func(l stack.LogLine) error { return enc.Encode(l) }
	}
	return func(l stack.LogLine) error {
		_, err := io.WriteString(out, p.line(l))
		return err
	}
}

// linePainter makes what lines look like: each has its service before it when
// there are several. all are the roles of the project, by which services get
// their colours: the same as on the screen, whichever are printed.
func (a *app) linePainter(refs, all []stack.Ref, o logFlags) *linePainter {
	p := &linePainter{timestamps: o.timestamps, plain: !o.colour(a.out), piped: !isTerminal(a.out), theme: theme.Anywhere(colorprofile.Detect(a.out, os.Environ()))}
	if len(refs) > 1 && !o.noPrefix {
		p.prefix(refs, all)
	}
	return p
}

// linePainter makes lines as they are printed.
type linePainter struct {
	theme      theme.Theme
	plain      bool // without colours
	piped      bool // not to a terminal
	timestamps bool
	prefixes   map[stack.Ref]string
}

// prefix puts the services' names before their lines, all in one width.
func (p *linePainter) prefix(refs, all []stack.Ref) {
	width, names := 0, []string{}
	for _, r := range refs {
		width = max(width, lipgloss.Width(shown(r)))
	}
	for _, r := range slices.Concat(refs, all) {
		names = append(names, r.String())
	}
	hues := theme.HuesOf(names)
	p.prefixes = map[stack.Ref]string{}
	for _, r := range refs {
		name := shown(r)
		name += strings.Repeat(" ", width-lipgloss.Width(name))
		p.prefixes[r] = p.paint(p.theme.Hue(hues[r.String()]), name+" │") + " "
	}
}

func (p *linePainter) paint(s lipgloss.Style, text string) string {
	if p.plain {
		return text
	}
	return s.Render(text)
}

// line is a line with its end, safe for a terminal: its colours, those that the
// service asked for too, end with it.
func (p *linePainter) line(l stack.LogLine) string {
	var b strings.Builder
	b.WriteString(p.prefixes[l.Ref])
	if p.timestamps && !l.Time.IsZero() {
		b.WriteString(p.paint(p.theme.Muted, l.Time.Local().Format(time.RFC3339Nano)) + " ")
	}
	switch {
	case l.Stream == stack.Gap:
		b.WriteString(p.paint(p.theme.Tone(theme.Warn), "── "+safetext.Line(l.Text)+" ──"))
	case l.Stream.Ours():
		b.WriteString(p.paint(p.theme.Muted, "── "+safetext.Line(l.Text)+" ──"))
	case p.piped:
		b.WriteString(safetext.Tabbed(l.Text))
	case p.plain:
		b.WriteString(safetext.Line(l.Text))
	default:
		b.WriteString(p.painted(l))
	}
	if l.Dropped > 0 {
		fmt.Fprintf(&b, " … (%d bytes more)", l.Dropped)
	}
	b.WriteByte('\n')
	return b.String()
}

// left is printed where a service's lines were left out between two groups, as
// grep does.
func (p *linePainter) left(r stack.Ref) string {
	return p.prefixes[r] + p.paint(p.theme.Muted, "--") + "\n"
}

// painted is a line's text in the colour of its level, parts of it as the
// service asked for.
func (p *linePainter) painted(l stack.LogLine) string {
	text, spans := safetext.Styled(l.Text)
	style := p.theme.Tone(logs.Tone(logbook.Guess(l.Text)))
	if len(spans) == 0 {
		return style.Render(text)
	}
	var b strings.Builder
	end := 0
	for _, s := range append(spans, safetext.Span{From: len(text), To: len(text)}) {
		if end < s.From {
			b.WriteString(style.Render(text[end:s.From]))
		}
		if s.From < s.To {
			b.WriteString(p.theme.Printed(s.Style, style).Render(text[s.From:s.To]))
		}
		end = s.To
	}
	return b.String()
}
