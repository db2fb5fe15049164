package predict

import (
	"strconv"
	"strings"
)

// Param is a parameter of the path, or a required one of the query, a header or
// a cookie.
type Param struct {
	Name        string `json:"name"`
	In          string `json:"in"` // path, query, header or cookie
	Description string `json:"description,omitempty"`
	Value       string `json:"value"`
	// Origin says where Value is from: example, default, generated (a guess
	// that the service may well not know), or given.
	Origin string `json:"origin"`
}

// params reads the list of parameters at pointer, and fills those that a request
// cannot go without.
func (d *document) params(pointer string) []Param {
	list, _ := lookup(d.root, pointer).([]any)
	var params []Param
	for i, x := range list {
		at, o := d.resolve(child(pointer, strconv.Itoa(i)), x)
		name, _ := o.get("name").(string)
		in, _ := o.get("in").(string)
		if name == "" || in != "path" && o.get("required") != true {
			continue
		}
		p := Param{Name: name, In: in, Value: "1", Origin: OriginGenerated}
		p.Description, _ = o.get("description").(string)
		if schema, _, err := d.compile(child(at, "schema")); err == nil {
			if v, ok := newMaker(d).first(o, schema); ok && text(v.value) != "" {
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
