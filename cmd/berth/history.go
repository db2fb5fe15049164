package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"text/tabwriter"
	"time"

	"berth/compose"
	"berth/safetext"
	"berth/stack"
	"berth/store"

	"github.com/docker/go-units"
	"github.com/spf13/cobra"
)

// historyOptions is which predictions are listed.
type historyOptions struct {
	text, by, status, image, since, until string
	before                                int64
	limit                                 int
}

func (a *app) historyCommand() *cobra.Command {
	var o historyOptions
	cmd := &cobra.Command{
		Use:   "history [SERVICE]",
		Short: "Past predictions: search, compare, send again, copy as curl or Python",
		Long: "History lists what was sent and answered, newest first: by you, by the loop,\n" +
			"by suites and to both images of --ab, also what had no answer. With each are the\n" +
			"image, the commit that was checked out and the model's file, as far as they are\n" +
			"known. Secrets are masked before anything is kept. What batches and loads send is\n" +
			"not here: it would push out all else. history_entries and history_bytes bound it.",
		Example: "berth history model-api --status 4xx --since 24h\n" +
			"berth history --grep electronic\n" +
			"berth history show last\n" +
			"berth history diff 12 15\n" +
			"berth history replay 12\n" +
			"berth history copy 12 --as curl",
		Args: args(cobra.MaximumNArgs(1)),
		RunE: func(cmd *cobra.Command, given []string) error {
			q, err := o.query(time.Now())
			if err != nil {
				return err
			}
			q.Service = strings.Join(given, "")
			return a.listHistory(cmd.Context(), q)
		},
	}
	f := cmd.Flags()
	f.StringVar(&o.text, "grep", "", "only those with this `TEXT` in the endpoint, body, answer or error, in capitals or not")
	f.StringVar(&o.by, "by", "", "only those sent by `WHOM`: person, replay (the loop), suite or ab")
	f.StringVar(&o.status, "status", "", "only those that were answered so: 422, 4xx, or none for no answer")
	f.StringVar(&o.image, "image", "", "only those that an image of this `ID` answered; its beginning is enough")
	f.StringVar(&o.since, "since", "", "only those from then on: 10m ago, at 15:04:05, or a time as 2026-01-31T15:04:05")
	f.StringVar(&o.until, "until", "", "only those up to then, written like --since")
	f.Int64Var(&o.before, "before", 0, "only those before this `ID`: the next page")
	f.IntVarP(&o.limit, "limit", "n", 20, "how many")
	cmd.AddCommand(a.historyShowCommand(), a.historyDiffCommand(), a.historyReplayCommand(), a.historyCopyCommand(), a.historyClearCommand())
	return cmd
}

func (o historyOptions) query(now time.Time) (q stack.PredictionQuery, err error) {
	q = stack.PredictionQuery{Text: o.text, ImageID: o.image, Before: o.before, Limit: o.limit}
	if o.limit < 1 || o.before < 0 {
		return q, usage(fmt.Errorf("--limit %d --before %d", o.limit, o.before), "whole numbers from 1")
	}
	if q.By = stack.Origin(o.by); o.by != "" && !slices.Contains(stack.Origins, q.By) {
		return q, usage(fmt.Errorf("--by %s sends nothing that is remembered", o.by), "one of person, replay, suite, ab")
	}
	if q.Status, err = statuses(o.status); err != nil {
		return q, err
	}
	if q.Since, err = moment("--since", o.since, now); err != nil {
		return q, err
	}
	q.Until, err = moment("--until", o.until, now)
	return q, err
}

// statuses reads "422", "4xx" and "none".
func statuses(text string) (stack.StatusRange, error) {
	class, all := strings.CutSuffix(strings.ToLower(text), "xx")
	n, err := strconv.Atoi(class)
	switch {
	case text == "":
		return stack.StatusRange{}, nil
	case text == "none":
		return stack.StatusRange{None: true}, nil
	case err == nil && all && n >= 1 && n <= 9:
		return stack.StatusRange{From: n * 100, To: n*100 + 99}, nil
	case err == nil && !all && n >= 100 && n <= 999:
		return stack.StatusRange{From: n, To: n}, nil
	}
	return stack.StatusRange{}, usage(fmt.Errorf("--status %s is no status", text), "as in 422, 4xx or none")
}

func (a *app) listHistory(ctx context.Context, q stack.PredictionQuery) error {
	h, project, err := a.projectHistory(ctx)
	if err != nil {
		return err
	}
	q.Project = project
	page, unread := h.Find(ctx, q)
	if a.json {
		return errors.Join(safetext.NewEncoder(a.out).Encode(struct {
			Project     string             `json:"project"`
			Predictions []stack.Prediction `json:"predictions"`
			More        bool               `json:"more"`
			Dropped     int64              `json:"dropped"`
		}{project, page.Predictions, page.More, page.Dropped}), unread)
	}
	if len(page.Predictions) == 0 {
		if err := a.knows(ctx, q.Service); err != nil {
			return errors.Join(err, unread)
		}
		said := "there is no such prediction in the history of project " + project
		if (q == stack.PredictionQuery{Project: project, Limit: q.Limit}) {
			said = "no prediction is remembered of project " + project + ": `berth predict` sends one"
		}
		err = a.warn(said)
	} else {
		err = a.printHistory(page.Predictions, time.Now())
	}
	if page.More {
		fmt.Fprintf(a.err, "… older ones: --before %d, or more at once: --limit\n", page.Predictions[len(page.Predictions)-1].ID)
	} else if page.Dropped > 0 {
		fmt.Fprintf(a.err, "%d older ones, of all projects, gave way: settings history_entries and history_bytes\n", page.Dropped)
	}
	return errors.Join(err, unread)
}

// knows says why nothing is remembered of a service: the compose file, if there is
// one, has none of that name.
func (a *app) knows(ctx context.Context, service string) error {
	p, err := a.load(ctx)
	if err != nil || service == "" {
		return nil //nolint:nilerr // without a compose file nobody knows
	}
	if _, off := p.Model.DisabledServices[service]; off {
		return nil
	}
	_, err = p.Service(service)
	return err
}

func (a *app) printHistory(all []stack.Prediction, now time.Time) error {
	w := tabwriter.NewWriter(a.out, 0, 0, 3, ' ', 0)
	fmt.Fprintln(w, "ID\tSENT\tSERVICE\tBY\tENDPOINT\tSTATUS\tTOOK\tANSWER\tIMAGE\tCOMMIT")
	for _, p := range all {
		fmt.Fprintf(w, "%d\t%s ago\t%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\n", p.ID, stack.Clock(now.Sub(p.At)), safetext.Line(p.Ref().String()), safetext.Line(string(p.Origin)),
			safetext.Line(p.Endpoint), statusOf(p), stack.Took(p.Took), units.HumanSize(float64(p.AnswerSize)), dash(safetext.Line(stack.ShortID(p.ImageID))), dash(safetext.Line(commitOf(p))))
	}
	return w.Flush()
}

// statusOf is the status, as it is shown.
func statusOf(p stack.Prediction) string {
	if p.Status == 0 {
		return "–"
	}
	return strconv.Itoa(p.Status)
}

// commitOf is the commit as people write it, with a plus where files differed.
func commitOf(p stack.Prediction) string {
	commit := p.Commit[:min(len(p.Commit), 7)]
	if p.Dirty {
		commit += "+"
	}
	return commit
}

// projectHistory is the history, and the project of this folder, also where its
// file cannot be read but its name is known.
func (a *app) projectHistory(ctx context.Context) (*store.History, string, error) {
	name, dir := "", ""
	p, err := a.load(ctx)
	if err == nil {
		name, dir = p.Name, p.Dir
	} else {
		var ok bool
		if name, dir, ok = compose.Whereabouts(a.project); !ok || name == "" {
			return nil, "", unnamed(err)
		}
	}
	settings, err := a.loadSettings(dir)
	if err != nil {
		return nil, "", err
	}
	h, err := a.openHistory(settings)
	return h, name, err
}

// past is a prediction by what a person calls it: its ID, or "last" for the one
// of this project that was sent last.
func (a *app) past(ctx context.Context, text string) (stack.Prediction, error) {
	id, err := strconv.ParseInt(strings.TrimPrefix(text, "#"), 10, 64)
	if text == "last" {
		h, project, err := a.projectHistory(ctx)
		if err != nil {
			return stack.Prediction{}, err
		}
		p, ok, err := h.LastOf(project, "")
		if err == nil && !ok {
			err = &stack.Problem{What: "nothing was predicted with yet", Where: "project " + project, Hint: "`berth predict` does"}
		}
		return p, err
	}
	if err != nil || id < 1 {
		return stack.Prediction{}, usage(fmt.Errorf("%q is no prediction", text), "`berth history` lists their IDs; last is the last one")
	}
	settings, err := a.anySettings(ctx)
	if err != nil {
		return stack.Prediction{}, err
	}
	h, err := a.openHistory(settings)
	if err != nil {
		return stack.Prediction{}, err
	}
	p, ok, err := h.Get(id)
	if err == nil && !ok {
		err = forgotten(id)
	}
	return p, err
}

// anySettings are those of the project, or where there is none the user's.
func (a *app) anySettings(ctx context.Context) (*store.Settings, error) {
	dir, err := a.projectDir(ctx)
	if err != nil { // a file that cannot be read does not hide the history
		_, dir, _ = compose.Whereabouts(a.project)
	}
	return a.loadSettings(dir)
}
