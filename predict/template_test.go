package predict

import (
	"encoding/json"
	"strings"
	"testing"
)

// chosen is the endpoint of a document whose one body has a schema.
func chosen(t *testing.T, media, schema string) Endpoint {
	t.Helper()
	a, err := read([]byte(`{"openapi":"3.1.0","paths":{"/predict":{"post":{"requestBody":{"content":{"` + media + `":{"schema":` + schema + `}}}}}}}`))
	if err != nil {
		t.Fatal(err)
	}
	e, err := a.Choose("")
	if err != nil {
		t.Fatal(err)
	}
	return e
}

func TestATableFillsBodies(t *testing.T) {
	const table = `{"type":"object","properties":{"instances":{"type":"array","minItems":1,"items":{"type":"object","properties":{"a":{"type":"number"},"b":{"type":"string"}},"required":["a"]}},"k":{"type":"integer","examples":[3]}},"required":["instances","k"]}`
	const tree = `{"type":"object","properties":{"name":{"type":"string"},"owner":{"$ref":"#/paths/~1predict/post/requestBody/content/application~1json/schema"}}}`
	for name, c := range map[string]struct {
		e            Endpoint
		first        string // empty: the endpoint's own
		columns, row string
		keep         bool
		want         string
	}{
		"a list":             {chosen(t, "application/json", table), `{"instances":[{"a":1,"b":"x"},{"a":2}],"k":3}`, "instances[0].a", "0.5", false, `{"instances":[{"a":0.5}]}`},
		"the rest is kept":   {chosen(t, "application/json", table), `{"instances":[{"a":1,"b":"x"}],"k":3}`, "instances[0].a", "0.5", true, `{"instances":[{"a":0.5,"b":"x"}],"k":3}`},
		"a list in a cell":   {chosen(t, "application/json", table), "", "k|instances", `1|[{"a":2}]`, false, `{"instances":[{"a":2}],"k":1}`},
		"any names":          {chosen(t, "application/json", `{"type":"object","additionalProperties":{"type":"number"}}`), "", "x.y|z", "1|2.50", false, `{"x.y":1,"z":2.50}`},
		"texts alone":        {chosen(t, "application/json", `{"type":"object","additionalProperties":{"type":"string"}}`), "", "x", "007", false, `{"x":"007"}`},
		"within itself":      {chosen(t, "application/json", tree), "", "owner.name", "o", false, `{"owner":{"name":"o"}}`},
		"nothing is left":    {chosen(t, "application/json", tree), "", "name|owner.name", "n|", false, `{"name":"n"}`},
		"nothing describes":  {unlisted("POST", "/x", "nobody says"), "", "a.b|a.c|d", "1|x|", false, `{"a":{"b":1,"c":"x"}}`},
		"a text in a form":   {chosen(t, "multipart/form-data", `{"type":"object","properties":{"who":{"type":"string"},"picture":{"type":"string","format":"binary"}}}`), "", "who|picture", "@me|@cat.png", false, `{"who":"@@me","picture":"@cat.png"}`},
		"Python's booleans":  {chosen(t, "application/json", `{"type":"object","properties":{"a":{"type":"boolean"},"b":{"anyOf":[{"type":"boolean"},{"type":"null"}]}},"required":["b"]}`), "", "a|b", "True|", false, `{"a":true,"b":null}`},
		"empty and required": {chosen(t, "application/json", `{"type":"object","properties":{"a":{"type":"string"},"b":{"type":"integer"}},"required":["a","b"]}`), "", "a|b", "|", false, `{"a":""}`},
	} {
		t.Run(name, func(t *testing.T) {
			first := []byte(c.first)
			if c.first == "" {
				first, _, _ = c.e.FirstBody(nil)
			}
			columns := strings.Split(c.columns, "|")
			fields, _, err := c.e.Columns(first, columns)
			if err != nil {
				t.Fatal(err)
			}
			var chosen []Field
			for _, column := range columns {
				for _, f := range fields {
					if f.Path() == column || len(f.Steps) == 1 && f.Steps[0] == column {
						chosen = append(chosen, f)
						break
					}
				}
			}
			if len(chosen) != len(columns) {
				t.Fatalf("%d fields for %s", len(chosen), c.columns)
			}
			template, err := c.e.Template(first, chosen, c.keep)
			if err != nil {
				t.Fatal(err)
			}
			var values []json.RawMessage
			for i, cell := range strings.Split(c.row, "|") {
				values = append(values, chosen[i].Cell(cell))
			}
			for range 2 { // the second is like the first
				if _, body, err := template.Fill(values); err != nil || string(body) != c.want {
					t.Errorf("got %s, %v, want %s", body, err, c.want)
				}
			}
		})
	}
}

func TestLeavesAreColumns(t *testing.T) {
	var got []string
	list, err := Leaves([]byte(`{"b":{"x":1.50,"y":{}},"a":[1,{"z":2}],"n":null,"t":"say \"hi\""}`))
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range list {
		got = append(got, m.Path+"="+m.Text())
	}
	if want := `b.x=1.50 b.y={} a=[1,{"z":2}] n= t=say "hi"`; strings.Join(got, " ") != want {
		t.Errorf("got %s, want %s", got, want)
	}
}
