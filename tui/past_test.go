package tui

import (
	"fmt"
	"testing"
	"time"

	"berth/stack"
)

// remembers gives the history so many predictions, each of another time, the
// newest first.
func (s *screen) remembers(n int, change ...func(i int, p *stack.Prediction)) {
	s.predictor.mu.Lock()
	defer s.predictor.mu.Unlock()
	for i := range n {
		p := stack.Prediction{
			ID: int64(n - i), At: time.Now().Add(-time.Duration(i) * time.Minute), Service: "model-api", Origin: stack.ByPerson, Endpoint: "POST /predict",
			ImageID: "sha256:9f8e7d6c5b4a", Commit: "0123456789abcdef", Status: 200, Took: time.Duration(10+i) * time.Millisecond, AnswerSize: 41,
			Body: fmt.Sprintf(`{"tenure":%d,"contract":"one year"}`, n-i), Answer: fmt.Sprintf(`{"churn_probability":0.%03d,"churn":true}`, n-i),
		}
		for _, f := range change {
			f(i, &p)
		}
		s.predictor.past = append(s.predictor.past, p)
	}
}

func TestWhatWasSentBeforeIsSentAgain(t *testing.T) {
	show(t, 120, 36, func(s *screen) {
		s.remembers(250)
		s.up()
		s.press("p", "h")
		s.sees("Predictions of model-api", "and older ones", "churn_probability", `"tenure": 250`, "0123456789")
		s.press("j")
		s.sees(`"tenure": 249`)
		s.press("G")
		s.settle()
		s.press("G")
		s.settle()
		s.press("G")
		s.settle()
		s.sees(`"tenure": 1,`) // all pages were read
		s.press("g", "j", "enter")
		s.sees("200 OK", `"tenure": 249`, "edited")
		if sent := s.sent(); len(sent) != 1 || sent[0] != "{\n  \"tenure\": 249,\n  \"contract\": \"one year\"\n}" {
			t.Errorf("sent %q", sent)
		}
	})
}

func TestTheHistoryIsSearchedAndCompared(t *testing.T) {
	var copied []string
	show(t, 120, 36, func(s *screen) {
		s.remembers(3, func(i int, p *stack.Prediction) {
			if i == 1 {
				p.Status, p.Error, p.Answer = 0, "connection refused", ""
			}
		})
		s.up()
		s.press("p", "h", "m", "j")
		s.sees("status 200 → 0", "error", "connection refused")
		s.press("j")
		s.sees("1 value differs, to another body", "churn_probability 0.003 → 0.001", "10 ms → 12 ms")
		s.press("M")
		s.lacks("1 value differs")
		s.press("Y")
		s.sees("copied as Python; it needs $API_KEY in the environment")
		s.press("y")
		if len(copied) != 2 || copied[0] != "python 1" || copied[1] != "curl 1" {
			t.Errorf("copied %q", copied)
		}
		s.press("/")
		s.typed("0.00")
		s.settle()
		s.press("enter")
		s.lacks("—")
		s.sees("/0.00")
		s.press("/", "ctrl+u")
		s.typed("nowhere")
		s.settle()
		s.sees("Nothing has nowhere in it.")
		s.press("esc")
		s.settle()
		s.sees(`"tenure": 3`)
		s.press("esc")
		s.sees("POST /predict", "Body")
	}, func(o *Options) {
		o.Settings.Logs.Copy = func(text string) error { copied = append(copied, text); return nil }
	})
}

// A prediction of another endpoint is sent again with its parameters, to that
// endpoint, and the body of this one is there when one comes back.
func TestAPredictionOfAnotherEndpointIsSentAgain(t *testing.T) {
	show(t, 120, 36, func(s *screen) {
		s.predictor.mu.Lock()
		s.predictor.document = twoEndpoints
		s.predictor.mu.Unlock()
		s.remembers(2, func(i int, p *stack.Prediction) {
			p.Params = []stack.Sent{{Name: "top", Value: "5", In: "query"}}
			if i == 1 {
				p.Params = []stack.Sent{{Name: "gone", Value: "1", In: "query"}}
			}
		})
		s.up()
		s.press("p", "]", "h", "enter")
		s.sees("POST /predict", "top=5 (given)", "200 OK", `"tenure": 2`)
		s.press("]")
		s.lacks("top=5")
		s.press("h", "j", "enter")
		s.sees("has no parameter gone: 1 is not sent")
		s.lacks("200 OK")
		if given := s.predictor.given; len(given) != 1 || given[0] != "top=5" {
			t.Errorf("sent with %q", given)
		}
	})
}

// A row has the ID that `berth history` takes, and the endpoint, of which little
// room has the path.
func TestTheHistoryNamesWhatWasAsked(t *testing.T) {
	for width, want := range map[int]string{80: "  /v2/models/churn/infer", 120: "  POST /v2/models/churn/infer"} {
		show(t, width, 36, func(s *screen) {
			s.remembers(10, func(i int, p *stack.Prediction) {
				if i == 1 {
					p.Endpoint = "POST /v2/models/churn/infer"
				}
			})
			s.up()
			s.press("p", "h")
			s.sees("10      00:00:00", " 9  31 Dec 23:59", "9f8e7d6c5b4a"+want, "9f8e7d6c5b4a  POST /predict")
		})
	}
}

// A key of the pane that opens something takes the focus along from the list.
func TestWhatIsOpenedFromTheListHasTheFocus(t *testing.T) {
	for key, want := range map[string]string{"C": "back to the request", "T": "look at it", "L": "make it"} {
		show(t, 120, 36, func(s *screen) {
			s.up()
			s.press("p", "esc", key)
			s.sees(want)
			s.press("esc")
			s.sees("enter send  ")
		})
	}
}

// What was masked is not sent: it would be another request.
func TestAMaskedBodyIsNotSent(t *testing.T) {
	show(t, 80, 24, func(s *screen) {
		s.remembers(1, func(_ int, p *stack.Prediction) { p.Secrets = 2 })
		s.up()
		s.press("p", "h", "enter")
		s.sees("what was masked in it, 2 times, is to be written again")
		if sent := s.sent(); len(sent) > 0 {
			t.Errorf("sent %q", sent)
		}
	})
}

// What was streamed is read as it was said.
func TestAStreamedAnswerIsRememberedAsItsText(t *testing.T) {
	show(t, 120, 36, func(s *screen) {
		s.remembers(1, func(_ int, p *stack.Prediction) {
			p.Answer = "data: {\"text\":\"Good \"}\n\ndata: {\"text\":\"morning\"}\n\n"
		})
		s.up()
		s.press("p", "h")
		s.sees("Good morning")
		s.lacks("data:")
	})
}

func TestWhoSentAPredictionIsReadWhole(t *testing.T) {
	show(t, 120, 36, func(s *screen) {
		s.remembers(1, func(_ int, p *stack.Prediction) { p.Origin = stack.ByReplay })
		s.up()
		s.press("z", "p", "h")
		s.sees(" replay ")
	})
}
