package predict

import (
	"iter"
	"maps"
	"slices"

	"github.com/santhosh-tekuri/jsonschema/v6"
)

// expand follows references and allOf, and takes one way after the other
// through anyOf, oneOf and if: each shape it yields is a set of schemas without
// a choice left.
func expand(all []*jsonschema.Schema) iter.Seq[[]*jsonschema.Schema] {
	return func(yield func([]*jsonschema.Schema) bool) {
		expandInto(nil, all, yield)
	}
}

func expandInto(shape, open []*jsonschema.Schema, yield func([]*jsonschema.Schema) bool) bool {
	if len(open) == 0 {
		return yield(shape)
	}
	s, open := open[0], open[1:]
	if s == nil || slices.Contains(shape, s) {
		return expandInto(shape, open, yield)
	}
	shape = append(slices.Clip(shape), s)
	open = slices.Concat([]*jsonschema.Schema{s.Ref}, s.AllOf, open)
	if s.DynamicRef != nil {
		open = append(open, s.DynamicRef.Ref)
	}

	ways := [][]*jsonschema.Schema{nil}
	branch := func(branches [][]*jsonschema.Schema) {
		var more [][]*jsonschema.Schema
		for _, way := range ways {
			for _, b := range branches {
				more = append(more, slices.Concat(way, b))
			}
		}
		ways = more
	}
	for _, list := range [][]*jsonschema.Schema{s.AnyOf, s.OneOf} {
		if len(list) > 0 && len(ways)*len(list) <= maxTries {
			branch(nullLast(list))
		}
	}
	if s.If != nil {
		branch([][]*jsonschema.Schema{{s.Else}, {s.If, s.Then}})
	}
	if len(s.DependentSchemas) > 0 { // without the members that they depend on, or with all they ask for
		var dependent []*jsonschema.Schema
		for _, name := range slices.Sorted(maps.Keys(s.DependentSchemas)) {
			dependent = append(dependent, s.DependentSchemas[name])
		}
		branch([][]*jsonschema.Schema{nil, dependent})
	}
	for _, way := range ways {
		if !expandInto(shape, slices.Concat(way, open), yield) {
			return false
		}
	}
	return true
}

// nullLast prefers something to nothing: Optional[X] is anyOf X and null.
func nullLast(list []*jsonschema.Schema) [][]*jsonschema.Schema {
	var some, null [][]*jsonschema.Schema
	for _, s := range list {
		if s.Types != nil && slices.Equal(s.Types.ToStrings(), []string{"null"}) {
			null = append(null, []*jsonschema.Schema{s})
		} else {
			some = append(some, []*jsonschema.Schema{s})
		}
	}
	return append(some, null...)
}
