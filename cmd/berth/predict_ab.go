package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"slices"
	"text/tabwriter"
	"time"

	"berth/predict"
	"berth/predict/ab"
	"berth/safetext"
	"berth/stack"
	"berth/workflow"

	"github.com/docker/go-units"
	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// abOptions is which image to compare the running service with.
type abOptions struct {
	asked bool
	image string // empty: the one that the loop kept
}

// keptImage is what --ab means without an image, which none is called.
const keptImage = "/"

func (o *abOptions) add(f *pflag.FlagSet) {
	f.StringVar(&o.image, "ab", "", "ask the image that ran before, or this `IMAGE`, beside the running service, and compare: answers, latency, memory; exit status 3 where answers differ")
	f.Lookup("ab").NoOptDefVal = keptImage
}

func (o *abOptions) check(cmd *cobra.Command) error {
	f := cmd.Flags()
	if o.asked = f.Changed("ab"); !o.asked {
		return nil
	}
	if o.image == keptImage {
		o.image = ""
	}
	names := []string{"suite", "keep", "batch", "load", "ready", "show-body", "endpoints", "jq", "fix"}
	if i := slices.IndexFunc(names, f.Changed); i >= 0 {
		return usage(fmt.Errorf("--%s does not fit beside --ab", names[i]), "--ab sends what the suite has, or else what was sent before, to both images")
	}
	return nil
}

// compared is what --ab prints as JSON.
type compared struct {
	Service  string `json:"service"`
	Endpoint string `json:"endpoint"`
	Inputs   string `json:"inputs_from"`
	*ab.Report
	// NotMounted are the service's mounts that the other image was run without.
	NotMounted []stack.Mount `json:"not_mounted,omitempty"`
	Notes      []string      `json:"notes,omitempty"`

	dir string // of the project
}

// warnings say what of the service the other image was run without.
func (c compared) warnings() (all []string) {
	for _, m := range c.NotMounted {
		source := m.Source
		if rel, err := filepath.Rel(c.dir, source); err == nil && filepath.IsLocal(rel) {
			source = "./" + filepath.ToSlash(rel)
		}
		all = append(all, fmt.Sprintf("not mounted in the image before: %s → %s (%s); answers may differ because of that", source, m.Target, m.Type))
	}
	return all
}

// predictAB runs another image beside the service, and asks both the same.
func (a *app) predictAB(ctx context.Context, o abOptions, how predictOptions) error {
	pr, s, err := a.predicting(ctx, how)
	if err != nil {
		return err
	}
	settings, err := a.loadSettings(s.dir)
	if err != nil {
		return err
	}
	door, e, err := pr.aim(ctx, how)
	if err != nil {
		return err
	}
	report, done := stack.Report(func(stack.Progress) {}), func(err error) error { return err }
	if !a.json {
		p := a.progress(false)
		report, done = p.report, p.done
	}
	doc, err := a.compareImages(ctx, s, door, e, o.image, how, settings.LoopTolerance, report)
	if err = done(err); err != nil {
		return err
	}
	if a.json {
		err = safetext.NewEncoder(a.out).Encode(doc)
	} else {
		err = a.printAB(doc)
	}
	return errors.Join(err, abProblem(doc.Report))
}

// compareImages has another image beside the service while both are asked.
func (a *app) compareImages(ctx context.Context, s suites, door workflow.Door, e predict.Endpoint, image string, how predictOptions, tolerance float64, report stack.Report) (compared, error) {
	doc := compared{Service: door.Ref.String(), Endpoint: e.String(), dir: s.dir}
	material, err := a.material(ctx, s, door, e, how, tolerance)
	if err != nil {
		return doc, err
	}
	doc.Inputs, doc.Notes = material.origin, material.notes
	err = s.stack.WithOther(ctx, s.client, door, image, s.hints(e.String()), report, func(ctx context.Context, other workflow.Other) error {
		return a.askBoth(ctx, s, door, other, material, &doc, report)
	})
	return doc, err
}

// askBoth asks both sides and measures what they use meanwhile.
func (a *app) askBoth(ctx context.Context, s suites, door workflow.Door, other workflow.Other, m material, doc *compared, report stack.Report) error {
	now, _, err := s.stack.Engine.Image(ctx, door.ImageID)
	if err != nil {
		return err
	}
	doc.NotMounted = other.Left()
	if now.ID == other.Image.ID {
		doc.Notes = append(doc.Notes, "both are the same image: what differs is chance, or what is mounted")
	}
	before, during := sampled(ctx, door.Ref, other.Stats), sampled(ctx, door.Ref, a.eng.Stats)
	defer before.end()
	defer during.end()
	var unsaved error // the first stands for all
	inputs := s.inputs(m, other.Door, door, func(err error) { unsaved = cmp.Or(unsaved, err) })
	began := time.Now()
	doc.Report, err = ab.Run(ctx, inputs, func(n, of int) {
		status := stack.Working
		if n == of {
			status = stack.Done
		}
		report(stack.Progress{
			At: time.Now(), ID: "ab", Service: door.Ref.Service, Action: stack.ActPredict, Status: status,
			Subject: door.Ref.Service, Text: fmt.Sprintf("%d of %s, to both", n, stack.Count(of, "input")), Elapsed: time.Since(began),
		})
	})
	if err != nil {
		return err
	}
	if unsaved != nil {
		doc.Notes = append(doc.Notes, "not all of it is remembered: "+unsaved.Error())
	}
	doc.Before.Image, doc.Now.Image = other.Image, now
	doc.Before.Image.Labels, doc.Now.Image.Labels = nil, nil
	doc.Before.Memory, doc.Now.Memory = before.memory(ctx), during.memory(ctx)
	return nil
}

// printAB prints both sides beside each other, what differs, and the verdict as
// the last line.
func (a *app) printAB(doc compared) error {
	for _, w := range doc.warnings() {
		if err := a.warn(w); err != nil {
			return err
		}
	}
	for _, note := range doc.Notes {
		fmt.Fprintln(a.err, "note:", safetext.Line(note))
	}
	w := tabwriter.NewWriter(a.out, 0, 8, 3, ' ', 0)
	fmt.Fprintf(w, "\tbefore\tnow\n")
	for _, row := range doc.Rows(func(bytes int64) string { return units.HumanSize(float64(bytes)) }) {
		fmt.Fprintf(w, "%s\t%s\t%s\n", row.What, row.Before, row.Now)
	}
	if err := w.Flush(); err != nil {
		return err
	}
	for _, line := range doc.Lines() {
		if _, err := fmt.Fprintln(a.out, line); err != nil {
			return err
		}
	}
	_, err := io.WriteString(a.out, fmt.Sprintf("%s  (%s)\n", doc.Verdict, safetext.Line(doc.Inputs)))
	return err
}

// abProblem is the error in what came of it: exit status 1 where an input has no
// answer, 3 where answers differ.
func abProblem(r *ab.Report) error {
	switch {
	case r.Failed > 0:
		return &stack.Problem{What: fmt.Sprintf("no answer to compare for %d of %s", r.Failed, stack.Count(r.Inputs, "input")), Hint: "the reasons are above"}
	case r.Differ > 0:
		return &stack.Problem{What: "the images answer differently", Err: stack.ErrRefused, Hint: "`berth loop --back` puts the image before back"}
	}
	return nil
}
