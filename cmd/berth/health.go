package main

import (
	"fmt"
	"io"
	"strings"
	"time"

	"berth/diagnose"
	"berth/safetext"
	"berth/stack"
	"berth/workflow"

	"github.com/spf13/cobra"
)

func (a *app) healthCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "health [SERVICE…]",
		Short: "Explain a service's state: cause, health check, life",
		Long: "Health looks closely at each service: whether it serves, what Docker's health\n" +
			"check is and said last, why the service is not as it should be and what to do\n" +
			"about it, what its main process does with the stop signal, who waits for it, and\n" +
			"what happened in its life. With --json it prints an object a line.",
		RunE: func(cmd *cobra.Command, services []string) error {
			s, _, err := a.existing(cmd.Context())
			if err != nil {
				return err
			}
			all, err := s.Health(cmd.Context(), services)
			if err != nil {
				return err
			}
			enc := safetext.NewEncoder(a.out)
			for n, h := range all {
				h.Life = h.Story()
				if a.json {
					if err := enc.Encode(h); err != nil {
						return err
					}
					continue
				}
				if n > 0 {
					fmt.Fprintln(a.out)
				}
				printHealth(a.out, h, time.Now())
			}
			return nil
		},
	}
}

// healthPrinter prints labelled lines.
type healthPrinter struct{ out io.Writer }

func (p healthPrinter) line(label, text string) {
	fmt.Fprintf(p.out, "  %-10s %s\n", label, safetext.Line(text))
}

// printHealth tells what the health pane shows.
func printHealth(out io.Writer, h workflow.Health, now time.Time) {
	p := healthPrinter{out}
	fmt.Fprintf(out, "%s  %s\n", shown(h.Ref), verdict(h))
	if h.Phase == stack.Absent {
		p.line("", "it has no container; `berth up` makes one")
		return
	}
	if c := h.Cause; c != nil {
		p.line("cause", c.Text)
		if c.Advice != "" {
			p.line("", "→ "+c.Advice)
		}
		for _, l := range c.Lines {
			p.line("", "│ "+l)
		}
	}
	if m := h.Main; m != nil && m.Deaf() && h.StopTimeout > 0 {
		p.line("stop", "will take the whole grace period, "+stack.Took(h.StopTimeout)+": "+m.Why())
		p.line("", "→ "+m.Fix())
	}
	printCheck(p, h, now)
	printSources(p, h.Sources)
	label := "waits for"
	for _, n := range h.WaitsFor {
		p.line(label, n.String())
		label = ""
	}
	label = "needed by"
	for _, d := range h.NeededBy {
		text := d.Service + " (" + d.Condition + ")"
		if d.Waiting {
			text += ", which waits for that"
		}
		p.line(label, text)
		label = ""
	}
	label = "life"
	for _, c := range h.Life.Chapters() {
		p.line(label, strings.Join(c.Words(), " ─ "))
		label = ""
	}
}

// verdict is Berth's word and Docker's.
func verdict(h workflow.Health) string {
	words := []string{h.State()}
	if h.Up() {
		serving := string(h.Serving)
		if h.Answer != "" {
			serving += " (" + safetext.Line(h.Answer) + ")"
		}
		words = append(words, serving)
		if h.Health != stack.NoCheck {
			words = append(words, "Docker says "+string(h.Health))
		}
	}
	return strings.Join(words, ", ")
}

// mostFiles is how many files are named; --json names all.
const mostFiles = 10

func printSources(p healthPrinter, s *stack.Sources) {
	if s == nil {
		return
	}
	text := s.String()
	if s.Unknown != "" {
		text += ": " + s.Unknown
	}
	p.line("sources", text)
	for _, c := range s.Changes[:min(len(s.Changes), mostFiles)] {
		p.line("", fmt.Sprintf("%-10s %s", c.Fate, c.Path))
	}
	if more := len(s.Changes) - mostFiles; more > 0 {
		p.line("", fmt.Sprintf("and %d more", more))
	}
}

func printCheck(p healthPrinter, h workflow.Health, now time.Time) {
	c := h.Check
	if c == nil {
		p.line("check", "none")
		return
	}
	command, timing := c.From()
	p.line("check", strings.TrimRight(c.String()+"  "+command, " "))
	p.line("timing", strings.TrimRight(c.Timing()+"  "+timing, " "))
	if h.Up() {
		next := ""
		if !h.NextProbe.IsZero() {
			next = ", the next run is due in " + stack.Clock(h.NextProbe.Sub(now))
		}
		p.line("failing", fmt.Sprintf("%d in a row%s", h.FailingStreak, next))
	}
	label := "said"
	for _, r := range h.Probes {
		result := fmt.Sprintf("exit %d", r.ExitCode)
		switch {
		case diagnose.TimedOut(r):
			result = "timed out"
		case r.ExitCode < 0:
			result = "not run"
		}
		first, more, _ := strings.Cut(strings.TrimSpace(r.Output), "\n")
		if more != "" {
			first += " … (" + stack.Count(1+strings.Count(more, "\n"), "more line") + ": --json)"
		}
		p.line(label, fmt.Sprintf("%s  %-9s  %7s  %s", r.Start.Local().Format("15:04:05"), result, stack.Took(r.End.Sub(r.Start)), first))
		label = ""
	}
}
