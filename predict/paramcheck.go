package predict

import (
	"errors"
	"strings"

	"github.com/santhosh-tekuri/jsonschema/v6"
)

// places are where a parameter may be; of a field error they stand in front.
var places = []string{"path", "query", "header", "cookie"}

// InBody reports whether it is a part of the body that is wrong.
func (f FieldError) InBody() bool {
	place, _, found := strings.Cut(f.Path, ": ")
	for _, p := range places {
		if found && place == p {
			return false
		}
	}
	return true
}

// validateParams checks the parameters that are sent against their schemas.
func (e Endpoint) validateParams() []FieldError {
	var list []FieldError
	for n, f := range e.paramFields() {
		if f.Present && e.Params[n].checkable() {
			list = append(list, f.wrong()...)
		}
	}
	return list
}

// checkable reports whether there is a schema for what is sent. A header that
// was made up may be one that the user sends by its name, and of an object it is
// not known how it is written.
func (p Param) checkable() bool {
	if p.schema == nil || p.Origin == OriginGenerated && p.In == "header" {
		return false
	}
	return !p.may("object")
}

// may reports whether the parameter's schema names a type.
func (p Param) may(kind string) bool {
	tries := 0
	for shape := range expand([]*jsonschema.Schema{p.schema}) { // nothing, if there is none
		for _, s := range shape {
			if s.Types != nil && strings.Contains(strings.Join(s.Types.ToStrings(), " "), kind) {
				return true
			}
		}
		if tries++; tries > maxTries {
			break
		}
	}
	return false
}

// meant is the value of a text that has no quotes: what fits, or else what it
// most likely was to be.
func meant(text string, schemas []*jsonschema.Schema) any {
	all := readings(text)
	for _, v := range all {
		if fits(v, schemas...) {
			return v
		}
	}
	tries := 0
	for shape := range expand(schemas) {
		if !quoted(shape) {
			return all[0]
		}
		if tries++; tries > maxTries {
			break
		}
	}
	return text
}

// readings are what a text without quotes may be: services take 1, yes and True
// for a boolean.
func readings(text string) []any {
	var all []any
	if v, err := decode([]byte(text)); err == nil {
		all = append(all, v)
	}
	if b, ok := boolean(text); ok {
		all = append(all, b)
	}
	return append(all, text)
}

func boolean(text string) (value, ok bool) {
	switch strings.ToLower(text) {
	case "true", "yes", "on", "1":
		return true, true
	case "false", "no", "off", "0":
		return false, true
	}
	return false, false
}

// wrong says where a parameter does not fit its schema.
func (f Field) wrong() []FieldError {
	var list []FieldError
	for _, s := range f.schemas {
		failure, invalid := errors.AsType[*jsonschema.ValidationError](s.Validate(plain(f.given)))
		if !invalid {
			continue
		}
		for _, w := range explain(failure) {
			w.Path = f.Path() + w.Path
			list = append(list, w)
		}
	}
	return list
}
