package main

import (
	"context"
	"fmt"
	"maps"
	"strings"

	"berth/predict"
	"berth/predict/ab"
	"berth/predict/suite"
	"berth/stack"
	"berth/workflow"
)

// material is what is sent to both sides.
type material struct {
	cases  []suite.Case
	origin string // of the cases, in words
	notes  []string
}

const (
	// mostPast is how many different bodies of the history are sent, and how many
	// are made where there are none.
	mostPast = 20
	// lookBack is how many predictions are looked through for them.
	lookBack = 500
)

// material is the body that is given; or the cases of the suites that go to the
// service; or the last different bodies of the history; or random ones.
func (a *app) material(ctx context.Context, s suites, door workflow.Door, e predict.Endpoint, how predictOptions, tolerance float64) (material, error) {
	m := material{}
	params := map[string]string{}
	for _, text := range how.params {
		name, value, found := strings.Cut(text, "=")
		if !found {
			return m, usage(fmt.Errorf("--param %s has no value", text), "as in --param limit=10")
		}
		params[name] = value
	}
	add := func(name string, body []byte, own map[string]string) {
		all := maps.Clone(own)
		if all == nil {
			all = map[string]string{}
		}
		maps.Copy(all, params)
		m.cases = append(m.cases, suite.Case{
			Name: name, Endpoint: e.String(), Body: body, Params: all, Tolerances: predict.Tolerances{{Relative: tolerance}},
		})
	}
	if how.body != "" {
		body, err := a.body(s.predictor, door, e, how)
		if err != nil {
			return m, err
		}
		add("the body that was given", body, nil)
		m.origin = "the body that was given"
		return m, nil
	}
	if !how.fresh {
		if err := m.suites(s, door, e, how.path != ""); err != nil || len(m.cases) > 0 {
			return m, err
		}
		past, err := s.past(ctx, door, e)
		if err != nil {
			m.notes = append(m.notes, err.Error())
		}
		for _, p := range past {
			own := map[string]string{}
			for _, param := range p.Params {
				own[param.Name] = param.Value
			}
			add("sent "+p.At.Local().Format("2006-01-02 15:04:05"), []byte(p.Body), own)
		}
		if len(m.cases) > 0 {
			m.origin = lastBodies(len(m.cases))
			return m, nil
		}
	}
	for body := range e.Bodies(1) {
		if add(fmt.Sprintf("random body %d", len(m.cases)+1), body, nil); len(m.cases) == mostPast {
			break
		}
	}
	if m.origin = "random bodies"; len(m.cases) == 0 {
		body, origin, err := e.FirstBody(nil)
		if err != nil {
			return m, err
		}
		add("a first body", body, nil)
		m.origin = "a first body: " + origin
	}
	return m, nil
}

// suites takes the cases of the project that go to the service; alone: to this
// endpoint of it.
func (m *material) suites(s suites, door workflow.Door, e predict.Endpoint, alone bool) error {
	files, err := suite.ReadDir(s.dir)
	if err != nil {
		return err
	}
	cases, flaws := casesOf(files)
	for _, f := range flaws {
		m.notes = append(m.notes, f.String())
	}
	others := 0
	for _, c := range cases {
		to, err := door.API.Choose(c.Endpoint)
		if c.Service != "" && c.Service != door.Ref.Service || alone && (err != nil || to.String() != e.String()) {
			others++
			continue
		}
		m.cases = append(m.cases, c)
	}
	if others > 0 {
		m.notes = append(m.notes, elsewhere(others))
	}
	m.origin = "the cases in " + suite.Dir + "/"
	return nil
}

// elsewhere says how many cases were not for these two.
func elsewhere(n int) string {
	if n == 1 {
		return "1 case of the suites goes elsewhere and was not sent"
	}
	return stack.Count(n, "case") + " of the suites go elsewhere and were not sent"
}

func lastBodies(n int) string {
	if n == 1 {
		return "the last body of the history"
	}
	return fmt.Sprintf("the last %d bodies of the history", n)
}

// past are the last predictions of an endpoint whose bodies differ, newest
// first. Those that are not kept as they were sent do not count.
func (s suites) past(ctx context.Context, door workflow.Door, e predict.Endpoint) ([]stack.Prediction, error) {
	page, err := s.history.Find(ctx, stack.PredictionQuery{Project: door.Ref.Project, Service: door.Ref.Service, NotBy: stack.ByAB, Limit: lookBack})
	if err != nil {
		return nil, err
	}
	var all []stack.Prediction
	seen := map[string]bool{}
	for _, p := range page.Predictions {
		if p.Endpoint != e.String() || p.Secrets > 0 || p.Omitted > 0 || p.BodySize == 0 {
			continue
		}
		whole, ok, err := s.history.Get(p.ID)
		if err != nil {
			return all, err
		}
		if !ok || whole.Body == "" || seen[whole.Body] {
			continue
		}
		seen[whole.Body] = true
		if all = append(all, whole); len(all) == mostPast {
			break
		}
	}
	return all, nil
}

// inputs makes requests of the cases, to both sides. forgotten hears why one is not
// remembered.
func (s suites) inputs(m material, before, now workflow.Door, forgotten func(error)) []ab.Input {
	inputs := make([]ab.Input, len(m.cases))
	for i, c := range m.cases {
		inputs[i] = ab.Input{Name: c.Name, Tolerances: c.Tolerances}
		inputs[i].Send[ab.Before], inputs[i].Send[ab.Now] = s.sender(before, c, forgotten), s.sender(now, c, forgotten)
	}
	return inputs
}

// sender sends a case to a side, as that describes itself. What it answers first
// is remembered; again it is sent to be measured.
func (s suites) sender(door workflow.Door, c suite.Case, forgotten func(error)) func(context.Context) (predict.Response, error) {
	e, err := door.API.Choose(c.Endpoint)
	var headers []predict.Header
	var secrets []string
	if err == nil {
		e, headers, secrets, err = s.prepared(e, c)
	}
	remembered := false
	return func(ctx context.Context) (predict.Response, error) {
		if err != nil {
			return predict.Response{}, err
		}
		all, err := predict.Headers(headers, s.lookup)
		if err != nil {
			return predict.Response{}, err
		}
		o := predict.SendOptions{Timeout: s.timeout, Follow: s.follow, MaxBody: maxCaseAnswer, Header: all}
		if remembered {
			return predict.Send(ctx, s.client, door.Base, e, c.Body, o)
		}
		remembered = true
		x := exchange{door: door, endpoint: e, body: c.Body, headers: headers, by: stack.ByAB, secrets: secrets}
		if _, err := s.exchange(ctx, &x, s.lookup, o); err != nil {
			forgotten(err)
		}
		return x.answer, x.err
	}
}
