package health

import (
	"fmt"
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
	verdict(g, s, now)
	if p.last == nil {
		g.add("")
		g.add(g.Muted.Render("inspecting…"))
		return g.lines
	}
	if p.last.err != nil {
		g.add("")
		g.say("inspect", g.Tone(theme.Bad).Render(safetext.Line(p.last.err.Error())))
		return g.lines
	}
	d := p.last.Detail
	check(g, d)
	probes(g, d)
	life(g, s, d)
	return g.lines
}

func (p *Pane) empty(g *page) {
	switch {
	case p.service.Ref == stack.Ref{}:
		g.say("", "No service is selected.")
	case p.off != "":
		g.say("", p.service.Ref.String()+" is off: "+p.off+". Start it with that profile to see its health here.")
	default:
		g.say("", p.service.Ref.String()+" has no container yet. "+g.Key.Render("u")+" brings the project up.")
	}
}

// verdict is Berth's word and Docker's, told apart.
func verdict(g *page, s stack.Service, now time.Time) {
	state := theme.StateOf(s)
	g.say("state", g.Tone(state.Tone).Render(state.Glyph+" "+state.Word)+since(s, now))
	if s.Up() {
		docker := "no health check"
		if s.Health != stack.NoCheck {
			docker = "says " + string(s.Health)
		}
		own := "has not asked"
		if s.Serving != stack.ServingUnknown {
			own = "says " + string(s.Serving)
		}
		if s.Answer != "" {
			own += g.Muted.Render("  " + safetext.Line(s.Answer))
		}
		g.say("Berth", own)
		g.say("Docker", docker)
	} else if s.Phase != stack.Created {
		g.say("ended", g.Tone(state.Tone).Render("exit "+stack.ExitWords(s.ExitCode, s.OOMKilled)))
		if hint := exitHint(s); hint != "" {
			g.say("", hint)
		}
		g.say("", "Its last lines are in Logs: "+g.Key.Render("1")+".")
	}
	if s.Error != "" {
		g.say("Engine", g.Tone(theme.Bad).Render(safetext.Line(s.Error)))
	}
	if s.Restarts > 0 {
		g.say("restarts", strconv.Itoa(s.Restarts))
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

// exitHint is what an exit code usually comes from, where that helps.
func exitHint(s stack.Service) string {
	switch {
	case s.OOMKilled:
		return "It used more memory than its limit allows."
	case s.ExitCode == 137:
		return "Killed from outside: its grace period after SIGTERM was over, or the host ran out of memory."
	case s.ExitCode == 126:
		return "The command is there but cannot be executed: its mode, or its interpreter."
	case s.ExitCode == 127:
		return "The command, or the interpreter in its first line, is not in the image."
	default:
		return ""
	}
}

// check is the health check in effect.
func check(g *page, d stack.Detail) {
	g.add("")
	c := d.Check
	if c == nil {
		g.say("check", "none. A HEALTHCHECK in the Dockerfile, or healthcheck: in docker-compose.yml, adds one.")
		return
	}
	from := map[string]string{"compose": "the compose file", "image": "the image"}[c.Origin]
	command := strings.Join(c.Test, " ")
	if len(c.Test) > 1 {
		command = strings.Join(c.Test[1:], " ")
	}
	line := safetext.Line(command)
	if from != "" {
		line += g.Muted.Render("  from " + from)
	}
	g.say("check", line)
	timing := []string{
		"every " + theme.Clock(c.Interval),
		"timeout " + theme.Clock(c.Timeout),
		theme.Count(c.Retries, "retry"),
	}
	if c.Retries != 1 {
		timing[2] = fmt.Sprintf("%d retries", c.Retries)
	}
	if c.StartPeriod > 0 {
		timing = append(timing, "start period "+theme.Clock(c.StartPeriod))
	}
	if c.StartInterval > 0 && c.StartPeriod > 0 {
		timing = append(timing, "every "+theme.Clock(c.StartInterval)+" during it")
	}
	g.say("timing", strings.Join(timing, ", "))
	streak := strconv.Itoa(d.FailingStreak)
	if d.FailingStreak > 0 {
		streak = g.Tone(theme.Bad).Render(streak + " in a row")
	}
	g.say("failing", streak)
}

// probes is what Docker's last probes said, the newest first.
func probes(g *page, d stack.Detail) {
	if d.Check == nil {
		return
	}
	g.add("")
	if len(d.Probes) == 0 {
		text := "no result yet"
		if d.Up() && !d.StartedAt.IsZero() && d.Check.Interval > 0 {
			text += ": the first comes " + theme.Clock(d.Check.Interval) + " after the start"
		}
		g.say("probes", g.Muted.Render(text))
		return
	}
	label := "probes"
	for n, p := range slices.Backward(d.Probes) {
		result := g.Tone(theme.Good).Render(theme.Fit("exit 0", 9))
		switch {
		case p.ExitCode < 0:
			result = g.Tone(theme.Bad).Render(theme.Fit("timed out", 9))
		case p.ExitCode > 0:
			result = g.Tone(theme.Bad).Render(theme.Fit(fmt.Sprintf("exit %d", p.ExitCode), 9))
		}
		said := slices.DeleteFunc(safetext.Block(p.Output), func(s string) bool { return strings.TrimSpace(s) == "" })
		first := ""
		if len(said) > 0 {
			first = said[0]
		}
		g.add(g.Muted.Render(theme.Fit(label, labels)) + p.Start.Local().Format("15:04:05") + "  " + result + "  " +
			g.Muted.Render(theme.Right(stack.Took(p.End.Sub(p.Start)), 8)) + "  " + first)
		label = ""
		if newest := n == len(d.Probes)-1; newest && p.ExitCode != 0 {
			for _, l := range said[min(1, len(said)):min(6, len(said))] {
				g.add(strings.Repeat(" ", labels+31) + l)
			}
			if more := len(said) - 6; more > 0 {
				g.add(g.Muted.Render(strings.Repeat(" ", labels+31) + theme.Count(more, "more line")))
			}
		}
	}
}

// life is the container's moments, each relative to the one before.
func life(g *page, s stack.Service, d stack.Detail) {
	type moment struct {
		what string
		at   time.Time
	}
	moments := []moment{{"created", s.CreatedAt}, {"started", s.StartedAt}, {"serving", s.ServingSince}}
	if len(d.Probes) < 5 { // else the first ones are gone
		for _, p := range d.Probes {
			if p.ExitCode == 0 {
				moments = append(moments, moment{"first healthy", p.End})
				break
			}
		}
	}
	if !s.Up() {
		moments = append(moments, moment{"ended", s.FinishedAt})
	}
	moments = slices.DeleteFunc(moments, func(m moment) bool { return m.at.IsZero() || m.at.Before(s.CreatedAt) })
	slices.SortStableFunc(moments, func(a, b moment) int { return a.at.Compare(b.at) })
	g.add("")
	label, line := "life", ""
	for n, m := range moments {
		what := m.what + " " + m.at.Local().Format("15:04:05")
		if n > 0 {
			what = "─ " + m.what + " +" + stack.Took(m.at.Sub(moments[n-1].at))
		}
		if line != "" && labels+theme.Width(line)+1+theme.Width(what) > g.w {
			g.say(label, line)
			label, line = "", ""
		}
		line = strings.TrimSpace(line + " " + what)
	}
	if line != "" {
		g.say(label, line)
	}
	g.say("container", safetext.Line(s.Container)+g.Muted.Render("  "+stack.ShortID(s.ContainerID)))
	g.say("image", safetext.Line(s.Image)+g.Muted.Render("  "+stack.ShortID(s.ImageID)))
}
