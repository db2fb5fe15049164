package health

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"berth/diagnose"
	"berth/safetext"
	"berth/stack"
	"berth/tui/theme"
)

// check is the health check in effect and what its last runs said.
func check(g *page, d stack.Detail, whole bool, now time.Time) {
	g.add("")
	c := d.Check
	if c == nil {
		g.say("check", "none. A HEALTHCHECK in the Dockerfile, or healthcheck: in the compose file, adds one.")
		return
	}
	command, timing := c.From()
	g.say("check", safetext.Line(c.String())+g.aside(command))
	g.say("timing", c.Timing()+g.aside(timing))
	var newest stack.Probe
	if n := len(d.Probes); n > 0 {
		newest = d.Probes[n-1]
	}
	failing := ""
	switch starts := now.Before(d.StartedAt.Add(c.StartPeriod)); {
	case d.FailingStreak > 0:
		failing = g.Tone(theme.Bad).Render(fmt.Sprintf("✕ %d in a row", d.FailingStreak)) + fmt.Sprintf(", unhealthy from %d on", c.Retries)
	case newest.ExitCode != 0 && starts:
		failing = "0: what fails in the start period does not count"
	}
	if failing != "" {
		g.say("failing", failing)
	}
	if words := safetext.Line(diagnose.CheckWords(*c, newest)); words != "" {
		g.say("", words)
	}
	probes(g, d, whole)
}

// resultWidth is the column of probe results: "timed out".
const resultWidth = 9

// probes is what Docker's last probes said, the newest first: whole when that is
// wanted, and much of the newest if it failed.
func probes(g *page, d stack.Detail, whole bool) {
	g.add("")
	if len(d.Probes) == 0 {
		text := "no result yet"
		if d.Health == stack.Unhealthy || !d.Up() {
			text = "no result"
		}
		g.say("probes", g.Muted.Render(text))
		return
	}
	most := 6 // lines of a failed one
	label := "probes"
	for n, p := range slices.Backward(d.Probes) {
		tone, result := theme.Bad, fmt.Sprintf("exit %d", p.ExitCode)
		switch {
		case diagnose.TimedOut(p):
			result = "timed out"
		case p.ExitCode < 0:
			result = "not run"
		case p.ExitCode == 0:
			tone = theme.Good
		}
		head := g.Muted.Render(theme.Fit(label, labels)) + p.Start.Local().Format("15:04:05") + "  " +
			g.Tone(tone).Render(theme.Fit(result, resultWidth)) + "  " +
			g.Muted.Render(theme.Right(stack.Took(p.End.Sub(p.Start)), 8)) + "  "
		label = ""
		said := slices.DeleteFunc(safetext.Block(p.Output), func(s string) bool { return strings.TrimSpace(s) == "" })
		if newest := n == len(d.Probes)-1; whole || newest && p.ExitCode != 0 {
			said = wrapped(said, g.w-theme.Width(head))
		} else if len(said) > 1 {
			said = []string{said[0] + " …"}
		}
		if whole {
			most = len(said)
		}
		more := len(said) - most
		for _, l := range said[:min(most, len(said))] {
			g.add(head + l)
			head = strings.Repeat(" ", theme.Width(head))
		}
		if len(said) == 0 {
			g.add(head)
		}
		if more > 0 {
			g.add(head + g.Muted.Render("… "+theme.Count(more, "more line")))
		}
	}
}

func wrapped(lines []string, w int) (all []string) {
	for _, l := range lines {
		all = append(all, theme.Wrap(l, max(20, w))...)
	}
	return all
}
