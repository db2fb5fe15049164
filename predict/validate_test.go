package predict

import (
	"fmt"
	"strings"
	"testing"
)

func TestValidate(t *testing.T) {
	const customer = `{"type":"object","required":["tenure","contract"],"additionalProperties":false,"properties":{
		"tenure":{"type":"integer","minimum":0,"maximum":100},
		"contract":{"enum":["monthly","yearly"]},
		"email":{"type":"string","format":"email"},
		"code":{"type":"string","pattern":"^[a-z]+$","minLength":2},
		"note":{"anyOf":[{"type":"string","maxLength":3},{"type":"null"}]},
		"charges":{"type":"array","items":{"type":"object","required":["price"],"properties":{"price":{"type":"number","exclusiveMinimum":0}}}},
		"pet":{"oneOf":[
			{"type":"object","required":["kind","lives"],"properties":{"kind":{"const":"cat"},"lives":{"type":"integer"}}},
			{"type":"object","required":["kind","barks","size"],"properties":{"kind":{"const":"dog"},"barks":{"type":"boolean"},"size":{"type":"integer"}}}]},
		"seen":{"type":"array","uniqueItems":true,"maxItems":2},
		"even":{"multipleOf":2}}}`
	e := endpointFor(t, "3.1.0", customer)
	for _, test := range []struct{ body, want string }{
		{`{"tenure": 3, "contract": "monthly"}`, ``},
		{`{"tenure": 3.0, "contract": "yearly", "note": null}`, ``},
		{`[]`, `1 must be object`},
		{`null`, `1 must be object`},
		{`{"contract": "monthly"}`, `1 tenure: is required`},
		{"{\n \"tenure\": -1,\n \"contract\": \"weekly\"\n}", "2 tenure: must be at least 0\n3 contract: must be \"monthly\" or \"yearly\""},
		{`{"tenure": "3", "contract": "monthly"}`, `1 tenure: must be integer`},
		{`{"tenure": 1e300, "contract": "monthly"}`, `1 tenure: must be at most 100`},
		{"{\"tenure\": 3, \"contract\": \"monthly\",\n\"tenur\": 3}", `2 tenur: is not a field here`},
		{`{"tenure": 3, "contract": "monthly", "email": "x", "code": "A"}`, "1 code: must have at least 2 characters, not 1\n1 code: must match ^[a-z]+$\n1 email: must be a valid email"},
		{`{"tenure": 3, "contract": "monthly", "note": "long"}`, `1 note: must have at most 3 characters, not 4`},
		{`{"tenure": 3, "contract": "monthly", "note": 5}`, `1 note: must be string or null`},
		{"{\"tenure\": 3, \"contract\": \"monthly\", \"charges\": [\n {\"price\": 1},\n {\"price\": 0},\n {}]}", "3 charges[1].price: must be more than 0\n4 charges[2].price: is required"},
		{`{"tenure": 3, "contract": "monthly", "pet": {"kind": "cat"}}`, `1 pet.lives: is required`},
		{`{"tenure": 3, "contract": "monthly", "seen": [1, 1.0]}`, `1 seen: items 0 and 1 are equal`},
		{`{"tenure": 3, "contract": "monthly", "even": 3}`, `1 even: must be a multiple of 2`},
		{"{\n  \"tenure\": 3,\n  \"contract\" \"monthly\"\n}", `3 line 3, column 14: invalid character '"' after object key`},
		{"{\n  \"tenure\": 3", `2 line 2, column 14: the text ends in the middle`},
		{``, `1 line 1, column 1: the text ends in the middle`},
		{`{"tenure": 1e9999999, "contract": "monthly"}`, `1 line 1, column 21: the number is out of range`},
		{`{} {}`, `1 line 1, column 4: invalid character '{' after top-level value`},
	} {
		if got := lines(e.Validate([]byte(test.body))); got != test.want {
			t.Errorf("%s\n got %s\nwant %s", test.body, got, test.want)
		}
	}
}

func lines(list []FieldError) string {
	var all []string
	for _, f := range list {
		all = append(all, fmt.Sprint(f.Line, " ", f))
	}
	return strings.Join(all, "\n")
}

// OpenAPI 3.0's own words mean the same as JSON Schema's.
func TestValidate30(t *testing.T) {
	for _, test := range []struct {
		schema string
		good   []string
		bad    []string
	}{
		{`{"type":"integer","minimum":3,"exclusiveMinimum":true}`, []string{"4"}, []string{"3"}},
		{`{"type":"integer","minimum":3,"exclusiveMinimum":false}`, []string{"3"}, []string{"2"}},
		{`{"type":"number","exclusiveMinimum":3}`, []string{"3.1"}, []string{"3"}},
		{`{"type":"string","nullable":true}`, []string{`"x"`, "null"}, []string{"1"}},
		{`{"type":"string","nullable":true,"enum":["x"]}`, []string{`"x"`, "null"}, []string{`"y"`}},
		{`{"nullable":true,"anyOf":[{"type":"string"}]}`, []string{`"x"`, "null"}, []string{"1"}},
		{`{"nullable":true,"allOf":[{"type":"string"}]}`, []string{`"x"`, "null"}, []string{"1"}},
		{`{"type":"array","minItems":2,"items":[{"type":"number"},{"type":"string"}]}`, []string{`[1,"x"]`}, []string{`["x",1]`, `[1]`}},
		{`{"properties":{"a":{"type":"string","nullable":true}}}`, []string{`{"a":null}`}, []string{`{"a":1}`}},
		{`{"type":"object","required":["id"],"properties":{"id":{"type":"integer","readOnly":true}}}`, []string{`{}`}, []string{`{"id":"x"}`}},
	} {
		e := endpointFor(t, "3.0.2", test.schema)
		for _, body := range test.good {
			if list := e.Validate([]byte(body)); len(list) > 0 || len(e.Notes) > 0 {
				t.Errorf("%s: %s: %v %v", test.schema, body, list, e.Notes)
			}
		}
		for _, body := range test.bad {
			if len(e.Validate([]byte(body))) == 0 {
				t.Errorf("%s: %s passes", test.schema, body)
			}
		}
	}
}

func TestChoose(t *testing.T) {
	a, err := read([]byte(`{"openapi":"3.1.0","paths":{
		"/other":{"post":{"requestBody":{"content":{"application/json":{}}}}},
		"/models/{name}/predict":{"post":{"parameters":[{"name":"name","in":"path","required":true,"schema":{"type":"string"}}],"requestBody":{"content":{"application/json":{}}}}},
		"/models/{name}:score":{"put":{"parameters":[{"name":"name","in":"path","required":true}],"requestBody":{"content":{"application/json":{}}}}},
		"/predict/explain":{"post":{"requestBody":{"content":{"application/json":{}}}}},
		"/predict_batch":{"post":{"requestBody":{"content":{"application/json":{}}}}},
		"/invocations":{"post":{"requestBody":{"content":{"application/json":{}}}}},
		"/churn":{"post":{"operationId":"predict_churn","requestBody":{"content":{"application/json":{}}}}},
		"/infer":{"post":{"requestBody":{"content":{"application/json":{}}}}},
		"/v1/predict":{"post":{"requestBody":{"content":{"application/json":{}}}},"put":{"requestBody":{"content":{"application/json":{}}}}}}}`))
	if err != nil {
		t.Fatal(err)
	}
	var order []string
	for _, e := range a.Endpoints {
		order = append(order, e.String())
	}
	want := "POST /v1/predict|PUT /v1/predict|POST /predict_batch|POST /predict/explain|POST /models/{name}/predict|" +
		"POST /infer|PUT /models/{name}:score|POST /invocations|POST /churn|POST /other"
	if got := strings.Join(order, "|"); got != want {
		t.Errorf("order\n got %s\nwant %s", got, want)
	}
	for _, test := range []struct{ path, want string }{
		{"", "POST http://h:1/v1/predict"},
		{"/other", "POST http://h:1/other"},
		{"PUT /v1/predict", "PUT http://h:1/v1/predict"},
		{"/models/{name}/predict", "POST http://h:1/models/string/predict"},
		{"/models/a%20b/predict", "POST http://h:1/models/a%20b/predict"},
		{"/models/churn:score", "PUT http://h:1/models/churn:score"},
		{"/models/churn/nothing", "error"},
		{"/models//predict", "error"},
		{"DELETE /other", "error"},
	} {
		e, err := a.Choose(test.path)
		got := e.Method + " " + e.URL("http://h:1/")
		if err != nil {
			got = "error"
		}
		if got != test.want {
			t.Errorf("%q: got %s (%v), want %s", test.path, got, err, test.want)
		}
	}
	if a.Endpoints[4].Params != nil {
		t.Error("choosing changed the API")
	}
}
