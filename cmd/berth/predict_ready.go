package main

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"os"

	"berth/predict"
	"berth/predict/cold"
	"berth/safetext"
	"berth/stack"
	"berth/workflow"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// readyOptions are the flags of berth predict that are about cold starts.
type readyOptions struct {
	asked, restart bool
}

func (o *readyOptions) add(f *pflag.FlagSet) {
	f.BoolVar(&o.asked, "ready", false, "measure when the service predicts after its start, the first prediction and later ones, and suggest a start_period")
	f.BoolVar(&o.restart, "restart", false, "with --ready: restart the service, after asking, to measure from its start")
}

// check says which of the other flags make no sense beside these.
func (o *readyOptions) check(cmd *cobra.Command) error {
	if !o.asked {
		if o.restart {
			return usage(errors.New("--restart does not fit here"), "it goes with --ready; `berth restart` restarts")
		}
		return nil
	}
	for _, name := range []string{"suite", "keep", "load", "show-body", "endpoints", "jq", "fix"} {
		if cmd.Flags().Changed(name) {
			return usage(fmt.Errorf("--%s does not fit beside --ready", name), "--ready sends one body again and again, and prints what that took")
		}
	}
	return nil
}

// predictReady measures a cold start. What it sends is not remembered: it is the
// same prediction many times.
func (a *app) predictReady(ctx context.Context, o predictOptions, r readyOptions, yes bool) error {
	pr, _, err := a.predicting(ctx, o)
	if err != nil {
		return err
	}
	pr.client = unshared()
	t := telling{func(stack.Progress) {}, func(string) {}}
	done := func(err error) error { return err }
	if !a.json {
		p := a.progress(false)
		t, done = telling{p.report, p.anew}, p.done
	}
	start, err := a.coldStart(ctx, pr, o, r, yes, t)
	if err = done(err); err != nil {
		return err
	}
	if a.json {
		return safetext.NewEncoder(a.out).Encode(start)
	}
	fmt.Fprintf(a.out, "%s  %s  image %s\n", safetext.Line(start.Service), safetext.Line(start.Endpoint), safetext.Line(stack.ShortID(start.ImageID)))
	p := healthPrinter{a.out}
	for _, l := range start.Lines() {
		p.line(l[0], l[1])
	}
	if !start.Seen {
		p.line("", "`berth predict --ready --restart` measures it")
	}
	return nil
}

// unshared is a client whose connections end with a restart of the service, and
// no others do.
func unshared() *http.Client {
	return &http.Client{Transport: http.DefaultTransport.(*http.Transport).Clone()}
}

// telling is where progress goes; anew begins it again for a service.
type telling struct {
	report stack.Report
	anew   func(service string)
}

func (a *app) coldStart(ctx context.Context, pr *predictor, o predictOptions, r readyOptions, yes bool, t telling) (cold.Start, error) {
	arrival, err := pr.stack.Arrive(ctx, pr.client, o.service, pr.hints(o.path), t.report)
	if err != nil {
		return cold.Start{}, err
	}
	e, send, err := a.repeatedly(pr, arrival.Door, o)
	if err != nil {
		return cold.Start{}, err
	}
	if r.restart {
		if err := a.confirm(ctx, "restart "+arrival.Ref.String()+"?", yes); err != nil {
			return cold.Start{}, err
		}
		t.anew(arrival.Ref.Service)
		if arrival, err = pr.stack.Rearrive(ctx, pr.client, arrival.Door, pr.hints(o.path), t.report); err != nil {
			return cold.Start{}, err
		}
	}
	start, err := pr.stack.ColdStart(ctx, arrival, func(ctx context.Context) (predict.Response, error) { return send(ctx, arrival.Base) }, t.report)
	start.Endpoint = e.String()
	return start, err
}

// repeatedly gives the endpoint that the options name and what sends it their
// body, as often as it is called, wherever the service is by then.
func (a *app) repeatedly(pr *predictor, door workflow.Door, o predictOptions) (predict.Endpoint, func(ctx context.Context, base string) (predict.Response, error), error) {
	e, err := o.choose(door)
	if err != nil {
		return e, nil, err
	}
	body, err := a.body(pr, door, e, o)
	if err != nil {
		return e, nil, err
	}
	if wrong := e.Validate(body); len(wrong) > 0 && !o.force {
		return e, nil, notFitting(e, body, wrong, nil)
	}
	send, err := pr.repeatedly(pr.client, e, body)
	return e, send, err
}

// repeatedly is what sends a body, as often as it is called, wherever the
// service is by then. It is not remembered.
func (p *predictor) repeatedly(client *http.Client, e predict.Endpoint, body []byte) (func(ctx context.Context, base string) (predict.Response, error), error) {
	headers, err := predict.Headers(p.headers, os.LookupEnv)
	if err != nil {
		return nil, err
	}
	return func(ctx context.Context, base string) (predict.Response, error) {
		return predict.Send(ctx, client, base, e, body, predict.SendOptions{Timeout: p.timeout, Follow: p.follow, Header: headers})
	}, nil
}
