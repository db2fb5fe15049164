package main

import (
	"errors"
	"fmt"
	"strings"

	"berth/predict"
	"berth/safetext"
	"berth/stack"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// toleranceFlag is --tolerance; negative: as the settings say.
func toleranceFlag(f *pflag.FlagSet, tolerance *float64) {
	f.Float64Var(tolerance, "tolerance", -1, "relative difference of equal numbers (default: setting loop_tolerance, 1e-6)")
	bySetting(f, "tolerance")
}

// tolerance is the one that was given, or the settings'.
func (a *app) tolerance(cmd *cobra.Command, given float64) (float64, error) {
	if cmd.Flags().Changed("tolerance") {
		if !(given >= 0) { // NaN is not
			return 0, usage(fmt.Errorf("--tolerance %v", given), "a number from 0")
		}
		return given, nil
	}
	settings, err := a.anySettings(cmd.Context())
	if err != nil {
		return 0, err
	}
	return settings.LoopTolerance, nil
}

func (a *app) historyDiffCommand() *cobra.Command {
	var tolerance float64
	cmd := &cobra.Command{
		Use:   "diff ID ID",
		Short: "Compare two: what was sent, what answered, and the answers",
		Long: "Diff compares two predictions and their circumstances. The exit status is 3 where\n" +
			"the answers differ by more than the tolerance.",
		Args: args(cobra.ExactArgs(2)),
		RunE: func(cmd *cobra.Command, given []string) error {
			tolerance, err := a.tolerance(cmd, tolerance)
			if err != nil {
				return err
			}
			before, err := a.past(cmd.Context(), given[0])
			if err != nil {
				return err
			}
			after, err := a.past(cmd.Context(), given[1])
			if err != nil {
				return err
			}
			return a.printDiff(before, after, tolerance)
		},
	}
	toleranceFlag(cmd.Flags(), &tolerance)
	return cmd
}

// circumstance is what differs besides the answers.
type circumstance struct {
	What   string `json:"what"`
	Before string `json:"before"`
	After  string `json:"after"`
}

// pastDiff is what two predictions have to do with each other.
type pastDiff struct {
	Before        int64              `json:"before"` // ID
	After         int64              `json:"after"`
	Same          bool               `json:"same"` // the answers, within the tolerance
	Circumstances []circumstance     `json:"circumstances"`
	Request       predict.Comparison `json:"request"` // the bodies
	Answer        predict.Comparison `json:"answer"`
	Tolerance     float64            `json:"tolerance"`
}

// diff compares; the error says of which nothing is there to be compared.
func diff(before, after stack.Prediction, tolerance float64) (pastDiff, error) {
	for _, p := range []stack.Prediction{before, after} {
		if !p.Whole() {
			problem := &stack.Problem{What: fmt.Sprintf("prediction %d has no whole answer to compare", p.ID), Err: errors.New(p.Error)}
			if p.Error == "" {
				problem.Err = fmt.Errorf("%d bytes were too many to keep", p.Omitted)
			}
			return pastDiff{}, problem
		}
	}
	d := pastDiff{
		Before: before.ID, After: after.ID, Tolerance: tolerance,
		Request: predict.Compare([]byte(before.Body), []byte(after.Body), 0),
		Answer:  predict.Compare([]byte(before.Answer), []byte(after.Answer), tolerance),
	}
	d.Same = d.Answer.Same && before.Status == after.Status
	note := func(what, before, after string) {
		if before != after {
			d.Circumstances = append(d.Circumstances, circumstance{what, before, after})
		}
	}
	note("status", statusOf(before), statusOf(after))
	note("service", before.Ref().String(), after.Ref().String())
	note("endpoint", before.Endpoint, after.Endpoint)
	note("params", listed(before.Params, "="), listed(after.Params, "="))
	note("headers", listed(before.Headers, ": "), listed(after.Headers, ": "))
	note("image", stack.ShortID(before.ImageID), stack.ShortID(after.ImageID))
	note("commit", commitOf(before), commitOf(after))
	note("model", modelOf(before), modelOf(after))
	return d, nil
}

func listed(all []stack.Sent, is string) string {
	var texts []string
	for _, s := range all {
		texts = append(texts, s.Name+is+s.Value)
	}
	return strings.Join(texts, ", ")
}

// modelOf is the model's file as it is shown beside another.
func modelOf(p stack.Prediction) string {
	if p.ModelSum == "" {
		return p.Model
	}
	return p.Model + " " + p.ModelSum[:min(len(p.ModelSum), 12)]
}

func (a *app) printDiff(before, after stack.Prediction, tolerance float64) error {
	d, err := diff(before, after, tolerance)
	if err != nil {
		return err
	}
	if a.json {
		if err := safetext.NewEncoder(a.out).Encode(d); err != nil {
			return err
		}
		return d.refused()
	}
	for _, c := range d.Circumstances {
		fmt.Fprintf(a.out, "%-9s %s → %s\n", c.What, dash(safetext.Line(c.Before)), dash(safetext.Line(c.After)))
	}
	a.printComparison("body", d.Request)
	a.printComparison("answer", d.Answer)
	fmt.Fprintf(a.out, "%-9s %s → %s\n", "took", stack.Took(before.Took), stack.Took(after.Took))
	return d.refused()
}

func (a *app) printComparison(what string, c predict.Comparison) {
	switch {
	case c.Same && c.Largest > 0:
		fmt.Fprintf(a.out, "%-9s the same within %.1g\n", what, c.Largest)
	case c.Same:
		fmt.Fprintf(a.out, "%-9s the same\n", what)
	default:
		for i, difference := range c.Differences {
			if i > 0 {
				what = ""
			}
			fmt.Fprintf(a.out, "%-9s %s\n", what, safetext.Line(difference.String()))
		}
	}
}

func (d pastDiff) refused() error {
	if d.Same {
		return nil
	}
	return &stack.Problem{What: fmt.Sprintf("the answers of %d and %d differ", d.Before, d.After), Err: stack.ErrRefused}
}
