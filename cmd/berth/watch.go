package main

import (
	"context"
	"fmt"
	"io"
	"iter"
	"strings"
	"text/tabwriter"

	"berth/compose"
	"berth/safetext"
	"berth/stack"
	"berth/store"
	"berth/workflow"

	"github.com/spf13/cobra"
)

// watchFlags are the flags of berth watch that are not the workflow's.
type watchFlags struct {
	up, apply, silent, verbose bool
}

func (a *app) watchCommand() *cobra.Command {
	var f watchFlags
	cmd := &cobra.Command{
		Use:   "watch [SERVICE…]",
		Short: "Rebuild, sync or restart services as their files change",
		Long: "Watch does what the develop.watch sections of the compose file ask for: sync,\n" +
			"rebuild, restart, sync+restart, sync+exec. A service without one is rebuilt when\n" +
			"what it is built from changes, as `berth loop` does it, and restarted when a\n" +
			"file in a folder that is mounted in it changes, unless it reloads by itself.\n" +
			"Content decides: a file that is only touched changes nothing. A service that\n" +
			"does not run is left alone. When the compose file changes the new plan is\n" +
			"printed. ctrl+c ends it; ctrl+z and fg pause it.",
		Example: "berth watch\n" +
			"berth watch --up model-api\n" +
			"berth watch --json | jq -c 'select(.order)'",
		RunE: func(cmd *cobra.Command, services []string) error { return a.watch(cmd.Context(), services, f) },
	}
	fs := cmd.Flags()
	fs.BoolVar(&f.up, "up", false, "bring the services up first")
	fs.BoolVar(&f.apply, "apply", false, "when the compose file changes, do what the new plan says")
	fs.BoolVar(&f.silent, "no-predict", false, "send no prediction")
	fs.BoolVarP(&f.verbose, "verbose", "v", false, "print cached steps and the output of builds")
	return cmd
}

func (a *app) watch(ctx context.Context, services []string, f watchFlags) error {
	s, p, err := a.stack(ctx)
	if err != nil {
		return err
	}
	if p, err = p.Enable(services); err != nil {
		return err
	}
	if _, err := p.Select(services, false); err != nil {
		return err
	}
	how, err := a.loopOptions(s, p, f.silent)
	if err != nil {
		return err
	}
	if f.up {
		err := a.tell(ctx, s, f.verbose, func(ctx context.Context, s workflow.Stack, report stack.Report) error {
			return s.Up(ctx, workflow.UpOptions{Services: services, Wait: true}, report)
		})
		if err != nil {
			return err
		}
	}
	w := watching{app: a, Stack: s, services: services, flags: f, progress: a.progress(f.verbose)}
	err = s.Obey(ctx, workflow.FollowOptions{Services: services, Changes: a.projects}, how, workflow.Audience{
		News: w.news, Begins: w.begins, Ended: w.ended, Changed: w.changed,
	})
	return w.progress.done(err)
}

// loopOptions is how to go round the loop, by the settings.
func (a *app) loopOptions(s workflow.Stack, p *compose.Project, silent bool) (workflow.LoopOptions, error) {
	var settings *store.Settings
	settings, err := a.loadSettings(p.Dir)
	if err != nil {
		return workflow.LoopOptions{}, err
	}
	how := workflow.LoopOptions{Grace: settings.LoopGrace}
	if !silent {
		pr, err := a.predictor(s, p.Dir, settings)
		if err != nil {
			return how, err
		}
		how.Replay = pr.replay(settings.LoopTolerance)
		if settings.LoopSuite {
			how.Suite = pr.suites(p, settings).afterTurn
		}
	}
	return how, nil
}

// projects is the project each time its files have changed.
func (a *app) projects(ctx context.Context, p *compose.Project) iter.Seq2[*compose.Project, error] {
	return compose.Changes(ctx, a.project, p, lookAtFiles)
}

// watching is a berth watch under way.
type watching struct {
	*app
	workflow.Stack
	services []string
	flags    watchFlags
	progress *progress
}

func (w *watching) news(n workflow.News, err error) {
	w.progress.say(func() error {
		switch {
		case err != nil:
			w.printError(err)
			return nil
		case w.json:
			return safetext.NewEncoder(w.out).Encode(n)
		case n.Scope != nil:
			return printScope(w.out, *n.Scope)
		default:
			_, err := fmt.Fprintln(w.out, safetext.Line(n.String()))
			return err
		}
	})
}

// printScope says what is watched, and what follows.
func printScope(out io.Writer, s workflow.Scope) error {
	if _, err := fmt.Fprintln(out, s); err != nil {
		return err
	}
	t := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	for _, r := range s.Rules {
		fmt.Fprintf(t, "  %s\t%s\t→ %s\n", safetext.Line(r.Service), safetext.Line(r.Path), safetext.Line(r.Does))
	}
	for _, n := range s.Notes {
		fmt.Fprintf(t, "%s %s\n", glyph(stack.Warning), safetext.Line(n))
	}
	return t.Flush()
}

func (w *watching) begins(o workflow.Order) stack.Report {
	w.progress.anew(o.Service)
	return w.progress.report
}

func (w *watching) ended(out workflow.Outcome) {
	w.progress.say(func() error {
		switch {
		case w.json:
			doc := struct {
				Turn  workflow.Turn `json:"turn"`
				Left  string        `json:"left,omitempty"`
				Error string        `json:"error,omitempty"`
			}{Turn: out.Turn, Left: out.Left}
			if out.Err != nil {
				doc.Error = out.Err.Error()
			}
			return safetext.NewEncoder(w.out).Encode(doc)
		case out.Err != nil:
			w.printError(out.Err)
			return nil
		case out.Left != "":
			_, err := fmt.Fprintln(w.out, "nothing done:", safetext.Line(out.Left))
			return err
		default:
			return printTurn(w.out, out.Turn)
		}
	})
	w.progress.anew(out.Order.Service)
}

// changed shows what up would do now, and does it if that was asked for.
func (w *watching) changed(ctx context.Context) {
	plan, err := w.PlanFor(ctx, compose.Request{Op: compose.OpUp, Services: w.services}, false)
	if err == nil {
		w.progress.say(func() error {
			if w.json {
				return safetext.NewEncoder(w.out).Encode(map[string]compose.Plan{"plan": plan})
			}
			for _, line := range safetext.Block(strings.TrimRight(plan.String(), "\n")) {
				if _, err := fmt.Fprintln(w.out, "  "+line); err != nil {
					return err
				}
			}
			return nil
		})
		if w.flags.apply && !plan.Empty() {
			w.progress.anew("")
			err = w.Up(ctx, workflow.UpOptions{Services: w.services, Wait: true}, w.progress.report)
		}
	}
	if err != nil && ctx.Err() == nil {
		w.progress.say(func() error { w.printError(err); return nil })
	}
}
