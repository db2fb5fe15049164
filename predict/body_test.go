package predict

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "write the golden files")

// What each document of the corpus gives, read by eye once.
func TestFirstBodies(t *testing.T) {
	documents, err := filepath.Glob("testdata/openapi/*.json")
	if err != nil || len(documents) < 5 {
		t.Fatalf("%d documents, %v", len(documents), err)
	}
	for _, file := range documents {
		name := strings.TrimSuffix(filepath.Base(file), ".json")
		t.Run(name, func(t *testing.T) {
			text, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			got := describe(t, text)
			golden := "testdata/bodies/" + name + ".golden"
			if *update {
				if err := os.WriteFile(golden, []byte(got), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(golden)
			if err != nil {
				t.Fatal(err)
			}
			if got != string(want) {
				t.Errorf("got\n%s\nwant\n%s", got, want)
			}
			if again := describe(t, text); again != got {
				t.Errorf("another reading differs:\n%s", again)
			}
		})
	}
}

func describe(t *testing.T, text []byte) string {
	t.Helper()
	a, err := read(text)
	if err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	fmt.Fprintf(&b, "%s %s, OpenAPI %s\n", a.Title, a.Version, a.OpenAPI)
	for _, s := range a.Skipped {
		fmt.Fprintln(&b, "skipped:", s)
	}
	for _, e := range a.Endpoints {
		e, err := a.Choose(e.String())
		if err != nil {
			t.Fatal(err)
		}
		fmt.Fprintf(&b, "\n%s (%s)\n", e, e.MediaType)
		for _, s := range e.Notes {
			fmt.Fprintln(&b, "note:", s)
		}
		for _, p := range e.Params {
			fmt.Fprintf(&b, "%s %s: %s, %s\n", p.In, p.Name, p.Value, p.Origin)
		}
		body, origin, err := e.FirstBody(nil)
		fmt.Fprintf(&b, "%s: %s\n", origin, body)
		if err != nil {
			fmt.Fprintln(&b, "error:", err)
			continue
		}
		for _, f := range fitting(e, body) {
			t.Errorf("%s: the first body does not fit: %v", e, f)
		}
	}
	return b.String()
}

func TestFirstBodyKeepsTheLast(t *testing.T) {
	e := endpointFor(t, "3.1.0", `{"type":"object","required":["a"],"properties":{"a":{"type":"integer"}}}`)
	for _, test := range []struct{ last, want, origin string }{
		{`{"a":  2}`, `{"a":  2}`, OriginLast},
		{`{"a":"no longer right"}`, `{"a":"no longer right"}`, OriginLast},
		{`{"a":`, "{\n  \"a\": 1\n}", OriginGenerated},
		{``, "{\n  \"a\": 1\n}", OriginGenerated},
	} {
		body, origin, err := e.FirstBody([]byte(test.last))
		if string(body) != test.want || origin != test.origin || err != nil {
			t.Errorf("last %q: got %q, %s, %v", test.last, body, origin, err)
		}
	}
}

// endpointFor is the endpoint of a document whose one body has the schema.
func endpointFor(t testing.TB, version, schema string) Endpoint {
	t.Helper()
	a, err := read([]byte(`{"openapi":"` + version + `","paths":{"/p":{"post":{"requestBody":{"content":{"application/json":{"schema":` + schema + `}}}}}}}`))
	if err != nil {
		t.Fatal(err)
	}
	e, err := a.Choose("")
	if err != nil {
		t.Fatal(err)
	}
	return e
}

// keywords alone and in the combinations that get in each other's way, and what
// is made of them.
var keywords = []struct{ schema, want string }{
	{`{}`, `1`},
	{`true`, `1`},
	{`{"type":"null"}`, `null`},
	{`{"type":["null","string"]}`, `"string"`},
	{`{"type":"boolean"}`, `false`},
	{`{"const":{"b":1,"a":2}}`, `{"b":1,"a":2}`},
	{`{"enum":[null,"x"]}`, `null`},
	{`{"type":"string","enum":[null,"x"]}`, `"x"`},
	{`{"type":"integer","default":7}`, `7`},
	{`{"type":"integer","default":"bad","minimum":3}`, `3`},
	{`{"type":"integer","examples":["bad",12]}`, `12`},

	{`{"type":"integer","minimum":5}`, `5`},
	{`{"type":"integer","exclusiveMinimum":5}`, `6`},
	{`{"type":"integer","minimum":4.5,"maximum":5.5}`, `5`},
	{`{"type":"integer","maximum":-3}`, `-3`},
	{`{"type":"integer","exclusiveMaximum":-3}`, `-4`},
	{`{"type":"integer","minimum":2,"multipleOf":7}`, `7`},
	{`{"type":"integer","minimum":2,"multipleOf":2.5}`, `5`},
	{`{"type":"integer","maximum":-8,"multipleOf":7}`, `-14`},
	{`{"type":"number","exclusiveMinimum":0,"exclusiveMaximum":1}`, `0.5`},
	{`{"type":"number","exclusiveMinimum":0.1,"exclusiveMaximum":0.2}`, `0.15`},
	{`{"type":"number","minimum":0.3,"maximum":0.3}`, `0.3`},
	{`{"type":"number","multipleOf":0.01,"exclusiveMinimum":2}`, `2.01`},
	{`{"type":"number","exclusiveMaximum":-7}`, `-8`},
	{`{"type":"number","minimum":1e30}`, `1e+30`},
	{`{"type":"number","not":{"const":1}}`, `2`},
	{`{"allOf":[{"type":"number","minimum":3},{"type":"integer","maximum":4}]}`, `3`},

	{`{"type":"string","minLength":8}`, `"stringxx"`},
	{`{"type":"string","maxLength":2}`, `"ng"`},
	{`{"type":"string","maxLength":0}`, `""`},
	{`{"type":"string","pattern":"^[A-Z]{2}\\d{3,}$"}`, `"AA111"`},
	{`{"type":"string","pattern":"^(cat|dog)s?$","minLength":4}`, `"cats"`},
	{`{"type":"string","pattern":"[a-z]+","minLength":5}`, `"aaaaa"`},
	{`{"type":"string","pattern":"^\\S+@\\S+\\.[a-z]{2,}$"}`, `"a@a.aa"`},
	{`{"type":"string","format":"date"}`, `"2024-01-01"`},
	{`{"type":"string","format":"date-time"}`, `"2024-01-01T00:00:00Z"`},
	{`{"type":"string","format":"ipv6"}`, `"2001:db8::1"`},
	{`{"type":"string","format":"unheard-of"}`, `"string"`},

	{`{"type":"array"}`, `[1]`},
	{`{"type":"array","maxItems":0}`, `[]`},
	{`{"type":"array","items":{"type":"string"},"minItems":2}`, `["string","string"]`},
	{`{"type":"array","items":{"type":"string"},"minItems":2,"uniqueItems":true}`, `["string","string2"]`},
	{`{"type":"array","items":{"type":"integer","exclusiveMinimum":5},"minItems":2,"uniqueItems":true}`, `[6,7]`},
	{`{"type":"array","items":{"type":"integer","exclusiveMaximum":-5},"minItems":2,"uniqueItems":true}`, `[-6,-7]`},
	{`{"type":"array","items":{"enum":["a","b"]},"minItems":2,"uniqueItems":true}`, `["a","b"]`},
	{`{"type":"array","items":{"type":"string","format":"uuid"},"minItems":2,"uniqueItems":true}`, `["00000000-0000-4000-8000-000000000001","00000000-0000-4000-8000-000000000002"]`},
	{`{"type":"array","items":{"type":"boolean"},"minItems":2,"uniqueItems":true}`, `[false,true]`},
	{`{"type":"array","prefixItems":[{"type":"string"},{"type":"boolean"}],"items":false}`, `["string",false]`},
	{`{"type":"array","prefixItems":[{"type":"string"}],"items":{"type":"integer"},"minItems":3}`, `["string",1,1]`},
	{`{"type":"array","items":{"type":"integer"},"contains":{"minimum":10},"minContains":2,"minItems":3}`, `[10,10,1]`},
	{`{"type":"array","items":false}`, `[]`},

	{`{"type":"object"}`, `{}`},
	{`{"required":["a"]}`, `{"a":1}`},
	{`{"type":"object","properties":{"b":{"type":"integer"},"a":{"type":"string"}}}`, `{"b":1,"a":"string"}`},
	{`{"type":"object","properties":{"b":{"type":"integer"},"a":{"default":1}}}`, `{"a":1}`},
	{`{"type":"object","required":["z","y"],"properties":{"x":{},"y":{"type":"null"},"z":{"type":"boolean"}}}`, `{"y":null,"z":false}`},
	{`{"type":"object","additionalProperties":{"type":"string"}}`, `{"key":"string"}`},
	{`{"type":"object","additionalProperties":{"type":"string"},"minProperties":2}`, `{"key":"string","key2":"string"}`},
	{`{"type":"object","patternProperties":{"^f_[0-9]$":{"type":"number"}},"additionalProperties":false}`, `{"f_1":1}`},
	{`{"type":"object","propertyNames":{"pattern":"^[a-c]$"},"minProperties":2}`, `{"a":1,"b":1}`},
	{`{"type":"object","properties":{"a":{"default":1},"b":{"type":"string"}},"dependentRequired":{"a":["b"]}}`, `{"a":1,"b":"string"}`},
	{`{"type":"object","properties":{"a":{"type":"string"},"b":{"type":"string"}},"required":["a"],"minProperties":2}`, `{"a":"string","b":"string"}`},
	{`{"type":"object","properties":{"id":{"readOnly":true,"type":"string"},"x":{"type":"integer"}},"required":["id","x"]}`, `{"x":1}`},

	{`{"anyOf":[{"type":"null"},{"type":"integer"}]}`, `1`},
	{`{"anyOf":[{"type":"integer","minimum":5,"maximum":4},{"type":"string"}]}`, `"string"`},
	{`{"oneOf":[{"type":"object","required":["a"]},{"type":"object","required":["b"]}]}`, `{"a":1}`},
	{`{"type":"object","properties":{"k":{"enum":["x","y"]}},"required":["k"],"if":{"properties":{"k":{"const":"x"}}},"then":{"required":["v"]}}`, `{"k":"y"}`},
	{`{"allOf":[{"type":"object","required":["a"],"properties":{"a":{"minimum":3}}},{"properties":{"a":{"type":"integer","maximum":9},"b":{"default":"x"}}}]}`, `{"a":3,"b":"x"}`},
	{`{"$defs":{"n":{"type":"integer","minimum":2}},"type":"array","items":{"$ref":"#/paths/~1p/post/requestBody/content/application~1json/schema/$defs/n"}}`, `[2]`},
}

func TestGeneratedBodies(t *testing.T) {
	for _, test := range keywords {
		e := endpointFor(t, "3.1.0", test.schema)
		body, _, err := e.FirstBody(nil)
		v, _ := decode(body)
		if got := string(encode(v)); got != test.want || err != nil {
			t.Errorf("%s\n got %s (%v)\nwant %s", test.schema, got, err, test.want)
		}
		for _, f := range fitting(e, body) {
			t.Errorf("%s: %s does not fit: %v", test.schema, body, f)
		}
		if len(e.Notes) > 0 {
			t.Errorf("%s: %v", test.schema, e.Notes)
		}
	}
}

// What no body can satisfy, or only one beyond all bounds, ends with an error
// and the nearest try, soon.
func TestImpossibleBodies(t *testing.T) {
	for _, schema := range []string{
		`false`,
		`{"type":"integer","minimum":2,"maximum":1}`,
		`{"type":"integer","exclusiveMinimum":1,"exclusiveMaximum":2}`,
		`{"type":"string","minLength":3,"maxLength":2}`,
		`{"type":"string","minLength":1000000000}`,
		`{"type":"array","minItems":1000000000}`,
		`{"type":"array","minItems":3,"uniqueItems":true,"items":{"enum":[1,2]}}`,
		`{"allOf":[{"type":"string"},{"type":"integer"}]}`,
		`{"type":"object","required":["a"],"properties":{"a":false}}`,
		`{"type":"object","required":["a"],"additionalProperties":false}`,
		`{"type":"object","minProperties":3,"additionalProperties":false,"properties":{"a":{}}}`,
		`{"not":{}}`,
	} {
		e := endpointFor(t, "3.1.0", schema)
		body, _, err := e.FirstBody(nil)
		if err == nil || len(fitting(e, body)) == 0 {
			t.Errorf("%s: %s passes (%v)", schema, body, err)
		}
	}
}

// fitting is what is wrong with a generated body besides that the file which it
// names is for the person to name.
func fitting(e Endpoint, body []byte) []FieldError {
	return slices.DeleteFunc(e.Validate(body), func(f FieldError) bool { return strings.HasPrefix(f.Message, "there is no file") })
}
