package predict

import (
	"fmt"
	"math/big"
	"slices"
	"strings"

	"github.com/santhosh-tekuri/jsonschema/v6"
)

const typeString = "string"

// describe says of a field what its schemas say.
func (w *formWalker) describe(f *Field, v any) {
	var types, ranges []string
	add := func(list *[]string, s string) {
		if s != "" && !slices.Contains(*list, s) {
			*list = append(*list, s)
		}
	}
	chosen := shapeOf(f.schemas, v)
	for _, s := range chosen {
		add(&ranges, rangeOf(s))
		source := w.doc.source(s)
		if d, ok := source.get("description").(string); ok && f.Description == "" {
			f.Description = strings.Join(strings.Fields(d), " ")
		}
		for _, v := range choices(source) {
			v = f.harmless(v)
			if f.Choices == nil || !slices.Contains(f.Choices, text(v)) {
				f.Choices, f.values = append(f.Choices, text(v)), append(f.values, v)
			}
		}
	}
	tries := 0
	f.quoted = true
	for shape := range expand(f.schemas) {
		add(&types, typesOf(shape))
		f.quoted = f.quoted && quoted(shape)
		if tries++; tries > maxTries {
			break
		}
	}
	slices.SortStableFunc(types, func(a, b string) int { return null(a) - null(b) })
	f.Type, f.Range = strings.Join(types, " or "), strings.Join(ranges, ", ")
}

// quoted reports whether a shape allows strings alone.
func quoted(shape []*jsonschema.Schema) bool {
	return slices.ContainsFunc(shape, func(s *jsonschema.Schema) bool {
		return s.Types != nil && slices.Equal(s.Types.ToStrings(), []string{typeString})
	})
}

// null is 1 for the type that is an afterthought.
func null(t string) int {
	if t == "null" {
		return 1
	}
	return 0
}

// choices are the values that a schema allows alone.
func choices(source *object) []any {
	if enum, ok := source.get("enum").([]any); ok {
		return enum
	}
	if source.has("const") {
		return []any{source.get("const")}
	}
	if source.get("type") == "boolean" {
		return []any{false, true}
	}
	return nil
}

// typesOf names what a value of a shape is.
func typesOf(shape []*jsonschema.Schema) string {
	for _, s := range shape {
		if s.Types == nil || s.Types.IsEmpty() {
			continue
		}
		names := s.Types.ToStrings()
		slices.SortStableFunc(names, func(a, b string) int { return null(a) - null(b) })
		for n, name := range names {
			switch {
			case name == "array":
				names[n] = "list"
				if schemas, _ := item(shape, len(tuple(s)), 0); len(schemas) > 0 {
					if of := typesOf(slices.Concat(schemas, refs(schemas))); of != "" {
						names[n] += " of " + of
					}
				}
			case name == typeString && s.Format != nil:
				names[n] = s.Format.Name
			}
		}
		return strings.Join(names, " or ")
	}
	return ""
}

// refs are what schemas refer to at once.
func refs(schemas []*jsonschema.Schema) (all []*jsonschema.Schema) {
	for _, s := range schemas {
		if s.Ref != nil {
			all = append(all, s.Ref)
		}
	}
	return all
}

// rangeOf says in a few words how large a value may be, or what it must match.
func rangeOf(s *jsonschema.Schema) string {
	var all []string
	add := func(text string) {
		if text != "" {
			all = append(all, text)
		}
	}
	low, high := "at least ", "at most "
	least, most := s.Minimum, s.Maximum
	if s.ExclusiveMinimum != nil {
		low, least = "more than ", s.ExclusiveMinimum
	}
	if s.ExclusiveMaximum != nil {
		high, most = "less than ", s.ExclusiveMaximum
	}
	switch {
	case s.Minimum != nil && s.Maximum != nil && s.ExclusiveMinimum == nil && s.ExclusiveMaximum == nil:
		add(bound(s.Minimum) + " to " + bound(s.Maximum))
	default:
		add(bounded(low, least))
		add(bounded(high, most))
	}
	add(bounded("a multiple of ", s.MultipleOf))
	add(counted(s.MinLength, s.MaxLength, "character"))
	add(counted(s.MinItems, s.MaxItems, "item"))
	add(counted(s.MinProperties, s.MaxProperties, "member"))
	if s.Pattern != nil {
		add("matches " + s.Pattern.String())
	}
	return strings.Join(all, ", ")
}

func bounded(words string, n *big.Rat) string {
	if n == nil {
		return ""
	}
	return words + bound(n)
}

func counted(least, most *int, noun string) string {
	plural := func(n int) string {
		if n == 1 {
			return fmt.Sprintf("%d %s", n, noun)
		}
		return fmt.Sprintf("%d %ss", n, noun)
	}
	switch {
	case least != nil && most != nil && *least == *most:
		return plural(*least)
	case least != nil && most != nil:
		return fmt.Sprintf("%d to %s", *least, plural(*most))
	case least != nil && *least > 0:
		return "at least " + plural(*least)
	case most != nil:
		return "at most " + plural(*most)
	}
	return ""
}
