package main

import (
	"errors"
	"fmt"
	"io/fs"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"berth/predict/suite"
	"berth/stack"
	"berth/store"
)

// keep makes the last prediction of a service a case: at the end of a suite
// that is named by its name or file, or of the only one there is, or of one
// named after the service, which is made. Empty means the service that was
// predicted with last. It returns where the case is now: "predictions/churn.yaml:12".
func (s suites) keep(service, name, file string) (string, error) {
	last, err := s.last(service)
	if err != nil {
		return "", err
	}
	problem := &stack.Problem{What: "keeping the last prediction of " + last.Service}
	switch {
	case last.Status == 0, last.Error != "":
		problem.Err = fmt.Errorf("it had no whole answer: %s", last.Error)
		problem.Hint = "predict again"
		return "", problem
	case last.Secrets > 0, len(secretsIn(last)) > 0:
		problem.Err = fmt.Errorf("it has secrets, which are not remembered: in its %s", strings.Join(secretsIn(last), " and "))
		problem.Hint = "write the case by hand; in headers and params ${NAME} stands for a secret of the environment"
		return "", problem
	case last.Omitted > 0:
		problem.Err = fmt.Errorf("%d bytes of it were too many to be remembered", last.Omitted)
		return "", problem
	}
	f, err := s.fileFor(last.Service, file)
	if err != nil {
		return "", err
	}
	text, err := f.Add(suite.Kept{
		Name: name, Service: last.Service, Endpoint: last.Endpoint, Params: last.Params, Headers: last.Headers,
		Body: []byte(last.Body), Status: last.Status, Answer: []byte(last.Answer),
	})
	if err != nil {
		return "", err
	}
	if err := rewrite(f, text); err != nil {
		return "", err
	}
	cases := suite.Parse(f.Name, text).Cases
	return fmt.Sprintf("%s:%d", f.Name, cases[len(cases)-1].Line), nil
}

// secretsIn is where a prediction had secrets.
func secretsIn(p stack.Prediction) (places []string) {
	for _, place := range []struct {
		name string
		has  bool
	}{
		{"body", strings.Contains(p.Body, store.Masked)},
		{"params", slices.ContainsFunc(p.Params, masked)},
		{"headers", slices.ContainsFunc(p.Headers, masked)},
		{"answer", strings.Contains(p.Answer, store.Masked)},
	} {
		if place.has {
			places = append(places, place.name)
		}
	}
	return places
}

func masked(s stack.Sent) bool { return strings.Contains(s.Value, store.Masked) }

// last is the prediction to keep.
func (s suites) last(service string) (stack.Prediction, error) {
	last, ok, err := s.history.LastOf(s.project, service)
	switch {
	case err != nil || ok:
		return last, err
	case service != "":
		return last, &stack.Problem{What: service + " was not predicted with yet", Hint: "`berth predict " + service + "` does"}
	}
	return last, &stack.Problem{What: "nothing was predicted with yet", Where: "project " + s.project, Hint: "`berth predict` does"}
}

// fileFor is the suite that a case is kept in, which need not be there yet.
func (s suites) fileFor(service, name string) (*suite.File, error) {
	files, err := suite.ReadDir(s.dir)
	if err != nil {
		return nil, err
	}
	for _, f := range files {
		if name == "" && len(files) == 1 || name != "" && f.Called(name) || name == "" && f.Called(service) {
			return f, nil
		}
	}
	switch {
	case name == "":
		name = path.Join(suite.Dir, service+".yaml")
	case filepath.Base(name) == name && filepath.Ext(name) == "":
		name = path.Join(suite.Dir, name+".yaml")
	case filepath.Base(name) == name:
		name = path.Join(suite.Dir, name)
	default: // a file of the user's, from where they are
		f, err := suite.ReadFile(name, name)
		if errors.Is(err, fs.ErrNotExist) {
			f, err = suite.Parse(name, nil), nil
			f.Path = name
		}
		return f, err
	}
	f := suite.Parse(name, nil)
	f.Path = filepath.Join(s.dir, filepath.FromSlash(name))
	return f, nil
}
