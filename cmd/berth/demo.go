package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"time"

	"berth/compose"
	"berth/dockerops"
	"berth/safetext"
	"berth/stack"
	"berth/store"
	"berth/workflow"

	"github.com/spf13/cobra"
)

// standinLabel marks an image made in place of an official one that could not
// be pulled; its value begins with "standin:". The private engine's scripts
// write it.
const standinLabel = "org.opencontainers.image.title"

func (a *app) demoCommand() *cobra.Command {
	var dir string
	var transcript, down bool
	cmd := &cobra.Command{
		Use:   "demo",
		Short: "The built-in model service, up and serving, in the dashboard",
		Long: "Demo writes the built-in project into a folder of its own, builds it, brings it\n" +
			"up and opens the dashboard on it. Without a terminal it tells the same story as\n" +
			"a transcript. `berth demo --down` removes its containers again.",
		Args: args(cobra.NoArgs),
		RunE: func(cmd *cobra.Command, _ []string) error {
			d, err := a.demoIn(dir)
			if err != nil {
				return err
			}
			if down {
				return d.down(cmd.Context())
			}
			return d.run(cmd.Context(), transcript || a.json || !isTerminal(a.out) || !isTerminal(a.in))
		},
	}
	f := cmd.Flags()
	f.StringVar(&dir, "dir", "", "where to write the project (default: a folder under the user's data directory)")
	f.BoolVar(&transcript, "transcript", false, "tell the story as lines even in a terminal")
	f.BoolVar(&down, "down", false, "stop the demo and remove its containers")
	return cmd
}

// demoName is not the template's own: a project that `berth init` wrote must
// not take the demo's containers for its own.
const demoName = "berth-demo"

// demo is one run of the demo.
type demo struct {
	*app
	dir string
}

// demoIn is the demo in a folder; empty means the one under the user's data
// directory.
func (a *app) demoIn(dir string) (demo, error) {
	if dir == "" {
		data, err := store.DataDir()
		if err != nil {
			return demo{}, err
		}
		dir = filepath.Join(data, "demo")
	}
	if a.project.Name == "" && os.Getenv("COMPOSE_PROJECT_NAME") == "" {
		a.project.Name = demoName
	}
	return demo{app: a, dir: dir}, nil
}

func (d *demo) run(ctx context.Context, transcript bool) error {
	e, err := d.engine(ctx)
	if err != nil {
		return err
	}
	if err := d.write(); err != nil {
		return err
	}
	if err := d.prepare(ctx, e); err != nil {
		return err
	}
	if !transcript {
		return d.dashboard(ctx, dashboardOptions{up: true})
	}
	return d.tell(ctx)
}

func (d *demo) down(ctx context.Context) error {
	if _, err := os.Stat(filepath.Join(d.dir, "docker-compose.yml")); errors.Is(err, fs.ErrNotExist) {
		d.say("no demo in %s", d.dir)
		return nil
	}
	d.project.ProjectDir, d.project.WorkingDir = d.dir, d.dir
	return d.work(ctx, false, func(ctx context.Context, s workflow.Stack, report stack.Report) error {
		return s.Down(ctx, workflow.DownOptions{RemoveOrphans: true, RemoveVolumes: true}, report)
	})
}

// say tells a line of the story; progress and errors go to standard error.
func (d *demo) say(format string, args ...any) {
	if !d.json {
		fmt.Fprintf(d.out, format+"\n", args...)
	}
}

// write puts the project into the demo's folder. One that is there already is
// the user's, with their edits, and stays.
func (d *demo) write() error {
	switch _, err := os.Stat(filepath.Join(d.dir, "docker-compose.yml")); {
	case err == nil:
		d.say("project   %s (as you left it)", d.dir)
		return nil
	case !errors.Is(err, fs.ErrNotExist):
		return err
	}
	written, err := writeProject(d.dir)
	if err != nil {
		return err
	}
	d.say("project   %s (%d files)", d.dir, len(written))
	return nil
}

// prepare points the compose options at the demo's folder and sets the
// variables of its compose file: free ports, and the requirements that the
// base image can install.
func (d *demo) prepare(ctx context.Context, e *dockerops.Engine) error {
	d.project.ProjectDir, d.project.WorkingDir = d.dir, d.dir
	d.project.Environ = os.Environ()
	p, err := d.load(ctx)
	if err != nil {
		return err
	}
	if err := d.choosePorts(ctx, e, p); err != nil {
		return err
	}
	base, err := baseImage(filepath.Join(d.dir, "Dockerfile"))
	if err != nil {
		return err
	}
	images := []string{base}
	for _, service := range p.Model.Services {
		if service.Build == nil {
			images = append(images, service.Image)
		}
	}
	if err := d.pull(ctx, e, images); err != nil {
		return err
	}
	img, _, err := e.Image(ctx, base)
	if err != nil {
		return err
	}
	if strings.HasPrefix(img.Labels[standinLabel], "standin:") {
		d.project.Environ = append(d.project.Environ, "REQUIREMENTS=requirements.offline.txt")
		d.say("engine    %s stands in for the official base image: made from Debian's packages, since it cannot be pulled here", base)
	}
	return nil
}

// again is the command that finds this demo again.
func again() string {
	if host := os.Getenv("DOCKER_HOST"); host != "" {
		return "`DOCKER_HOST=" + host + " berth demo`"
	}
	return "`berth demo`"
}

// pull gets the images that are not there. An Engine that cannot is a dead end
// for the demo, so the way out is said.
func (d *demo) pull(ctx context.Context, e *dockerops.Engine, images []string) error {
	progress := d.progress(false)
	err := func() error {
		for _, ref := range images {
			if _, there, err := e.Image(ctx, ref); err != nil {
				return err
			} else if there {
				continue
			}
			if _, err := e.Pull(ctx, "demo", ref, "", progress.report); err != nil {
				if ctx.Err() != nil {
					return err
				}
				return &stack.Problem{
					What: "this Engine has no image " + ref + " and cannot pull it", Err: err,
					Hint: "in Berth's source, on Debian as root, `make demo ENGINE=private` runs the demo on an engine of its own with stand-ins",
				}
			}
		}
		return nil
	}()
	return progress.done(err)
}

// choosePorts keeps the ports of a demo that is up, and else takes the usual
// ones, or free ones where somebody else has them.
func (d *demo) choosePorts(ctx context.Context, e *dockerops.Engine, p *compose.Project) error {
	for _, v := range []struct {
		name, service string
		usual         int
		container     uint16
	}{{"API_PORT", "model-api", 8000, 8000}, {"PROMETHEUS_PORT", "prometheus", 9090, 9090}} {
		if os.Getenv(v.name) != "" {
			continue
		}
		port := 0
		detail, err := e.Inspect(ctx, stack.Ref{Project: p.Name, Service: v.service, Number: 1})
		switch {
		case err == nil:
			for _, q := range detail.Ports {
				if q.Container == v.container && q.Host != 0 {
					port = int(q.Host)
				}
			}
		case !errors.Is(err, dockerops.ErrNoContainer):
			return err
		}
		if port == 0 {
			if port, err = freePort(v.usual); err != nil {
				return err
			}
			if port != v.usual {
				d.say("ports     %d is taken: %s is on %d", v.usual, v.service, port)
			}
		}
		d.project.Environ = append(d.project.Environ, v.name+"="+strconv.Itoa(port))
	}
	return nil
}

// freePort is the wanted port if nobody listens on it, else one that the
// kernel picks.
func freePort(wanted int) (int, error) {
	l, err := net.Listen("tcp", fmt.Sprintf(":%d", wanted))
	if err != nil {
		if l, err = net.Listen("tcp", ":0"); err != nil {
			return 0, fmt.Errorf("finding a free port: %w", err)
		}
	}
	port := l.Addr().(*net.TCPAddr).Port
	return port, l.Close()
}

// baseImage is the image of a Dockerfile's first FROM.
func baseImage(path string) (string, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return "", err
	}
	for line := range strings.Lines(string(text)) {
		if words := strings.Fields(line); len(words) > 1 && strings.EqualFold(words[0], "FROM") {
			return words[1], nil
		}
	}
	return "", &stack.Problem{What: "no FROM in the demo's Dockerfile", Where: path, Hint: "remove the folder: `berth demo` writes it anew"}
}

// tell is the story without a terminal: built, up, serving, a prediction,
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
		d.say("serving   %s in %s  port %s  image %s", r.Ref, stack.Took(serving[r.Ref.Service]), portList(r.Ports), stack.ShortID(r.ImageID))
	}
	d.say("up        %d services, %s with the build", len(rows), stack.Took(time.Since(begun)))

	settings, err := d.loadSettings(p.Dir)
	if err != nil {
		return err
	}
	pr, err := d.predictor(s, settings)
	if err != nil {
		return err
	}
	door, err := s.Knock(ctx, pr.client, stack.Ref{Project: p.Name, Service: "model-api", Number: 1})
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
	answer, err := pr.send(ctx, door, endpoint, body)
	if err != nil {
		return err
	}
	if err := answerProblem(door, endpoint, answer); err != nil {
		return err
	}
	d.say("predict   %s  %s → %s  in %s", endpoint, oneLine(body), oneLine(answer.Body), stack.Took(answer.Timing.Total))

	target, err := d.awaitTarget(ctx, s, p)
	if err != nil {
		return err
	}
	d.say("metrics   Prometheus target %s is up", safetext.Line(target))
	if d.json {
		return json.NewEncoder(d.out).Encode(map[string]any{
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
