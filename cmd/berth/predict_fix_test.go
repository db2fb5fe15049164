package main

import (
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"berth/predict"
	"berth/stack"
	"berth/workflow"
)

const fixDocument = `{"openapi":"3.1.0","paths":{"/v/{ver}/predict":{"post":{
"parameters":[
 {"name":"ver","in":"path","schema":{"type":"integer","minimum":3,"maximum":5}},
 {"name":"api_key","in":"query","schema":{"type":"string"}},
 {"name":"tag","in":"query","schema":{"type":"array","items":{"type":"string"}}}
],
"requestBody":{"content":{"application/json":{"schema":{"type":"object","required":["tenure"],"additionalProperties":false,"properties":{
 "tenure":{"type":"integer","maximum":9},"plan":{"type":"string","enum":["basic"]}}}}}}}}}}`

// described is the door of a service with a document, and its endpoint.
func described(t *testing.T, document string) (workflow.Door, predict.Endpoint) {
	t.Helper()
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		_, _ = io.WriteString(w, document)
	}))
	t.Cleanup(s.Close)
	api, err := predict.Discover(t.Context(), s.Client(), s.URL, predict.Hints{})
	if err != nil {
		t.Fatal(err)
	}
	e, err := api.Choose("")
	if err != nil {
		t.Fatal(err)
	}
	return workflow.Door{Base: s.URL, API: api, Ref: stack.Ref{Project: "p", Service: "api", Number: 1}}, e
}

// What is corrected may be wrong still, in another way.
func TestFixingGoesOnUntilNothingIsOffered(t *testing.T) {
	_, plain := described(t, fixDocument)
	for _, c := range []struct{ param, body, told, want, left string }{
		{"4", `{"tenur":"30"}`, "tenur rename to tenure; tenure 9", `{"tenure":9}`, ""},
		{"9", `{"tenure":3}`, "path: ver 5", `{"tenure":3}`, ""},
		{"9", `{"tenure":"3"}`, "path: ver 5; tenure 3", `{"tenure":3}`, ""},
		{"4", `{"tenure":3}`, "", `{"tenure":3}`, ""},
		{"4", `[]`, "", "", "must be object"},
		{"4", `{"tenure":"3","plan":[]}`, "tenure 3", "", "plan: must be"}, // as far as it goes
	} {
		e, err := plain.WithParam("ver", c.param)
		if err != nil {
			t.Fatal(err)
		}
		var told strings.Builder
		a := &app{streams: streams{err: &told}}
		fixed, body, err := a.fitting(e, []byte(c.body), true)
		if got := strings.TrimPrefix(strings.ReplaceAll(strings.TrimSpace(told.String()), "\ncorrected: ", "; "), "corrected: "); got != c.told {
			t.Errorf("%s with %s: corrected %q, want %q", c.body, c.param, got, c.told)
		}
		if c.left != "" {
			if lines := theLines(err); !strings.Contains(lines, c.left) {
				t.Errorf("%s: left is %v %s, want %s", c.body, err, lines, c.left)
			}
			continue
		}
		if got := strings.Join(strings.Fields(string(body)), ""); err != nil || got != c.want || len(fixed.Validate(body)) > 0 {
			t.Errorf("%s with %s: %s, %v", c.body, c.param, got, err)
		}
	}
}

// What is shown is what was sent, but for secrets.
func TestTheURLIsShownAsItWasSent(t *testing.T) {
	door, e := described(t, fixDocument)
	for _, given := range [][]string{{"ver", "4"}, {"api_key", "s3cret/"}, {"tag", "a", "b c"}} {
		var err error
		if e, err = e.WithParam(given[0], given[1:]...); err != nil {
			t.Fatal(err)
		}
	}
	want := door.Base + "/v/4/predict?api_key=•••&tag=a&tag=b+c"
	for _, json := range []bool{false, true} {
		var out, told strings.Builder
		a := &app{streams: streams{out: &out, err: &told}, json: json}
		if err := a.printAnswer(door, e, []byte(`{}`), predict.Response{Status: 200}, 0); err != nil {
			t.Fatal(err)
		}
		if all := out.String() + told.String(); !strings.Contains(strings.ReplaceAll(all, `\u0026`, "&"), want) || strings.Contains(all, "s3cret") {
			t.Errorf("shown is %s; want %s", all, want)
		}
	}
}

// Who answers is said where it is not who was asked, in an error too.
func TestARedirectIsTold(t *testing.T) {
	door, e := described(t, fixDocument)
	r := predict.Response{Status: http.StatusUnprocessableEntity, Redirected: "/v2/predict"}
	for json, want := range map[bool]string{false: "/v/3/predict (redirected to /v2/predict)  422 ", true: `"redirected_to":"/v2/predict"`} {
		var out, told strings.Builder
		a := &app{streams: streams{out: &out, err: &told}, json: json}
		err := a.printAnswer(door, e, []byte(`{}`), r, 0)
		if err == nil || !strings.Contains(err.Error(), "POST /v/{ver}/predict (redirected to /v2/predict) was answered 422") {
			t.Errorf("the error is %v", err)
		}
		if all := out.String() + told.String(); !strings.Contains(all, want) {
			t.Errorf("shown is %s; want %s", all, want)
		}
	}
}

func theLines(err error) string {
	if p, ok := err.(*stack.Problem); ok { //nolint:errorlint // it is not wrapped
		return strings.Join(p.Lines, "\n")
	}
	return ""
}
