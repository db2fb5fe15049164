package health

import (
	"strconv"
	"strings"
	"time"

	"berth/safetext"
	"berth/stack"
	"berth/tui/theme"
)

// labels is the width of the column with the names of things.
const labels = 11

// page collects the lines of the pane.
type page struct {
	theme.Theme
	w     int
	lines []string
}

func (g *page) add(line string) { g.lines = append(g.lines, theme.Cut(line, g.w)) }

// aside is what is added to a value in passing, if anything.
func (g *page) aside(text string) string {
	if text == "" {
		return ""
	}
	return g.Muted.Render("  " + text)
}

// say adds a labelled value; what does not fit goes on below itself.
func (g *page) say(label, value string) {
	for _, l := range theme.Wrap(value, max(1, g.w-labels)) {
		g.add(g.Muted.Render(theme.Fit(label, labels)) + l)
		label = ""
	}
}

// lines is all there is to say, of which the viewport shows a window.
func (p *Pane) lines(now time.Time) []string {
	g := &page{Theme: p.theme, w: p.view.Width()}
	s := p.service
	if s.ContainerID == "" {
		p.empty(g)
		return g.lines
	}
	d := stack.Detail{Service: s}
	if p.last != nil && p.last.err == nil {
		d = p.last.Detail
		// What the Engine alone does not know, and what is newer.
		d.Serving, d.Answer, d.ServingSince, d.HealthySince = s.Serving, s.Answer, s.ServingSince, s.HealthySince
		d.Cause, d.Life, d.Sources = s.Cause, s.Life, s.Sources
	}
	verdict(g, d, p.last != nil && p.last.printed, now)
	p.stop(g, d)
	sources(g, d)
	p.needed(g, d)
	life(g, d)
	switch {
	case p.last == nil:
		g.add("")
		g.add(g.Tone(theme.Working).Render("◐ inspecting…"))
	case p.last.err != nil:
		g.add("")
		g.say("inspect", g.Tone(theme.Bad).Render("✕ "+strings.Join(safetext.Block(p.last.err.Error()), " ")))
	default:
		check(g, d, p.whole, now)
		g.add("")
		g.say("container", safetext.Line(d.Container)+g.Muted.Render("  "+stack.ShortID(d.ContainerID)))
		g.say("image", safetext.Line(d.Image)+g.Muted.Render("  "+stack.ShortID(d.ImageID)))
	}
	return g.lines
}

func (p *Pane) empty(g *page) {
	name := safetext.Line(p.service.Ref.String())
	switch {
	case p.service.Ref == stack.Ref{}:
		g.say("", "No service is selected.")
	case p.off != "":
		g.say("", name+" is off: "+safetext.Line(p.off)+". Start it with that profile to see its health here.")
	default:
		g.say("", name+" has no container yet. "+g.Key.Render("u")+" brings the project up.")
	}
}

// verdict is Berth's word and Docker's, told apart, or how it ended.
func verdict(g *page, d stack.Detail, printed bool, now time.Time) {
	state := theme.StateOf(d.Service)
	g.say("state", g.Tone(state.Tone).Render(state.Glyph+" "+state.Word)+since(d.Service, now))
	cause(g, d)
	switch {
	case d.Up():
		own := "has not asked"
		if d.Serving != stack.ServingUnknown {
			own = "says " + string(d.Serving)
		}
		if d.Answer != "" {
			own += g.Muted.Render("  " + safetext.Line(d.Answer))
		}
		g.say("Berth", own)
		docker := "no health check"
		if d.Health != stack.NoCheck {
			docker = "says " + string(d.Health)
		}
		if d.Phase == stack.Paused {
			docker += g.Muted.Render("  and runs no check while it is paused")
		}
		g.say("Docker", docker+next(g, d, now))
	case d.Phase != stack.Created:
		if d.Cause == nil {
			g.say("ended", g.Tone(state.Tone).Render("exit "+stack.ExitWords(d.ExitCode, d.OOMKilled)))
		}
		if printed && (d.Cause == nil || len(d.Cause.Lines) == 0) {
			g.say("", "Its last lines are in Logs: "+g.Key.Render("1")+".")
		}
	}
	if d.Error != "" {
		g.say("Engine", g.Tone(theme.Bad).Render("✕ "+safetext.Line(d.Error)))
	}
	if d.Restarts > 0 && (d.Phase != stack.Restarting || d.Cause == nil) { // whose cause tells their rhythm
		rhythm := strconv.Itoa(d.Restarts)
		if ran := d.FinishedAt.Sub(d.StartedAt); !d.Up() && ran > 0 {
			rhythm += ", the last run took " + stack.Took(ran)
		}
		g.say("restarts", rhythm)
	}
}

func since(s stack.Service, now time.Time) string {
	switch {
	case s.Up() && !s.StartedAt.IsZero():
		return ", up for " + theme.Clock(now.Sub(s.StartedAt))
	case !s.Up() && !s.FinishedAt.IsZero():
		return ", ended " + theme.Clock(now.Sub(s.FinishedAt)) + " ago"
	default:
		return ""
	}
}

// next counts down to when Docker looks again.
func next(g *page, d stack.Detail, now time.Time) string {
	due := d.NextProbe()
	if due.IsZero() {
		return ""
	}
	what := "next probe"
	if len(d.Probes) == 0 {
		what = "first probe"
	}
	left := due.Sub(now)
	if left <= 0 {
		return g.Muted.Render("  probing now")
	}
	return g.Muted.Render("  " + what + " in " + theme.Clock(left+time.Second-1)) // counts down to 1 s
}

// needed is what this waits for, and who waits for this, and for what.
func (p *Pane) needed(g *page, d stack.Detail) {
	names := map[string][]string{} // by what they wait for; empty: nothing
	for _, n := range stack.Dependents(d.Service, p.needing[d.Ref.Service], p.all) {
		wait := ""
		if n.Waiting {
			wait = n.Condition
		}
		names[wait] = append(names[wait], safetext.Line(n.Service))
	}
	label := "waits for"
	for _, n := range stack.Needs(d.Service, p.needing, p.all) {
		g.say(label, g.Tone(theme.Warn).Render("△ ")+safetext.Line(n.String()))
		label = ""
	}
	label = "needed by"
	for _, wait := range []string{"", stack.OnStarted, stack.OnHealthy, stack.OnCompleted} {
		if len(names[wait]) == 0 {
			continue
		}
		text := strings.Join(names[wait], ", ")
		if wait != "" {
			text += g.Tone(theme.Warn).Render("  △ " + awaited[wait])
		}
		g.say(label, text)
		label = ""
	}
}

// awaited is what those wait for that do not run yet.
var awaited = map[string]string{
	stack.OnStarted:   "not until this is started",
	stack.OnHealthy:   "not until Docker says healthy",
	stack.OnCompleted: "not until this has ended well",
}

// stop is that a stop will take long, and what mends it.
func (p *Pane) stop(g *page, d stack.Detail) {
	m := p.process
	if m == nil || !d.Up() || !m.Deaf() || d.StopTimeout == 0 {
		return
	}
	g.say("stop", g.Tone(theme.Warn).Render("△ will take the whole grace period")+", "+stack.Took(d.StopTimeout)+": "+safetext.Line(m.Why())+".")
	g.say("", g.Muted.Render("→ ")+safetext.Line(m.Fix()))
}

// mostFiles is how many files are named; `berth health --json` names all.
const mostFiles = 6

// sources is whether the files that it is made of are newer, and which.
func sources(g *page, d stack.Detail) {
	s := d.Sources
	if s == nil {
		return
	}
	text := s.String()
	if s.Newer() {
		text = g.Tone(theme.Warn).Render("△ " + text)
	}
	if s.Unknown != "" {
		text += g.Muted.Render("  " + safetext.Line(s.Unknown))
	}
	g.say("sources", text)
	for _, c := range s.Changes[:min(len(s.Changes), mostFiles)] {
		g.say("", g.Muted.Render(theme.Fit(string(c.Fate), len(stack.FileUnreadable)))+" "+safetext.Line(c.Path))
	}
	if more := len(s.Changes) - mostFiles; more > 0 {
		g.say("", g.Muted.Render("and "+theme.Count(more, "more file")))
	}
}

// life is what happened, a run a line.
func life(g *page, d stack.Detail) {
	chapters, label := d.Story().Chapters(), "life"
	chapters = chapters[max(0, len(chapters)-mostRuns):]
	for _, c := range chapters {
		line := ""
		for n, w := range c.Words() {
			if n > 0 {
				w = "─ " + w
			}
			if line != "" && labels+theme.Width(line)+1+theme.Width(w) > g.w {
				g.say(label, line)
				label, line = "", ""
			}
			line = strings.TrimSpace(line + " " + w)
		}
		g.say(label, line)
		label = ""
	}
}

// mostRuns is how many lines of a life are shown; `berth health --json` has all.
const mostRuns = 6

// cause is why it is not as it should be, and what to do about it.
func cause(g *page, d stack.Detail) {
	c := d.Cause
	if c == nil {
		return
	}
	tone := theme.Warn
	if theme.StateOf(d.Service).Tone == theme.Bad {
		tone = theme.Bad
	}
	g.say("cause", g.Tone(tone).Render(safetext.Line(c.Text)))
	if c.Advice != "" {
		g.say("", g.Muted.Render("→ ")+safetext.Line(c.Advice))
	}
	for _, l := range c.Lines {
		if l = safetext.Line(l); strings.TrimSpace(l) != "" {
			g.add(strings.Repeat(" ", labels) + g.Muted.Render("│ ") + l)
		}
	}
}
