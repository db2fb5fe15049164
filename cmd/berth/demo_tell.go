package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"os"
	"strings"
	"sync"
	"time"

	"berth/compose"
	"berth/predict"
	"berth/safetext"
	"berth/stack"
	"berth/workflow"
)

// again is the command that finds this demo again.
func again() string {
	if host := os.Getenv("DOCKER_HOST"); host != "" {
		return "`DOCKER_HOST=" + host + " berth demo`"
	}
	return "`berth demo`"
}

// tell is the story without a terminal: built, up, serving, a prediction, a suite,
// Prometheus' target up.
func (d *demo) tell(ctx context.Context) error {
	begun := time.Now()
	s, p, err := d.stack(ctx)
	if err != nil {
		return err
	}
	progress := d.progress(false)
	serving := map[string]time.Duration{} // after its start
	var mu sync.Mutex
	err = s.Up(ctx, workflow.UpOptions{Build: true, Wait: true}, func(r stack.Progress) {
		if r.Action == stack.ActWait && r.Status == stack.Done {
			mu.Lock()
			serving[r.Service] = r.Elapsed
			mu.Unlock()
		}
		progress.report(r)
	})
	if err = progress.done(err); err != nil {
		return err
	}
	rows, err := s.List(ctx, nil)
	if err != nil {
		return err
	}
	for _, r := range rows {
		d.say("serving   %s in %s  port %s  image %s", shown(r.Ref), stack.Took(serving[r.Ref.Service]), portList(r.Ports), stack.ShortID(r.ImageID))
	}
	d.say("up        %d services, %s with the build", len(rows), stack.Took(time.Since(begun)))

	settings, err := d.loadSettings(p.Dir)
	if err != nil {
		return err
	}
	pr, err := d.predictor(s, p.Dir, settings)
	if err != nil {
		return err
	}
	door, err := s.Knock(ctx, pr.client, stack.Ref{Project: p.Name, Service: "model-api", Number: 1}, predict.Hints{})
	if err != nil {
		return err
	}
	endpoint, err := door.API.Choose("")
	if err != nil {
		return err
	}
	body, _, err := pr.firstBody(door, endpoint, true)
	if err != nil {
		return err
	}
	answer, err := pr.send(ctx, door, endpoint, body, stack.ByPerson, nil)
	if err != nil {
		return err
	}
	if err := answerProblem(door, endpoint, body, answer); err != nil {
		return err
	}
	d.say("predict   %s  %s → %s  in %s", endpoint, oneLine(body), oneLine(answer.Body), stack.Took(answer.Timing.Total))

	if report, err := pr.suites(p, settings).afterTurn(ctx, door.Ref, func(int, int) {}); err != nil {
		return err
	} else if report != nil { // a demo that was made before there was one has none
		d.say("suite     %s", report.Verdict)
	}

	target, err := d.awaitTarget(ctx, s, p)
	if err != nil {
		return err
	}
	d.say("metrics   Prometheus target %s is up", safetext.Line(target))
	if d.json {
		return safetext.NewEncoder(d.out).Encode(map[string]any{
			"dir": d.dir, "services": rows, "seconds": time.Since(begun).Seconds(),
			"prediction": json.RawMessage(answer.Body), "target": target,
		})
	}
	d.say("next      %s opens the dashboard in a terminal; with --down it removes the demo", again())
	return nil
}

// oneLine is a JSON body on one line.
func oneLine(body []byte) string {
	return safetext.Line(strings.Join(strings.Fields(string(body)), " "))
}

// targetTimeout is how long Prometheus may take to scrape for the first time:
// the template's interval is 5 s, and 6.8 s was measured for the first scrape.
const targetTimeout = 60 * time.Second

// awaitTarget returns when Prometheus says that its target is up.
func (d *demo) awaitTarget(ctx context.Context, s workflow.Stack, p *compose.Project) (string, error) {
	ctx, cancel := context.WithTimeout(ctx, targetTimeout)
	defer cancel()
	base, err := s.PublishedBase(ctx, stack.Ref{Project: p.Name, Service: "prometheus", Number: 1})
	if err != nil {
		return "", err
	}
	tick := time.NewTicker(250 * time.Millisecond)
	defer tick.Stop()
	var last error
	for {
		url, up, err := scrapeTarget(ctx, base)
		if err == nil && up {
			return url, nil
		}
		if err != nil && ctx.Err() == nil {
			last = err
		}
		select {
		case <-ctx.Done():
			return "", &stack.Problem{What: "Prometheus has no target that is up after " + stack.Took(targetTimeout), Where: base + "/targets", Err: last}
		case <-tick.C:
		}
	}
}

// scrapeTarget asks Prometheus for its first active target
// (https://prometheus.io/docs/prometheus/latest/querying/api/#targets).
func scrapeTarget(ctx context.Context, base string) (url string, up bool, err error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, base+"/api/v1/targets?state=active", nil)
	if err != nil {
		return "", false, err
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return "", false, err
	}
	defer resp.Body.Close()
	var doc struct {
		Data struct {
			ActiveTargets []struct {
				ScrapeURL string `json:"scrapeUrl"`
				Health    string `json:"health"`
				LastError string `json:"lastError"`
			} `json:"activeTargets"`
		} `json:"data"`
	}
	if err := json.NewDecoder(resp.Body).Decode(&doc); err != nil {
		return "", false, fmt.Errorf("%s/api/v1/targets: %w", base, err)
	}
	if len(doc.Data.ActiveTargets) == 0 {
		return "", false, errors.New("no target is configured: look at monitoring/prometheus.yml")
	}
	t := doc.Data.ActiveTargets[0] // the demo's configuration has one
	if t.LastError != "" {
		err = errors.New(t.LastError)
	}
	return t.ScrapeURL, t.Health == "up", err
}
