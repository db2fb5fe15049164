package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"iter"
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
	f.BoolVar(&o.asked, "load", false, "send many predictions and measure: --rate or --workers, --for or --count")
	f.Float64Var(&o.plan.Rate, "rate", 0, "with --load: requests a second, each at its time (default: as fast as they are answered)")
	f.IntVar(&o.plan.Workers, "workers", 0, "with --load or --batch: requests under way at once (default 4; with --rate as many as it takes)")
	f.DurationVar(&o.plan.For, "for", 0, "with --load: how long (default 10s)")
	f.IntVar(&o.plan.Count, "count", 0, "with --load: how many requests")
	f.StringVar(&o.bodies, "bodies", "", "with --load: a `FILE` with a body on each line, sent in turn (default: the body that predict sends; with --fresh random ones)")
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
	var err error
	if o.plan, err = o.plan.Complete(o.unbounded); err != nil {
		return usage(err, "--unbounded allows more, if you mean it")
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
	Result  load.Result `json:"result"`
}

// spread is how a figure was over a run.
type spread struct {
	Min    float64 `json:"min"`
	Median float64 `json:"median"`
	Max    float64 `json:"max"`
}

func spreadOf(all []float64) *spread {
	if len(all) == 0 {
		return nil
	}
	slices.Sort(all)
	return &spread{all[0], all[len(all)/2], all[len(all)-1]}
}

// predictLoad makes a load on a service of the project, and never elsewhere.
func (a *app) predictLoad(ctx context.Context, l loadOptions, o predictOptions) error {
	pr, _, err := a.predicting(ctx, o)
	if err != nil {
		return err
	}
	door, err := findDoor(ctx, pr, o.service, o.path)
	if err != nil {
		return err
	}
	e, err := door.API.Choose(o.path)
	if err == nil {
		e, err = o.on(e)
	}
	if err != nil {
		return err
	}
	bodies, err := a.loadBodies(pr, door, e, l, o)
	if err != nil {
		return err
	}
	told, over := a.tellLoad(l.plan)
	doc, kept, err := a.makeLoad(ctx, pr, door, e, bodies, l.plan, told)
	over()
	if err != nil {
		return err
	}
	if a.json {
		return errors.Join(safetext.NewEncoder(a.out).Encode(doc), kept, context.Cause(ctx))
	}
	return errors.Join(a.printLoad(doc), kept, context.Cause(ctx))
}

// makeLoad makes a load, and keeps what was measured. kept is why that could not
// be.
func (a *app) makeLoad(ctx context.Context, pr *predictor, door workflow.Door, e predict.Endpoint, bodies [][]byte, p load.Plan, told func(load.Result)) (doc loaded, kept, err error) {
	headers, err := predict.Headers(pr.headers, os.LookupEnv)
	if err != nil {
		return doc, nil, err
	}
	p.Timeout = pr.timeout
	doc = loaded{Service: door.Ref.String(), URL: e.URL(door.Base), Endpoint: e.String(), ImageID: door.ImageID, Bodies: len(bodies)}
	usage, stop := a.sample(ctx, door.Ref)
	doc.Result, err = load.Run(ctx, load.Target{Base: door.Base, Endpoint: e, Header: headers}, bodies, p, told)
	stop()
	if err != nil {
		return doc, nil, &stack.Problem{What: "making a load", Where: doc.URL, Err: err}
	}
	doc.CPU, doc.Memory = usage()
	return doc, a.keepLoad(door, &doc), nil
}

// loadBodies are the bodies to send in turn.
func (a *app) loadBodies(pr *predictor, door workflow.Door, e predict.Endpoint, l loadOptions, o predictOptions) ([][]byte, error) {
	switch {
	case l.bodies != "":
		return a.bodyLines(l.bodies, e, o.force)
	case o.fresh && o.body == "":
		const random = 200
		next, stop := iter.Pull(e.Bodies(1))
		defer stop()
		var all [][]byte
		for len(all) < random {
			body, ok := next()
			if !ok {
				break
			}
			all = append(all, body)
		}
		if len(all) > 0 {
			return all, nil
		}
	}
	body, err := a.body(pr, door, e, o)
	if err != nil {
		return nil, err
	}
	if wrong := e.Validate(body); len(wrong) > 0 && !o.force {
		return nil, notFitting(e, body, wrong, nil)
	}
	return [][]byte{body}, nil
}

// maxLine is how long a line of bodies may be.
const maxLine = 32 << 20

// bodyLines reads a file with a body on each line, and names those that do not
// fit.
func (a *app) bodyLines(file string, e predict.Endpoint, force bool) ([][]byte, error) {
	f, err := os.Open(file)
	if err != nil {
		return nil, &stack.Problem{What: "reading the bodies", Err: err, Hint: "--bodies FILE has a body on each line"}
	}
	defer f.Close()
	var all [][]byte
	problem := &stack.Problem{What: "not every body fits " + e.String(), Where: file, Hint: "--force sends them all the same"}
	lines := bufio.NewScanner(f)
	lines.Buffer(nil, maxLine)
	for n := 1; lines.Scan(); n++ {
		body := bytes.Clone(bytes.TrimSpace(lines.Bytes()))
		if len(body) == 0 {
			continue
		}
		if wrong := e.Validate(body); len(wrong) > 0 && !force {
			problem.Lines = append(problem.Lines, fmt.Sprintf("line %d  %s", n, wrong[0]))
		}
		all = append(all, body)
	}
	switch {
	case lines.Err() != nil:
		return nil, &stack.Problem{What: "reading the bodies", Where: file, Err: lines.Err()}
	case len(problem.Lines) > 0:
		return nil, problem
	case len(all) == 0:
		return nil, &stack.Problem{What: "there is no body", Where: file, Hint: "--bodies FILE has a body on each line"}
	}
	return all, nil
}

// sample collects what the service uses until stop is called.
func (a *app) sample(ctx context.Context, r stack.Ref) (usage func() (cpu, memory *spread), stop func()) {
	ctx, cancel := context.WithCancel(ctx)
	done := make(chan struct{})
	var cpu, memory []float64
	go func() {
		defer close(done)
		for s, err := range a.eng.Stats(ctx, r) {
			if err != nil {
				return // the load's result does without
			}
			cpu, memory = append(cpu, s.CPU), append(memory, float64(s.Memory))
		}
	}()
	return func() (*spread, *spread) { return spreadOf(cpu), spreadOf(memory) }, func() { cancel(); <-done }
}

// keepLoad finds the last run, and keeps this one in its place.
func (a *app) keepLoad(door workflow.Door, doc *loaded) error {
	loads, err := store.OpenLoads("")
	if err != nil {
		return err
	}
	last, ok, unread := loads.Last(door.Ref.Project, door.Ref.Service, doc.Endpoint)
	if ok {
		b := before{At: last.At, ImageID: last.ImageID}
		if err := json.Unmarshal(last.Result, &b.Result); err == nil && b.Result.Plan == doc.Result.Plan {
			doc.Before = &b
		}
	}
	text, err := json.Marshal(doc.Result)
	if err != nil {
		return errors.Join(unread, err)
	}
	return errors.Join(unread, loads.Save(store.LoadRun{
		At: doc.Result.Began, Project: door.Ref.Project, Service: door.Ref.Service, Endpoint: doc.Endpoint, ImageID: door.ImageID, Result: text,
	}))
}
