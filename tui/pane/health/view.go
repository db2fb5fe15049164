package health

import (
	"slices"
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
	}
	verdict(g, d, now)
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
func verdict(g *page, d stack.Detail, now time.Time) {
	state := theme.StateOf(d.Service)
	g.say("state", g.Tone(state.Tone).Render(state.Glyph+" "+state.Word)+since(d.Service, now))
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
		g.say("ended", g.Tone(state.Tone).Render("exit "+stack.ExitWords(d.ExitCode, d.OOMKilled)))
		if hint := exitHint(d); hint != "" {
			g.say("", hint)
		}
		g.say("", "Its last lines are in Logs: "+g.Key.Render("1")+".")
	}
	if d.Error != "" {
		g.say("Engine", g.Tone(theme.Bad).Render("✕ "+safetext.Line(d.Error)))
	}
	if d.Restarts > 0 {
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

// needed is who starts only once this is healthy.
func (p *Pane) needed(g *page, d stack.Detail) {
	names := p.waiting[d.Ref.Service]
	if len(names) == 0 {
		return
	}
	text := safetext.Line(strings.Join(names, ", "))
	if d.Health != stack.Healthy {
		text += g.Tone(theme.Warn).Render("  △ starts only once Docker says healthy")
		if len(names) > 1 {
			text = strings.Replace(text, "△ starts", "△ start", 1)
		}
	}
	g.say("needed by", text)
}

// exitHint is what an exit code usually comes from, where that helps.
func exitHint(d stack.Detail) string {
	switch {
	case d.OOMKilled:
		return "It used more memory than its limit allows."
	case d.ExitCode == 137:
		return "Killed from outside: its grace period after SIGTERM was over, or the host ran out of memory."
	case d.ExitCode == 126:
		return "The command is there but cannot be executed, for its mode or its interpreter: " + command(d)
	case d.ExitCode == 127:
		return "The command, or the interpreter in its first line, is not in the image: " + command(d)
	default:
		return ""
	}
}

// command is what the container runs.
func command(d stack.Detail) string {
	return safetext.Line(strings.Join(slices.Concat(d.Entrypoint, d.Command), " "))
}

// life is the container's moments, each relative to the one before.
func life(g *page, d stack.Detail) {
	label, line := "life", ""
	var last time.Time
	for _, m := range moments(d) {
		what := m.what + " " + m.at.Local().Format("15:04:05")
		if !last.IsZero() {
			what = "─ " + m.what + " +" + stack.Took(m.at.Sub(last))
		}
		last = m.at
		if line != "" && labels+theme.Width(line)+1+theme.Width(what) > g.w {
			g.say(label, line)
			label, line = "", ""
		}
		line = strings.TrimSpace(line + " " + what)
	}
	if line != "" {
		g.say(label, line)
	}
}

type moment struct {
	what string
	at   time.Time
}

// moments is what is known of a container's life, in order.
func moments(d stack.Detail) []moment {
	started := "started"
	if d.Restarts > 0 {
		started = "last started"
	}
	healthy := d.HealthySince
	if healthy.IsZero() && len(d.Probes) < 5 { // else the first ones are gone
		for _, p := range d.Probes {
			if p.ExitCode == 0 {
				healthy = p.End
				break
			}
		}
	}
	list := []moment{{"created", d.CreatedAt}, {started, d.StartedAt}, {"serving", d.ServingSince}, {"healthy", healthy}}
	if !d.Up() {
		list = append(list, moment{"ended", d.FinishedAt})
	}
	list = slices.DeleteFunc(list, func(m moment) bool {
		earlier := m.what != "created" && m.at.Before(d.StartedAt) // in another run
		return m.at.IsZero() || m.at.Before(d.CreatedAt) || earlier
	})
	slices.SortStableFunc(list, func(a, b moment) int { return a.at.Compare(b.at) })
	return list
}
