package main

import (
	"fmt"
	"slices"
	"strings"

	"berth/safetext"
	"berth/stack"

	"github.com/spf13/cobra"
)

func (a *app) historyCopyCommand() *cobra.Command {
	var as string
	cmd := &cobra.Command{
		Use:   "copy ID",
		Short: "Print it as a command of curl or berth, or as Python with httpx",
		Long: "Copy prints what sends the same request again, byte for byte. In place of what\n" +
			"is masked stand variables of the environment, which it names.",
		Example: "berth history copy last --as curl | sh\n" +
			"berth history copy 12 --as python > call.py",
		Args: args(cobra.ExactArgs(1)),
		RunE: func(cmd *cobra.Command, given []string) error {
			if !slices.Contains([]string{"curl", "python", "berth"}, as) {
				return usage(fmt.Errorf("--as %s", as), "curl, python or berth")
			}
			p, err := a.past(cmd.Context(), given[0])
			if err != nil {
				return err
			}
			return a.copyPast(p, as)
		},
	}
	cmd.Flags().StringVar(&as, "as", "curl", "curl, python or berth")
	return cmd
}

func (a *app) copyPast(p stack.Prediction, as string) error {
	text, variables, err := written(p, as)
	if err != nil {
		return err
	}
	if a.json {
		return safetext.NewEncoder(a.out).Encode(struct {
			ID        int64    `json:"id"`
			As        string   `json:"as"`
			Text      string   `json:"text"`
			Variables []string `json:"variables,omitempty"`
		}{p.ID, as, text, variables})
	}
	if len(variables) > 0 {
		fmt.Fprintf(a.err, "it needs $%s in the environment: secrets are not kept\n", strings.Join(variables, ", $"))
	}
	if as != "berth" && p.Base == "" {
		fmt.Fprintln(a.err, "where it was sent was not kept: put in the address")
	}
	_, err = fmt.Fprintln(a.out, strings.TrimSuffix(text, "\n"))
	return err
}

func (a *app) historyClearCommand() *cobra.Command {
	var yes bool
	cmd := &cobra.Command{
		Use:   "clear [SERVICE]",
		Short: "Forget the predictions of this project, or of one service",
		Args:  args(cobra.MaximumNArgs(1)),
		RunE: func(cmd *cobra.Command, given []string) error {
			h, project, err := a.projectHistory(cmd.Context())
			if err != nil {
				return err
			}
			whose, service := "project "+project, strings.Join(given, "")
			if service != "" {
				whose = service + " in " + whose
			}
			if err := a.confirm(cmd.Context(), "forget all predictions of "+whose+"?", yes); err != nil {
				return err
			}
			n, err := h.Clear(project, service)
			if err != nil {
				return err
			}
			if a.json {
				return safetext.NewEncoder(a.out).Encode(map[string]any{"project": project, "removed": n})
			}
			_, err = fmt.Fprintf(a.out, "forgotten  %d of %s\n", n, safetext.Line(whose))
			return err
		},
	}
	cmd.Flags().BoolVarP(&yes, "yes", "y", false, "do not ask")
	return cmd
}
