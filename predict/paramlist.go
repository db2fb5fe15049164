package predict

import (
	"net/url"
	"strings"

	"github.com/santhosh-tekuri/jsonschema/v6"
)

// apart has each item of a list sent as a parameter of its own: tag=x&tag=y.
const apart = "&"

// joinOf is how the items of a list are joined: apart, or by what is between
// them. Of a form's style, which a query has unless it says so, OpenAPI has them
// apart (4.8.12.2).
func joinOf(o *object, in string) string {
	style, said := o.get("style").(string)
	explode, told := o.get("explode").(bool)
	switch {
	case in != "query":
		return ","
	case explode, !told && (!said || style == "form"):
		return apart
	case style == "spaceDelimited":
		return " "
	case style == "pipeDelimited":
		return "|"
	}
	return ","
}

// items are what a list's value has in it: it is written as JSON, or as the one
// item alone.
func (p Param) items() []string {
	v, err := decode([]byte(p.Value))
	list, ok := v.([]any)
	if err != nil || !ok {
		return []string{p.Value}
	}
	all := make([]string, len(list))
	for i, x := range list {
		all[i] = text(x)
	}
	return all
}

// sent are the values that are sent under the parameter's name.
func (p Param) sent() []string {
	switch p.Join {
	case "":
		return []string{p.Value}
	case apart:
		return p.items()
	}
	return []string{strings.Join(p.items(), p.Join)}
}

// inPath is the value as it stands in a path.
func (p Param) inPath() string {
	all := []string{p.Value}
	if p.Join != "" {
		all = p.items()
	}
	for i := range all {
		all[i] = url.PathEscape(all[i])
	}
	return strings.Join(all, p.Join)
}

// text is a value as it is kept: a list as JSON, for its items may have commas.
func (p Param) text(v any) string {
	if list, ok := v.([]any); ok && p.Join != "" {
		return string(encode(list))
	}
	return text(v)
}

// meant is the value that the parameter's schema is about.
func (p Param) meant() any {
	schemas := []*jsonschema.Schema{p.schema}
	if p.Join == "" {
		return meant(p.Value, schemas)
	}
	list := []any{}
	for i, text := range p.items() {
		of, _ := item(shapeOf(schemas, list), i, 0)
		list = append(list, meant(text, of))
	}
	return list
}
