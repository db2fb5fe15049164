package predict

import (
	"errors"
	"fmt"
	"math/big"
	"slices"
	"strings"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"github.com/santhosh-tekuri/jsonschema/v6/kind"
	"golang.org/x/text/language"
	"golang.org/x/text/message"
)

// Validate checks parameters and a body against the endpoint's schemas; nothing
// means that they fit, or that there is none (Notes say so). It is advice: the
// service has the last word.
func (e Endpoint) Validate(body []byte) []FieldError {
	return append(e.validateParams(), e.ValidateBody(body)...)
}

// ValidateBody checks the body alone.
func (e Endpoint) ValidateBody(body []byte) []FieldError {
	if !e.JSON() {
		return e.missing(body)
	}
	v, err := decode(body)
	if syntax, ok := errors.AsType[*SyntaxError](err); ok {
		return []FieldError{{Message: err.Error(), Line: syntax.Line}}
	} else if err != nil {
		return []FieldError{{Message: err.Error()}}
	}
	if e.schema == nil {
		return e.missing(body)
	}
	failure, invalid := errors.AsType[*jsonschema.ValidationError](e.schema.Validate(plain(v)))
	if !invalid {
		return e.missing(body)
	}
	return place(append(explain(failure), e.missing(body)...), body)
}

// explain turns the checker's tree, in which every keyword that failed has its
// node, into one line for each field.
func explain(e *jsonschema.ValidationError) []FieldError {
	at := func(more ...string) string { return fieldPath(slices.Concat(e.InstanceLocation, more)) }
	switch k := e.ErrorKind.(type) {
	case *kind.AnyOf:
		return explainChoice(e)
	case *kind.OneOf:
		if len(k.Subschemas) > 0 {
			return []FieldError{{Path: at(), Message: "fits more than one of the forms it may have"}}
		}
		return explainChoice(e)
	case *kind.Required:
		return each(k.Missing, func(name string) FieldError { return FieldError{Path: at(name), Message: "is required"} })
	case *kind.AdditionalProperties:
		return each(k.Properties, func(name string) FieldError { return FieldError{Path: at(name), Message: "is not a field here"} })
	}
	if len(e.Causes) == 0 {
		return []FieldError{{Path: at(), Message: reason(e.ErrorKind)}}
	}
	var list []FieldError
	for _, cause := range e.Causes {
		for _, f := range explain(cause) {
			if !slices.Contains(list, f) { // allOf says things twice
				list = append(list, f)
			}
		}
	}
	return list
}

func each(names []string, do func(string) FieldError) []FieldError {
	var list []FieldError
	for _, name := range names {
		list = append(list, do(name))
	}
	return list
}

// explainChoice tells of anyOf and oneOf only the alternative that the value
// was probably meant to be: one whose type is right, with the least to correct.
// When no type is right it names those that would be.
func explainChoice(e *jsonschema.ValidationError) []FieldError {
	var best []FieldError
	var wanted []string
	for _, cause := range e.Causes {
		if t := wrongType(cause, len(e.InstanceLocation)); t != nil {
			wanted = append(wanted, t.Want...)
			continue
		}
		if list := explain(cause); best == nil || len(list) < len(best) {
			best = list
		}
	}
	if best != nil {
		return best
	}
	return []FieldError{{Path: fieldPath(e.InstanceLocation), Message: mustBe(wanted)}}
}

// wrongType finds the complaint that the value itself, depth steps deep, is of
// another type.
func wrongType(e *jsonschema.ValidationError, depth int) *kind.Type {
	if t, ok := e.ErrorKind.(*kind.Type); ok && len(e.InstanceLocation) == depth {
		return t
	}
	for _, cause := range e.Causes {
		if t := wrongType(cause, depth); t != nil {
			return t
		}
	}
	return nil
}

// reason says in a few words what a value has to be.
func reason(k jsonschema.ErrorKind) string {
	switch k := k.(type) {
	case *kind.Type:
		return mustBe(k.Want)
	case *kind.Enum:
		return "must be " + oneOf(k.Want)
	case *kind.Const:
		return "must be " + literal(k.Want)
	case *kind.Minimum:
		return "must be at least " + bound(k.Want)
	case *kind.ExclusiveMinimum:
		return "must be more than " + bound(k.Want)
	case *kind.Maximum:
		return "must be at most " + bound(k.Want)
	case *kind.ExclusiveMaximum:
		return "must be less than " + bound(k.Want)
	case *kind.MultipleOf:
		return "must be a multiple of " + bound(k.Want)
	case *kind.MinLength:
		return fmt.Sprintf("must have at least %d characters, not %d", k.Want, k.Got)
	case *kind.MaxLength:
		return fmt.Sprintf("must have at most %d characters, not %d", k.Want, k.Got)
	case *kind.MinItems:
		return fmt.Sprintf("must have at least %d items, not %d", k.Want, k.Got)
	case *kind.MaxItems:
		return fmt.Sprintf("must have at most %d items, not %d", k.Want, k.Got)
	case *kind.UniqueItems:
		return fmt.Sprintf("items %d and %d are equal", k.Duplicates[0], k.Duplicates[1])
	case *kind.Pattern:
		return "must match " + k.Want
	case *kind.Format:
		return "must be a valid " + k.Want
	case *kind.Not, *kind.FalseSchema:
		return "is not allowed"
	}
	return k.LocalizedString(message.NewPrinter(language.English))
}

func mustBe(types []string) string {
	slices.Sort(types)
	types = slices.Compact(types)
	if i := slices.Index(types, "null"); i >= 0 {
		types = append(slices.Delete(types, i, i+1), "null") // an afterthought
	}
	return "must be " + strings.Join(types, " or ")
}

// oneOf lists what is allowed, up to a screen's width.
func oneOf(values []any) string {
	const most = 8
	var list []string
	for _, v := range values[:min(len(values), most)] {
		list = append(list, literal(v))
	}
	if more := len(values) - most; more > 0 {
		list = append(list, fmt.Sprintf("%d more", more))
	}
	if len(list) == 1 {
		return list[0]
	}
	return strings.Join(list[:len(list)-1], ", ") + " or " + list[len(list)-1]
}

// literal shows a plain value as in JSON; fmt sorts the members of an object.
func literal(v any) string {
	switch v := v.(type) {
	case map[string]any:
		return fmt.Sprint(v)
	case []any:
		return fmt.Sprint(v)
	}
	return string(encode(v))
}

func bound(v *big.Rat) string { return string(number(v)) }
