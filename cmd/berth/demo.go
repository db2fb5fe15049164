package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"berth/stack"
	"berth/store"
	"berth/workflow"

	"github.com/spf13/cobra"
)

func (a *app) demoCommand() *cobra.Command {
	var dir string
	var transcript, down bool
	cmd := &cobra.Command{
		Use:   "demo",
		Short: "The built-in model service, up and serving, in the dashboard",
		Long: "Demo writes the built-in project into a folder of its own, builds it, brings it\n" +
			"up and opens the dashboard on it. Without a terminal it tells the same story as\n" +
			"a transcript. `berth demo --down` removes its containers again.",
		Args: args(cobra.NoArgs),
		RunE: func(cmd *cobra.Command, _ []string) error {
			d, err := a.demoIn(dir)
			if err != nil {
				return err
			}
			if down {
				return d.down(cmd.Context())
			}
			return d.run(cmd.Context(), transcript || a.json || !isTerminal(a.out) || !isTerminal(a.in))
		},
	}
	f := cmd.Flags()
	f.StringVar(&dir, "dir", "", "where to write the project (default: a folder under the user's data directory)")
	f.BoolVar(&transcript, "transcript", false, "tell the story as lines even in a terminal")
	f.BoolVar(&down, "down", false, "stop the demo and remove its containers")
	return cmd
}

// demoName is not the template's own: a project that `berth init` wrote must
// not take the demo's containers for its own.
const demoName = "berth-demo"

// demo is one run of the demo.
type demo struct {
	*app
	dir string
}

// demoIn is the demo in a folder; empty means the one under the user's data
// directory.
func (a *app) demoIn(dir string) (demo, error) {
	if dir == "" {
		data, err := store.DataDir()
		if err != nil {
			return demo{}, err
		}
		dir = filepath.Join(data, "demo")
	}
	if a.project.Name == "" && os.Getenv("COMPOSE_PROJECT_NAME") == "" {
		a.project.Name = demoName
	}
	return demo{app: a, dir: dir}, nil
}

func (d *demo) run(ctx context.Context, transcript bool) error {
	e, err := d.engine(ctx)
	if err != nil {
		return err
	}
	if err := d.write(); err != nil {
		return err
	}
	if err := d.prepare(ctx, e); err != nil {
		return err
	}
	if !transcript {
		return d.dashboard(ctx, dashboardOptions{up: true})
	}
	return d.tell(ctx)
}

func (d *demo) down(ctx context.Context) error {
	if _, err := os.Stat(filepath.Join(d.dir, "docker-compose.yml")); errors.Is(err, fs.ErrNotExist) {
		d.say("no demo in %s", d.dir)
		return nil
	}
	d.project.ProjectDir, d.project.WorkingDir = d.dir, d.dir
	return d.work(ctx, false, func(ctx context.Context, s workflow.Stack, report stack.Report) error {
		return s.Down(ctx, workflow.DownOptions{RemoveOrphans: true, RemoveVolumes: true}, report)
	})
}

// say tells a line of the story; progress and errors go to standard error.
func (d *demo) say(format string, args ...any) {
	if !d.json {
		fmt.Fprintf(d.out, format+"\n", args...)
	}
}

// write puts the project into the demo's folder. One that is there already is
// the user's, with their edits, and stays.
func (d *demo) write() error {
	switch _, err := os.Stat(filepath.Join(d.dir, "docker-compose.yml")); {
	case err == nil:
		d.say("project   %s (as you left it)", d.dir)
		return nil
	case !errors.Is(err, fs.ErrNotExist):
		return err
	}
	written, err := writeProject(d.dir)
	if err != nil {
		return err
	}
	d.say("project   %s (%d files)", d.dir, len(written))
	return nil
}
