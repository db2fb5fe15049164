package predict

import (
	"encoding/json"
	"errors"
	"slices"
	"strconv"
	"strings"

	"github.com/santhosh-tekuri/jsonschema/v6"
)

// maxColumns is how many fields a table may fill: more than a person goes
// through, for a picture's points are columns too.
const maxColumns = 5000

// Columns are the fields that a table's columns may fill, with the names that
// the table has. Where the schema declares no members of its own, or there is
// none, each of the names is a field; open says so.
func (e Endpoint) Columns(first []byte, names []string) (fields []Field, open bool, err error) {
	w := formWalker{maker: newMaker(e.doc), fields: e.paramFields(), most: maxColumns, absent: true}
	if !e.JSON() {
		if len(w.fields) == 0 {
			err = errors.New("it takes " + e.MediaType + ", which has no fields")
		}
		return w.fields, false, err
	}
	v, err := decode(first)
	if err != nil {
		return nil, false, err
	}
	if _, ok := v.(*object); !ok {
		return nil, false, errors.New("the body is no object")
	}
	var all []*jsonschema.Schema
	if e.schema != nil {
		all = append(all, e.schema)
	}
	if open = len(w.declared(shapeOf(all, v))) == 0; open {
		v = &object{}
		for _, name := range names {
			if slices.ContainsFunc(w.fields, func(f Field) bool { return f.Steps[0] == name }) {
				continue // a parameter
			}
			steps := []string{name}
			if e.schema == nil {
				steps = strings.Split(name, ".")
			}
			if err := put(v, steps, nil, false); err != nil {
				return nil, false, err
			}
		}
	}
	w.inside(nil, v, all)
	return w.fields, open, nil
}

// Template is a body whose fields are filled in again and again, by a row of a
// table each time.
type Template struct {
	endpoint Endpoint
	body     []byte // with a place for each field
	fields   []Field
}

// Template makes one from a first body. What no field fills is left out, unless
// it is to be kept.
func (e Endpoint) Template(first []byte, fields []Field, keep bool) (*Template, error) {
	t := &Template{endpoint: e, fields: fields}
	if !e.JSON() {
		return t, nil
	}
	v, err := decode(first)
	if err != nil {
		return nil, err
	}
	if !keep {
		v = prune(v, nil, fields)
	}
	var all []*jsonschema.Schema
	if e.schema != nil {
		all = append(all, e.schema)
	}
	for _, f := range fields {
		if f.In != "" {
			continue
		}
		if v, err = e.with(v, f.Steps, nil, false, all); err != nil {
			return nil, err
		}
	}
	t.body = encode(v)
	return t, nil
}

// prune takes out what none of the fields is, is in, or has in it.
func prune(v any, steps []string, fields []Field) any {
	wanted := func(steps []string) (it, within bool) {
		for _, f := range fields {
			n := min(len(steps), len(f.Steps))
			if f.In == "" && slices.Equal(steps[:n], f.Steps[:n]) {
				it = it || len(f.Steps) <= len(steps)
				within = true
			}
		}
		return it, within
	}
	switch v := v.(type) {
	case *object:
		kept := &object{}
		for _, name := range v.names {
			inner := step(steps, name)
			it, within := wanted(inner)
			switch {
			case it:
				kept.set(name, v.values[name])
			case within:
				kept.set(name, prune(v.values[name], inner, fields))
			}
		}
		return kept
	case []any: // whose items keep their places
		last := 0
		for i, x := range v {
			inner := step(steps, strconv.Itoa(i))
			it, within := wanted(inner)
			if it || within {
				last = i + 1
			}
			if !it {
				v[i] = prune(x, inner, fields)
			}
		}
		return v[:last]
	}
	return v
}

// Fill gives the fields values, in their order; nil leaves a field out. The body
// is on one line.
func (t *Template) Fill(values []json.RawMessage) (Endpoint, []byte, error) {
	e := t.endpoint
	var v any
	if e.JSON() {
		var err error
		if v, err = decode(t.body); err != nil {
			return e, nil, err
		}
	}
	for n, f := range t.fields {
		var err error
		switch {
		case f.In != "":
			e, err = e.SetParam(f, values[n])
		case values[n] == nil:
			err = put(v, f.Steps, nil, true)
		}
		if err != nil {
			return e, nil, err
		}
	}
	for n, f := range t.fields { // now, for what is left out may be in what is not
		if f.In != "" || values[n] == nil {
			continue
		}
		to, err := decode(values[n])
		if err != nil {
			return e, nil, errors.New(f.Path() + ": " + err.Error())
		}
		if text, ok := to.(string); ok && e.form() && strings.HasPrefix(text, "@") && !f.file() {
			to = "@" + text // a table's text is no name of a file
		}
		if err := put(v, f.Steps, to, false); err != nil {
			return e, nil, err
		}
	}
	if !e.JSON() {
		return e, nil, nil
	}
	return e, encode(v), nil
}

// put sets what is at some steps, or takes it out. Objects on the way are made,
// and taken out when nothing is left in them;
// an item of a list that is taken out is null, for the others keep their places.
func put(v any, steps []string, to any, remove bool) error {
	name, last := steps[0], len(steps) == 1
	switch v := v.(type) {
	case *object:
		switch {
		case last && remove:
			v.remove(name)
			return nil
		case last:
			v.set(name, to)
			return nil
		case v.get(name) == nil && remove:
			return nil
		case v.get(name) == nil:
			v.set(name, &object{})
		}
		inner := v.get(name)
		err := put(inner, steps[1:], to, remove)
		if o, ok := inner.(*object); ok && remove && len(o.names) == 0 {
			v.remove(name)
		}
		return err
	case []any:
		i, err := strconv.Atoi(name)
		if err != nil || i < 0 || i >= len(v) {
			return errors.New("the list has no item " + name)
		}
		if last {
			v[i] = to
			return nil
		}
		return put(v[i], steps[1:], to, remove)
	}
	return errors.New("there is no place for " + fieldPath(steps))
}

// form reports whether texts of the body may name files.
func (e Endpoint) form() bool { return e.encoding == asMultipart }

func (f Field) file() bool {
	return slices.ContainsFunc(f.schemas, func(s *jsonschema.Schema) bool { return isFile(f.doc.source(s)) })
}

// Cell is what a text in a table means. One that is empty leaves an optional
// field out; a required one is null where that is allowed, or an empty text.
// What else there is means what it means in a form, and booleans may be written
// as Python does.
func (f Field) Cell(text string) json.RawMessage {
	if text == "" {
		switch {
		case !f.Required:
			return nil
		case strings.HasSuffix(f.Type, "null"):
			return json.RawMessage("null")
		case f.quoted:
			return json.RawMessage(`""`)
		}
		return nil
	}
	for n, choice := range f.Choices {
		if b, ok := f.values[n].(bool); ok && strings.EqualFold(choice, text) {
			return encode(b)
		}
	}
	return f.Read(text)
}
