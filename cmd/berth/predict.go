package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"os"
	"slices"
	"strings"
	"time"

	"berth/predict"
	"berth/predict/query"
	"berth/predict/suite"
	"berth/safetext"
	"berth/stack"
	"berth/workflow"

	"github.com/spf13/cobra"
)

// predictOptions is what to send where.
type predictOptions struct {
	service string       // empty: the first that has an endpoint
	path    string       // empty: the best guess
	body    string       // JSON, @file or - for standard input; empty: a first body
	fresh   bool         // not the last body
	show    bool         // only print what would be sent
	force   bool         // send a body that does not fit
	fields  string       // required or all: of a new body
	fix     bool         // send it with the corrections that are offered
	query   *query.Query // what to print of the answer; nil: all of it
	list    bool         // only print which endpoints there are
	timeout time.Duration
	follow  []string // hosts that a redirect may lead to

	requestOptions
}

func (a *app) predictCommand() *cobra.Command {
	var o predictOptions
	var jq string
	var suites suiteOptions
	var loads loadOptions
	var ready readyOptions
	var table batchOptions
	var other abOptions
	cmd := &cobra.Command{
		Use:   "predict [SERVICE]",
		Short: "Send a test prediction",
		Long: "Predict finds out what the service speaks behind its published port, chooses\n" +
			"the endpoint that predicts and sends a body: your last one, or else one made\n" +
			"from the examples, defaults and constraints that the service publishes.\n\n" +
			"It recognises OpenAPI documents (FastAPI, Cog, BentoML), the Open Inference\n" +
			"Protocol V2 (Triton, KServe, MLServer), TensorFlow Serving, OpenAI-style servers\n" +
			"and MLflow, by GET requests alone. Where none of them is spoken, or a server does\n" +
			"not list its models, --path names the endpoint.\n\n" +
			"With --suite it asks the cases that the project keeps in " + suite.Dir + "/ instead, and\n" +
			"says in one line what has changed. With --ready it measures a cold start: --restart\n" +
			"makes one, and without it what is already served is told as what it was at most.\n\n" +
			"With --load it sends many and measures how long their answers take. That some\n" +
			"fail is told and leaves the exit status 0; it is 1 where none succeeds, or the\n" +
			"service refuses every connection for 2 s, which ends the load. Durations in\n" +
			"its JSON are nanoseconds.\n\n" +
			"With --batch it sends the rows of a table, CSV or JSON lines, and writes the\n" +
			"answers and the failures to two files, in the order of the rows.\n\n" +
			"With --ab it starts the image that ran before beside the service, as it was\n" +
			"built, asks both the same, and compares answers, latency and memory.",
		Example: "berth predict\n" +
			"berth predict --body '{\"tenure\": 3}'\n" +
			"berth predict --show-body > body.json; berth predict --body @body.json\n" +
			"berth predict --endpoints\n" +
			"berth predict --path /v2/models/churn/infer\n" +
			"berth predict --load --rate 50 --for 10s\n" +
			"berth predict --keep 'new customer'; berth predict --suite --junit results.xml\n" +
			"berth predict --batch customers.csv --map 'Months=tenure'\n" +
			"berth predict --ab",
		Args: args(cobra.MaximumNArgs(1)),
		RunE: func(cmd *cobra.Command, given []string) error {
			if len(given) == 1 {
				o.service = given[0]
			}
			if cmd.Flags().Changed("body") && o.body == "" {
				return usage(errors.New("--body is empty"), "leave it out to send your last body, or an example")
			}
			if cmd.Flags().Changed("timeout") && o.timeout <= 0 {
				return usage(fmt.Errorf("--timeout %s is no time to wait", o.timeout), "give more than 0, as in 30s")
			}
			if o.fields != "" && cmd.Flags().Changed("body") {
				return usage(errors.New("--fields and --body exclude each other"), "--fields makes a body")
			}
			if jq != "" {
				var err error
				if o.query, err = query.Parse(jq); err != nil {
					return usage(err, "`--jq .predictions[0]` prints the first prediction")
				}
			}
			if err := errors.Join(suites.check(cmd), loads.check(cmd), ready.check(cmd), table.check(cmd), other.check(cmd)); err != nil {
				return err
			}
			if loads.asked {
				return a.predictLoad(cmd.Context(), loads, suites, o)
			}
			if ready.asked {
				return a.predictReady(cmd.Context(), o, ready, suites.yes)
			}
			if other.asked {
				return a.predictAB(cmd.Context(), other, o)
			}
			if table.File != "" {
				return a.predictBatch(cmd.Context(), table, o)
			}
			if suites.asked || suites.keep != "" {
				suites.service = o.service
				return a.predictSuite(cmd.Context(), suites, o)
			}
			return a.predict(cmd.Context(), o)
		},
	}
	f := cmd.Flags()
	f.StringVar(&o.path, "path", "", "endpoint, when the best guess is not meant; 'POST /x' also one that is not described")
	f.BoolVar(&o.list, "endpoints", false, "list what was recognised and the endpoints, send nothing")
	f.StringSliceVar(&o.follow, "follow", nil, "another `HOST` that a redirect may lead to")
	f.StringVarP(&o.body, "body", "d", "", "body as JSON, @FILE, or - for standard input")
	f.BoolVar(&o.fresh, "fresh", false, "make a new body instead of sending the last one again")
	f.StringVar(&o.fields, "fields", "", "make a new body with the required fields alone, or all: required or all")
	f.BoolVar(&o.show, "show-body", false, "print the body, send nothing")
	f.BoolVar(&o.force, "force", false, "send a body, parameters or rows that do not fit the schema, or are no JSON; a column without a field is refused all the same")
	o.requestOptions.flags(f)
	f.BoolVar(&o.fix, "fix", false, "send a body that does not fit with the corrections that are offered")
	f.StringVar(&jq, "jq", "", "print what this jq query gives of the answer")
	f.DurationVar(&o.timeout, "timeout", 0, "limit of the exchange (default: setting predict_timeout, 30s)")
	bySetting(f, "timeout")
	suites.add(f)
	loads.add(f)
	ready.add(f)
	table.add(f)
	other.add(f)
	return cmd
}

func (a *app) predict(ctx context.Context, o predictOptions) error {
	pr, _, err := a.predicting(ctx, o)
	if err != nil {
		return err
	}
	door, err := findDoor(ctx, pr, o.service, o.path)
	if err != nil {
		return err
	}
	if o.list {
		return a.printEndpoints(door)
	}
	e, err := o.choose(door)
	if err != nil {
		return err
	}
	body, err := a.body(pr, door, e, o)
	if err != nil {
		return err
	}
	if o.show {
		_, err := fmt.Fprintln(a.out, string(body))
		return err
	}
	if !o.force {
		if e, body, err = a.fitting(e, body, o.fix); err != nil {
			return err
		}
	}
	live := &streaming{app: a}
	var told func(predict.Stream)
	if !a.json && o.query == nil {
		told = live.take
	}
	resp, err := pr.send(ctx, door, e, body, stack.ByPerson, told)
	if told != nil && resp.Stream != nil {
		live.take(*resp.Stream) // also what was held back
	}
	live.end()
	if err = errors.Join(err, live.err); err != nil && resp.Status == 0 {
		return err
	}
	asked, wrong := a.ask(ctx, o.query, resp)
	return errors.Join(a.printAnswer(door, e, body, asked, int64(len(resp.Body))+resp.Truncated), wrong, err)
}

// ask gives a response with what a query makes of its answer, if there is a
// query and the answer is JSON: a value on each line, a list of them in JSON.
func (a *app) ask(ctx context.Context, q *query.Query, r predict.Response) (predict.Response, error) {
	if q == nil || !r.OK() {
		return r, nil
	}
	values, _, err := q.Run(ctx, r.Documents())
	r.Stream = nil // what the query gives is printed
	if err != nil {
		err = &stack.Problem{What: "asking the answer " + q.String(), Err: err}
	}
	if r.Body = bytes.TrimSuffix(values, []byte("\n")); a.json {
		r.Body = slices.Concat([]byte("["), bytes.ReplaceAll(r.Body, []byte("\n"), []byte(",")), []byte("]"))
	}
	r.JSON = a.json
	return r, err
}

// predicting is what sends predictions, with the project that it does so for.
func (a *app) predicting(ctx context.Context, o predictOptions) (*predictor, suites, error) {
	s, p, err := a.stack(ctx)
	if err != nil {
		return nil, suites{}, err
	}
	settings, err := a.loadSettings(p.Dir)
	if err != nil {
		return nil, suites{}, err
	}
	pr, err := a.predictor(s, p.Dir, settings)
	if err != nil {
		return nil, suites{}, err
	}
	if o.timeout > 0 {
		pr.timeout = o.timeout
	}
	pr.follow = o.follow
	if pr.headers, err = headersOf(settings, o.headers); err != nil {
		return nil, suites{}, err
	}
	return pr, pr.suites(p, settings), nil
}

// aim finds the service to ask, and its endpoint as the options have it.
func (p *predictor) aim(ctx context.Context, o predictOptions) (workflow.Door, predict.Endpoint, error) {
	door, err := findDoor(ctx, p, o.service, o.path)
	if err != nil {
		return door, predict.Endpoint{}, err
	}
	e, err := o.choose(door)
	return door, e, err
}

// choose is the endpoint that is meant, with the parameters that were given.
func (o predictOptions) choose(door workflow.Door) (predict.Endpoint, error) {
	e, err := door.API.Choose(o.path)
	if err != nil {
		return e, err
	}
	return o.on(e)
}

// findDoor finds the service to ask: the named one, or the first of the
// project that has an endpoint.
func findDoor(ctx context.Context, pr *predictor, service, path string) (workflow.Door, error) {
	if service == "" {
		return pr.stack.FindDoor(ctx, pr.client, pr.hints(path))
	}
	refs, err := pr.stack.Refs(ctx, []string{service}) // says so when there is no such service
	if err != nil {
		return workflow.Door{}, err
	}
	return pr.stack.Knock(ctx, pr.client, refs[0], pr.hints(path))
}

// body is what to send: what was given, or a first body.
func (a *app) body(pr *predictor, door workflow.Door, e predict.Endpoint, o predictOptions) ([]byte, error) {
	switch {
	case o.body == "-":
		return givenBody(a.in, "standard input")
	case strings.HasPrefix(o.body, "@"):
		f, err := os.Open(o.body[1:])
		if err != nil {
			return nil, &stack.Problem{What: "reading the body", Err: err, Hint: "--body @FILE reads a file"}
		}
		defer f.Close()
		return givenBody(f, o.body[1:])
	case o.body != "":
		return []byte(o.body), nil
	}
	switch o.fields {
	case "required":
		return e.Body(predict.RequiredFields)
	case "all":
		return e.Body(predict.AllFields)
	case "":
	default:
		return nil, usage(fmt.Errorf("--fields %s", o.fields), "required or all")
	}
	body, origin, err := pr.firstBody(door, e, o.fresh)
	if err != nil {
		return nil, err
	}
	if origin == predict.OriginLast && !o.force && len(e.ValidateBody(body)) > 0 { // it was sent with --force, or the schema is another now
		fmt.Fprintln(a.err, "your last body does not fit; --force sends it all the same")
		if body, origin, err = pr.firstBody(door, e, true); err != nil {
			return nil, err
		}
	}
	if !a.json && !o.show {
		for _, note := range e.Notes {
			fmt.Fprintln(a.err, "note:", safetext.Line(note))
		}
		fmt.Fprintf(a.err, "body: %s\n", origin)
	}
	return body, nil
}

// answerLines is how many lines of an answer are shown on a terminal; a pipe
// gets all of it.
const answerLines = 200

// printAnswer prints the answer on standard output and what is to be said of
// it on standard error: size is that of the answer that came. A status beyond 2xx
// is an error.
func (a *app) printAnswer(door workflow.Door, e predict.Endpoint, body []byte, r predict.Response, size int64) error {
	if a.json {
		return errors.Join(safetext.NewEncoder(a.out).Encode(answerDocument(door, e, body, r)), answerProblem(door, e, body, r))
	}
	fmt.Fprintf(a.err, "%s %s%s  %d %s  %s (connect %s, wait %s, receive %s)  %d B\n", e.Method, safetext.Line(shownURL(door.Base, e)), redirected(r),
		r.Status, http.StatusText(r.Status), stack.Took(r.Timing.Total), stack.Took(r.Timing.Connect), stack.Took(r.Timing.Wait), stack.Took(r.Timing.Receive), size)
	if r.Stream != nil {
		fmt.Fprintln(a.err, streamLine(*r.Stream))
		return answerProblem(door, e, body, r)
	}
	if len(r.Body) == 0 {
		return answerProblem(door, e, body, r)
	}
	if !isTerminal(a.out) {
		if _, err := a.out.Write(append(r.Body, '\n')); err != nil {
			return err
		}
		return answerProblem(door, e, body, r)
	}
	if r.Binary() {
		fmt.Fprintln(a.err, "the answer is bytes that are no text ("+safetext.Line(r.MediaType())+"): into a pipe or file they are written")
		return answerProblem(door, e, body, r)
	}
	lines, more := predict.Lines(r.Body, predict.Dark, answerLines)
	for _, l := range lines {
		if _, err := fmt.Fprintln(a.out, l); err != nil {
			return err
		}
	}
	if more > 0 {
		fmt.Fprintf(a.err, "… %s; into a pipe or file all is written\n", stack.Count(more, "more line"))
	}
	return answerProblem(door, e, body, r)
}

// redirected says that another place answered than was asked.
func redirected(r predict.Response) string {
	if r.Redirected == "" {
		return ""
	}
	return " (redirected to " + safetext.Line(r.Redirected) + ")"
}

// answerProblem is the error in an answer, if there is one.
func answerProblem(door workflow.Door, e predict.Endpoint, body []byte, r predict.Response) error {
	p := &stack.Problem{What: fmt.Sprintf("%s%s was answered %d %s", e, redirected(r), r.Status, http.StatusText(r.Status)), Where: door.Ref.String()}
	p.Lines = fieldLines(r.FieldErrors, e.Corrections(body, r.FieldErrors))
	switch {
	case r.Moved != "":
		p.Lines, p.Hint = append(p.Lines, "it points to "+r.Moved), predict.FollowHint(r.Moved)
	case r.Status == http.StatusUnauthorized, r.Status == http.StatusForbidden:
		p.Hint = "--header 'Authorization: Bearer $TOKEN', or the setting predict_headers, sends a token from the environment"
	case r.Status/100 != 2:
		p.Hint = "`berth logs " + door.Ref.Service + "` may say why"
	case r.Cut != "":
		p.What, p.Err = "the answer of "+e.String()+" is not whole", errors.New(r.Cut)
	case r.Truncated > 0:
		p.What, p.Err = "the answer of "+e.String()+" is not whole", fmt.Errorf("not kept: %s", stack.Count(r.Truncated, "byte"))
	default:
		return nil
	}
	return p
}

type answer struct {
	Service     string               `json:"service"`
	URL         string               `json:"url"`
	Method      string               `json:"method"`
	Protocol    string               `json:"protocol,omitempty"`
	Body        json.RawMessage      `json:"body,omitempty"`
	Status      int                  `json:"status"`
	MediaType   string               `json:"media_type"`
	Answer      json.RawMessage      `json:"answer,omitempty"` // when it is JSON
	Text        string               `json:"text,omitempty"`   // when it is not
	Bytes       []byte               `json:"base64,omitempty"` // when it is no text
	Truncated   int64                `json:"truncated,omitempty"`
	Cut         string               `json:"cut,omitempty"`
	Moved       string               `json:"moved,omitempty"` // to another host, which was not followed
	Redirected  string               `json:"redirected_to,omitempty"`
	Notes       []string             `json:"notes,omitempty"` // what could not be checked
	FieldErrors []predict.FieldError `json:"field_errors,omitempty"`
	Seconds     map[string]float64   `json:"seconds"`
	Stream      *predict.Stream      `json:"stream,omitempty"`
	ImageID     string               `json:"image_id"`
}

func answerDocument(door workflow.Door, e predict.Endpoint, body []byte, r predict.Response) answer {
	doc := answer{
		Protocol: e.Protocol, Moved: r.Moved, Redirected: r.Redirected, Notes: e.Notes,
		Service: door.Ref.String(), URL: shownURL(door.Base, e), Method: e.Method, Status: r.Status, MediaType: r.MediaType(),
		Truncated: r.Truncated, Cut: r.Cut, FieldErrors: r.FieldErrors, ImageID: door.ImageID, Stream: r.Stream,
		Seconds: map[string]float64{
			"connect": r.Timing.Connect.Seconds(), "wait": r.Timing.Wait.Seconds(),
			"receive": r.Timing.Receive.Seconds(), "total": r.Timing.Total.Seconds(),
		},
	}
	if json.Valid(body) {
		doc.Body = body
	}
	switch {
	case r.JSON:
		doc.Answer = r.Body
	case r.Binary():
		doc.Bytes = r.Body
	default:
		doc.Text = string(r.Body)
	}
	return doc
}
