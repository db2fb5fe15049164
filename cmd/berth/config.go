package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"path/filepath"
	"text/tabwriter"

	"berth/compose"
	"berth/safetext"
	"berth/store"

	"github.com/spf13/cobra"
)

// loadSettings reads the settings that apply in a project's folder, once. What
// is wrong in them is said and costs that setting only.
func (a *app) loadSettings(projectDir string) (*store.Settings, error) {
	if a.settings != nil {
		return a.settings, nil
	}
	settings, err := store.Load(store.Sources{ProjectDir: projectDir})
	if settings == nil {
		return nil, err
	}
	if err != nil {
		a.printError(err)
	}
	a.settings = settings
	return settings, nil
}

func (a *app) configCommand() *cobra.Command {
	var keys bool
	cmd := &cobra.Command{
		Use:   "config",
		Short: "Print the settings in effect, and where each comes from",
		Args:  args(cobra.NoArgs),
		RunE: func(cmd *cobra.Command, _ []string) error {
			if keys {
				return a.printKeys()
			}
			dir, err := a.projectDir(cmd)
			if err != nil {
				return err
			}
			settings, problem := store.Load(store.Sources{ProjectDir: dir})
			if settings == nil {
				return problem
			}
			if a.json {
				return errors.Join(json.NewEncoder(a.out).Encode(settings.Effective()), problem)
			}
			w := tabwriter.NewWriter(a.out, 0, 0, 3, ' ', 0)
			for _, e := range settings.Effective() {
				fmt.Fprintf(w, "%s\t%s\t%s\n", e.Key, safetext.Line(e.Value), safetext.Line(e.Origin))
			}
			return errors.Join(w.Flush(), problem)
		},
	}
	cmd.Flags().BoolVar(&keys, "keys", false, "list every setting with its meaning and environment variable")
	return cmd
}

// projectDir is the folder of the compose project, or this one where there is
// none: settings can be looked at anywhere.
func (a *app) projectDir(cmd *cobra.Command) (string, error) {
	p, err := a.load(cmd.Context())
	switch {
	case err == nil:
		return p.Dir, nil
	case errors.Is(err, compose.ErrNoFile):
		return filepath.Abs(".")
	default:
		return "", err
	}
}

func (a *app) printKeys() error {
	if a.json {
		return json.NewEncoder(a.out).Encode(store.Keys())
	}
	w := tabwriter.NewWriter(a.out, 0, 0, 3, ' ', 0)
	for _, k := range store.Keys() {
		fmt.Fprintf(w, "%s\t%s\t%s\t%s\n", k.Name, k.Default, k.Env(), k.Doc)
	}
	return w.Flush()
}
