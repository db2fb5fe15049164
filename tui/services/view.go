package services

import (
	"slices"
	"strings"
	"time"

	"berth/safetext"
	"berth/stack"
	"berth/tui/theme"
)

// Look is what the list is drawn with beside its rows.
type Look struct {
	Now     time.Time
	Focused bool
	Stale   bool // the Engine does not answer: what is shown is the last known
	Unknown bool // the Engine has not answered yet: nothing is known
	// Usage is what a container used lately, as far as it was measured; nil: no
	// one is.
	Usage func(stack.Ref) []stack.Sample
}

// View draws the list into its room.
func (l *List) View(k Look) string {
	if l.narrow() {
		return l.line(k)
	}
	return l.column(k)
}

// narrow is the form for a screen without room for a column.
func (l *List) narrow() bool { return l.h <= 2 }

const (
	wordWidth = 10 // the longest word: "restarting"
	ageWidth  = 4
)

// mark is the cell that shows the selected row, and by its weight whether the
// list has the focus.
func (l *List) mark(selected, focused bool) string {
	switch {
	case !selected:
		return " "
	case focused:
		return l.theme.Accent.Render("▌")
	default:
		return l.theme.Muted.Render("▏")
	}
}

// stateOf is the row's state, of which the notes come from the Engine and from
// the compose file.
func (k Look) stateOf(i item) theme.State {
	s := i.state()
	switch {
	case k.Unknown:
		return theme.State{Glyph: "·", Word: "…", Tone: theme.Off}
	case k.Stale && i.ContainerID != "":
		s.Note, s.Tone = "last known", theme.Off
	case i.section == off && i.Phase == stack.Absent:
		s = theme.State{Glyph: "○", Word: "off", Note: i.Off, Tone: theme.Off}
	case i.Extra != "" && s.Note == "":
		s.Note = i.Extra
	case i.Extra != "":
		s.Note = i.Extra + ", " + s.Note
	}
	s.Note = safetext.Line(s.Note)
	return s
}

func nameOf(r Row) string { return safetext.Line(r.Ref.String()) }

// badges are what of a row deserves a look though it may serve.
func (i item) badges() []string {
	var all []string
	rows, restarts := i.containers(), 0
	for _, r := range rows {
		restarts += r.Restarts
	}
	any := func(is func(Row) bool) bool { return slices.ContainsFunc(rows, is) }
	if any(func(r Row) bool { return r.OOMKilled && r.Up() }) { // of what ended the exit's words tell
		all = append(all, "△ out of memory")
	}
	if any(Row.Elsewhere) {
		all = append(all, "△ other folder")
	}
	if any(Row.Outdated) {
		all = append(all, "△ config changed")
	}
	if any(func(r Row) bool { return r.Sources.Newer() }) {
		all = append(all, "△ source newer")
	}
	if restarts > 0 {
		all = append(all, "△ "+theme.Count(restarts, "restart"))
	}
	return all
}

// portsOf is where the service can be reached: the published ports of what is
// up, each once though it is bound to IPv4 and IPv6.
func portsOf(rows []Row) string {
	var out []string
	for _, r := range rows {
		for _, p := range r.Service.Ports {
			if s := ":" + p.String(); r.Up() && p.Host != 0 && !slices.Contains(out, s) {
				out = append(out, s)
			}
		}
	}
	return strings.Join(out, " ")
}
