package main

import (
	"bytes"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

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
	live.end()
	if got := out.String(); got != "{\"n\":1}\n{\"n\":2}\nGood day\n" {
		t.Errorf("%q", got)
	}
}

func TestAStreamsLineSaysEachThingOnce(t *testing.T) {
	const ms = time.Millisecond
	for want, s := range map[string]predict.Stream{
		"5 parts, first token after 1 ms, 10.0 a second":           {Events: 5, Tokens: 5, First: ms, Last: 401 * ms},
		"5 parts, first token after 1 ms, 9 tokens, 20.0 a second": {Events: 5, Tokens: 9, Counted: true, First: ms, Last: 401 * ms},
		"2 parts, first part after 20 ms":                          {Events: 2, Raw: true, First: 20 * ms, Last: 21 * ms},
		"1 part, after 20 ms":                                      {Events: 1, Tokens: 1, First: 20 * ms, Last: 20 * ms},
	} {
		if got := streamLine(s); got != want {
			t.Errorf("%q, want %q", got, want)
		}
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
