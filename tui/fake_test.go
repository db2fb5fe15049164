package tui

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"iter"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"

	"berth/compose"
	"berth/predict"
	"berth/predict/ab"
	"berth/predict/batch"
	"berth/predict/cold"
	"berth/predict/load"
	"berth/predict/suite"
	"berth/stack"
	predictpane "berth/tui/pane/predict"
	"berth/tui/pane/predict/batches"
	"berth/tui/pane/predict/loads"
	"berth/tui/pane/predict/versus"
	"berth/tui/services"
	"berth/workflow"
)

// The tui's ports are its own, so they may be played by fakes: what stands
// behind them has its own tests against a real Engine.

func ref(service string) stack.Ref { return stack.Ref{Project: "churn", Service: service, Number: 1} }

// fakeEngine says what a test tells it to.
type fakeEngine struct {
	snapshots chan stack.Snapshot
	broken    chan error // ends the watch that runs

	mu      sync.Mutex
	lines   map[stack.Ref][]stack.LogLine
	more    chan struct{} // closed, and made anew, when lines were added
	details map[stack.Ref]stack.Detail
	process stack.MainProcess
	asked   int  // Inspect calls
	deaf    bool // Inspect does not return
	samples map[stack.Ref][]stack.Sample
	readers int   // Logs streams that are open
	older   bool  // lines before a time are never read to their end
	cutOff  error // ends the Logs that are open
}

func newFakeEngine() *fakeEngine {
	e := &fakeEngine{
		snapshots: make(chan stack.Snapshot, 10),
		broken:    make(chan error),
		lines:     map[stack.Ref][]stack.LogLine{},
		samples:   map[stack.Ref][]stack.Sample{},
		more:      make(chan struct{}),
		details:   map[stack.Ref]stack.Detail{},
	}
	return e
}

func (e *fakeEngine) Watch(ctx context.Context) iter.Seq2[stack.Snapshot, error] {
	return func(yield func(stack.Snapshot, error) bool) {
		for {
			select {
			case s := <-e.snapshots:
				if !yield(s, nil) {
					return
				}
			case err := <-e.broken:
				yield(stack.Snapshot{}, err)
				return
			case <-ctx.Done():
				return
			}
		}
	}
}

func (e *fakeEngine) Inspect(ctx context.Context, r stack.Ref) (stack.Detail, error) {
	e.mu.Lock()
	e.asked++
	deaf := e.deaf
	d, ok := e.details[r]
	e.mu.Unlock()
	if deaf {
		<-ctx.Done()
		return d, ctx.Err()
	}
	if !ok {
		return d, errors.New("no such container")
	}
	return d, nil
}

func (e *fakeEngine) MainProcess(context.Context, stack.Ref) (stack.MainProcess, error) {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.process, nil
}

func (e *fakeEngine) Logs(ctx context.Context, r stack.Ref, o stack.LogOptions) iter.Seq2[stack.LogLine, error] {
	return func(yield func(stack.LogLine, error) bool) {
		e.mu.Lock()
		e.readers++
		e.mu.Unlock()
		defer func() {
			e.mu.Lock()
			e.readers--
			e.mu.Unlock()
		}()
		e.mu.Lock()
		n := 0
		if o.Tail >= 0 {
			n = max(0, len(e.lines[r])-o.Tail)
		}
		e.mu.Unlock()
		for {
			e.mu.Lock()
			lines, more := e.lines[r][n:], e.more
			e.mu.Unlock()
			e.mu.Lock()
			never, cut := e.older && !o.Until.IsZero(), e.cutOff
			e.mu.Unlock()
			if never {
				<-ctx.Done()
				return
			}
			if cut != nil {
				yield(stack.LogLine{}, cut)
				return
			}
			if !o.Until.IsZero() {
				lines = slices.DeleteFunc(slices.Clone(lines), func(l stack.LogLine) bool { return l.Time.After(o.Until) })
			}
			for _, l := range lines {
				if !yield(l, nil) {
					return
				}
				n++
			}
			if !o.Follow {
				return
			}
			select {
			case <-more:
			case <-ctx.Done():
				return
			}
		}
	}
}

// keepOlder lets what reads older lines wait.
func (e *fakeEngine) keepOlder() {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.older = true
}

// cut lets every log fail from now on.
func (e *fakeEngine) cut(err error) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.cutOff = err
	close(e.more)
	e.more = make(chan struct{})
}

// describe sets what Inspect says of a container.
func (e *fakeEngine) describe(d stack.Detail) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.details[d.Ref] = d
}

// deafen lets no Inspect return before it is told to.
func (e *fakeEngine) deafen() {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.deaf = true
}

// measure adds to what Stats gives.
func (e *fakeEngine) measure(s stack.Sample) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.samples[s.Ref] = append(e.samples[s.Ref], s)
}

func (e *fakeEngine) inspected() int {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.asked
}

func (e *fakeEngine) reading() int {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.readers
}

// Stats gives what a test set, and nothing more.
func (e *fakeEngine) Stats(ctx context.Context, r stack.Ref) iter.Seq2[stack.Sample, error] {
	return func(yield func(stack.Sample, error) bool) {
		e.mu.Lock()
		samples := e.samples[r]
		e.mu.Unlock()
		for _, s := range samples {
			if !yield(s, nil) {
				return
			}
		}
		<-ctx.Done()
	}
}

// print makes a service print lines, a second apart; "!" in front: on stderr,
// "=": a notice; "?": a gap.
func (e *fakeEngine) print(service string, lines ...string) { e.printOf(ref(service), lines...) }

// printOf is print for one of a service's replicas.
func (e *fakeEngine) printOf(r stack.Ref, lines ...string) {
	e.mu.Lock()
	defer e.mu.Unlock()
	at := time.Now().Add(-time.Duration(len(lines)) * time.Second)
	for _, text := range lines {
		l := stack.LogLine{Ref: r, Container: "c", Stream: stack.Stdout, Time: at, Text: text}
		if s, ok := strings.CutPrefix(text, "!"); ok {
			l.Stream, l.Text = stack.Stderr, s
		}
		if s, ok := strings.CutPrefix(text, "="); ok {
			l.Stream, l.Text = stack.Notice, s
		}
		if s, ok := strings.CutPrefix(text, "?"); ok {
			l.Stream, l.Text = stack.Gap, s
		}
		e.lines[r] = append(e.lines[r], l)
		at = at.Add(time.Second)
	}
	close(e.more)
	e.more = make(chan struct{})
}

// fakeWork notes what was asked for and does what the test gives it to do.
type fakeWork struct {
	mu    sync.Mutex
	calls []string
	how   stack.BuildOptions // of the last rebuild
	do    func(ctx context.Context, report stack.Report) error
	plan  compose.Plan
	left  string        // what Carry says
	slow  chan struct{} // Plan waits for it, whatever its context says; nil: it does not
}

func (w *fakeWork) called() []string {
	w.mu.Lock()
	defer w.mu.Unlock()
	return slices.Clone(w.calls)
}

func (w *fakeWork) run(ctx context.Context, report stack.Report, call ...string) error {
	w.mu.Lock()
	w.calls = append(w.calls, strings.Join(call, " "))
	do := w.do
	w.mu.Unlock()
	if do == nil {
		return nil
	}
	return do(ctx, report)
}

// does sets what the work is; nil: nothing.
func (w *fakeWork) does(do func(ctx context.Context, report stack.Report) error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.do = do
}

func (w *fakeWork) plans(p compose.Plan) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.plan = p
}

func (w *fakeWork) Up(ctx context.Context, s []string, r stack.Report) error {
	return w.run(ctx, r, append([]string{"up"}, s...)...)
}

func (w *fakeWork) Back(ctx context.Context, s string, r stack.Report) error {
	return w.run(ctx, r, "back", s)
}

func (w *fakeWork) Rebuild(ctx context.Context, s string, o stack.BuildOptions, r stack.Report) error {
	w.mu.Lock()
	w.how = o
	w.mu.Unlock()
	return w.run(ctx, r, append([]string{"rebuild", s}, strings.Fields(o.String())...)...)
}

func (w *fakeWork) Carry(ctx context.Context, o workflow.Order, r stack.Report) (string, error) {
	err := w.run(ctx, r, "carry", o.String())
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.left, err
}

func (w *fakeWork) Stop(ctx context.Context, s []string, r stack.Report) error {
	return w.run(ctx, r, append([]string{"stop"}, s...)...)
}

func (w *fakeWork) Restart(ctx context.Context, s []string, r stack.Report) error {
	return w.run(ctx, r, append([]string{"restart"}, s...)...)
}
func (w *fakeWork) Down(ctx context.Context, r stack.Report) error { return w.run(ctx, r, "down") }
func (w *fakeWork) Plan(context.Context, compose.Request) (compose.Plan, error) {
	w.mu.Lock()
	slow, plan := w.slow, w.plan
	w.mu.Unlock()
	if slow != nil {
		<-slow
	}
	return plan, nil
}

// leaves sets why Carry does nothing.
func (w *fakeWork) leaves(why string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.left = why
}

// holdPlan lets Plan wait until release is called.
func (w *fakeWork) holdPlan() (release func()) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.slow = make(chan struct{})
	return sync.OnceFunc(func() { close(w.slow) })
}

// fakePredictor is a service whose document is real and whose answers are
// given.
type fakePredictor struct {
	mu       sync.Mutex
	sent     []string
	given    []string // the parameters that were sent beside each
	answer   func(ctx context.Context, body string) (predict.Response, error)
	sides    *ab.Report          // what comparing two images comes to
	load     load.Result         // what a load comes to
	report   *suite.Report       // what the suites come to; nil: there are none
	past     []stack.Prediction  // newest first
	unread   error               // why the history cannot be read
	document string              // what it publishes; empty: openAPI
	parts    chan predict.Stream // that come before it; nil: none do
	gate     chan struct{}       // Discover waits for it; nil: it does not

	replays chan predictpane.Replayed
}

const openAPI = `{"openapi":"3.1.0","info":{"title":"Churn","version":"1"},"paths":{
 "/predict":{"post":{"summary":"Predict","requestBody":{"content":{"application/json":{"schema":{
  "type":"object","required":["tenure","contract"],"properties":{
   "tenure":{"type":"integer","minimum":0,"examples":[3]},
   "monthly_charges":{"type":"number","examples":[95.5]},
   "contract":{"type":"string","enum":["month-to-month","one year"]}}}}}}}}}}`

type transport func(*http.Request) (*http.Response, error)

func (f transport) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

func (p *fakePredictor) Discover(ctx context.Context, _ stack.Ref, endpoint string) (o predictpane.Offer, err error) {
	p.mu.Lock()
	gate, document := p.gate, cmp.Or(p.document, openAPI)
	p.mu.Unlock()
	if gate != nil {
		<-gate
	}
	client := &http.Client{Transport: transport(func(r *http.Request) (*http.Response, error) {
		return &http.Response{
			StatusCode: 200, Status: "200 OK", Header: http.Header{"Content-Type": {"application/json"}},
			Body: io.NopCloser(strings.NewReader(document)), Request: r,
		}, nil
	})}
	api, err := predict.Discover(ctx, client, "http://127.0.0.1:8000", predict.Hints{})
	if err != nil {
		return o, err
	}
	for _, e := range api.Endpoints {
		o.All = append(o.All, e.String())
	}
	if o.Endpoint, err = api.Choose(endpoint); err != nil {
		return o, err
	}
	o.Body, o.Origin, err = o.Endpoint.FirstBody(nil)
	return o, err
}

func (p *fakePredictor) Send(ctx context.Context, _ stack.Ref, e predict.Endpoint, body []byte, streaming func(predict.Stream)) (predict.Response, error) {
	p.mu.Lock()
	p.sent = append(p.sent, string(body))
	given := ""
	for _, param := range e.Params {
		if param.Origin == predict.OriginGiven {
			given += param.Name + "=" + param.Value
		}
	}
	p.given = append(p.given, given)
	answer, parts := p.answer, p.parts
	p.mu.Unlock()
	for parts != nil {
		part, more := <-parts
		if !more {
			break
		}
		streaming(part)
	}
	if answer != nil {
		return answer(ctx, string(body))
	}
	return answered(200, `{"churn_probability":0.9398,"churn":true}`), nil
}

// Check has what a test says, after telling of two cases.
func (p *fakePredictor) Check(_ context.Context, _ stack.Ref, told func(n, of int)) (*suite.Report, error) {
	p.mu.Lock()
	gate, report, err := p.gate, p.report, p.unread
	p.mu.Unlock()
	told(1, 2)
	if gate != nil {
		<-gate
	}
	return report, err
}

// Compare comes to what a test says.
func (p *fakePredictor) Compare(ctx context.Context, _ stack.Ref, _ predict.Endpoint, told func(string)) (versus.Compared, error) {
	p.mu.Lock()
	gate, sides := p.gate, p.sides
	p.mu.Unlock()
	told("7 of 40 inputs, to both")
	if gate != nil {
		select {
		case <-gate:
		case <-ctx.Done():
			return versus.Compared{}, ctx.Err()
		}
	}
	return versus.Compared{Report: sides, From: "the suite", Notes: []string{"not mounted in the image before: ./models → /app/models (bind); answers may differ because of that"}}, nil
}

// Load tells what a test says, and comes to it, or to what was told when ctx
// ends.
func (p *fakePredictor) Load(ctx context.Context, _ stack.Ref, _ predict.Endpoint, _ []byte, plan load.Plan, told func(load.Result)) (loads.Loaded, error) {
	p.mu.Lock()
	gate, result := p.gate, p.load
	p.mu.Unlock()
	result.Plan = plan
	half := result
	half.Sent, half.OK, half.Running = result.Sent/2, result.OK/2, true
	told(half)
	if gate != nil {
		select {
		case <-gate:
		case <-ctx.Done():
			half.Running = false
			return loads.Loaded{Result: half}, ctx.Err()
		}
	}
	return loads.Loaded{
		Result: result, Used: []string{"model-api  cpu 0.50 cores (0.40 to 0.50)  memory 71 MB (at most 72 MB)"},
		Against: []string{"against the run of 12:01:40, the same image", "  p95 12.0 ms → 18.0 ms (+50 %)"},
	}, nil
}

func (p *fakePredictor) Written(one stack.Prediction, as string) (string, []string, error) {
	return fmt.Sprint(as, " ", one.ID), []string{"API_KEY"}, nil
}

// LookAt knows a table of two columns, of which many rows are done if it is
// called half.csv.
func (p *fakePredictor) LookAt(_ context.Context, _ stack.Ref, _ predict.Endpoint, _ []byte, o batch.Order, reading func(int64)) (batches.Table, error) {
	if p.unread != nil {
		return batches.Table{}, p.unread
	}
	reading(1 << 20)
	t := batches.Table{Order: o, Rows: 8000, Lines: []string{"Months → tenure", "monthly → monthly_charges"}, Warnings: []string{"rows that cannot be read: 2: line 7: 3 cells; line 9: 5 cells"}}
	if o.File == "half.csv" {
		t.Done, t.Order.Resume = 4000, true
	}
	return t, nil
}

// SendRows sends half of them, and then waits for the gate.
func (p *fakePredictor) SendRows(ctx context.Context, _ stack.Ref, _ predict.Endpoint, _ []byte, _ batch.Order, told func(batch.Tally)) (batch.Tally, error) {
	p.mu.Lock()
	gate := p.gate
	p.mu.Unlock()
	p.mu.Lock()
	failed := p.unread
	p.mu.Unlock()
	if failed != nil {
		return batch.Tally{}, failed
	}
	half := batch.Tally{Rows: 8000, Answered: 4000}
	told(half)
	if gate != nil {
		select {
		case <-gate:
		case <-ctx.Done():
			return half, ctx.Err()
		}
	}
	return batch.Tally{Rows: 8000, Answered: 7990, NotSent: 2, Refused: map[int]int64{422: 8}}, nil
}

// ColdStart has a start that a test need not give.
func (p *fakePredictor) ColdStart(ctx context.Context, _ stack.Ref, _ predict.Endpoint, _ []byte, told func(string)) (cold.Start, error) {
	p.mu.Lock()
	gate := p.gate
	p.mu.Unlock()
	told("wait  model-api  connection refused")
	if gate != nil {
		select {
		case <-gate:
		case <-ctx.Done():
			return cold.Start{}, ctx.Err()
		}
	}
	began := time.Date(2026, 7, 1, 12, 0, 0, 0, time.UTC)
	d := stack.Detail{Service: api(), Check: &stack.Check{StartPeriod: time.Second, Origin: "image"}}
	d.StartedAt, d.Answer = began, "GET /health answered 200"
	return cold.Of(d, true, began.Add(2*time.Second), cold.Predictions{
		First: began.Add(6 * time.Second), Cold: 840 * time.Millisecond, Warm: 11 * time.Millisecond, Later: make([]time.Duration, 20),
	}), nil
}

func (p *fakePredictor) Differ(before, now stack.Prediction) predict.Comparison {
	return predict.Compare([]byte(before.Answer), []byte(now.Answer), 1e-6)
}

// Keep keeps nothing.
func (p *fakePredictor) Keep(service, name string) (string, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	return "predictions/" + service + ".yaml:12 as " + name, p.unread
}

// Past has what a test remembers, a page of it as the history gives it.
func (p *fakePredictor) Past(_ context.Context, q stack.PredictionQuery) (page stack.PredictionPage, err error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, one := range p.past {
		if q.Before > 0 && one.ID >= q.Before || !strings.Contains(one.Body+one.Answer, q.Text) {
			continue
		}
		if len(page.Predictions) == q.Limit {
			page.More = true
			break
		}
		one.Body, one.Answer = "", ""
		page.Predictions = append(page.Predictions, one)
	}
	return page, p.unread
}

func (p *fakePredictor) PastOne(_ context.Context, id int64) (stack.Prediction, bool, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, one := range p.past {
		if one.ID == id {
			return one, true, nil
		}
	}
	return stack.Prediction{}, false, nil
}

func (p *fakePredictor) Replays(ctx context.Context) iter.Seq2[predictpane.Replayed, error] {
	return func(yield func(predictpane.Replayed, error) bool) {
		for {
			select {
			case r := <-p.replays:
				if !yield(r, nil) {
					return
				}
			case <-ctx.Done():
				return
			}
		}
	}
}

// answers sets what is answered from now on.
func (p *fakePredictor) answers(f func(ctx context.Context, body string) (predict.Response, error)) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.answer = f
}

// hold lets Discover wait until release is called.
func (p *fakePredictor) hold() (release func()) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.gate = make(chan struct{})
	return sync.OnceFunc(func() { close(p.gate) })
}

// answered is a response as Send makes it.
func answered(status int, body string) predict.Response {
	return predict.Response{
		Status: status, Proto: "HTTP/1.1", Header: http.Header{"Content-Type": {"application/json"}},
		Body: []byte(body), JSON: true,
		Timing: predict.Timing{Connect: 200 * time.Microsecond, Wait: 11400 * time.Microsecond, Receive: 100 * time.Microsecond, Total: 11700 * time.Microsecond},
	}
}

// project is the template's project, with one service that is off.
func project() Project {
	return Project{Name: "churn", Services: []services.Declared{
		{Name: "model-api", Built: true},
		{Name: "prometheus"},
		{Name: "debug", Off: "profile debug"},
	}}
}

// api and metrics are the project's services, up for a while.
func api() stack.Service {
	now := time.Now()
	return stack.Service{
		Ref: ref("model-api"), ContainerID: "9f8e7d6c5b4a3210", Container: "churn-model-api-1",
		Image: "churn-model-api", ImageID: "sha256:1a2b3c4d5e6f7a8b9c0d",
		Phase: stack.Running, Health: stack.Healthy, Serving: stack.ServingYes, Answer: "GET /health: 200 in 2 ms",
		CreatedAt: now.Add(-185 * time.Second), StartedAt: now.Add(-184700 * time.Millisecond), ServingSince: now.Add(-183600 * time.Millisecond),
		Ports: []stack.Port{{HostIP: "0.0.0.0", Host: 8000, Container: 8000, Protocol: "tcp"}, {HostIP: "::", Host: 8000, Container: 8000, Protocol: "tcp"}},
	}
}

func metrics() stack.Service {
	now := time.Now()
	return stack.Service{
		Ref: ref("prometheus"), ContainerID: "0123456789abcdef", Container: "churn-prometheus-1",
		Image: "prom/prometheus:v3.5.0", ImageID: "sha256:abcdefabcdefabcdef",
		Phase: stack.Running, Serving: stack.ServingYes,
		CreatedAt: now.Add(-2 * time.Hour), StartedAt: now.Add(-2 * time.Hour),
		Ports: []stack.Port{{Host: 9090, Container: 9090, Protocol: "tcp"}},
	}
}

func snapshot(s ...stack.Service) stack.Snapshot {
	return stack.Snapshot{
		At: time.Now(), Services: s,
		Engine: stack.Engine{Context: "default", Version: "28.5.2", Endpoint: "unix:///var/run/docker.sock"},
	}
}

func detail(s stack.Service) stack.Detail {
	d := stack.Detail{Service: s, Check: &stack.Check{
		Test: []string{"CMD-SHELL", "curl -f http://localhost:8000/health || exit 1"}, Origin: "compose",
		Interval: 30 * time.Second, Timeout: 10 * time.Second, StartPeriod: time.Minute, Retries: 3,
	}}
	return d
}
