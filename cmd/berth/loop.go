package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"berth/safetext"
	"berth/stack"
	"berth/workflow"

	"github.com/spf13/cobra"
)

// loopFlags are the flags of berth loop that are not the workflow's.
type loopFlags struct {
	back, silent, verbose, check bool
	tolerance                    float64
	grace                        time.Duration
}

func (a *app) loopCommand() *cobra.Command {
	var o workflow.LoopOptions
	var f loopFlags
	cmd := &cobra.Command{
		Use:   "loop [SERVICE]",
		Short: "Rebuild a service, replace it, predict again, and say what changed",
		Long: "Loop builds a service. If that changes its image it replaces the container,\n" +
			"waits until it serves, sends your last prediction again and compares the\n" +
			"answers, and asks the cases in predictions/. A build that fails leaves the running service alone, and --back puts\n" +
			"the image before the last turn back in place.",
		Example: "berth loop\n" +
			"berth loop model-api --no-cache\n" +
			"berth loop --back",
		Args: args(cobra.MaximumNArgs(1)),
		RunE: func(cmd *cobra.Command, given []string) error {
			if len(given) == 1 {
				o.Service = given[0]
			}
			return a.loop(cmd.Context(), o, f, cmd.Flags().Changed)
		},
	}
	fs := cmd.Flags()
	fs.BoolVar(&f.back, "back", false, "put the previous image back; again: undo that")
	addBuildFlags(fs, &o.Build, os.LookupEnv)
	fs.BoolVar(&f.silent, "no-predict", false, "send no prediction, and ask no suite")
	fs.BoolVar(&f.check, "check", false, "exit status 3 where a case of a suite does not pass")
	fs.Float64Var(&f.tolerance, "tolerance", 0, "relative difference of equal numbers (default: setting loop_tolerance, 1e-6)")
	fs.DurationVar(&f.grace, "grace", 0, "for the old container to end, in whole seconds (default: setting loop_grace, 1s)")
	bySetting(fs, "grace")
	fs.BoolVarP(&f.verbose, "verbose", "v", false, "print cached steps and the output of builds")
	return cmd
}

func (a *app) loop(ctx context.Context, o workflow.LoopOptions, f loopFlags, given func(flag string) bool) error {
	s, p, err := a.stack(ctx)
	if err != nil {
		return err
	}
	settings, err := a.loadSettings(p.Dir)
	if err != nil {
		return err
	}
	if !given("tolerance") {
		f.tolerance = settings.LoopTolerance
	}
	if o.Grace = f.grace; !given("grace") {
		o.Grace = settings.LoopGrace
	}
	if f.check && f.silent {
		return usage(errors.New("--no-predict asks no suite for --check"), "give one of them")
	}
	if f.back && !o.Build.IsZero() {
		return usage(errors.New("--back builds nothing"), "leave "+o.Build.String()+" out")
	}
	if o.Grace < 0 || o.Grace%time.Second != 0 || !(f.tolerance >= 0) { // NaN is not
		return usage(fmt.Errorf("--grace %v --tolerance %v", o.Grace, f.tolerance), "whole seconds, and a number from 0")
	}
	if !f.silent {
		pr, err := a.predictor(s, p.Dir, settings)
		if err != nil {
			return err
		}
		o.Replay = pr.replay(f.tolerance)
		if settings.LoopSuite || f.check {
			o.Suite = pr.suites(p, settings).afterTurn
		}
	}
	var turn workflow.Turn
	err = a.tell(ctx, s, f.verbose, func(ctx context.Context, s workflow.Stack, report stack.Report) (err error) {
		if f.back {
			turn, err = s.Back(ctx, o, report)
		} else {
			turn, err = s.Loop(ctx, o, report)
		}
		return err
	})
	if a.json {
		if e := safetext.NewEncoder(a.out).Encode(map[string]workflow.Turn{"turn": turn}); err == nil {
			err = e
		}
	} else if err == nil {
		err = printTurn(a.out, turn)
	}
	if r := turn.Suite; err == nil && f.check && r != nil {
		err = refused(r)
	}
	return err
}

// printTurn says what a turn did and where its time went.
func printTurn(out io.Writer, t workflow.Turn) error {
	var b strings.Builder
	if t.Unchanged {
		fmt.Fprintf(&b, "%s  unchanged after %s: %s\n", t.Service, stack.Took(t.Took), t)
		_, err := io.WriteString(out, b.String())
		return err
	}
	switch {
	case t.After.ID == "":
		fmt.Fprintf(&b, "%s  done after %s: %s\n", t.Service, stack.Took(t.Took), safetext.Line(t.Did))
	default:
		fmt.Fprintf(&b, "%s  serving after %s  image %s\n", t.Service, stack.Took(t.Took), t.Exchange())
	}
	longest := time.Duration(1)
	for _, p := range t.Phases {
		longest = max(longest, p.Took)
	}
	for _, p := range t.Phases {
		fmt.Fprintf(&b, "  %-8s %-24s %s\n", p.Name, strings.Repeat("█", int(24*p.Took/longest)), stack.Took(p.Took))
	}
	if r := t.Replay; r != nil {
		fmt.Fprintf(&b, "  %s\n", safetext.Line(r.String()))
		for _, d := range r.Differences() {
			fmt.Fprintf(&b, "    %s\n", d)
		}
	}
	if r := t.Suite; r != nil {
		fmt.Fprintf(&b, "  suite: %s\n", r.Verdict)
		for _, line := range r.Lines() {
			fmt.Fprintf(&b, "    %s\n", line)
		}
	}
	_, err := io.WriteString(out, b.String())
	return err
}
