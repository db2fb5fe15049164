package main

import (
	"context"
	"errors"
	"net/http"
	"os"
	"slices"
	"strings"
	"time"

	"berth/predict"
	"berth/stack"
	"berth/store"
	"berth/workflow"
)

// exchange is a request, and what came of it.
type exchange struct {
	door     workflow.Door
	endpoint predict.Endpoint
	body     []byte
	headers  []predict.Header // as they are configured
	secrets  []string         // that were sent elsewhere than in headers
	by       stack.Origin
	at       time.Time
	answer   predict.Response
	err      error // why there is none

	circumstances
}

// exchange sends a request, and remembers it and what comes of it: kept is what is
// remembered, without the secrets, which are known by what env has. The error says
// why it is not. Nothing is sent where env lacks a secret of a body that was kept.
func (p *predictor) exchange(ctx context.Context, x *exchange, env func(string) (string, bool), o predict.SendOptions) (kept stack.Prediction, err error) {
	body, taken, err := unmasked(x.body, env)
	if err != nil {
		x.err = err
		return kept, nil
	}
	secrets := slices.Concat(hidden(x.headers, o.Header, env), x.secrets, taken)
	if told := o.Streaming; told != nil && len(secrets) > 0 {
		o.Streaming = func(s predict.Stream) {
			s.Text = string(store.Conceal([]byte(unbegun(s.Text, secrets)), secrets))
			told(s)
		}
	}
	x.at, x.body = time.Now(), body
	seen := p.witness.look(ctx, x.door)
	x.answer, x.err = predict.Send(ctx, p.client, x.door.Base, x.endpoint, x.body, o)
	x.circumstances = seen()
	kept = x.prediction()
	err = p.history.Save([]*stack.Prediction{&kept}, secrets...)
	x.answer = concealed(x.answer, secrets)
	return kept, err
}

// unbegun is a text without what may be the beginning of a secret at its end: the
// rest of that may come with the next part.
func unbegun(text string, secrets []string) string {
	most := 0
	for _, s := range secrets {
		for n := min(len(s)-1, len(text)); n > most; n-- {
			if strings.HasSuffix(text, s[:n]) {
				most = n
			}
		}
	}
	return text[:len(text)-most]
}

// unmasked is a body with what env has where secrets of one that was kept were;
// taken are these values.
func unmasked(body []byte, env func(string) (string, bool)) (whole []byte, taken []string, err error) {
	text := maskedText(string(body), variables{}.of)
	if len(text) < 2 {
		return body, nil, nil
	}
	filled, err := text.Fill("the body", noting(env, &taken))
	if problem, ok := errors.AsType[*stack.Problem](err); ok {
		problem.Hint += "; or write it where " + store.Masked + " stands"
	}
	return []byte(filled), taken, err
}

// noting is env, with each value that is taken from it noted.
func noting(env func(string) (string, bool), taken *[]string) func(string) (string, bool) {
	return func(name string) (string, bool) {
		value, ok := env(name)
		*taken = append(*taken, value)
		return value, ok
	}
}

// concealed is an answer without the secrets that were sent, which some services
// repeat.
func concealed(r predict.Response, secrets []string) predict.Response {
	if len(secrets) == 0 {
		return r
	}
	r.Body = store.Conceal(r.Body, secrets)
	if r.Stream != nil {
		said := *r.Stream
		said.Text = string(store.Conceal([]byte(said.Text), secrets))
		r.Stream = &said
	}
	r.FieldErrors = slices.Clone(r.FieldErrors)
	for i, f := range r.FieldErrors {
		r.FieldErrors[i].Message = string(store.Conceal([]byte(f.Message), secrets))
	}
	return r
}

// prediction is what is remembered of it.
func (x exchange) prediction() stack.Prediction {
	r, e := x.answer, x.endpoint
	p := stack.Prediction{
		At: x.at, Project: x.door.Ref.Project, Service: x.door.Ref.Service, Number: x.door.Ref.Number, Origin: x.by,
		Endpoint: e.String(), Base: x.door.Base, MediaType: e.MediaType,
		ImageID: x.door.ImageID, Commit: x.commit, Dirty: x.dirty, Model: x.door.Model.Path, ModelSum: x.model,
		Status: r.Status, Error: r.Cut, Took: r.Timing.Total, Connect: r.Timing.Connect, Wait: r.Timing.Wait, Receive: r.Timing.Receive,
		Body: string(x.body), Answer: string(r.Body), AnswerSize: int64(len(r.Body)) + r.Truncated,
	}
	if r.Status != 0 {
		p.AnswerType = r.MediaType()
	}
	if x.err != nil {
		p.Error, p.Took = x.err.Error(), time.Since(x.at)
	}
	for _, param := range e.Params {
		if param.Origin != "" {
			p.Params = append(p.Params, stack.Sent{Name: param.Name, Value: param.Value, In: param.In, Join: param.Join})
		}
	}
	for _, h := range x.headers {
		p.Headers = append(p.Headers, stack.Sent{Name: h.Name, Value: strings.TrimPrefix(h.String(), h.Name+": ")})
	}
	return p
}

// hidden are the secrets that were sent in headers: whatever refers to the
// environment, or is masked when the header is shown.
func hidden(headers []predict.Header, sent http.Header, env func(string) (string, bool)) []string {
	var values []string
	for _, h := range headers {
		plain := os.Expand(h.Value, func(name string) string {
			if store.Secret(name) { // of "Basic $USER:$PASSWORD" the user may be read
				value, _ := env(name)
				values = append(values, value)
			}
			return ""
		})
		if plain == h.Value && h.String() == h.Name+": "+h.Value {
			continue
		}
		for _, value := range sent.Values(h.Name) {
			_, credentials, _ := strings.Cut(value, " ") // after "Bearer"
			if credentials == "" {
				credentials = value
			}
			values = append(values, credentials)
		}
	}
	return values
}
