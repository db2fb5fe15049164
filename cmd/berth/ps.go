package main

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"text/tabwriter"
	"time"

	"berth/compose"
	"berth/safetext"
	"berth/stack"

	"github.com/spf13/cobra"
)

func (a *app) psCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "ps [SERVICE…]",
		Short: "List services: phase, Docker's health, whether they serve",
		RunE: func(cmd *cobra.Command, services []string) error {
			s, p, err := a.existing(cmd.Context())
			if err != nil {
				return err
			}
			if p, err = p.Enable(services); err != nil {
				return err
			}
			rows, err := s.List(cmd.Context(), services)
			if err != nil {
				return err
			}
			if a.json {
				return safetext.NewEncoder(a.out).Encode(struct {
					Project    string          `json:"project"`
					Services   []stack.Service `json:"services"`
					Off        []string        `json:"off,omitempty"`
					NotApplied []string        `json:"not_applied,omitempty"`
				}{p.Name, rows, p.Off, paths(p.NotApplied)})
			}
			if len(services) > 0 {
				p.Off = nil // they were not asked for
			}
			return a.printServices(cmd.Context(), rows, p.Off)
		},
	}
}

func (a *app) printServices(_ context.Context, rows []stack.Service, off []string) error {
	w := tabwriter.NewWriter(a.out, 0, 0, 3, ' ', 0)
	fmt.Fprintln(w, "SERVICE\tSTATE\tHEALTH\tSERVING\tPORTS\tUP\tSOURCES\tIMAGE")
	for _, r := range rows {
		fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\n",
			shown(r.Ref), r.State(), dash(string(r.Health)), dash(string(r.Serving)), dash(portList(r.Ports)), uptime(r), dash(r.Sources.String()), dash(safetext.Line(r.Image)))
	}
	for _, name := range off {
		if slices.ContainsFunc(rows, func(r stack.Service) bool { return r.Service == name }) {
			continue // made when its profile was on
		}
		fmt.Fprintf(w, "%s\toff (profile)\t–\t–\t–\t–\t–\t–\n", name)
	}
	if err := w.Flush(); err != nil {
		return err
	}
	for _, r := range rows {
		if c := r.Cause; c != nil {
			fmt.Fprintln(a.out, glyph(stack.Warning), safetext.Line(strings.TrimSpace(r.Ref.String()+": "+c.Text+" "+c.Advice)))
		}
	}
	return nil
}

func uptime(s stack.Service) string {
	if !s.Up() || s.StartedAt.IsZero() {
		return "–"
	}
	return stack.Took(time.Since(s.StartedAt))
}

// portList lists published ports once each: an Engine lists 0.0.0.0 and ::
// apart.
func portList(ports []stack.Port) string {
	var all []string
	seen := map[string]bool{}
	for _, p := range ports {
		if s := p.String(); p.Host != 0 && !seen[s] {
			seen[s] = true
			all = append(all, s)
		}
	}
	return strings.Join(all, " ")
}

func dash(s string) string {
	if s == "" {
		return "–"
	}
	return s
}

func paths(attributes []compose.Attribute) []string {
	var all []string
	for _, a := range attributes {
		all = append(all, a.Path)
	}
	return all
}
