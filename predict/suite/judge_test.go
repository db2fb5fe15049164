package suite

import (
	"context"
	"encoding/xml"
	"errors"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"berth/predict"
)

func answered(status int, body string) predict.Response {
	r := predict.Response{Status: status, Body: []byte(body), Header: http.Header{}}
	r.JSON = strings.ContainsAny(body[:1], `{["0123456789`)
	return r
}

func TestJudge(t *testing.T) {
	for name, c := range map[string]struct {
		text   string // of the case, without name and body
		status int
		body   string
		want   string
	}{
		"as expected":             {`"expect": {"status": 200, "answer": {"p": 0.5}}`, 200, `{"p": 0.50000001}`, "passed"},
		"changed":                 {`"expect": {"answer": {"p": 0.5, "churn": true}}`, 200, `{"p": 0.4, "churn": false}`, "changed\np 0.5 → 0.4 (-0.1)\nchurn true → false"},
		"tolerated":               {`"expect": {"answer": {"p": 0.5, "v": 1}}, "tolerances": {"$.p": {"absolute": 0.1}, "v": "ignore"}`, 200, `{"p": 0.4, "v": 2}`, "passed"},
		"another status":          {`"expect": {"status": 200, "answer": 1}`, 422, `{"detail": []}`, "failed\nstatus 422, 200 expected"},
		"no 2xx":                  {`"expect": {"answer": 1}`, 500, `1`, "failed\nstatus 500, 2xx expected"},
		"an expected refusal":     {`"expect": {"status": 422}, "assert": ".detail[0].loc == [\"body\", \"x\"]"`, 422, `{"detail": [{"loc": ["body", "x"]}]}`, "passed"},
		"not true":                {`"expect": {}, "assert": [".p < 0.5", ".p > 0", ".x"]`, 200, `{"p": 0.7}`, "failed\n.p < 0.5 gave false\n.x gave null"},
		"not true of all":         {`"assert": ".[] | . > 1"`, 200, `[1, 2]`, "failed\n.[] | . > 1 gave false true"},
		"true of all":             {`"assert": ".[] | . > 0"`, 200, `[1, 2]`, "passed"},
		"nothing is not true":     {`"assert": "empty"`, 200, `[1, 2]`, "failed\nempty gave nothing"},
		"no number":               {`"assert": ".a + 1"`, 200, `"x"`, "failed\n.a + 1: expected an object but got: string (\"x\")"},
		"both":                    {`"expect": {"answer": 1}, "assert": ". == 1"`, 200, `2`, "failed\n1 → 2 (+1)\n. == 1 gave false"},
		"a text":                  {`"expect": {"answer": "ok"}, "assert": "length == 2"`, 200, `ok`, "passed"},
		"what a terminal obeys":   {`"assert": "."`, 200, `"\u001b[31m` + "\u202ea\"", "failed\n. gave \"\\u001b[31m<U+202E>a\""},
		"nothing is expected yet": {`"params": {}`, 200, `{"p": 1}`, "changed\nnothing → {\"p\": 1}"},
	} {
		t.Run(name, func(t *testing.T) {
			f := Parse("s.jsonl", []byte(`{"name": "a", "body": 1, `+c.text+`}`))
			if len(f.Flaws) > 0 {
				t.Fatal(f.Flaws)
			}
			r := f.Cases[0].Judge(t.Context(), answered(c.status, c.body), nil)
			if got := strings.Join(append([]string{string(r.Outcome)}, r.Lines()...), "\n"); got != c.want {
				t.Errorf("got\n%s\nwant\n%s", got, c.want)
			}
		})
	}
}

func TestAnswersThatCannotBeJudged(t *testing.T) {
	c := Case{Name: "a"}
	for _, r := range []Result{
		c.Judge(t.Context(), predict.Response{}, errors.New("refused")),
		c.Judge(t.Context(), predict.Response{Status: 200, Cut: "the connection was lost"}, nil),
		c.Judge(t.Context(), predict.Response{Status: 200, Truncated: 1, Body: make([]byte, 4<<20)}, nil),
	} {
		if r.Outcome != Unsent || len(r.Reasons) != 1 {
			t.Errorf("got %+v", r)
		}
	}
}

// An assertion that never ends costs five seconds, not the run.
func TestAssertionsEnd(t *testing.T) {
	f := Parse("s.jsonl", []byte(`{"name": "a", "body": 1, "assert": "def f: f; f"}`))
	ctx, cancel := context.WithCancel(t.Context())
	time.AfterFunc(50*time.Millisecond, cancel)
	r := f.Cases[0].Judge(ctx, answered(200, "1"), nil)
	if r.Outcome != Failed || !strings.Contains(r.Reasons[0], "context canceled") {
		t.Errorf("got %+v", r)
	}
}

func TestRunSendsAFewAtATimeInOrder(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var cases []Case
		for i := range 20 {
			cases = append(cases, Case{Name: string(rune('a' + i)), Status: 200})
		}
		var mu sync.Mutex
		now, most := 0, 0
		send := func(_ context.Context, c Case) (predict.Response, error) {
			mu.Lock()
			now++
			most = max(most, now)
			mu.Unlock()
			time.Sleep(time.Duration(200-int(c.Name[0])) * time.Millisecond) // the last ends first
			mu.Lock()
			now--
			mu.Unlock()
			return answered(200, "1"), nil
		}
		heard := 0
		results, err := Run(t.Context(), cases, 4, send, func(Result) { heard++ })
		if err != nil || most != 4 || heard != 20 {
			t.Errorf("%v, %d at a time, heard of %d", err, most, heard)
		}
		for i, r := range results {
			if r.Name != cases[i].Name || r.Outcome != Passed {
				t.Errorf("%d: %+v", i, r)
			}
		}
		ctx, cancel := context.WithCancelCause(t.Context())
		enough := errors.New("enough")
		_, err = Run(ctx, cases, 2, func(ctx context.Context, _ Case) (predict.Response, error) {
			cancel(enough)
			<-ctx.Done()
			return predict.Response{}, ctx.Err()
		}, func(r Result) { t.Errorf("told of %v", r) })
		if !errors.Is(err, enough) {
			t.Errorf("got %v", err)
		}
	})
}

func difference(before, after string) predict.Difference {
	return predict.Compare([]byte(before), []byte(after), 0).Differences[0]
}

func TestTheVerdict(t *testing.T) {
	changed := func(name string, d ...predict.Difference) Result {
		return Result{Name: name, File: "predictions/a.yaml", Outcome: Changed, Differences: d}
	}
	passed, failed, unsent := Result{Name: "p", File: "predictions/a.yaml", Outcome: Passed}, Result{Outcome: Failed, Reasons: []string{"status 500, 2xx expected"}}, Result{Outcome: Unsent, Reasons: []string{"refused"}}
	for want, c := range map[string]struct {
		results []Result
		flaws   []Flaw
	}{
		"2 cases passed": {results: []Result{passed, passed}},
		"0 cases passed": {},
		"1 case passed":  {[]Result{passed}, []Flaw{{Minor: true}}},
		"2 of 3 changed, largest Δ 0.04 at $.churn_probability, 1 label flipped": {results: []Result{
			passed,
			changed("a", difference(`{"churn_probability": 0.81}`, `{"churn_probability": 0.77}`), difference(`{"churn": true}`, `{"churn": false}`)),
			changed("b", difference(`[0.1]`, `[0.11]`)),
		}},
		"1 of 2 changed, 3 labels flipped, 1 without an answer": {results: []Result{
			changed("a", difference(`{"l": "x"}`, `{"l": "y"}`), difference(`[0]`, `[3]`), difference(`false`, `true`)), unsent,
		}},
		"1 of 1 changed":                {results: []Result{changed("a", difference(`{"l": "x"}`, `{"l": 1.5}`), difference(`{}`, `{"a": true}`))}},
		"1 of 2 failed, 2 lines broken": {[]Result{failed, passed}, []Flaw{{}, {}}},
	} {
		r := Sum(c.results, c.flaws)
		if r.Verdict != want || r.OK() != strings.HasSuffix(want, "passed") {
			t.Errorf("got  %s, %t\nwant %s", r.Verdict, r.OK(), want)
		}
	}
}

// What is written is read again by encoding/xml as what it means, whatever a
// case is called.
func TestJUnit(t *testing.T) {
	name := "<a> & \"b\" \x1b[31m\x00"
	r := Sum([]Result{
		{Name: name, File: "predictions/a.yaml", Line: 3, Outcome: Changed, Took: 12 * time.Millisecond, Differences: []predict.Difference{difference(`{"p": 1.5}`, `{"p": 2}`)}},
		{Name: "b", File: "predictions/a.yaml", Outcome: Passed},
		{Name: "c", File: "predictions/b.jsonl", Outcome: Unsent, Reasons: []string{"refused"}},
	}, []Flaw{{File: "predictions/b.jsonl", Line: 7, Text: "not JSON"}, {File: "predictions/b.jsonl", Line: 8, Minor: true}})
	text, err := r.JUnit()
	if err != nil {
		t.Fatal(err)
	}
	var got junitSuites
	if err := xml.Unmarshal(text, &got); err != nil {
		t.Fatalf("%v in\n%s", err, text)
	}
	if got.Tests != 4 || got.Failures != 1 || got.Errors != 2 || got.Time != 0.012 || len(got.Suites) != 2 || got.Suites[1].Errors != 2 {
		t.Errorf("got %+v", got)
	}
	c := got.Suites[0].Cases[0]
	if c.Name != `<a> & "b" ␀` || c.Line != 3 || c.Failure == nil || c.Failure.Message != "p 1.5 → 2 (+0.5)" || got.Suites[0].Cases[1].Failure != nil {
		t.Errorf("got %+v", c)
	}
	if i := slices.IndexFunc(got.Suites[1].Cases, func(c junitCase) bool { return c.Name == "line 7" }); i < 0 || got.Suites[1].Cases[i].Error == nil {
		t.Errorf("the broken line is missing: %+v", got.Suites[1])
	}
}
