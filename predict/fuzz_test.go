package predict

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// Whatever a service publishes: nothing panics, and a first body that comes
// without an error fits.
func FuzzDocument(f *testing.F) {
	documents, err := filepath.Glob("testdata/openapi/*.json")
	if err != nil {
		f.Fatal(err)
	}
	for _, file := range documents {
		text, err := os.ReadFile(file)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(text)
	}
	f.Add([]byte(`{"openapi":"3.1.0","paths":{"/p":{"$ref":"#/paths/~1p"},"/{":{"post":{"parameters":[{"name":"","in":"path"}],"requestBody":{"content":{"*/*":{"schema":{"$id":"x","$dynamicRef":"#y"}}}}}}}}`))
	f.Fuzz(func(t *testing.T, text []byte) {
		a, err := read(text)
		if err != nil {
			return
		}
		for _, e := range a.Endpoints {
			e = e.prepared()
			body, _, err := e.FirstBody(nil)
			if !json.Valid(body) {
				t.Errorf("%s: no JSON: %s", e, body)
			}
			if list := fitting(e, body); err == nil && len(list) > 0 {
				t.Errorf("%s: %s does not fit: %v", e, body, list)
			}
			if _, err := a.Choose(e.String()); err != nil && !strings.ContainsAny(e.Path, " ") {
				t.Errorf("%s cannot be chosen: %v", e, err)
			}
		}
	})
}

// Whatever a person types or a service answers: nothing panics, what is valid
// JSON is not called a syntax error, and lines exist.
func FuzzBody(f *testing.F) {
	for _, body := range []string{`{"tenure": 3}`, "{\n\"a\": [1e3, {\"b\": null}]}", `{"detail":[{"loc":["body","a",0],"msg":"m"}]}`, "\xff", `"\ud800"`, `[1e400]`} {
		f.Add([]byte(body))
	}
	e := endpointFor(f, "3.1.0", `{"type":"object","required":["a"],"additionalProperties":false,"properties":{"a":{"type":"array","uniqueItems":true,"items":{"anyOf":[{"type":"number","multipleOf":0.1},{"$ref":"#/paths/~1p/post/requestBody/content/application~1json/schema"}]}}}}`)
	f.Fuzz(func(t *testing.T, body []byte) {
		valid := json.Valid(body)
		for _, list := range [][]FieldError{fitting(e, body), place(fieldErrors(body), body)} {
			for _, f := range list {
				if lines := strings.Count(string(body), "\n") + 1; f.Line < 0 || f.Line > lines {
					t.Errorf("%q: line %d of %d", body, f.Line, lines)
				}
			}
		}
		if !valid && len(fitting(e, body)) == 0 {
			t.Errorf("%q passes", body)
		}
		for _, v := range (Response{JSON: valid, Body: body}).Summary() {
			if strings.ContainsAny(v.Text, "\n\x1b") {
				t.Errorf("%q: unsafe summary %q", body, v.Text)
			}
		}
		Highlight(body, Dark)
	})
}

// Documents that are all size or all depth cost no more than a moment: without
// the bounds the first one here takes minutes.
func TestHugeDocuments(t *testing.T) {
	chain := func(n int) *API {
		var paths, schemas []string
		for i := range n {
			paths = append(paths, fmt.Sprintf(`"/p%d":{"post":{"requestBody":{"content":{"application/json":{"schema":{"$ref":"#/components/schemas/S%d"}}}}}}`, i, i))
			schemas = append(schemas, fmt.Sprintf(`"S%d":{"type":"object","required":["a","b"],"properties":{"a":{"$ref":"#/components/schemas/S%d"},"b":{"type":"array","items":{"type":"number"},"minItems":28}}}`, i, i+1))
		}
		a, err := read([]byte(`{"openapi":"3.1.0","paths":{` + strings.Join(paths, ",") + `},"components":{"schemas":{` + strings.Join(schemas, ",") + fmt.Sprintf(`,"S%d":{"type":"integer"}}}}`, n)))
		if err != nil || len(a.Endpoints) != n {
			t.Fatal(len(a.Endpoints), err)
		}
		return a
	}
	for _, test := range []struct {
		n      int
		path   string
		fits   bool
		checks bool
	}{{5000, "/p0", true, false}, {5000, "/p4990", true, true}, {450, "/p0", false, true}} {
		e, err := chain(test.n).Choose(test.path)
		if err != nil {
			t.Fatal(err)
		}
		if _, _, err = e.FirstBody(nil); (err == nil) != test.fits || (len(e.Notes) == 0) != test.checks {
			t.Errorf("%d, %s: %v, %v", test.n, test.path, err, e.Notes)
		}
	}
}

// Random schemas that can be satisfied by construction: a body is always found.
// The seed is printed with the schema that fails.
func TestFirstBodyIsFound(t *testing.T) {
	for seed := range uint64(500) {
		g := schemas{rand.New(rand.NewPCG(seed, 7))}
		schema := string(encodeAny(t, g.schema(0)))
		for _, version := range []string{"3.0.2", "3.1.0"} {
			e := endpointFor(t, version, schema)
			body, _, err := e.FirstBody(nil)
			if err != nil || len(e.Notes) > 0 {
				t.Errorf("seed %d: %s\nbest %s\n%v %v", seed, schema, body, err, e.Notes)
			}
		}
		if t.Failed() {
			return
		}
	}
}

func encodeAny(t *testing.T, v any) []byte {
	t.Helper()
	b, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

type schemas struct{ *rand.Rand }

func (g schemas) schema(depth int) map[string]any {
	kinds := 6
	if depth > 3 {
		kinds = 4
	}
	switch g.IntN(kinds) {
	case 0:
		low := g.IntN(2000) - 1000
		s := map[string]any{"type": "integer", "minimum": low, "maximum": low + 20}
		if g.IntN(2) == 0 {
			s["multipleOf"] = 1 + g.IntN(10)
		}
		if g.IntN(3) == 0 {
			s["exclusiveMinimum"] = low
		}
		return s
	case 1:
		low := float64(g.IntN(200)-100) / 8
		return map[string]any{"type": "number", "exclusiveMinimum": low, []string{"maximum", "exclusiveMaximum"}[g.IntN(2)]: low + 0.25}
	case 2:
		patterns := []string{`^[a-z]{3,8}$`, `\d{2}-\d{2}`, `^(red|green|blue)$`, `^[^abc]+x?$`, `^\w+@\w+\.(com|org)$`, `(?i)^Q[0-9a-f]*$`}
		if g.IntN(2) == 0 {
			return map[string]any{"type": "string", "pattern": patterns[g.IntN(len(patterns))]}
		}
		least := g.IntN(20)
		return map[string]any{"type": "string", "minLength": least, "maxLength": least + g.IntN(3)}
	case 3:
		switch g.IntN(4) {
		case 0:
			return map[string]any{"enum": []any{"x", g.IntN(9), nil, []any{1}}}
		case 1:
			return map[string]any{"type": []any{"null", "boolean"}}
		case 2:
			return map[string]any{"type": "string", "format": []any{"date", "date-time", "uuid", "email", "uri", "ipv4", "time"}[g.IntN(7)]}
		}
		return map[string]any{"type": "integer", "default": "wrong", "example": g.IntN(9)}
	case 4:
		s := map[string]any{"type": "array", "items": g.schema(depth + 1)}
		if g.IntN(2) == 0 {
			s["minItems"] = g.IntN(6)
		}
		if g.IntN(3) == 0 { // distinct items of an ample kind
			s = map[string]any{"type": "array", "uniqueItems": true, "minItems": 1 + g.IntN(4), "items": map[string]any{"type": []any{"integer", "string", "number"}[g.IntN(3)]}}
		}
		return s
	}
	properties, required := map[string]any{}, []any{}
	for i := range g.IntN(5) {
		name := fmt.Sprint("f", i)
		switch g.IntN(4) {
		case 0:
			properties[name] = map[string]any{"anyOf": []any{map[string]any{"type": "null"}, g.schema(depth + 1)}}
		case 1:
			properties[name] = map[string]any{"allOf": []any{g.schema(depth + 1)}}
		case 2:
			properties[name] = map[string]any{"oneOf": []any{map[string]any{"type": "object", "required": []any{"only here"}}, map[string]any{"type": "boolean"}}}
		default:
			properties[name] = g.schema(depth + 1)
		}
		if g.IntN(2) == 0 {
			required = append(required, name)
		}
	}
	return map[string]any{"type": "object", "properties": properties, "required": required, "additionalProperties": g.IntN(2) == 0}
}
