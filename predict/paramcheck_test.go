package predict

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"berth/stack"
)

const paramDocument = `{"openapi":"3.1.0","paths":{"/v/{model}/{ver}/predict":{"post":{
"parameters":[
 {"name":"model","in":"path","schema":{"$ref":"#/components/schemas/Model"}},
 {"name":"ver","in":"path","schema":{"type":"integer","minimum":3,"maximum":5}},
 {"name":"limit","in":"query","schema":{"anyOf":[{"type":"integer","exclusiveMaximum":10},{"type":"null"}]}},
 {"name":"quick","in":"query","schema":{"type":"boolean"}},
 {"name":"code","in":"query","schema":{"type":"string","minLength":2}},
 {"name":"X-Share","in":"header","schema":{"type":"number","minimum":0}},
 {"name":"tag","in":"query","schema":{"type":"array","items":{"type":"integer"},"maxItems":2}},
 {"name":"short","in":"query","explode":false,"schema":{"type":"array","items":{"type":"string"}}}
],
"requestBody":{"content":{"application/json":{"schema":{"type":"object","properties":{"tenure":{"type":"integer"}}}}}}}}},
"components":{"schemas":{"Model":{"type":"string","enum":["tree","forest"]}}}}`

func paramEndpoint(t *testing.T, given ...string) Endpoint {
	t.Helper()
	a, err := read([]byte(paramDocument))
	if err != nil {
		t.Fatal(err)
	}
	e, err := a.Choose("")
	for _, text := range given {
		if err == nil {
			name, value, _ := strings.Cut(text, "=")
			e, err = e.WithParam(name, value)
		}
	}
	if err != nil {
		t.Fatal(err)
	}
	return e
}

func TestParametersAreCheckedAndCorrected(t *testing.T) {
	for _, c := range []struct{ given, wrong, offered, url string }{
		{"ver=4", "", "", "/v/tree/4/predict"},
		{"ver=9", "0 path: ver: must be at most 5", "5", "/v/tree/5/predict"},
		{"ver=two", "0 path: ver: must be integer", "3", "/v/tree/3/predict"},
		{"model=Forest", `0 path: model: must be "tree" or "forest"`, "forest", "/v/forest/3/predict"},
		{"limit=50", "0 query: limit: must be less than 10", "9", "/v/tree/3/predict?limit=9"},
		{"quick=yes", "", "", "/v/tree/3/predict?quick=yes"},
		{"quick=maybe", "0 query: quick: must be boolean", "false", "/v/tree/3/predict?quick=false"},
		{"code=12", "", "", "/v/tree/3/predict?code=12"}, // digits, and a text
		{"code=1", "0 query: code: must have at least 2 characters, not 1", "string", "/v/tree/3/predict?code=string"},
		{"X-Share=-1", "0 header: X-Share: must be at least 0", "0", "/v/tree/3/predict"},
	} {
		e, body := paramEndpoint(t, c.given), []byte(`{"tenure":3}`)
		wrong := e.Validate(body)
		if got := lines(wrong); got != c.wrong {
			t.Errorf("%s is told %q, want %q", c.given, got, c.wrong)
		}
		var offered []string
		offers := e.Corrections(body, wrong)
		for _, o := range offers {
			offered = append(offered, o.Text)
		}
		if got := strings.Join(offered, " "); got != c.offered {
			t.Errorf("%s is offered %q, want %q", c.given, got, c.offered)
		}
		mended, _, err := e.Corrected(body, offers)
		if err != nil || len(mended.Validate(body)) > 0 || mended.URL("") != c.url {
			t.Errorf("%s becomes %s, %v %v; want %s", c.given, mended.URL(""), mended.Validate(body), err, c.url)
		}
	}
}

func TestAListIsSentAsTheDocumentSays(t *testing.T) {
	for _, c := range []struct {
		name   string
		values []string
		query  string
		wrong  string
	}{
		{"tag", []string{"1"}, "tag=1", ""},
		{"tag", []string{"1", "2"}, "tag=1&tag=2", ""},
		{"tag", []string{"[1,2]"}, "tag=1&tag=2", ""}, // as the form, the history and a suite have it
		{"tag", []string{"1", "x"}, "tag=1&tag=x", "0 query: tag[1]: must be integer"},
		{"tag", []string{"1", "2", "3"}, "tag=1&tag=2&tag=3", "0 query: tag: must have at most 2 items, not 3"},
		{"short", []string{"a", "b"}, "short=a%2Cb", ""},
		{"short", []string{`["a","b,c"]`}, "short=a%2Cb%2Cc", ""},
	} {
		e, err := paramEndpoint(t).WithParam(c.name, c.values...)
		if err != nil {
			t.Fatal(err)
		}
		if got := e.URL(""); got != "/v/tree/3/predict?"+c.query {
			t.Errorf("%s %q is sent as %s, want %s", c.name, c.values, got, c.query)
		}
		if got := lines(e.Validate([]byte(`{}`))); got != c.wrong {
			t.Errorf("%s %q is told %q, want %q", c.name, c.values, got, c.wrong)
		}
		n := slices.IndexFunc(e.Params, func(p Param) bool { return p.Name == c.name })
		call := Call{Method: "POST", Path: e.Path, Params: []CallParam{{c.name, "query", Plain(e.Params[n].Value), e.Params[n].Join}}}
		if got := call.url().written(); !strings.HasSuffix(got, "?"+c.query) {
			t.Errorf("%s %q is written down as %s, want %s", c.name, c.values, got, c.query)
		}
	}
	_, err := paramEndpoint(t).WithParam("limit", "1", "2")
	if !errors.Is(err, stack.ErrUsage) || !strings.Contains(err.Error(), "limit") {
		t.Errorf("two values for what is no list: %v", err)
	}
}

// A list is typed in a form as JSON, or as its one item.
func TestAListInAForm(t *testing.T) {
	e := paramEndpoint(t)
	for typed, want := range map[string]string{"7": "?tag=7", "[7,8]": "?tag=7&tag=8", "[]": ""} {
		fields := e.paramFields()
		f := fields[slices.IndexFunc(fields, func(f Field) bool { return f.Name() == "tag" })]
		e, err := e.SetParam(f, f.Read(typed))
		if got := e.URL(""); err != nil || got != "/v/tree/3/predict"+want {
			t.Errorf("typed %s it is %s, %v; want %s", typed, got, err, want)
		}
	}
}

// A parameter is told beside the body, and is no line of it.
func TestParametersAndBodyAreToldTogether(t *testing.T) {
	e := paramEndpoint(t, "ver=9")
	if got, want := lines(e.Validate([]byte("{\n\"tenure\":\"3\"}"))), "0 path: ver: must be at most 5\n2 tenure: must be integer"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	if wrong := e.ValidateBody([]byte(`{"tenure":3}`)); len(wrong) > 0 {
		t.Errorf("the body alone is told %v", wrong)
	}
}
