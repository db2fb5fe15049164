package main

import (
	"context"

	"berth/stack"
	"berth/workflow"

	"github.com/spf13/cobra"
)

func (a *app) stopCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "stop [SERVICE…]",
		Short: "Stop services, dependents first; their containers stay",
		RunE: func(cmd *cobra.Command, services []string) error {
			return a.clear(cmd.Context(), func(ctx context.Context, s workflow.Stack, report stack.Report) error {
				return s.Stop(ctx, services, report)
			})
		},
	}
}

func (a *app) restartCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "restart [SERVICE…]",
		Short: "Restart containers as they are; `up` applies changes",
		RunE: func(cmd *cobra.Command, services []string) error {
			return a.clear(cmd.Context(), func(ctx context.Context, s workflow.Stack, report stack.Report) error {
				return s.Restart(ctx, services, report)
			})
		},
	}
}

func (a *app) downCommand() *cobra.Command {
	var o workflow.DownOptions
	cmd := &cobra.Command{
		Use:   "down",
		Short: "Stop and remove the project's containers and networks",
		Args:  args(cobra.NoArgs),
		RunE: func(cmd *cobra.Command, _ []string) error {
			return a.clear(cmd.Context(), func(ctx context.Context, s workflow.Stack, report stack.Report) error {
				return s.Down(ctx, o, report)
			})
		},
	}
	cmd.Flags().BoolVarP(&o.RemoveVolumes, "volumes", "v", false, "remove named volumes too: their data is lost")
	orphansFlag(cmd.Flags(), &o.RemoveOrphans, &o.KeepOrphans, "remove containers of services that the file no longer has")
	return cmd
}

// clear runs a request on what is there with its progress printed.
func (a *app) clear(ctx context.Context, do func(context.Context, workflow.Stack, stack.Report) error) error {
	s, _, err := a.existing(ctx)
	if err != nil {
		return err
	}
	return a.tell(ctx, s, false, do)
}
