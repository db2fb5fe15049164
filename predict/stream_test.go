package predict

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"
)

func TestAStreamIsReadAsItComes(t *testing.T) {
	for name, c := range map[string]struct {
		kind   string
		parts  []string // one every 10 ms
		text   string
		events int
		tokens int
		says   bool // the service counts
		raw    bool
	}{
		"chat": {
			"text/event-stream; charset=utf-8",
			[]string{
				": hello\n\n", `data: {"choices":[{"delta":{"role":"assistant"}}]}` + "\n\n", `data: {"choices":[{"delta":{"content":"Good "}}]}` + "\r\n\r\nda",
				`ta: {"choices":[{"delta":{"content":"day"}}]}` + "\n\n", "data: {\"choices\":[],\"usage\":{\"completion_tokens\":7}}\n\n", "data: [DONE]\n\n",
			},
			"Good day", 4, 7, true, false,
		},
		"completions":       {"text/event-stream", []string{"data: {\"choices\":[{\"text\":\"a\"}]}\n\n", "data:{\"choices\":[{\"text\":\"b\"}]}\n\n"}, "ab", 2, 2, false, false},
		"two lines of data": {"text/event-stream", []string{"event: token\ndata: one\ndata: two\n\n"}, "one\ntwo", 1, 1, false, false},
		"without an end":    {"text/event-stream", []string{"data: a\n\ndata: b"}, "ab", 2, 2, false, false},
		"JSON lines":        {"application/x-ndjson", []string{`{"response":"a"}` + "\n", `{"response":"b","done":false}` + "\n" + `{"done":true,"eval_count":9}`}, "ab", 3, 9, true, false},
		"text":              {"text/plain; charset=utf-8", []string{"Good ", "day"}, "Good day", 2, 2, false, false},
		"broken":            {"text/event-stream", []string{"data: {\"choices\":\n\n"}, `{"choices":`, 1, 1, false, false},
		"of no known shape": {"text/event-stream", []string{"data: {\"n\": 1}\n\n", "data: {\"n\":\ndata: 2}\n\n"}, "{\"n\":1}\n{\"n\":2}\n", 2, 0, false, true},
		"numbers":           {"application/x-ndjson", []string{"1\n2"}, "1\n2\n", 2, 0, false, true},
		"one's own name":    {"text/event-stream", []string{"data: {\"token\": \"w0 \"}\n\n", "data: {\"token\": \"w1\"}\n\n"}, "w0 w1", 2, 2, false, false},
		"text comes late":   {"application/x-ndjson", []string{"{\"state\":\"busy\"}\n", "{\"text\":\"a\"}\n{\"state\":\"done\"}\n"}, "a", 3, 1, false, false},
		"chat without text": {"text/event-stream", []string{"data: {\"choices\":[{\"delta\":{\"tool_calls\":[]}}]}\n\n"}, "{\"choices\":[{\"delta\":{\"tool_calls\":[]}}]}\n", 1, 0, false, true},
	} {
		start := time.Now()
		answer := &http.Response{StatusCode: 200, ContentLength: -1, Header: http.Header{"Content-Type": {c.kind}}}
		s := streamOf(answer, start)
		at := start
		for _, part := range c.parts {
			at = at.Add(10 * time.Millisecond)
			s.take([]byte(part), at)
		}
		s.end(at)
		if s.Text != c.text || s.Events != c.events || s.Tokens != c.tokens || s.Counted != c.says || s.Raw != c.raw || s.First == 0 {
			t.Errorf("%s: %q in %d parts, %d tokens, %v, %v, first after %v", name, s.Text, s.Events, s.Tokens, s.Counted, s.Raw, s.First)
		}
		if name == "chat" && (s.First != 30*time.Millisecond || s.Last != 40*time.Millisecond || s.PerSecond() != 0) {
			t.Errorf("the first after %v, the last after %v, %v a second", s.First, s.Last, s.PerSecond())
		}
	}
	for _, kind := range []string{"application/json", "", "text/html"} {
		if streamOf(&http.Response{StatusCode: 200, ContentLength: 9, Header: http.Header{"Content-Type": {kind}}}, time.Now()) != nil {
			t.Errorf("%q is a stream", kind)
		}
	}
}

// Parts of no known shape are shown as they come; one of a known shape that says
// nothing, as a chat's first, is not.
func TestPartsAreShownBeforeTheStreamEnds(t *testing.T) {
	for part, want := range map[string]string{
		"data: {\"n\":1}\n\n": "{\"n\":1}\n",
		"data: {\"choices\":[{\"delta\":{\"role\":\"assistant\"}}]}\n\n": "",
		"data: {\"response\":\"\"}\n\n":                                  "",
	} {
		s := streamOf(&http.Response{StatusCode: 200, Header: http.Header{"Content-Type": {"text/event-stream"}}}, time.Now())
		s.take([]byte(part), s.start.Add(time.Second))
		if s.Text != want || s.Raw != (want != "") || s.Raw && s.First != time.Second {
			t.Errorf("%s: %q after %v", part, s.Text, s.First)
		}
	}
}

// A few parts, or a short time, tell no rate.
func TestARateNeedsPartsAndTime(t *testing.T) {
	const ms = time.Millisecond
	for want, all := range map[float64][]Stream{
		10: {{Events: 5, Tokens: 5, First: 100 * ms, Last: 500 * ms}},
		0: {
			{Events: 4, Tokens: 4, First: 100 * ms, Last: 500 * ms},
			{Events: 2, Tokens: 40, Counted: true, First: 100 * ms, Last: 500 * ms},
			{Events: 9, Tokens: 9, First: 100 * ms, Last: 149 * ms},
			{Events: 9, Raw: true, Last: 500 * ms},
		},
	} {
		for _, s := range all {
			if got := s.PerSecond(); got != want {
				t.Errorf("%+v: %v a second", s, got)
			}
		}
	}
}

// A query is asked of each part; of one that is no JSON as of a string.
func TestPartsAreDocuments(t *testing.T) {
	parts := "data: {\"n\":\ndata: 1}\n\nevent: token\ndata: Good\n\ndata: [DONE]\n\ndata: 2"
	for name, c := range map[string]struct {
		kind, body string
		streams    bool
		want       string
		any        bool
	}{
		"events":     {"text/event-stream; charset=utf-8", parts, true, "{\"n\":1}\n\"Good\"\n2\n", true},
		"JSON lines": {"application/x-ndjson", "{\"n\":1}\n{\"n\":2}", true, "{\"n\":1}\n{\"n\":2}\n", true},
		"JSON":       {"application/json", `{"n": 1}`, false, `{"n": 1}`, true},
		"text":       {"text/plain", "Good day", true, "Good day", false},
	} {
		r := Response{Header: http.Header{"Content-Type": {c.kind}}, Body: []byte(c.body), JSON: json.Valid([]byte(c.body))}
		if c.streams {
			r.Stream = &Stream{}
		}
		if got := string(r.Documents()); got != c.want || r.HasDocuments() != c.any {
			t.Errorf("%s: %q, %v", name, got, r.HasDocuments())
		}
	}
}

// A connection that is closed ends a stream, whole or not; OpenAI's protocol says
// which.
func TestAStreamThatEndsTooEarlyIsNotWhole(t *testing.T) {
	part := func(more string) string {
		return `data: {"object":"chat.completion.chunk","choices":[{"delta":{"content":"a"}` + more + "}]}\n\n"
	}
	for name, c := range map[string]struct {
		body string
		ok   bool
	}{
		"cut":           {part("") + part(`,"finish_reason":null`), false},
		"done":          {part("") + "data: [DONE]\n\n", true},
		"with a reason": {part("") + part(`,"finish_reason":"length"`), true},
		"another kind":  {"data: a\n\n", true},
	} {
		s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "text/event-stream")
			_, _ = fmt.Fprint(w, c.body)
		}))
		r, err := Send(t.Context(), s.Client(), s.URL, Endpoint{Method: "POST", Path: "/", MediaType: "application/json"}, nil, SendOptions{})
		if err != nil || r.OK() != c.ok || c.ok != (r.Cut == "") {
			t.Errorf("%s: %q, %v", name, r.Cut, err)
		}
		s.Close()
	}
}

// Each part is told when it is there, and not before the next is asked for: the
// server waits until Streaming has seen what it sent.
func TestSendTellsOfAStream(t *testing.T) {
	seen := make(chan string, 1)
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/event-stream")
		all := ""
		for n := range 3 {
			part := fmt.Sprint("token", n, " ")
			all += part
			_, _ = fmt.Fprintf(w, "data: %s\n\n", part)
			w.(http.Flusher).Flush()
			if got := <-seen; got != all {
				t.Errorf("seen %q, want %q", got, all)
			}
		}
	}))
	defer s.Close()
	last := ""
	r, err := Send(t.Context(), s.Client(), s.URL, Endpoint{Method: "POST", Path: "/", MediaType: "application/json"}, nil, SendOptions{
		Streaming: func(s Stream) {
			if s.Text != last {
				last = s.Text
				seen <- s.Text
			}
		},
	})
	if err != nil || r.Stream == nil || r.Stream.Tokens != 3 || !strings.Contains(string(r.Body), "data: token2 ") || !r.OK() {
		t.Errorf("%+v, %v", r, err)
	}
	if r.Stream.First <= 0 || r.Stream.Last < r.Stream.First || r.Stream.Last > r.Timing.Total {
		t.Errorf("the first after %v, the last after %v of %v", r.Stream.First, r.Stream.Last, r.Timing.Total)
	}
}

// A stream that goes on is not cut by the time limit; one that stalls is.
func TestAStreamMayTakeLongerThanTheLimit(t *testing.T) {
	const limit = 200 * time.Millisecond
	goOn, ended := make(chan struct{}), make(chan struct{})
	began := time.Now()
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/event-stream")
		for time.Since(began) < 3*limit {
			_, _ = fmt.Fprint(w, "data: x\n\n")
			w.(http.Flusher).Flush()
			<-goOn
		}
		close(ended)
		<-r.Context().Done() // stalls
	}))
	defer s.Close()
	r, err := Send(t.Context(), s.Client(), s.URL, Endpoint{Method: "POST", Path: "/", MediaType: "application/json"}, nil, SendOptions{
		Timeout: limit,
		Streaming: func(Stream) {
			select {
			case goOn <- struct{}{}:
			case <-ended:
			}
		},
	})
	if err != nil || r.Stream.Events < 3 || r.Timing.Total < 3*limit || !strings.Contains(r.Cut, "time limit") {
		t.Errorf("%d parts in %v, cut %q, %v", r.Stream.Events, r.Timing.Total, r.Cut, err)
	}
}

func TestWhatAnAnswerInEventsSays(t *testing.T) {
	for answer, want := range map[string]string{
		"data: {\"choices\":[{\"delta\":{\"content\":\"Hi\"}}]}\n\ndata: {\"choices\":[{\"delta\":{\"content\":\" there\"}}]}\n\ndata: [DONE]\n\n": "Hi there",
		": ping\n\nevent: token\ndata: {\"text\":\"one\"}": "one",
		"data: {\"choices\":[]}\n\n":                       "",
		`{"data":"data: x"}`:                               "",
		"":                                                 "",
	} {
		if got, ok := Spoken([]byte(answer)); got != want || ok != (want != "") {
			t.Errorf("%q says %q, %v", answer, got, ok)
		}
	}
}
