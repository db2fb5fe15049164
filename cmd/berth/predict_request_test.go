package main

import (
	"bytes"
	"io"
	"net/http"
	"strings"
	"testing"

	"berth/predict"
	"berth/predict/query"
	"berth/workflow"
)

// What comes in parts is printed once, also where a text comes after parts that
// were shown as themselves.
func TestPartsArePrintedAsTheyCome(t *testing.T) {
	var out bytes.Buffer
	live := &streaming{app: &app{streams: streams{out: &out, err: io.Discard}}}
	for _, s := range []predict.Stream{
		{Raw: true, Text: "{\"n\":1}\n"}, {Raw: true, Text: "{\"n\":1}\n{\"n\":2}\n"}, {Text: "Good"}, {Text: "Go"}, {Text: "Good day"},
	} {
		live.take(s)
	}
	if got := out.String(); got != "{\"n\":1}\n{\"n\":2}\nGood day" {
		t.Errorf("%q", got)
	}
}

// With a query the size is still the answer's, and where it gives nothing,
// nothing is printed.
func TestAQueryIsPrintedWithTheSizeOfTheAnswer(t *testing.T) {
	answer := predict.Response{Status: http.StatusOK, Proto: "HTTP/1.1", Body: []byte(`{"churn": 0.25, "of": "a customer"}`), JSON: true}
	for text, want := range map[string]string{".churn": "0.25\n", ".churn.churn": "", "empty": ""} {
		var out, said bytes.Buffer
		a := &app{streams: streams{out: &out, err: &said}}
		q, err := query.Parse(text)
		if err != nil {
			t.Fatal(err)
		}
		asked, wrong := a.ask(t.Context(), q, answer)
		err = a.printAnswer(workflow.Door{}, predict.Endpoint{}, nil, asked, int64(len(answer.Body)))
		if err != nil || (wrong != nil) != (text == ".churn.churn") || out.String() != want || !strings.Contains(said.String(), "  35 B\n") {
			t.Errorf("%s: %q, %q, %v, %v", text, out.String(), said.String(), wrong, err)
		}
	}
}
