package main

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"text/tabwriter"

	"berth/compose"
	"berth/safetext"
	"berth/store"
	"berth/tui"
	"berth/tui/bind"

	"github.com/spf13/cobra"
)

// loadSettings reads the settings that apply in a project's folder, once. What
// is wrong in them is said and costs that setting only.
func (a *app) loadSettings(projectDir string) (*store.Settings, error) {
	if a.settings != nil {
		return a.settings, nil
	}
	settings, amiss := readSettings(projectDir)
	if settings == nil {
		return nil, amiss
	}
	if amiss != nil {
		a.printError(amiss)
	}
	a.settings = settings
	return settings, nil
}

// readSettings reads the settings, and checks the keys among them against what
// the dashboard can do, and the theme. The error says all that is wrong; without settings
// nothing could be read.
func readSettings(projectDir string) (*store.Settings, error) {
	settings, err := store.Load(store.Sources{ProjectDir: projectDir})
	if settings == nil {
		return nil, err
	}
	_, keys := bindings(settings)
	_, colours := chooseTheme(settings)
	return settings, errors.Join(slices.Concat([]error{err}, keys, colours)...)
}

// bindings is the keys of a person's settings.
func bindings(s *store.Settings) (bind.Map, []error) {
	var wishes []bind.Wish
	for _, b := range s.Bindings {
		wishes = append(wishes, bind.Wish{ID: b.Action, Keys: b.Keys, Where: b.Origin})
	}
	return tui.Keys(wishes)
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
			dir, err := a.projectDir(cmd.Context())
			if err != nil {
				return err
			}
			settings, problem := readSettings(dir)
			if settings == nil {
				return problem
			}
			if a.json {
				return errors.Join(safetext.NewEncoder(a.out).Encode(settings.Effective()), problem)
			}
			w := tabwriter.NewWriter(a.out, 0, 0, 3, ' ', 0)
			for _, e := range settings.Effective() {
				fmt.Fprintf(w, "%s\t%s\t%s\n", e.Key, safetext.Line(e.Value), safetext.Line(e.Origin))
			}
			return errors.Join(w.Flush(), problem)
		},
	}
	cmd.Flags().BoolVar(&keys, "keys", false, "list every setting with its meaning and environment variable, and every action with its keys")
	return cmd
}

// projectDir is the folder of the compose project, or this one where there is
// none: settings can be looked at anywhere.
func (a *app) projectDir(ctx context.Context) (string, error) {
	p, err := a.load(ctx)
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
	actions := tui.Actions()
	if a.json {
		type action struct {
			Action string   `json:"action"`
			Keys   []string `json:"keys"`
			Doc    string   `json:"doc"`
		}
		doc := struct {
			Settings []store.Key `json:"settings"`
			Actions  []action    `json:"actions"`
		}{Settings: store.Keys()}
		for _, k := range actions {
			doc.Actions = append(doc.Actions, action{k.ID, k.Keys, k.Desc})
		}
		return safetext.NewEncoder(a.out).Encode(doc)
	}
	w := tabwriter.NewWriter(a.out, 0, 0, 3, ' ', 0)
	for _, k := range store.Keys() {
		fmt.Fprintf(w, "%s\t%s\t%s\t%s\n", k.Name, k.Default, k.Env(), k.Doc)
	}
	fmt.Fprintf(w, "\nin the table [keys]: an action, and a key or a list of them\n")
	for _, k := range actions {
		fmt.Fprintf(w, "%s\t%s\t\t%s\n", k.ID, strings.Join(k.Keys, " "), k.Desc)
	}
	return w.Flush()
}
