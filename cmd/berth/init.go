package main

import (
	"errors"
	"fmt"

	"berth/safetext"

	"berth/assets"
	"berth/stack"

	"github.com/spf13/cobra"
)

func (a *app) initCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "init [DIR]",
		Short: "Write the built-in model-service project",
		Long: "Init writes a complete churn model service: FastAPI, scikit-learn, a trained\n" +
			"model, a production Dockerfile, docker-compose.yml and Prometheus. It overwrites\n" +
			"nothing: if a file is in the way it says which, and writes none.",
		Args: args(cobra.MaximumNArgs(1)),
		RunE: func(_ *cobra.Command, given []string) error {
			dir := "."
			if len(given) == 1 {
				dir = given[0]
			}
			written, err := writeProject(dir)
			if err != nil {
				return err
			}
			if a.json {
				return safetext.NewEncoder(a.out).Encode(map[string]any{"dir": dir, "written": written})
			}
			for _, path := range written {
				fmt.Fprintln(a.out, path)
			}
			next := "berth up --wait && berth predict"
			if dir != "." {
				next = "cd " + dir + " && " + next
			}
			fmt.Fprintf(a.err, "wrote %d files; next: %s\n", len(written), next)
			return nil
		},
	}
}

// writeProject writes the template, and words what is in its way.
func writeProject(dir string) ([]string, error) {
	written, err := assets.WriteProject(dir)
	if exists, ok := errors.AsType[*assets.ExistsError](err); ok {
		return nil, &stack.Problem{
			What: "nothing was written: files are in the way", Where: dir, Lines: exists.Paths,
			Hint: "choose another folder, or move them",
		}
	}
	return written, err
}
