package predict

import "github.com/santhosh-tekuri/jsonschema/v6"

func (m *maker) array(shape []*jsonschema.Schema, variant int) (made, bool) {
	least, most, prefix, special := 0, maxItems, 0, 0
	unique := false
	for _, s := range shape {
		if s.MinItems != nil {
			least = max(least, *s.MinItems)
		}
		if s.MaxItems != nil {
			most = min(most, *s.MaxItems)
		}
		if s.Contains != nil {
			n := 1
			if s.MinContains != nil {
				n = *s.MinContains
			}
			special = max(special, n)
		}
		prefix = max(prefix, len(tuple(s)))
		unique = unique || s.UniqueItems
	}
	// One item shows what the items are like, also where none is needed.
	want := min(max(least, prefix, special, 1), most)
	if m.dice != nil {
		want = m.length(max(least, prefix, special), most)
	}
	if m.items += want; least > maxItems || m.items > maxItems {
		return made{[]any{}, generated}, false
	}
	list := make([]any, 0, want)
	weakest := fromExample
	var last made
	for i := range want {
		v, ok := last, true
		if unique || i <= max(prefix, special) || m.dice != nil && i < maxDice { // beyond, all items are alike
			schemas, allowed := item(shape, i, special)
			if !allowed && i >= least {
				break
			}
			n := variant
			if unique {
				n += i
			}
			if v, ok = m.item(n, unique, list, schemas); !ok && i >= least {
				break
			}
		}
		if !ok {
			return made{append(list, v.value), generated}, false
		}
		list, last = append(list, v.value), v
		weakest = max(weakest, v.source)
	}
	if len(list) == 0 {
		weakest = generated
	}
	return made{list, weakest}, true
}

// item gives the schemas that apply to item i; the first ones also have to
// satisfy contains. Where a schema says that there is no item i, allowed is
// false.
func item(shape []*jsonschema.Schema, i, special int) (all []*jsonschema.Schema, allowed bool) {
	allowed = true
	for _, s := range shape {
		if i < special && s.Contains != nil {
			all = append(all, s.Contains)
		}
		if fixed := tuple(s); i < len(fixed) {
			all = append(all, fixed[i])
			continue
		}
		rest := s.Items2020
		switch further := s.AdditionalItems.(type) {
		case bool:
			allowed = allowed && further
		case *jsonschema.Schema:
			rest = further
		}
		if every, ok := s.Items.(*jsonschema.Schema); ok {
			rest = every
		}
		if rest != nil {
			all = append(all, rest)
			allowed = allowed && (rest.Bool == nil || *rest.Bool)
		}
	}
	return all, allowed
}

// tuple is the items that have a schema by their place: prefixItems, or items
// as a list before JSON Schema 2020-12.
func tuple(s *jsonschema.Schema) []*jsonschema.Schema {
	if list, ok := s.Items.([]*jsonschema.Schema); ok {
		return list
	}
	return s.PrefixItems
}
