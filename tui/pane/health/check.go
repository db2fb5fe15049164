package health

import (
	"fmt"
	"path"
	"slices"
	"strings"
	"time"

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
	line := safetext.Line(test(*c))
	if from := map[string]string{"compose": "the compose file", "image": "the image"}[c.Origin]; from != "" {
		line += g.Muted.Render("  from " + from)
	}
	g.say("check", line)
	g.say("timing", timing(*c))
	code := 0
	if n := len(d.Probes); n > 0 {
		code = d.Probes[n-1].ExitCode
	}
	failing := "0"
	switch starts := now.Before(d.StartedAt.Add(c.StartPeriod)); {
	case d.FailingStreak > 0:
		failing = g.Tone(theme.Bad).Render(fmt.Sprintf("✕ %d in a row", d.FailingStreak)) + fmt.Sprintf(", unhealthy from %d on", c.Retries)
	case code != 0 && starts:
		failing += ": what fails in the start period does not count"
	}
	g.say("failing", failing)
	if words := probeWords(*c, code); words != "" {
		g.say("", words)
	}
	probes(g, d, whole)
}

// test is the check's command as it is written.
func test(c stack.Check) string {
	if len(c.Test) > 1 {
		return strings.Join(c.Test[1:], " ")
	}
	return strings.Join(c.Test, " ")
}

func timing(c stack.Check) string {
	retries := "1 retry"
	if c.Retries != 1 {
		retries = fmt.Sprintf("%d retries", c.Retries)
	}
	list := []string{"every " + theme.Clock(c.Interval), "timeout " + theme.Clock(c.Timeout), retries}
	if c.StartPeriod > 0 {
		list = append(list, "start period "+theme.Clock(c.StartPeriod))
		if c.StartInterval > 0 {
			list = append(list, "every "+theme.Clock(c.StartInterval)+" during it")
		}
	}
	return strings.Join(list, ", ")
}

// The exit codes of what health checks are made of, as their manuals have them.
var (
	curlCodes = map[int]string{
		6: "the host's name is not known", 7: "nothing listens there", 22: "the answer was an HTTP error",
		28: "no answer in the time that curl was given", 35: "TLS failed", 52: "the connection was closed without an answer",
		56: "the connection broke, or the answer was an HTTP error", 60: "the certificate is not trusted",
	}
	wgetCodes = map[int]string{4: "no connection, or it broke", 5: "the certificate is not trusted", 8: "the answer was an HTTP error"}
)

// probeWords is what a check's exit code says, where it says more than that it
// failed.
func probeWords(c stack.Check, code int) string {
	words := strings.Fields(test(c))
	program := ""
	if len(words) > 0 {
		program = path.Base(words[0])
	}
	// "curl … || exit 1" has the codes of the shell.
	switch {
	case code < 0:
		return "The check did not end within its timeout, and was killed."
	case code == 126:
		return "What the check runs is in the image but cannot be executed: " + safetext.Line(program)
	case code == 127:
		return "What the check runs is not in the image: " + safetext.Line(program)
	case program == "curl" && curlCodes[code] != "":
		return fmt.Sprintf("curl's %d: %s.", code, curlCodes[code])
	case program == "wget" && wgetCodes[code] != "":
		return fmt.Sprintf("wget's %d: %s.", code, wgetCodes[code])
	default:
		return ""
	}
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
		case p.ExitCode < 0:
			result = "timed out"
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
		} else {
			said = said[:min(1, len(said))]
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
