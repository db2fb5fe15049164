package main

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"text/tabwriter"
	"time"

	"berth/safetext"
	"berth/stack"
	"berth/store"
	"berth/workflow"

	"github.com/docker/go-units"
	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// addBuildFlags are the flags of `docker compose build` that say how.
func addBuildFlags(f *pflag.FlagSet, o *workflow.BuildOptions, environ func(string) (string, bool)) {
	f.Func("build-arg", "`KEY=VALUE` of an argument, for this build only; KEY alone takes the environment's", func(text string) error {
		key, value, ok := strings.Cut(text, "=")
		if !ok {
			if value, ok = environ(key); !ok {
				return fmt.Errorf("%s is not set in the environment", key)
			}
		}
		if key == "" {
			return errors.New("it has no name")
		}
		if o.Args == nil {
			o.Args = map[string]string{}
		}
		o.Args[key] = value
		return nil
	})
	f.StringVar(&o.Target, "target", "", "stage to build, for this build only")
	f.BoolVar(&o.NoCache, "no-cache", false, "build every step anew")
	f.BoolVar(&o.Pull, "pull", false, "look for newer base images")
}

func (a *app) buildsCommand() *cobra.Command {
	var show int
	cmd := &cobra.Command{
		Use:   "builds [SERVICE]",
		Short: "Past builds: when, result, duration, size, and why steps ran",
		Long: "Builds lists the last 20 builds of each service, newest first: what made\n" +
			"steps run that the cache could have had, or why the build failed.",
		Example: "berth builds model-api\n" +
			"berth builds model-api --show 1   # the steps of the last one",
		Args: args(cobra.MaximumNArgs(1)),
		RunE: func(cmd *cobra.Command, given []string) error { return a.builds(cmd.Context(), given, show) },
	}
	cmd.Flags().IntVar(&show, "show", 0, "the steps of the N-th in the list; 1 is the last build")
	return cmd
}

func (a *app) builds(ctx context.Context, services []string, show int) error {
	p, err := a.load(ctx)
	if err != nil {
		return err
	}
	service := ""
	if len(services) > 0 {
		if p, err = p.Enable(services); err != nil {
			return err
		}
		names, err := p.Select(services, false)
		if err != nil {
			return err
		}
		service = names[0]
	}
	memory, err := store.OpenBuilds("")
	if err != nil {
		return err
	}
	all, unread := memory.List(p.Name, service)
	if show < 0 || show > len(all) {
		return errors.Join(unread, usage(fmt.Errorf("--show %d: there are %d builds", show, len(all)), "`berth builds` lists them"))
	}
	if show > 0 {
		all = all[show-1 : show]
	}
	switch {
	case a.json:
		err = safetext.NewEncoder(a.out).Encode(struct {
			Project string        `json:"project"`
			Builds  []stack.Build `json:"builds"`
		}{p.Name, all})
	case len(all) == 0:
		err = a.warn("no build is remembered: `berth build` and `berth loop` are, once they ran")
	case show > 0:
		err = a.printBuild(all[0])
	default:
		err = a.printBuilds(all, time.Now())
	}
	return errors.Join(err, unread)
}

func (a *app) printBuilds(all []stack.Build, now time.Time) error {
	w := tabwriter.NewWriter(a.out, 0, 0, 3, ' ', 0)
	fmt.Fprintln(w, "BUILT\tSERVICE\tRESULT\tTOOK\tSENT\tSIZE\tWHY")
	for _, b := range all {
		fmt.Fprintf(w, "%s ago\t%s\t%s\t%s\t%s\t%s\t%s\n", stack.Clock(now.Sub(b.At)), b.Service, b.Result, stack.Took(b.Took),
			units.HumanSize(float64(b.Sent)), sizes(b), dash(safetext.Line(why(b))))
	}
	return w.Flush()
}

// why is what there is to say of a build: its options and causes.
func why(b stack.Build) string {
	text := b.Why()
	if o := b.Options.String(); o != "" && text != "" {
		return o + ": " + text
	} else if o != "" {
		return o
	}
	return text
}

// sent is how much of the context went to the Engine.
func sent(b stack.Build) string {
	text := "sent " + units.HumanSize(float64(b.Sent))
	if b.Spared() {
		text += " of " + units.HumanSize(float64(b.Context))
	}
	return text
}

// sizes is an image's size, and by how much it grew.
func sizes(b stack.Build) string {
	if b.After.ID == "" {
		return "–"
	}
	text := units.HumanSize(float64(b.After.Size))
	if grown, ok := b.Grown(); ok {
		text += " (" + signed(grown) + ")"
	}
	return text
}

func signed(bytes int64) string {
	if bytes < 0 {
		return "−" + units.HumanSize(float64(-bytes))
	}
	return "+" + units.HumanSize(float64(bytes))
}

// printBuild prints the steps of a build.
func (a *app) printBuild(b stack.Build) error {
	fmt.Fprintf(a.out, "%s  %s after %s, %s  %s  %s\n", b.Service, b.Result, stack.Took(b.Took), b.At.Local().Format(time.DateTime), sent(b), sizes(b))
	if o := b.Options.String(); o != "" {
		fmt.Fprintln(a.out, "  with", safetext.Line(o))
	}
	for _, s := range b.Steps {
		line := fmt.Sprintf("  %s %8s  %s", glyph(s.Status), took(s), safetext.Line(s.Name))
		if s.Cause != "" {
			line += "  · " + safetext.Line(s.Cause)
		}
		fmt.Fprintln(a.out, line)
		for _, l := range s.Output {
			fmt.Fprintln(a.out, "             │", safetext.Line(l))
		}
	}
	if b.Error != "" {
		fmt.Fprintln(a.out, " ", glyph(stack.Failed), safetext.Line(b.Error))
	}
	return nil
}

// took is how long a step took, where it did anything.
func took(s stack.BuildStep) string {
	if s.Status == stack.Cached {
		return string(s.Status)
	}
	return stack.Took(s.Took)
}
