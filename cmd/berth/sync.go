package main

import (
	"context"
	"errors"
	"fmt"

	"berth/safetext"
	"berth/stack"
	"berth/workflow"

	"github.com/spf13/cobra"
)

func (a *app) syncCommand() *cobra.Command {
	var f watchFlags
	cmd := &cobra.Command{
		Use:   "sync [SERVICE…]",
		Short: "Copy changed files into running services, without a build",
		Long: "Sync copies the files that differ from what a service's image was built from\n" +
			"into its container, as the sync triggers of its develop.watch section say, and\n" +
			"then restarts it or runs a command in it where they say so. Once; `berth watch`\n" +
			"goes on doing it.",
		Example: "berth sync\n" +
			"berth sync model-api",
		RunE: func(cmd *cobra.Command, services []string) error { return a.sync(cmd.Context(), services, f) },
	}
	fs := cmd.Flags()
	fs.BoolVar(&f.silent, "no-predict", false, "send no prediction")
	fs.BoolVarP(&f.verbose, "verbose", "v", false, "print the output of commands")
	return cmd
}

func (a *app) sync(ctx context.Context, services []string, f watchFlags) error {
	s, p, err := a.stack(ctx)
	if err != nil {
		return err
	}
	how, err := a.loopOptions(s, p, f.silent)
	if err != nil {
		return err
	}
	orders, notes, err := s.SyncOrders(ctx, services)
	if err != nil {
		return err
	}
	for _, n := range notes {
		if err := a.warn(n); err != nil {
			return err
		}
	}
	if len(orders) == 0 && !a.json {
		_, err := fmt.Fprintln(a.out, "nothing to sync: the files are those that the images were built from")
		return err
	}
	var failed []error
	for _, o := range orders {
		if !a.json {
			fmt.Fprintln(a.out, safetext.Line(o.String()))
		}
		var turn workflow.Turn
		var left string
		err := a.tell(ctx, s, f.verbose, func(ctx context.Context, s workflow.Stack, report stack.Report) (err error) {
			turn, left, err = s.Carry(ctx, o, how, report)
			return err
		})
		if err == nil && left != "" {
			err = &stack.Problem{What: "nothing was synced", Err: errors.New(left)}
		}
		switch {
		case a.json:
			if e := safetext.NewEncoder(a.out).Encode(map[string]any{"order": o, "turn": turn}); err == nil {
				err = e
			}
		case err == nil:
			err = printTurn(a.out, turn)
		}
		failed = append(failed, err)
	}
	return errors.Join(failed...)
}
