package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"

	"berth/predict"
	"berth/safetext"
	"berth/stack"
	"berth/workflow"

	"github.com/spf13/cobra"
)

func (a *app) historyReplayCommand() *cobra.Command {
	var tolerance float64
	cmd := &cobra.Command{
		Use:   "replay ID",
		Short: "Send one again, to the service as it is now, and compare",
		Long: "Replay sends a prediction again, with its parameters and headers, and compares the\n" +
			"answers. What is masked is taken from the environment, by the names that\n" +
			"`berth history copy` gives. The exit status is 3 where the answers differ by more\n" +
			"than the tolerance.",
		Args: args(cobra.ExactArgs(1)),
		RunE: func(cmd *cobra.Command, given []string) error {
			tolerance, err := a.tolerance(cmd, tolerance)
			if err != nil {
				return err
			}
			before, err := a.past(cmd.Context(), given[0])
			if err != nil {
				return err
			}
			return a.replayPast(cmd.Context(), before, tolerance)
		},
	}
	toleranceFlag(cmd.Flags(), &tolerance)
	return cmd
}

func (a *app) replayPast(ctx context.Context, before stack.Prediction, tolerance float64) error {
	pr, _, err := a.predicting(ctx, predictOptions{})
	if err != nil {
		return err
	}
	door, err := findDoor(ctx, pr, before.Service, before.Endpoint)
	if err != nil {
		return err
	}
	_, after, err := pr.again(ctx, door, before)
	if after.Status == 0 {
		return err
	}
	if before.Whole() {
		return errors.Join(a.printDiff(before, after, tolerance), err)
	}
	now := workflow.Answer{Status: after.Status, Took: after.Took}
	if a.json {
		return errors.Join(safetext.NewEncoder(a.out).Encode(documentOf(after)), err)
	}
	_, printed := fmt.Fprintf(a.out, "%s; it had no whole answer before. `berth history show %d` has this one\n", now, after.ID)
	return errors.Join(printed, err)
}

// again sends a remembered request to a service as it is now, and gives what is
// remembered of that: both have the same masked.
func (p *predictor) again(ctx context.Context, door workflow.Door, before stack.Prediction) (exchange, stack.Prediction, error) {
	x, err := p.rebuilt(door, before)
	if err != nil {
		return exchange{}, stack.Prediction{}, err
	}
	return p.deliver(ctx, x, nil)
}

// rebuilt is a remembered request, with its secrets from the environment.
func (p *predictor) rebuilt(door workflow.Door, before stack.Prediction) (exchange, error) {
	if err := unkept(before); err != nil {
		return exchange{}, err
	}
	e, err := door.API.Choose(before.Endpoint)
	if err != nil {
		return exchange{}, err
	}
	if described, err := e.WithMediaType(before.MediaType); err == nil { // else the document says what it takes
		e = described
	}
	x := exchange{door: door, by: stack.ByReplay}
	env := noting(os.LookupEnv, &x.secrets)
	call := callOf(before)
	for _, param := range call.Params {
		value, err := param.Value.Fill("the parameter "+param.Name, env)
		if err == nil {
			e, err = e.WithParam(param.Name, value)
		}
		if err != nil {
			return exchange{}, err
		}
	}
	body, err := call.Body.Fill("the body", env)
	x.endpoint, x.body, x.headers = e, []byte(body), p.headersAgain(call)
	return x, err
}

// headersAgain are the headers of a remembered request, and those of the settings
// that it had not: the service may ask for them now.
func (p *predictor) headersAgain(c predict.Call) []predict.Header {
	all := slices.DeleteFunc(slices.Clone(p.headers), func(h predict.Header) bool {
		return slices.ContainsFunc(c.Headers, func(had predict.CallHeader) bool { return strings.EqualFold(h.Name, had.Name) })
	})
	for _, h := range c.Headers {
		all = append(all, predict.Header{Name: h.Name, Value: h.Value.Reference()})
	}
	return all
}
