package main

import (
	"fmt"

	"berth/compose"
	"berth/safetext"
	"berth/stack"

	"github.com/spf13/cobra"
)

func (a *app) planCommand() *cobra.Command {
	r := compose.Request{Op: compose.OpUp}
	var build, down, volumes bool
	cmd := &cobra.Command{
		Use:   "plan [SERVICE…]",
		Short: "Print what `up` would do, and why; nothing is done",
		RunE: func(cmd *cobra.Command, services []string) error {
			r.Services = services
			if down {
				if len(services) > 0 {
					return usage(fmt.Errorf("plan --down takes no services"), "`berth plan --down` is for the whole project")
				}
				r.Op, r.RemoveVolumes = compose.OpDown, volumes
			}
			open := a.stack
			if down {
				open = a.existing
			}
			s, p, err := open(cmd.Context())
			if err != nil {
				return err
			}
			if p, err = p.Enable(services); err != nil {
				return err
			}
			plan, err := s.PlanFor(cmd.Context(), r, build)
			if err != nil {
				return err
			}
			if a.json {
				return safetext.NewEncoder(a.out).Encode(struct {
					compose.Plan
					NotApplied []compose.Attribute `json:"not_applied,omitempty"`
					Warnings   []string            `json:"warnings,omitempty"`
				}{plan, p.NotApplied, p.Warnings})
			}
			for _, n := range p.NotApplied {
				fmt.Fprintln(a.err, glyph(stack.Warning), safetext.Line(n.Path), "is not applied by Berth", safetext.Line(n.Where))
			}
			for _, w := range p.Warnings {
				fmt.Fprintln(a.err, glyph(stack.Warning), safetext.Line(w))
			}
			for _, line := range safetext.Block(plan.String()) {
				if _, err := fmt.Fprintln(a.out, line); err != nil {
					return err
				}
			}
			return nil
		},
	}
	f := cmd.Flags()
	f.BoolVar(&build, "build", false, "as `up --build`")
	f.BoolVar(&r.NoDeps, "no-deps", false, "as `up --no-deps`")
	f.BoolVar(&r.ForceRecreate, "force-recreate", false, "as `up --force-recreate`")
	f.BoolVar(&r.NoRecreate, "no-recreate", false, "as `up --no-recreate`")
	orphansFlag(f, &r.RemoveOrphans, &r.KeepOrphans, "as `up` or `down` with --remove-orphans")
	f.BoolVar(&down, "down", false, "what `down` would do")
	f.BoolVar(&volumes, "volumes", false, "with --down: as `down -v`")
	exclusive(cmd, "down", "build")
	return cmd
}
