package predict

import (
	"fmt"
	"strings"
)

// Param is a parameter of the path, or a required one of the query, a header or
// a cookie.
type Param struct {
	Name        string
	In          string // path, query, header or cookie
	Description string
	Value       string
	// Origin says where Value is from: example, default, generated (a guess
	// that the service may well not know), or given.
	Origin string
}

// params reads a list of parameters, filling those that a request cannot go
// without.
func (d *document) params(v any, pointer string) []Param {
	list, _ := v.([]any)
	var params []Param
	for i, x := range list {
		at, o := d.resolve(child(pointer, fmt.Sprint(i)), x)
		name, _ := o.get("name").(string)
		in, _ := o.get("in").(string)
		if name == "" || in != "path" && o.get("required") != true {
			continue
		}
		p := Param{Name: name, In: in, Origin: "generated", Value: "1"}
		p.Description, _ = o.get("description").(string)
		if schema, err := d.compile(child(at, "schema")); err == nil {
			m := newMaker(d)
			if v, ok := m.first(o, schema); ok && text(v.value) != "" {
				p.Value, p.Origin = text(v.value), v.source.String()
			}
		}
		params = append(params, p)
	}
	return params
}

// text is a value as it stands in a path, query or header.
func text(v any) string {
	switch v := v.(type) {
	case string:
		return v
	case []any:
		var parts []string
		for _, x := range v {
			parts = append(parts, text(x))
		}
		return strings.Join(parts, ",")
	}
	return string(encode(v))
}
