package main

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"os"
	"sync"
	"sync/atomic"
	"time"

	"berth/predict"
	"berth/stack"
	"berth/store"
	predictpane "berth/tui/pane/predict"
	"berth/workflow"
)

// predictor sends test predictions and remembers them. It is what `berth
// predict` and the dashboard's pane share.
type predictor struct {
	stack   workflow.Stack
	client  *http.Client
	history *store.History
	witness *witness
	timeout time.Duration
	headers []predict.Header
	follow  []string // hosts that redirects may lead to

	mu    sync.Mutex
	doors map[knocked]workflow.Door

	heard   atomic.Bool               // somebody does
	replays chan predictpane.Replayed // what rebuilds got, for who listens
}

// knocked is what was asked for: a service, and the endpoint that is meant, empty
// for the best guess.
type knocked struct {
	ref  stack.Ref
	path string
}

// predictor is for the project in a folder.
func (a *app) predictor(s workflow.Stack, dir string, settings *store.Settings) (*predictor, error) {
	h, err := a.openHistory(settings)
	if err != nil {
		return nil, err
	}
	headers, err := headersOf(settings, nil)
	if err != nil {
		return nil, err
	}
	return &predictor{
		stack: s, headers: headers, client: &http.Client{}, timeout: settings.PredictTimeout,
		history: h, witness: &witness{dir: dir, history: h},
		doors: map[knocked]workflow.Door{}, replays: make(chan predictpane.Replayed),
	}, nil
}

// Discover finds the endpoint that predicts and the body to begin with: where
// the service tells of none, the one that was asked last. A history that cannot
// be read costs the last body only: the error comes with what was found.
func (p *predictor) Discover(ctx context.Context, r stack.Ref, endpoint string) (predictpane.Offer, error) {
	path := endpoint
	if path == "" {
		last, _, _ := p.history.LastOf(r.Project, r.Service) // firstBody tells what is wrong with it
		path = last.Endpoint
	}
	door, err := p.knock(ctx, r, path)
	if err != nil {
		return predictpane.Offer{}, err
	}
	if endpoint == "" && len(door.API.Endpoints) > 0 {
		path = ""
	}
	e, err := door.API.Choose(path)
	if err != nil {
		return predictpane.Offer{}, err
	}
	p.remember(knocked{r, e.String()}, door)
	o := predictpane.Offer{Endpoint: e}
	for _, e := range door.API.Endpoints {
		o.All = append(o.All, e.String())
	}
	for _, h := range p.headers {
		o.Headers = append(o.Headers, h.String())
	}
	o.Body, o.Origin, err = p.firstBody(door, e, false)
	return o, err
}

func (p *predictor) firstBody(door workflow.Door, e predict.Endpoint, fresh bool) ([]byte, string, error) {
	var last []byte
	var lastErr error
	if !fresh {
		last, lastErr = p.history.Last(door.Ref.Project, door.Ref.Service, e.String())
	}
	body, origin, err := e.FirstBody(last)
	return body, origin, errors.Join(lastErr, err)
}

// Send sends a body to the service as it is now, and saves what came back.
func (p *predictor) Send(ctx context.Context, r stack.Ref, e predict.Endpoint, body []byte, streaming func(predict.Stream)) (predict.Response, error) {
	door, err := p.knock(ctx, r, e.String())
	if err != nil {
		return predict.Response{}, err
	}
	return p.send(ctx, door, e, body, stack.ByPerson, streaming)
}

// send sends a body; streaming, if it is not nil, is told of an answer that
// comes in parts.
func (p *predictor) send(ctx context.Context, door workflow.Door, e predict.Endpoint, body []byte, by stack.Origin, streaming func(predict.Stream)) (predict.Response, error) {
	x, _, err := p.deliver(ctx, exchange{door: door, endpoint: e, body: body, headers: p.headers, by: by}, streaming)
	return x.answer, err
}

// deliver makes the exchange, with the headers filled from the environment, and
// gives it with what is remembered of it.
func (p *predictor) deliver(ctx context.Context, x exchange, streaming func(predict.Stream)) (exchange, stack.Prediction, error) {
	headers, err := predict.Headers(x.headers, os.LookupEnv)
	if err != nil {
		return x, stack.Prediction{}, err
	}
	kept, forgotten := p.exchange(ctx, &x, os.LookupEnv, predict.SendOptions{Timeout: p.timeout, Follow: p.follow, Header: headers, Streaming: streaming})
	if x.err != nil {
		p.forget(x.door.Ref)
	}
	return x, kept, errors.Join(x.err, forgotten)
}

// Past lists what was sent and answered, newest first, without bodies and
// answers.
func (p *predictor) Past(ctx context.Context, q stack.PredictionQuery) (stack.PredictionPage, error) {
	return p.history.Find(ctx, q)
}

// PastOne is one of them, whole; false when there is none, or not any more.
func (p *predictor) PastOne(_ context.Context, id int64) (stack.Prediction, bool, error) {
	return p.history.Get(id)
}

// forgotten is the error of a prediction that is not there.
func forgotten(id int64) error {
	return &stack.Problem{What: fmt.Sprintf("there is no prediction %d", id), Hint: "`berth history` lists those that there are"}
}

// knock remembers a door as long as the same container is behind it: another
// one may have another document, or another port.
func (p *predictor) knock(ctx context.Context, r stack.Ref, path string) (workflow.Door, error) {
	d, err := p.stack.Engine.Inspect(ctx, r)
	if err != nil {
		return workflow.Door{}, err
	}
	p.mu.Lock()
	door, ok := p.doors[knocked{r, path}]
	p.mu.Unlock()
	if ok && door.ContainerID == d.ContainerID && door.StartedAt.Equal(d.StartedAt) {
		return door, nil
	}
	if door, err = p.stack.Knock(ctx, p.client, r, p.hints(path)); err != nil {
		return workflow.Door{}, err
	}
	p.remember(knocked{r, path}, door)
	return door, nil
}

func (p *predictor) remember(k knocked, door workflow.Door) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.doors[k] = door
}

func (p *predictor) hints(path string) predict.Hints {
	return predict.Hints{Path: path, Follow: p.follow}
}

func (p *predictor) forget(r stack.Ref) {
	p.mu.Lock()
	defer p.mu.Unlock()
	maps.DeleteFunc(p.doors, func(k knocked, _ workflow.Door) bool { return k.ref == r })
}
