package predict

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/santhosh-tekuri/jsonschema/v6"
)

func (m *maker) object(shape []*jsonschema.Schema, variant int) (made, bool) {
	b := builder{maker: m, shape: shape, variant: variant, o: &object{values: map[string]any{}}}
	b.names = m.declared(shape)
	least, most, open := 0, maxItems, false
	required := map[string]bool{}
	for _, s := range shape {
		for _, name := range s.Required {
			required[name] = true
			if !slices.Contains(b.names, name) {
				b.names = append(b.names, name)
			}
		}
		if s.MinProperties != nil {
			least = max(least, *s.MinProperties)
		}
		if s.MaxProperties != nil {
			most = min(most, *s.MaxProperties)
		}
		_, additional := s.AdditionalProperties.(*jsonschema.Schema)
		open = open || additional || len(s.PatternProperties) > 0
	}
	ok := b.add(func(name string) bool { return required[name] })
	switch {
	case m.extent == RequiredFields:
	case m.extent == AllFields:
		b.add(func(string) bool { return len(b.o.names) < most })
	case m.dice == nil:
		b.add(func(name string) bool { return len(b.o.names) < most && m.hinted(member(shape, name)) })
	default:
		b.add(func(string) bool { return len(b.o.names) < most && m.one(2) })
	}
	for i := 0; i < len(b.o.names); i++ {
		for _, s := range shape {
			ok = b.add(func(name string) bool { return slices.Contains(s.DependentRequired[b.o.names[i]], name) }) && ok
		}
	}
	switch {
	case m.dice != nil && open:
		least = max(least, min(most, len(b.o.names)+m.dice.IntN(3)))
	case m.dice == nil && m.extent != RequiredFields && len(b.o.names) == 0: // an empty object shows nobody what could be in it
		b.add(func(string) bool { return len(b.o.names) < most })
		if open {
			least = max(least, 1)
		}
	}
	b.add(func(string) bool { return len(b.o.names) < least })
	for i := 0; len(b.o.names) < least && i < least && i < maxItems; i++ {
		b.extra(i)
	}
	return b.done(), ok
}

// builder is one object being made.
type builder struct {
	*maker
	shape   []*jsonschema.Schema
	variant int
	names   []string // what is declared or required, in the document's order
	o       *object
	source  source
}

// add makes the wanted members that are not there yet, and reports whether all
// could be made.
func (b *builder) add(wanted func(name string) bool) bool {
	all := true
	for _, name := range b.names {
		if b.o.has(name) || !wanted(name) {
			continue
		}
		v, ok := b.value(b.variant, member(b.shape, name)...)
		if !ok && b.variant > 0 { // one other member makes another object
			v, ok = b.value(0, member(b.shape, name)...)
		}
		if all = all && ok; ok {
			b.o.set(name, v.value)
			b.source = max(b.source, v.source)
		}
	}
	return all
}

// extra adds a member that no schema names, where that is allowed.
func (b *builder) extra(i int) {
	name := "key"
	if i > 0 {
		name = fmt.Sprintf("key%d", i+1)
	}
	for _, s := range b.shape {
		if s.PropertyNames != nil {
			if v, ok := b.value(i, s.PropertyNames); ok {
				name, _ = v.value.(string)
			}
		}
		if s.AdditionalProperties == false {
			patterns := patterns(s)
			if len(patterns) == 0 {
				return
			}
			name, _ = match(patterns[0].String(), 0, i, b.dice)
		}
	}
	if v, ok := b.value(b.variant, member(b.shape, name)...); ok {
		b.o.set(name, v.value)
		b.source = max(b.source, v.source)
	}
}

// done puts the members in declared order, others after them.
func (b *builder) done() made {
	for _, name := range b.o.names {
		if !slices.Contains(b.names, name) {
			b.names = append(b.names, name)
		}
	}
	b.o.names = slices.DeleteFunc(b.names, func(name string) bool { return !b.o.has(name) })
	if len(b.o.names) == 0 {
		b.source = generated
	}
	return made{b.o, b.source}
}

// declared lists the properties in the document's order.
func (m *maker) declared(shape []*jsonschema.Schema) []string {
	var names []string
	for _, s := range shape {
		source, _ := m.doc.source(s).get("properties").(*object)
		ordered := slices.Sorted(maps.Keys(s.Properties))
		if source != nil {
			ordered = source.names
		}
		for _, name := range ordered {
			if p := s.Properties[name]; p != nil && !p.ReadOnly && !slices.Contains(names, name) {
				names = append(names, name)
			}
		}
	}
	return names
}

// member gives the schemas that apply to one member of an object.
func member(shape []*jsonschema.Schema, name string) []*jsonschema.Schema {
	var all []*jsonschema.Schema
	for _, s := range shape {
		found := false
		if p := s.Properties[name]; p != nil {
			all, found = append(all, p), true
		}
		for _, pattern := range patterns(s) {
			if pattern.MatchString(name) {
				all, found = append(all, s.PatternProperties[pattern]), true
			}
		}
		if p, ok := s.AdditionalProperties.(*jsonschema.Schema); ok && !found {
			all = append(all, p)
		}
	}
	return all
}

// hinted reports whether the document says what to put there.
func (m *maker) hinted(all []*jsonschema.Schema) bool {
	for shape := range expand(all) {
		for _, s := range shape {
			source := m.doc.source(s)
			if source.get("default") != nil {
				return true
			}
			for range examples(source) {
				return true
			}
		}
	}
	return false
}

// patterns are those of patternProperties, in an order that stays.
func patterns(s *jsonschema.Schema) []jsonschema.Regexp {
	return slices.SortedFunc(maps.Keys(s.PatternProperties), func(a, b jsonschema.Regexp) int {
		return strings.Compare(a.String(), b.String())
	})
}
