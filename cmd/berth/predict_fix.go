package main

import (
	"encoding/json"
	"fmt"
	"slices"

	"berth/predict"
	"berth/safetext"
	"berth/stack"
)

// fixRounds is how often what is corrected is looked at again: a field that is
// renamed may turn out to be of the wrong type.
const fixRounds = 10

// fitting is a request that fits its schemas, corrected if fix is set; each
// correction is told, and none is made twice. The error says what does not fit.
func (a *app) fitting(e predict.Endpoint, body []byte, fix bool) (predict.Endpoint, []byte, error) {
	made := map[string]bool{}
	for range fixRounds {
		wrong := e.Validate(body)
		if len(wrong) == 0 {
			return e, body, nil
		}
		offers := e.Corrections(body, wrong)
		if !fix {
			return e, body, notFitting(e, body, wrong, offers)
		}
		offers = slices.DeleteFunc(offers, func(c predict.Correction) bool { return made[c.Path+" "+c.Text] })
		if len(offers) == 0 {
			break
		}
		var err error
		if e, body, err = e.Corrected(body, offers); err != nil {
			return e, body, err
		}
		for _, c := range offers {
			made[c.Path+" "+c.Text] = true
			fmt.Fprintf(a.err, "corrected: %s %s\n", safetext.Line(c.Path), safetext.Line(c.Text))
		}
	}
	if wrong := e.Validate(body); len(wrong) > 0 {
		return e, body, notFitting(e, body, wrong, nil)
	}
	return e, body, nil
}

// notFitting says which fields do not fit the schema. The dashboard holds such
// a body back once, too.
func notFitting(e predict.Endpoint, body []byte, wrong []predict.FieldError, offers []predict.Correction) error {
	p := &stack.Problem{What: "the body does not fit " + e.String(), Hint: "--force sends it all the same"}
	switch inBody := slices.ContainsFunc(wrong, predict.FieldError.InBody); {
	case !inBody:
		p.What = "the parameters do not fit " + e.String()
	case e.JSON() && !json.Valid(body):
		p.What = "the body for " + e.String() + " is not JSON"
	}
	p.Lines = fieldLines(wrong, offers)
	if len(offers) > 0 {
		p.Hint = "--fix sends it with what is offered after →, --force as it is"
	}
	return p
}

// fieldLines are what is wrong, each with what is offered for it.
func fieldLines(wrong []predict.FieldError, offers []predict.Correction) []string {
	var lines []string
	for _, f := range wrong {
		line := f.String()
		if f.Line > 0 && f.Path != "" { // a syntax error says its place itself
			line = fmt.Sprintf("line %d  %s", f.Line, line)
		}
		if n := slices.IndexFunc(offers, func(c predict.Correction) bool { return c.Path == f.Path }); n >= 0 {
			line += "  → " + offers[n].Text
		}
		lines = append(lines, line)
	}
	return lines
}
