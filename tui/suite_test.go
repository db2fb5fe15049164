package tui

import (
	"testing"
	"time"

	"berth/predict"
	"berth/predict/suite"
)

// judged is a report of three cases, of which one has changed.
func judged(t testing.TB) *suite.Report {
	t.Helper()
	cases := suite.Parse("predictions/churn.yaml", []byte(`cases:
  - name: new customer
    body: {tenure: 1}
    expect: {answer: {churn_probability: 0.9398, churn: true}}
  - name: loyal customer
    body: {tenure: 77}
    expect: {answer: {churn_probability: 0.04, churn: false}}
  - name: bad contract
    body: {contract: none}
    expect: {status: 422}
`)).Cases
	if len(cases) != 3 {
		t.Fatalf("%d cases", len(cases))
	}
	answers := []predict.Response{answered(200, `{"churn_probability":0.9398,"churn":true}`), answered(200, `{"churn_probability":0.55,"churn":true}`), answered(200, `{}`)}
	var results []suite.Result
	for n, c := range cases {
		results = append(results, c.Judge(t.Context(), answers[n], nil))
		results[n].Took = time.Duration(n+2) * time.Millisecond
	}
	return suite.Sum(results, nil)
}

func (s *screen) judges(r *suite.Report) {
	s.predictor.mu.Lock()
	defer s.predictor.mu.Unlock()
	s.predictor.report = r
}

func TestTheSuitesAreAskedFromThePane(t *testing.T) {
	show(t, 120, 36, func(s *screen) {
		s.judges(judged(t))
		s.up()
		release := s.predictor.hold
		s.press("p")
		s.settle()
		open := release()
		s.press("C")
		s.sees("◐ asking  1 of 2 cases")
		open()
		s.settle()
		s.sees("1 of 3 changed", "✓ new customer", "▏ △ loyal customer  changed", "churn_probability 0.04 → 0.55", "predictions/churn.yaml:5", "✕ bad contract  failed")
		s.press("j")
		s.sees("▏ ✕ bad contract", "422")
		s.press("i")
		s.sees(`"contract": "none"`, "Body")
		s.press("C", "esc")
		s.sees("Body")
	})
}

func TestAnAnswerIsKeptAsACase(t *testing.T) {
	show(t, 120, 36, func(s *screen) {
		s.up()
		s.press("p", "C")
		s.settle()
		s.sees("No case is about model-api yet.", "K")
		s.press("esc", "K")
		s.sees("there is no answer yet")
		s.press("enter", "K")
		s.typed("my customer")
		s.press("enter")
		s.sees("kept in predictions/model-api.yaml:12 as my customer")
	})
}
