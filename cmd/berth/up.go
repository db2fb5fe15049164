package main

import (
	"context"
	"os"
	"strconv"
	"time"

	"berth/stack"
	"berth/workflow"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

func (a *app) upCommand() *cobra.Command {
	var o workflow.UpOptions
	var timeout time.Duration
	var detached, verbose bool
	cmd := &cobra.Command{
		Use:   "up [SERVICE…]",
		Short: "Build what is missing, create, recreate or start what differs",
		Long: "Up makes the Engine match the compose file, as `docker compose up -d` does.\n" +
			"With --wait it returns when every service serves: when it answers what its\n" +
			"health check asks, not when Docker's first interval is over.",
		RunE: func(cmd *cobra.Command, services []string) error {
			o.Services = services
			return a.work(cmd.Context(), verbose, func(ctx context.Context, s workflow.Stack, report stack.Report) error {
				if timeout > 0 {
					s.WaitTimeout = timeout
				}
				return s.Up(ctx, o, report)
			})
		},
	}
	f := cmd.Flags()
	f.BoolVarP(&detached, "detach", "d", false, "always the case; accepted for the fingers' sake")
	f.BoolVar(&o.Build, "build", false, "build images even if they are there")
	f.BoolVar(&o.Wait, "wait", false, "return when every service serves")
	f.DurationVar(&timeout, "wait-timeout", 0, "limit of --wait (default: setting wait_timeout, 5m)")
	bySetting(f, "wait-timeout")
	f.BoolVar(&o.NoDeps, "no-deps", false, "leave what the services depend on alone")
	f.BoolVar(&o.ForceRecreate, "force-recreate", false, "recreate containers that have not changed")
	f.BoolVar(&o.NoRecreate, "no-recreate", false, "keep containers that have changed")
	orphansFlag(f, &o.RemoveOrphans, &o.KeepOrphans, "remove containers of services that the file no longer has")
	f.BoolVarP(&verbose, "verbose", "v", false, "print cached steps and the output of builds")
	exclusive(cmd, "force-recreate", "no-recreate")
	return cmd
}

// bySetting says of a flag that its default is a setting, which its usage names:
// the help would call 0s the default.
func bySetting(f *pflag.FlagSet, flag string) { f.Lookup(flag).DefValue = "" }

// orphansFlag is --remove-orphans; given, it goes before COMPOSE_REMOVE_ORPHANS.
func orphansFlag(f *pflag.FlagSet, remove, keep *bool, usage string) {
	f.BoolFunc("remove-orphans", usage, func(text string) error {
		yes, err := strconv.ParseBool(text)
		*remove, *keep = yes, !yes
		return err
	})
}

func (a *app) buildCommand() *cobra.Command {
	var o workflow.BuildOptions
	var verbose bool
	cmd := &cobra.Command{
		Use:   "build [SERVICE…]",
		Short: "Build images with the Engine's BuildKit",
		Long: "Build builds images, and says of the first step of each stage that is not\n" +
			"cached why: which file, argument or base image broke the cache. `berth builds`\n" +
			"lists what was built.",
		Example: "berth build\n" +
			"berth build model-api --build-arg VERSION=1.2.0 --target runtime",
		RunE: func(cmd *cobra.Command, services []string) error {
			return a.work(cmd.Context(), verbose, func(ctx context.Context, s workflow.Stack, report stack.Report) error {
				return s.Build(ctx, services, o, report)
			})
		},
	}
	f := cmd.Flags()
	addBuildFlags(f, &o, os.LookupEnv)
	f.BoolVarP(&verbose, "verbose", "v", false, "print cached steps and the output of builds")
	return cmd
}

func (a *app) pullCommand() *cobra.Command {
	var verbose bool
	cmd := &cobra.Command{
		Use:   "pull [SERVICE…]",
		Short: "Pull the images of services that are not built",
		RunE: func(cmd *cobra.Command, services []string) error {
			return a.work(cmd.Context(), verbose, func(ctx context.Context, s workflow.Stack, report stack.Report) error {
				return s.Pull(ctx, services, report)
			})
		},
	}
	cmd.Flags().BoolVarP(&verbose, "verbose", "v", false, "print every layer")
	return cmd
}

// work runs a request of the project with its progress printed.
func (a *app) work(ctx context.Context, verbose bool, do func(context.Context, workflow.Stack, stack.Report) error) error {
	s, _, err := a.stack(ctx)
	if err != nil {
		return err
	}
	return a.tell(ctx, s, verbose, do)
}

// tell runs a request with its progress printed.
func (a *app) tell(ctx context.Context, s workflow.Stack, verbose bool, do func(context.Context, workflow.Stack, stack.Report) error) error {
	p := a.progress(verbose)
	return p.done(do(ctx, s, p.report))
}
