package main

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"berth/predict"
	"berth/stack"
	"berth/store"
)

// callOf is a remembered request as it can be written down. Where a secret was
// stands a variable of the environment, named as the secret was.
func callOf(p stack.Prediction) predict.Call {
	variable := variables{}.of
	whole := func(s stack.Sent) predict.Text {
		before, after, masked := strings.Cut(s.Value, store.Masked)
		if !masked {
			return predict.Plain(s.Value)
		}
		return slices.Concat(predict.Plain(before), predict.Text{variable(s.Name)}, predict.Plain(after))
	}
	c := predict.Call{
		Service: p.Service, Base: p.Base, MediaType: p.MediaType,
		Force: p.Status == 400 || p.Status == 422,
	}
	c.Method, c.Path, _ = strings.Cut(p.Endpoint, " ")
	for _, s := range p.Params {
		c.Params = append(c.Params, predict.CallParam{Name: s.Name, In: s.In, Value: whole(s), Join: s.Join})
	}
	for _, s := range p.Headers {
		value := predict.Referring(s.Value)
		if strings.Contains(s.Value, store.Masked) {
			value = whole(s)
		}
		c.Headers = append(c.Headers, predict.CallHeader{Name: s.Name, Value: value})
	}
	c.Body = maskedText(p.Body, variable)
	return c
}

// variables counts those of the environment that stand for secrets, by name.
type variables map[string]int

// of is a variable named as a secret was; a second one of that name may be
// another secret.
func (v variables) of(secret string) predict.Part {
	name := store.Variable(secret)
	if v[name]++; v[name] > 1 {
		return predict.Part{Variable: fmt.Sprintf("%s_%d", name, v[name])}
	}
	return predict.Part{Variable: name}
}

// maskedText is a body with variables where secrets were.
func maskedText(body string, variable func(secret string) predict.Part) (text predict.Text) {
	at := 0
	for _, hole := range store.Holes([]byte(body)) { // quotes included
		text = append(text, predict.Part{Text: body[at : hole.Start+1]}, variable(hole.Name))
		at = hole.End - 1
	}
	return append(text, predict.Plain(body[at:])...)
}

// written is a remembered request for curl, python or berth.
func written(p stack.Prediction, as string) (text string, variables []string, err error) {
	if err := unkept(p); err != nil {
		return "", nil, err
	}
	c := callOf(p)
	if c.Base == "" && as != "berth" { // from an older Berth
		c.Base = "http://localhost:8000"
	}
	if p.Base == "" {
		c.MediaType = cmp.Or(c.MediaType, "application/json")
	}
	switch as {
	case "curl":
		text, err = c.Curl()
	case "python":
		text, err = c.Python()
	default:
		text, err = c.Berth()
	}
	if err != nil {
		return "", nil, &stack.Problem{What: fmt.Sprintf("writing down prediction %d", p.ID), Err: err}
	}
	return text, c.Variables(), nil
}

// unkept is the error of a prediction whose body is not there.
func unkept(p stack.Prediction) error {
	if p.Body != "" || p.BodySize == 0 {
		return nil
	}
	return &stack.Problem{What: fmt.Sprintf("the body of prediction %d is not there", p.ID), Err: fmt.Errorf("its %d bytes were too many to keep", p.BodySize)}
}
