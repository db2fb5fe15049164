package main

import (
	"bufio"
	"bytes"
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"iter"
	"os"

	"berth/predict"
	"berth/stack"
	"berth/tui/theme"
	"berth/workflow"
)

// loadBodies are the bodies to send in turn.
func (a *app) loadBodies(pr *predictor, door workflow.Door, e predict.Endpoint, l loadOptions, o predictOptions) ([][]byte, error) {
	switch {
	case l.bodies != "":
		return a.bodyLines(l.bodies, e, o.force)
	case o.fresh && o.body == "":
		const random = 200
		next, stop := iter.Pull(e.Bodies(1))
		defer stop()
		var all [][]byte
		for len(all) < random {
			body, ok := next()
			if !ok {
				break
			}
			all = append(all, body)
		}
		if len(all) > 0 {
			return all, nil
		}
	}
	body, err := a.body(pr, door, e, o)
	if err != nil {
		return nil, err
	}
	if wrong := e.Validate(body); len(wrong) > 0 && !o.force {
		return nil, notFitting(e, body, wrong, nil)
	}
	return [][]byte{body}, nil
}

// maxLine is how long a line of bodies may be.
const maxLine = 32 << 20

// bodyLines reads a file with a body on each line, and names those that do not
// fit.
func (a *app) bodyLines(file string, e predict.Endpoint, force bool) ([][]byte, error) {
	f, err := os.Open(file)
	if err != nil {
		return nil, &stack.Problem{What: "reading the bodies", Err: err, Hint: "--bodies FILE has a body on each line"}
	}
	defer f.Close()
	var all [][]byte
	problem := &stack.Problem{What: "not every body fits " + e.String(), Where: file, Hint: "--force sends them all the same"}
	lines := bufio.NewScanner(f)
	lines.Buffer(nil, maxLine)
	for n := 1; lines.Scan(); n++ {
		body := bytes.Clone(bytes.TrimSpace(lines.Bytes()))
		if len(body) == 0 {
			continue
		}
		if wrong := e.Validate(body); len(wrong) > 0 && !force {
			problem.Lines = append(problem.Lines, fmt.Sprintf("line %d  %s", n, wrong[0]))
		}
		all = append(all, body)
	}
	switch {
	case lines.Err() != nil:
		return nil, &stack.Problem{What: "reading the bodies", Where: file, Err: lines.Err()}
	case len(problem.Lines) > 0:
		return nil, problem
	case len(all) == 0:
		return nil, &stack.Problem{What: "there is no body", Where: file, Hint: "--bodies FILE has a body on each line"}
	}
	return all, nil
}

// suiteBodies are the bodies of a suite's cases that go to one endpoint and are
// to be answered 2xx; the options are given where that is.
func (a *app) suiteBodies(dir, name string, o *predictOptions) ([][]byte, error) {
	files, err := chosen(dir, name)
	if err != nil {
		return nil, err
	}
	cases, flaws := casesOf(files)
	for _, f := range flaws {
		if err := a.warn("left out: " + f.String()); err != nil {
			return nil, err
		}
	}
	var bodies [][]byte
	left := 0
	for _, c := range cases {
		service := cmp.Or(c.Service, o.service)
		elsewhere := service != o.service && o.service != "" || c.Endpoint != o.path && len(bodies) > 0
		if elsewhere || c.Status != 0 && c.Status/100 != 2 || len(c.Params)+len(c.Headers) > 0 {
			left++
			continue
		}
		o.service, o.path = service, c.Endpoint
		bodies = append(bodies, c.Body)
	}
	if left > 0 {
		if err := a.warn(theme.Count(left, "case") + " left out: to another endpoint, to be refused, or with parameters or headers of its own"); err != nil {
			return nil, err
		}
	}
	if len(bodies) == 0 {
		return nil, &stack.Problem{What: "no case of the suite has a body for a load", Hint: "--bodies FILE has a body on each line"}
	}
	return bodies, nil
}

// hashOf tells bodies from others.
func hashOf(bodies [][]byte) string {
	h := sha256.New()
	for _, body := range bodies {
		fmt.Fprintf(h, "%d\n%s", len(body), body)
	}
	return hex.EncodeToString(h.Sum(nil)[:8])
}
