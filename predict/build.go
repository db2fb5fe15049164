package predict

import (
	"slices"
	"strings"

	"github.com/santhosh-tekuri/jsonschema/v6"
)

// build makes a value of the shape's kind. It minds each keyword on its own;
// whether the whole fits is for the caller to check.
func (m *maker) build(shape []*jsonschema.Schema, variant int) (made, bool) {
	m.depth++
	defer func() { m.depth-- }()
	for _, s := range shape { // against endless recursion
		m.within[s]++
		defer func() { m.within[s]-- }()
	}
	var v any
	ok := true
	switch m.typeFor(shape) {
	case "object":
		return m.object(shape, variant)
	case "array":
		return m.array(shape, variant)
	case "string":
		v, ok = m.text(shape, variant)
	case "integer":
		v, ok = m.number(shape, true, variant)
	case "number":
		v, ok = m.number(shape, false, variant)
	case "boolean":
		v = variant%2 == 1
		if m.dice != nil {
			v = m.one(2)
		}
	case "null":
	default:
		ok = false
	}
	return made{v, generated}, ok
}

// typeFor is the JSON type to make: what all schemas allow, null only when nothing
// else is, with dice any of them; and what their keywords are about when none
// names a type.
func (m *maker) typeFor(shape []*jsonschema.Schema) string {
	var allowed []string
	named := false
	for _, s := range shape {
		if s.Bool != nil && !*s.Bool {
			return ""
		}
		if s.Types == nil || s.Types.IsEmpty() {
			continue
		}
		types := s.Types.ToStrings()
		if !named {
			allowed, named = types, true
			continue
		}
		both := slices.DeleteFunc(slices.Clone(allowed), func(t string) bool {
			return !slices.Contains(types, t) && !(t == "integer" && slices.Contains(types, "number"))
		})
		if slices.Contains(allowed, "number") && !slices.Contains(both, "number") && slices.Contains(types, "integer") {
			both = append(both, "integer")
		}
		allowed = both
	}
	if m.dice != nil && len(allowed) > 0 {
		return allowed[m.dice.IntN(len(allowed))]
	}
	for _, t := range allowed {
		if t != "null" {
			return t
		}
	}
	if named {
		return strings.Join(allowed, "") // null or nothing
	}
	for _, s := range shape {
		switch {
		case s.Properties != nil, s.Required != nil, s.AdditionalProperties != nil, s.MinProperties != nil:
			return "object"
		case s.Items != nil, s.Items2020 != nil, s.PrefixItems != nil, s.MinItems != nil, s.Contains != nil:
			return "array"
		case s.Pattern != nil, s.Format != nil, s.MinLength != nil, s.MaxLength != nil:
			return "string"
		}
	}
	return "number" // anything goes, and models eat numbers
}
