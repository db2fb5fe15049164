package main

import (
	"cmp"
	"context"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"

	"berth/compose"
	"berth/predict"
	"berth/predict/suite"
	"berth/stack"
	"berth/store"
	"berth/workflow"
)

// maxCaseAnswer is how much of an answer a case may have, in bytes: several are
// held at a time, and a report keeps those that differ.
const maxCaseAnswer = 4 << 20

// suites asks the services of a project what its suites have.
type suites struct {
	*predictor
	project     string
	dir         string // of the project
	env         map[string]string
	concurrency int
}

// suites is what the project's settings and environment make of a predictor;
// .env counts, as it does for the compose file.
func (p *predictor) suites(project *compose.Project, settings *store.Settings) suites {
	return suites{predictor: p, project: project.Name, dir: project.Dir, env: project.Model.Environment, concurrency: settings.Concurrency}
}

// lookup is the value that a case names by $NAME.
func (s suites) lookup(name string) (string, bool) {
	if value, ok := os.LookupEnv(name); ok {
		return value, true
	}
	value, ok := s.env[name]
	return value, ok
}

// of are the cases of files, and what is wrong in them.
func casesOf(files []*suite.File) (cases []suite.Case, flaws []suite.Flaw) {
	for _, f := range files {
		cases, flaws = append(cases, f.Cases...), append(flaws, f.Flaws...)
	}
	return cases, flaws
}

// afterTurn asks a service that was just replaced what the suites have about
// it: the cases that name it, and where it is the one that predictions go to
// those that name none.
func (s suites) afterTurn(ctx context.Context, r stack.Ref, told func(n, of int)) (*suite.Report, error) {
	files, err := suite.ReadDir(s.dir)
	if err != nil || len(files) == 0 {
		return nil, err
	}
	cases, flaws := casesOf(files)
	if slices.ContainsFunc(cases, func(c suite.Case) bool { return c.Service == "" }) && s.meant(ctx, r) {
		for i := range cases {
			cases[i].Service = cmp.Or(cases[i].Service, r.Service)
		}
	}
	cases = slices.DeleteFunc(cases, func(c suite.Case) bool { return c.Service != r.Service })
	if len(cases)+len(flaws) == 0 {
		return nil, ctx.Err()
	}
	return s.run(ctx, cases, flaws, told)
}

// meant reports whether a service is the one that predictions go to where none
// is named: also if it could be, and none can be predicted with any more.
func (s suites) meant(ctx context.Context, r stack.Ref) bool {
	door, err := s.stack.FindDoor(ctx, s.client, s.hints(""))
	if err == nil {
		return door.Ref.Service == r.Service
	}
	p, err := s.stack.Load(ctx)
	if err != nil {
		return false
	}
	config, err := p.Service(r.Service)
	return err == nil && len(config.Ports) > 0
}

// run asks the cases, and sums up what came of them.
func (s suites) run(ctx context.Context, cases []suite.Case, flaws []suite.Flaw, told func(n, of int)) (*suite.Report, error) {
	targets, err := s.targets(ctx, cases)
	if err != nil {
		return nil, err
	}
	n := 0
	told(n, len(cases))
	var unsaved atomic.Pointer[suite.Flaw] // the first is enough
	results, err := suite.Run(ctx, cases, s.concurrency, func(ctx context.Context, c suite.Case) (predict.Response, error) {
		t := targets[aim{c.Service, c.Endpoint}]
		if t.err != nil {
			return predict.Response{}, t.err
		}
		resp, forgotten, err := s.ask(ctx, t, c)
		if forgotten != nil {
			unsaved.CompareAndSwap(nil, &suite.Flaw{File: "history", Text: forgotten.Error(), Minor: true})
		}
		return resp, err
	}, func(suite.Result) {
		n++
		told(n, len(cases))
	})
	if err != nil {
		return nil, err
	}
	if f := unsaved.Load(); f != nil {
		flaws = append(flaws, *f)
	}
	return suite.Sum(results, flaws), nil
}

// aim is where a case goes, as it says itself.
type aim struct{ service, endpoint string }

// target is what was found there.
type target struct {
	door     workflow.Door
	endpoint predict.Endpoint
	err      error
}

// targets finds where the cases go. Where not even one of them can be sent
// there is nothing to run: the error says why.
func (s suites) targets(ctx context.Context, cases []suite.Case) (map[aim]target, error) {
	all := map[aim]target{}
	var first error
	found := false
	for _, c := range cases {
		a := aim{c.Service, c.Endpoint}
		if _, ok := all[a]; ok {
			continue
		}
		t := target{}
		if t.door, t.err = findDoor(ctx, s.predictor, c.Service, c.Endpoint); t.err == nil {
			t.endpoint, t.err = t.door.API.Choose(c.Endpoint)
		}
		if ctx.Err() != nil {
			return nil, context.Cause(ctx)
		}
		all[a] = t
		if found = found || t.err == nil; first == nil {
			first = t.err
		}
	}
	if !found {
		return nil, first
	}
	return all, nil
}

// ask sends a case, and remembers it as a suite's: the last prediction stays the
// one that the user sent. Why it could not is told apart from why there is no
// answer.
func (s suites) ask(ctx context.Context, t target, c suite.Case) (resp predict.Response, forgotten, err error) {
	e, headers, secrets, err := s.prepared(t.endpoint, c)
	if err != nil {
		return resp, nil, err
	}
	all, err := predict.Headers(headers, s.lookup)
	if err != nil {
		return resp, nil, err
	}
	x := exchange{door: t.door, endpoint: e, body: c.Body, headers: headers, by: stack.BySuite, secrets: secrets}
	_, forgotten = s.exchange(ctx, &x, s.lookup, predict.SendOptions{Timeout: s.timeout, Follow: s.follow, MaxBody: maxCaseAnswer, Header: all})
	return x.answer, forgotten, x.err
}

// prepared is where a case goes, with its parameters, and the headers to send
// with it. What comes from the environment may be a secret.
func (s suites) prepared(e predict.Endpoint, c suite.Case) (_ predict.Endpoint, headers []predict.Header, secrets []string, err error) {
	for _, name := range slices.Sorted(maps.Keys(c.Params)) {
		value, err := predict.Expand("the parameter "+name, c.Params[name], s.lookup)
		if err != nil {
			return e, nil, nil, err
		}
		if e, err = e.WithParam(name, value); err != nil {
			return e, nil, nil, err
		}
		if value != c.Params[name] {
			secrets = append(secrets, value)
		}
	}
	for _, h := range s.headers {
		if !slices.ContainsFunc(slices.Collect(maps.Keys(c.Headers)), func(name string) bool { return strings.EqualFold(name, h.Name) }) {
			headers = append(headers, h)
		}
	}
	for name, value := range c.Headers {
		h, err := predict.ParseHeader(name + ": " + value)
		if err != nil {
			return e, nil, nil, err
		}
		headers = append(headers, h)
	}
	return e, headers, secrets, nil
}

// chosen reads the suites of a project: all, or one by its name or file.
func chosen(dir, name string) ([]*suite.File, error) {
	files, err := suite.ReadDir(dir)
	if err != nil {
		return nil, err
	}
	if name == "" {
		if len(files) == 0 {
			return nil, &stack.Problem{
				What: "there is no suite", Where: filepath.Join(dir, suite.Dir),
				Hint: "`berth predict`, and then `berth predict --keep NAME` makes its answer the first case",
			}
		}
		return files, nil
	}
	if i := slices.IndexFunc(files, func(f *suite.File) bool { return f.Called(name) }); i >= 0 {
		return files[i : i+1], nil
	}
	if filepath.Base(name) == name && filepath.Ext(name) == "" {
		p := &stack.Problem{What: "there is no suite " + name, Where: filepath.Join(dir, suite.Dir), Err: stack.ErrUsage}
		for _, f := range files {
			p.Lines = append(p.Lines, f.Name)
		}
		return nil, p
	}
	f, err := suite.ReadFile(name, name)
	if err != nil {
		return nil, err
	}
	return []*suite.File{f}, nil
}
