package predict

import (
	"encoding/json"
	"errors"
	"slices"
	"strconv"
	"strings"

	"github.com/santhosh-tekuri/jsonschema/v6"
)

// Field is one line of a form for a body: a plain value, or the head of an
// object or a list whose fields follow.
type Field struct {
	In          string   // path, query, header or cookie; empty: the body
	Steps       []string // names and, as digits, indexes that lead to it
	Type        string   // "integer", "string or null", "list of number"; empty: anything
	Range       string   // "0 to 120", "at most 64 characters"; empty: any
	Description string
	Choices     []string // what it may be alone, as Text; nil: anything
	Required    bool
	Present     bool   // the body has it
	Group       bool   // it is an object or a list
	Text        string // the value as one types it: strings without quotes

	schemas []*jsonschema.Schema
	doc     *document
	values  []any // that Choices are the texts of
	quoted  bool  // nothing but a string fits
	given   any   // what the body has
	files   bool  // the body is a form that may have files
}

// Path is where the field is, as a FieldError names it.
func (f Field) Path() string {
	if f.In != "" {
		return f.In + ": " + f.Steps[0]
	}
	return fieldPath(f.Steps)
}

// Name is the last step to it.
func (f Field) Name() string {
	if len(f.Steps) == 0 {
		return ""
	}
	last := f.Steps[len(f.Steps)-1]
	if _, err := strconv.ParseUint(last, 10, 32); err == nil {
		return "[" + last + "]"
	}
	return last
}

// Bounds of a form: what a person goes through line by line.
const (
	maxFields    = 500
	maxFormDepth = 8
	maxFormItems = 20 // of one list
)

// Fields are the endpoint's parameters, then the fields that the schema declares
// and those that the body has besides, in declared order; more is how many were
// too many or too deep. The error says why there is no form for the body.
func (e Endpoint) Fields(body []byte) (fields []Field, more int, err error) {
	w := formWalker{maker: newMaker(e.doc), fields: e.paramFields(), most: maxFields, files: e.encoding == asMultipart}
	if !e.JSON() {
		if len(w.fields) == 0 {
			err = errors.New("the body is no JSON")
		}
		return w.fields, 0, err
	}
	v, err := decode(body)
	if err != nil {
		return nil, 0, err
	}
	if _, ok := v.(*object); !ok {
		return nil, 0, errors.New("the body is no object")
	}
	var all []*jsonschema.Schema
	if e.schema != nil {
		all = append(all, e.schema)
	}
	w.inside(nil, v, all)
	return w.fields, w.more, nil
}

type formWalker struct {
	*maker
	files  bool
	fields []Field
	most   int
	more   int
	// Whether objects that the body does not have are gone into too, but not
	// into themselves.
	absent bool
	within []*jsonschema.Schema
}

// inside adds what is in an object or a list.
func (w *formWalker) inside(steps []string, v any, all []*jsonschema.Schema) {
	shape := shapeOf(all, v)
	switch v := v.(type) {
	case *object:
		required := map[string]bool{}
		for _, s := range shape {
			for _, name := range s.Required {
				required[name] = true
			}
		}
		names := w.declared(shape)
		for _, name := range v.names {
			if !slices.Contains(names, name) {
				names = append(names, name)
			}
		}
		for _, name := range names {
			w.add(append(slices.Clip(steps), name), v.get(name), v.has(name), required[name], member(shape, name))
		}
	case []any:
		w.more += max(0, len(v)-maxFormItems)
		for i, x := range v[:min(len(v), maxFormItems)] {
			schemas, _ := item(shape, i, 0)
			w.add(append(slices.Clip(steps), strconv.Itoa(i)), x, true, true, schemas)
		}
	}
}

func (w *formWalker) add(steps []string, v any, present, required bool, all []*jsonschema.Schema) {
	if len(w.fields) >= w.most || len(steps) > maxFormDepth {
		w.more++
		return
	}
	f := Field{Steps: steps, Required: required, Present: present, schemas: all, doc: w.doc, given: v, files: w.files}
	if w.absent && !present {
		if shape, ok := w.unseen(all); ok {
			w.within = append(w.within, shape...)
			defer func() { w.within = w.within[:len(w.within)-len(shape)] }()
			v = &object{}
		}
	}
	w.describe(&f, v)
	switch v := v.(type) {
	case *object:
		f.Group = true
	case []any:
		f.Group = true
	default:
		if present {
			f.Text = text(v)
		}
	}
	w.fields = append(w.fields, f)
	if f.Group {
		w.inside(steps, v, all)
	}
}

// unseen is what an object is that is not within itself.
func (w *formWalker) unseen(all []*jsonschema.Schema) ([]*jsonschema.Schema, bool) {
	for shape := range expand(all) {
		isObject := slices.ContainsFunc(shape, func(s *jsonschema.Schema) bool { return len(s.Properties) > 0 })
		again := slices.ContainsFunc(shape, func(s *jsonschema.Schema) bool { return slices.Contains(w.within, s) })
		return shape, isObject && !again
	}
	return nil, false
}

// shapeOf is the alternative that a value fits, or else the first.
func shapeOf(all []*jsonschema.Schema, v any) []*jsonschema.Schema {
	var first []*jsonschema.Schema
	tries := 0
	for shape := range expand(all) {
		if first == nil {
			first = shape
		}
		if fits(v, shape...) {
			return shape
		}
		if tries++; tries > maxTries {
			break
		}
	}
	return first
}

// Offer is a value for a field that the body does not have yet.
func (f Field) Offer() json.RawMessage {
	if f.doc == nil || len(f.schemas) == 0 {
		return json.RawMessage(`""`)
	}
	m := newMaker(f.doc)
	m.repeat = maxRepeat
	v, _ := m.value(0, f.schemas...) // what does not fit is told by Validate
	return encode(f.harmless(v.value))
}

// harmless has no text of the document's read as the name of a file of the
// person's: in a form with files that is what stands after an @.
func (f Field) harmless(v any) any {
	switch v := v.(type) {
	case []any:
		for n := range v {
			v[n] = f.harmless(v[n])
		}
	case string:
		switch {
		case !f.files:
		case slices.ContainsFunc(f.schemas, func(s *jsonschema.Schema) bool { return isFile(f.doc.source(s)) }):
			return "@" + f.Steps[len(f.Steps)-1]
		case strings.HasPrefix(v, "@"):
			return "@" + v
		}
	}
	return v
}

// Read is what a typed text means: the choice that is written so; in a field
// that takes strings alone a string; else JSON, and a string where it is none.
func (f Field) Read(typed string) json.RawMessage {
	if n := slices.Index(f.Choices, typed); n >= 0 {
		return encode(f.values[n])
	}
	if !f.quoted {
		if v, err := decode([]byte(typed)); err == nil {
			return encode(v)
		}
	}
	return encode(typed)
}

// With is a body with another value at some steps; nil takes the value out.
// Objects on the way that the body does not have are made. The order of the
// others stays; a new member stands where the endpoint declares it.
func (e Endpoint) With(body []byte, f Field, value json.RawMessage) ([]byte, error) {
	if f.In != "" {
		return nil, errors.New(f.Path() + " is not in the body")
	}
	v, err := decode(body)
	if err != nil {
		return nil, err
	}
	var to any
	if value != nil {
		if to, err = decode(value); err != nil {
			return nil, err
		}
	}
	var all []*jsonschema.Schema
	if e.schema != nil {
		all = append(all, e.schema)
	}
	if v, err = e.with(v, f.Steps, to, value == nil, all); err != nil {
		return nil, err
	}
	return Pretty(encode(v)), nil
}

func (e Endpoint) with(v any, steps []string, to any, remove bool, all []*jsonschema.Schema) (any, error) {
	if len(steps) == 0 {
		return to, nil
	}
	step, last := steps[0], len(steps) == 1
	shape := shapeOf(all, v)
	switch v := v.(type) {
	case []any:
		i, err := strconv.Atoi(step)
		if err != nil || i < 0 || i >= len(v) {
			return nil, errors.New("the list has no item " + step)
		}
		if last && remove {
			return slices.Delete(v, i, i+1), nil
		}
		schemas, _ := item(shape, i, 0)
		v[i], err = e.with(v[i], steps[1:], to, remove, schemas)
		return v, err
	case *object:
		if last && remove {
			v.remove(step)
			return v, nil
		}
		inner, err := e.with(v.get(step), steps[1:], to, remove, member(shape, step))
		if err != nil {
			return nil, err
		}
		isNew := !v.has(step)
		v.set(step, inner)
		if isNew {
			v.names = declaredPlace(v.names, newMaker(e.doc).declared(shape))
		}
		return v, nil
	case nil:
		return e.with(&object{}, steps, to, remove, all)
	}
	return nil, errors.New("there is no place for " + fieldPath(steps))
}

// declaredPlace moves the last name before the first that is declared after it.
func declaredPlace(names, declared []string) []string {
	last := len(names) - 1
	own := slices.Index(declared, names[last])
	if own < 0 {
		return names
	}
	for n, name := range names[:last] {
		if slices.Contains(declared[own:], name) {
			return slices.Insert(names[:last:last], n, names[last])
		}
	}
	return names
}
