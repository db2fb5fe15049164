package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"slices"
	"time"

	"berth/predict"
	"berth/predict/load"
	"berth/safetext"
	"berth/stack"
	"berth/store"
	"berth/tui/theme"
	"berth/workflow"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// loadOptions is what load to make.
type loadOptions struct {
	asked     bool
	plan      load.Plan
	bodies    string // a file of JSON lines
	unbounded bool
}

func (o *loadOptions) add(f *pflag.FlagSet) {
	f.BoolVar(&o.asked, "load", false, "send many predictions and measure: --rate or --workers, --for or --count; exit status 1 where none succeeds or the service is gone")
	f.Float64Var(&o.plan.Rate, "rate", 0, fmt.Sprintf("with --load: requests a second, each at its time (default: as fast as they are answered, up to %d unless --unbounded)", load.MostRate))
	f.IntVar(&o.plan.Workers, "workers", 0, "with --load or --batch: requests under way at once (default 4; with --rate as many as it takes)")
	f.DurationVar(&o.plan.For, "for", 0, "with --load: how long (default 10s)")
	bySetting(f, "for") // said above
	f.IntVar(&o.plan.Count, "count", 0, "with --load: how many requests, for a minute at most unless --for or --unbounded says more")
	f.StringVar(&o.bodies, "bodies", "", "with --load: a `FILE` with a body on each line, sent in turn (default: the body that predict sends; with --fresh random ones, with --suite those of its cases)")
	f.BoolVar(&o.unbounded, "unbounded", false, fmt.Sprintf("with --load: allow more than %d a second, %d workers, %s or %d requests", load.MostRate, load.MostWorkers, theme.Age(load.MostTime), load.MostCount))
}

// check completes the plan, and refuses what was hardly meant.
func (o *loadOptions) check(cmd *cobra.Command) error {
	for _, flag := range []string{"rate", "workers", "for", "count", "bodies", "unbounded"} {
		if cmd.Flags().Changed(flag) && !o.asked && (flag != "workers" || !cmd.Flags().Changed("batch")) {
			return usage(errors.New("--"+flag+" is of a load"), "add --load")
		}
	}
	if !o.asked {
		return nil
	}
	for _, flag := range []string{"keep", "update", "junit", "concurrency", "show-body", "endpoints", "jq", "fix", "ready", "batch"} {
		if cmd.Flags().Changed(flag) {
			return usage(errors.New("--"+flag+" does not fit beside --load"), "--load sends bodies, and prints what that took")
		}
	}
	if o.bodies != "" && cmd.Flags().Changed("suite") {
		return usage(errors.New("--bodies and --suite exclude each other"), "give one of them")
	}
	for flag, none := range map[string]bool{"rate": o.plan.Rate <= 0, "workers": o.plan.Workers <= 0, "for": o.plan.For <= 0, "count": o.plan.Count <= 0} {
		if none && cmd.Flags().Changed(flag) {
			return usage(fmt.Errorf("--%s %s makes no load", flag, cmd.Flag(flag).Value), "give more than 0, or leave it out")
		}
	}
	var err error
	switch o.plan, err = o.plan.Complete(o.unbounded); {
	case errors.Is(err, load.ErrBeyond):
		return usage(err, "--unbounded allows more, if you mean it")
	case err != nil:
		return usage(err, "--load --rate 50 --for 10s")
	}
	return nil
}

// loaded is what a load came to, as JSON has it.
type loaded struct {
	Service  string      `json:"service"`
	URL      string      `json:"url"`
	Endpoint string      `json:"endpoint"`
	ImageID  string      `json:"image_id"`
	Bodies   int         `json:"bodies"`
	Result   load.Result `json:"result"`
	CPU      *spread     `json:"cpu,omitempty"`    // cores
	Memory   *spread     `json:"memory,omitempty"` // bytes
	Before   *before     `json:"before,omitempty"` // the last run of the same load on the same endpoint
}

type before struct {
	At      time.Time   `json:"at"`
	ImageID string      `json:"image_id"`
	Others  bool        `json:"other_bodies,omitempty"` // were sent
	Result  load.Result `json:"result"`
}

// spread is how a figure was over a run.
type spread struct {
	Min    float64 `json:"min"`
	Median float64 `json:"median"`
	Max    float64 `json:"max"`
}

// spreadOf is one of the figures of samples; nil: there are none.
func spreadOf(samples []stack.Sample, figure func(stack.Sample) float64) *spread {
	if len(samples) == 0 {
		return nil
	}
	var all []float64
	for _, s := range samples {
		all = append(all, figure(s))
	}
	slices.Sort(all)
	return &spread{all[0], all[len(all)/2], all[len(all)-1]}
}

// predictLoad makes a load on a service of the project, and never elsewhere.
func (a *app) predictLoad(ctx context.Context, l loadOptions, s suiteOptions, o predictOptions) error {
	pr, all, err := a.predicting(ctx, o)
	if err != nil {
		return err
	}
	var bodies [][]byte
	if s.asked {
		if bodies, err = a.suiteBodies(all.dir, s.name, &o); err != nil {
			return err
		}
	}
	door, e, err := pr.aim(ctx, o)
	if err == nil && bodies == nil {
		bodies, err = a.loadBodies(pr, door, e, l, o)
	}
	if err != nil {
		return err
	}
	told, over := a.tellLoad(l.plan)
	doc, kept, err := a.makeLoad(ctx, pr, door, e, bodies, l.plan, told)
	over()
	if err != nil {
		return err
	}
	wrong := context.Cause(ctx)
	if wrong == nil {
		wrong = loadProblem(door.Ref, doc.Result)
	}
	if a.json {
		return errors.Join(safetext.NewEncoder(a.out).Encode(doc), kept, wrong)
	}
	return errors.Join(a.printLoad(doc), kept, wrong)
}

// loadProblem is the error of a load that says nothing of how the service takes
// it. That some requests fail is a measurement.
func loadProblem(to stack.Ref, r load.Result) error {
	p := &stack.Problem{Where: to.String(), Hint: "`berth logs " + to.Service + "` may say why"}
	switch {
	case r.Gone:
		p.What = "the service is gone: it refused every connection, and the load was ended"
	case r.OK == 0 && r.Sent > 0:
		p.What = fmt.Sprintf("none of %s succeeded", stack.Count(r.Sent, "request"))
	default:
		return nil
	}
	return p
}

// makeLoad makes a load, and keeps what was measured of one that was not ended
// early: the next is compared with it. kept is what is lacking.
func (a *app) makeLoad(ctx context.Context, pr *predictor, door workflow.Door, e predict.Endpoint, bodies [][]byte, p load.Plan, told func(load.Result)) (doc loaded, kept, err error) {
	headers, err := predict.Headers(pr.headers, os.LookupEnv)
	if err != nil {
		return doc, nil, err
	}
	p.Timeout = pr.timeout
	doc = loaded{Service: door.Ref.String(), URL: e.URL(door.Base), Endpoint: e.String(), ImageID: door.ImageID, Bodies: len(bodies)}
	used := sampled(ctx, door.Ref, a.eng.Stats)
	doc.Result, err = load.Run(ctx, load.Target{Base: door.Base, Endpoint: e, Header: headers}, bodies, p, told)
	samples, unknown := used.stop()
	if err != nil {
		return doc, nil, &stack.Problem{What: "making a load", Where: doc.URL, Err: err}
	}
	if unknown != nil {
		unknown = &stack.Problem{What: "what " + door.Ref.String() + " used is not known", Err: unknown}
	}
	doc.CPU = spreadOf(samples, func(s stack.Sample) float64 { return s.CPU })
	doc.Memory = spreadOf(samples, func(s stack.Sample) float64 { return float64(s.Memory) })
	return doc, errors.Join(unknown, a.keepLoad(door, &doc, hashOf(bodies), ctx.Err() == nil && !doc.Result.Gone)), nil
}

// keepLoad finds the last run, and keeps this one in its place if it is whole.
func (a *app) keepLoad(door workflow.Door, doc *loaded, bodies string, whole bool) error {
	loads, err := store.OpenLoads("")
	if err != nil {
		return err
	}
	last, ok, unread := loads.Last(door.Ref.Project, door.Ref.Service, doc.Endpoint)
	if ok {
		b := before{At: last.At, ImageID: last.ImageID, Others: last.Bodies != bodies}
		if err := json.Unmarshal(last.Result, &b.Result); err == nil && b.Result.Plan == doc.Result.Plan {
			doc.Before = &b
		}
	}
	if !whole {
		return unread
	}
	text, err := json.Marshal(doc.Result)
	if err != nil {
		return errors.Join(unread, err)
	}
	return errors.Join(unread, loads.Save(store.LoadRun{
		At: doc.Result.Began, Project: door.Ref.Project, Service: door.Ref.Service, Endpoint: doc.Endpoint, ImageID: door.ImageID, Bodies: bodies, Result: text,
	}))
}
