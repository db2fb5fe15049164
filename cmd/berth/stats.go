package main

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"
	"text/tabwriter"

	"berth/safetext"

	"berth/stack"

	"github.com/docker/go-units"
	"github.com/spf13/cobra"
	"golang.org/x/sync/errgroup"
)

func (a *app) statsCommand() *cobra.Command {
	var follow bool
	cmd := &cobra.Command{
		Use:   "stats [SERVICE…]",
		Short: "Print what containers use: processor and memory",
		RunE: func(cmd *cobra.Command, services []string) error {
			s, _, err := a.existing(cmd.Context())
			if err != nil {
				return err
			}
			list, err := s.List(cmd.Context(), services)
			if err != nil {
				return err
			}
			var up []stack.Ref
			for _, service := range list {
				if service.Up() {
					up = append(up, service.Ref)
				}
			}
			if len(up) == 0 {
				return notRunning(services, list)
			}
			if follow {
				return a.followStats(cmd.Context(), up)
			}
			return a.printStats(cmd.Context(), up)
		},
	}
	cmd.Flags().BoolVarP(&follow, "follow", "f", false, "print a line for each sample, about one a second")
	return cmd
}

// notRunning is the error where none of what was named, or of the project, runs.
func notRunning(names []string, list []stack.Service) error {
	if len(names) == 0 {
		return &stack.Problem{What: "nothing of the project is running", Hint: "`berth up` starts it"}
	}
	var services []string
	for _, s := range list {
		if !slices.Contains(services, s.Service) {
			services = append(services, s.Service)
		}
	}
	return &stack.Problem{What: strings.Join(names, ", ") + " is not running", Hint: "`berth up " + strings.Join(services, " ") + "` starts it"}
}

// printStats prints one sample of each.
func (a *app) printStats(ctx context.Context, refs []stack.Ref) error {
	samples := make([]stack.Sample, len(refs))
	g, ctx := errgroup.WithContext(ctx)
	for i, r := range refs {
		g.Go(func() error {
			for s, err := range a.eng.Stats(ctx, r) {
				samples[i] = s
				return err
			}
			return ctx.Err() // it ended meanwhile
		})
	}
	if err := g.Wait(); err != nil {
		return err
	}
	return a.tellStats(refs, samples)
}

// tellStats prints a sample of each; one without a time is of a container that
// ended before it was measured.
func (a *app) tellStats(refs []stack.Ref, samples []stack.Sample) error {
	if a.json {
		enc := safetext.NewEncoder(a.out)
		for i, s := range samples {
			if s.At.IsZero() {
				if err := a.warn(refs[i].String() + " ended before it was measured"); err != nil {
					return err
				}
				continue
			}
			if err := enc.Encode(s); err != nil {
				return err
			}
		}
		return nil
	}
	w := tabwriter.NewWriter(a.out, 0, 0, 3, ' ', tabwriter.AlignRight)
	fmt.Fprintln(w, "SERVICE\tCPU\tMEMORY\tOF\t")
	for i, s := range samples {
		if s.At.IsZero() {
			fmt.Fprintf(w, "%s\tended\t–\t–\t\n", shown(refs[i]))
			continue
		}
		fmt.Fprintf(w, "%s\t%.1f%%\t%s\t%s\t\n", shown(s.Ref), s.CPU*100, units.HumanSize(float64(s.Memory)), units.HumanSize(float64(s.Limit)))
	}
	return w.Flush()
}

// followStats prints samples as they come, until all have ended.
func (a *app) followStats(ctx context.Context, refs []stack.Ref) error {
	var mu sync.Mutex // of the output
	enc := safetext.NewEncoder(a.out)
	print := func(s stack.Sample) error {
		mu.Lock()
		defer mu.Unlock()
		if a.json {
			return enc.Encode(s)
		}
		_, err := fmt.Fprintf(a.out, "%s  %-20s %6.1f%%  %s\n", s.At.Local().Format("15:04:05"), shown(s.Ref), s.CPU*100, units.HumanSize(float64(s.Memory)))
		return err
	}
	g, ctx := errgroup.WithContext(ctx)
	for _, r := range refs {
		g.Go(func() error {
			for s, err := range a.eng.Stats(ctx, r) {
				if err == nil {
					err = print(s)
				}
				if err != nil {
					return err
				}
			}
			return ctx.Err()
		})
	}
	return g.Wait()
}
