package predict

import "slices"

// translation turns the schemas of a document, in place, into plain JSON Schema
// as it applies to requests. Pointers into the document stay right except below
// a nullable reference.
type translation struct {
	old bool // from OpenAPI 3.0's own dialect
}

func (t translation) document(root *object) {
	components, _ := root.get("components").(*object)
	t.each(components.get("schemas"), t.schema)
	t.each(components.get("requestBodies"), t.body)
	t.each(components.get("parameters"), t.holder)
	t.each(root.get("paths"), func(item any) {
		t.each(item, func(operation any) { // "parameters" of the item is a list, and so passed by
			o, _ := operation.(*object)
			t.body(o.get("requestBody"))
			t.each(o.get("parameters"), t.holder)
		})
		o, _ := item.(*object)
		t.each(o.get("parameters"), t.holder)
	})
}

// Where JSON Schema has schemas: alone, in a list or an object, or either way.
var subschemas = []string{
	"properties", "patternProperties", "dependentSchemas", "definitions", "$defs",
	"allOf", "anyOf", "oneOf", "prefixItems",
}

var subschema = []string{
	"items", "additionalProperties", "not", "if", "then", "else", "contains",
	"propertyNames", "unevaluatedProperties", "unevaluatedItems", "additionalItems",
}

func (t translation) each(v any, do func(any)) {
	switch v := v.(type) {
	case *object:
		for _, name := range v.names {
			do(v.values[name])
		}
	case []any:
		for _, x := range v {
			do(x)
		}
	}
}

func (t translation) body(v any) {
	o, _ := v.(*object)
	t.each(o.get("content"), t.holder)
}

func (t translation) holder(v any) {
	o, _ := v.(*object)
	t.schema(o.get("schema"))
}

func (t translation) schema(v any) {
	o, _ := v.(*object)
	if o == nil {
		return
	}
	for _, keyword := range subschemas {
		t.each(o.get(keyword), t.schema)
	}
	for _, keyword := range subschema {
		if list, ok := o.get(keyword).([]any); ok {
			t.each(list, t.schema)
		} else {
			t.schema(o.get(keyword))
		}
	}
	dropReadOnly(o)
	if t.old {
		exclusive(o, "exclusiveMinimum", "minimum")
		exclusive(o, "exclusiveMaximum", "maximum")
		nullable(o)
	}
}

// dropReadOnly: what is required of answers only is not required of requests.
func dropReadOnly(o *object) {
	required, _ := o.get("required").([]any)
	properties, _ := o.get("properties").(*object)
	if required == nil || properties == nil {
		return
	}
	o.set("required", slices.DeleteFunc(required, func(name any) bool {
		s, _ := name.(string)
		p, _ := properties.get(s).(*object)
		return p.get("readOnly") == true
	}))
}

// exclusive turns the flag of 3.0 into the bound of JSON Schema.
func exclusive(o *object, flag, bound string) {
	on, isFlag := o.get(flag).(bool)
	if !isFlag {
		return
	}
	o.remove(flag)
	if on && o.has(bound) {
		o.set(flag, o.get(bound))
		o.remove(bound)
	}
}

// nullable turns 3.0's nullable into the type that JSON Schema has for it.
func nullable(o *object) {
	if o.get("nullable") != true {
		return
	}
	null := &object{}
	null.set("type", "null")
	if kind, ok := o.get("type").(string); ok {
		o.set("type", []any{kind, "null"})
		if enum, ok := o.get("enum").([]any); ok && !slices.Contains(enum, nil) {
			o.set("enum", append(enum, nil))
		}
		return
	}
	for _, keyword := range []string{"anyOf", "oneOf"} {
		if list, ok := o.get(keyword).([]any); ok {
			o.set(keyword, append(list, null))
			return
		}
	}
	for _, keyword := range []string{"allOf", "$ref"} {
		if o.has(keyword) {
			inner := &object{}
			inner.set(keyword, o.get(keyword))
			o.remove(keyword)
			o.set("anyOf", []any{inner, null})
			return
		}
	}
}
