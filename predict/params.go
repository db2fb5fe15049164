package predict

import (
	"encoding/json"
	"errors"
	"fmt"
	"mime"
	"slices"
	"strconv"
	"strings"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"berth/safetext"
	"berth/stack"
)

// Param is a parameter of the path, the query, a header or a cookie.
type Param struct {
	Name        string `json:"name"`
	In          string `json:"in"` // path, query, header or cookie
	Description string `json:"description,omitempty"`
	Required    bool   `json:"required"`
	Value       string `json:"value"`
	// Origin says where Value is from: example, default, generated (a guess
	// that the service may well not know), or given. Empty: the parameter is
	// optional, and is not sent.
	Origin string `json:"origin,omitempty"`

	// Join is how the items of a list are joined, "&" for a parameter each; empty:
	// it is no list.
	Join string `json:"join,omitempty"`

	schema *jsonschema.Schema
}

// OriginGiven is a parameter's value that the user gave.
const OriginGiven = "given"

// WithParam is the endpoint with a parameter's value, or the items of a list; the
// error wraps stack.ErrUsage when it has no such parameter, or that is no list.
func (e Endpoint) WithParam(name string, values ...string) (Endpoint, error) {
	n := slices.IndexFunc(e.Params, func(p Param) bool { return p.Name == name })
	if n < 0 {
		p := &stack.Problem{What: e.String() + " has no parameter " + name, Err: stack.ErrUsage}
		for _, q := range e.Params {
			p.Lines = append(p.Lines, safetext.Line(q.Name+" ("+q.In+")"))
		}
		return e, p
	}
	value := strings.Join(values, "")
	if len(values) > 1 {
		if e.Params[n].Join == "" {
			return e, &stack.Problem{
				What: fmt.Sprintf("the parameter %s of %s is given %d values", name, e, len(values)), Err: stack.ErrUsage,
				Hint: "it is no list, and has one",
			}
		}
		var list []any
		for _, v := range values {
			list = append(list, v)
		}
		value = string(encode(list))
	}
	e.Params = slices.Clone(e.Params)
	e.Params[n].Value, e.Params[n].Origin = value, OriginGiven
	return e, nil
}

// paramFields are the parameters as a form has them.
func (e Endpoint) paramFields() []Field {
	var all []Field
	w := formWalker{maker: newMaker(e.doc)}
	for _, p := range e.Params {
		f := Field{In: p.In, Steps: []string{p.Name}, Required: p.Required, Present: p.Origin != "", doc: e.doc}
		if p.schema != nil {
			f.schemas = []*jsonschema.Schema{p.schema}
			w.describe(&f, nil)
		}
		if p.Description != "" {
			f.Description = strings.Join(strings.Fields(p.Description), " ")
		}
		if f.Present {
			f.Text, f.given = p.Value, p.meant()
		}
		all = append(all, f)
	}
	return all
}

// SetParam is the endpoint with another value of a parameter; nil: one that is
// optional is not sent.
func (e Endpoint) SetParam(f Field, value json.RawMessage) (Endpoint, error) {
	if value == nil && f.Required {
		return e, errors.New(f.Path() + " is required")
	}
	if value == nil {
		e, err := e.WithParam(f.Steps[0], "")
		if err == nil {
			n := slices.IndexFunc(e.Params, func(p Param) bool { return p.Name == f.Steps[0] })
			e.Params[n].Origin = ""
		}
		return e, err
	}
	v, err := decode(value)
	if err != nil {
		return e, err
	}
	n := slices.IndexFunc(e.Params, func(p Param) bool { return p.Name == f.Steps[0] })
	return e.WithParam(f.Steps[0], e.Params[max(n, 0)].text(v))
}

// WithMediaType is an endpoint that is not described, for bodies of a type; the
// error wraps stack.ErrUsage where the document says what the type is.
func (e Endpoint) WithMediaType(mediaType string) (Endpoint, error) {
	if e.doc != nil {
		return e, &stack.Problem{What: e.String() + " takes " + e.MediaType, Err: stack.ErrUsage, Hint: "that is what its document says"}
	}
	if _, _, err := mime.ParseMediaType(mediaType); err != nil {
		return e, &stack.Problem{What: safetext.Line(mediaType) + " is no media type", Err: errors.Join(stack.ErrUsage, err), Hint: "as in image/png"}
	}
	e.MediaType, e.encoding = mediaType, encodingOf(mediaType)
	return e, nil
}

// params reads the list of parameters at pointer, and fills those that a request
// cannot go without, and those that the document gives a value.
func (d *document) params(pointer string) []Param {
	list, _ := lookup(d.root, pointer).([]any)
	var params []Param
	for i, x := range list {
		at, o := d.resolve(child(pointer, strconv.Itoa(i)), x)
		name, _ := o.get("name").(string)
		in, _ := o.get("in").(string)
		if name == "" {
			continue
		}
		p := Param{Name: name, In: in, Required: in == "path" || o.get("required") == true}
		p.Description, _ = o.get("description").(string)
		schema, _, err := d.compile(child(at, "schema"))
		if p.schema = schema; err != nil {
			p.schema = nil
		}
		if p.may("array") {
			p.Join = joinOf(o, in)
		}
		if p.Required {
			p.Value, p.Origin = "1", OriginGenerated
			if v, ok := newMaker(d).first(o, p.schema); ok && p.schema != nil && text(v.value) != "" {
				p.Value, p.Origin = p.text(v.value), v.source.String()
			}
		}
		params = append(params, p)
	}
	return params
}

// text is a value as it stands in a path, query or header.
func text(v any) string {
	switch v := v.(type) {
	case string:
		return v
	case []any:
		var parts []string
		for _, x := range v {
			parts = append(parts, text(x))
		}
		return strings.Join(parts, ",")
	}
	return string(encode(v))
}
