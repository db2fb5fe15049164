package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"berth/stack"

	"charm.land/fang/v2"
	"github.com/spf13/cobra"
)

// streams are the process's standard streams, or a test's.
type streams struct {
	in       *os.File
	out, err io.Writer
}

// run is main without the process: it returns the exit status.
func run(ctx context.Context, args []string, s streams) int {
	a := &app{streams: s}
	root := newRoot(a)
	root.SetArgs(args)
	root.SetIn(s.in)
	root.SetOut(s.out)
	root.SetErr(s.err)
	err := fang.Execute(ctx, root,
		fang.WithVersion(version()),
		fang.WithoutManpage(),
		fang.WithErrorHandler(func(io.Writer, fang.Styles, error) {}), // ours is below
	)
	if closeErr := a.close(); err == nil {
		err = closeErr
	}
	if err != nil {
		a.printError(err)
	}
	return exitStatus(ctx, err)
}

func newRoot(a *app) *cobra.Command {
	root := &cobra.Command{
		Use:   "berth",
		Short: "Develop a model service in containers",
		Long: "Berth is one window for developing a model service in containers:\n" +
			"edit, rebuild, serving, predict. It reads docker-compose.yml and drives the\n" +
			"Docker Engine itself. Without a command it opens the dashboard for the compose\n" +
			"project of this folder.",
		Example: "berth demo              # the built-in model service, up and serving\n" +
			"berth init churn        # write it into ./churn\n" +
			"berth up --wait         # build, start, return when it serves\n" +
			"berth predict           # send a first prediction",
		Args: func(cmd *cobra.Command, args []string) error {
			if len(args) == 0 {
				return nil
			}
			hint := "`berth --help` lists the commands"
			if near := cmd.SuggestionsFor(args[0]); len(near) > 0 {
				hint = "did you mean " + strings.Join(near, " or ") + "?"
			}
			return usage(fmt.Errorf("unknown command %q", args[0]), hint)
		},
		RunE:                       func(cmd *cobra.Command, _ []string) error { return a.dashboard(cmd.Context(), dashboardOptions{}) },
		TraverseChildren:           true,
		SuggestionsMinimumDistance: 2,
	}
	root.SetFlagErrorFunc(func(cmd *cobra.Command, err error) error {
		return usage(err, fmt.Sprintf("`%s --help` lists the flags", cmd.CommandPath()))
	})
	root.AddCommand(
		a.initCommand(), a.demoCommand(),
		a.upCommand(), a.buildCommand(), a.buildsCommand(), a.pullCommand(), a.stopCommand(), a.restartCommand(), a.downCommand(), a.planCommand(),
		a.loopCommand(), a.watchCommand(), a.syncCommand(), a.psCommand(), a.healthCommand(), a.logsCommand(), a.statsCommand(), a.predictCommand(), a.historyCommand(),
		a.configCommand(), a.versionCommand(),
	)
	a.addFlagsBelow(root)
	return root
}

// usage marks an error as the caller's (exit status 2).
func usage(err error, hint string) error {
	return &stack.Problem{What: err.Error(), Hint: hint, Err: stack.ErrUsage}
}

// args is cobra's check with our exit status.
func args(check cobra.PositionalArgs) cobra.PositionalArgs {
	return func(cmd *cobra.Command, given []string) error {
		if err := check(cmd, given); err != nil {
			return usage(err, fmt.Sprintf("`%s --help` shows how", cmd.CommandPath()))
		}
		return nil
	}
}

// exclusive refuses flags that exclude each other as bad usage.
func exclusive(cmd *cobra.Command, flags ...string) {
	cmd.PreRunE = func(cmd *cobra.Command, _ []string) error {
		var given []string
		for _, name := range flags {
			if cmd.Flags().Changed(name) {
				given = append(given, "--"+name)
			}
		}
		if len(given) < 2 {
			return nil
		}
		return usage(errors.New(strings.Join(given, " and ")+" exclude each other"), "give one of them")
	}
}

// exitStatus follows the table in the README.
func exitStatus(ctx context.Context, err error) int {
	switch {
	case err == nil:
		return 0
	case errors.Is(err, context.Canceled) && ctx.Err() != nil:
		return 130
	case errors.Is(err, stack.ErrUsage):
		return 2
	case errors.Is(err, stack.ErrRefused):
		return 3
	default:
		return 1
	}
}
