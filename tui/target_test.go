package tui

import "testing"

const twoEndpoints = `{"openapi":"3.1.0","info":{"title":"Churn","version":"1"},"paths":{
 "/predict":{"post":{"requestBody":{"content":{"application/json":{"schema":{"type":"object","required":["tenure"],"properties":{"tenure":{"type":"integer","examples":[3]}}}}}},
  "parameters":[{"name":"top","in":"query","description":"how many to give","schema":{"type":"integer","minimum":1}}]}},
 "/score":{"post":{"requestBody":{"content":{"application/json":{"schema":{"type":"object","required":["age"],"properties":{"age":{"type":"integer","examples":[44]}}}}}}}}}}`

// Each endpoint keeps its body, and any other can be named.
func TestEachEndpointHasItsBody(t *testing.T) {
	show(t, 120, 36, func(s *screen) {
		s.predictor.mu.Lock()
		s.predictor.document = twoEndpoints
		s.predictor.mu.Unlock()
		s.up()
		s.press("p")
		s.sees("POST /predict", "[ ] 1 of 2", `"tenure": 3`)
		s.press("F", "down", "enter", "ctrl+u")
		s.typed("7")
		s.press("enter", "esc")
		s.sees(`"tenure": 7`, "edited")
		s.press("enter")
		s.sees("200 OK")
		s.press("]")
		s.sees("POST /score", "[ ] 2 of 2", `"age": 44`)
		s.lacks("200 OK")
		s.press("[")
		s.sees("POST /predict", `"tenure": 7`, "edited")
		s.press("t", "ctrl+u")
		s.typed("POST /other")
		s.press("enter")
		s.sees("POST /other", "not checked")
	})
}

// The answers so far name the endpoint of those that are another's.
func TestAnswersSoFarNameAnotherEndpoint(t *testing.T) {
	show(t, 120, 36, func(s *screen) {
		s.predictor.mu.Lock()
		s.predictor.document = twoEndpoints
		s.predictor.mu.Unlock()
		s.up()
		s.press("p", "enter", "z")
		s.sees("Answers so far")
		s.lacks("41 B  POST /predict")
		s.press("]")
		s.sees("POST /score", "41 B  POST /predict")
	})
}

// A parameter is a field of the form, and is sent once it has a value.
func TestParametersAreFieldsOfTheForm(t *testing.T) {
	show(t, 120, 36, func(s *screen) {
		s.predictor.mu.Lock()
		s.predictor.document = twoEndpoints
		s.predictor.mu.Unlock()
		s.up()
		s.press("p", "F")
		s.sees("▏ top", "query, integer, at least 1", "how many to give")
		s.press("enter", "ctrl+u")
		s.typed("5")
		s.press("enter", "esc")
		s.sees("top=5 (given)")
		s.press("F", "d", "esc")
		s.lacks("top=5")
		s.press("F", "enter", "ctrl+u")
		s.typed("7")
		s.press("enter", "esc")
		replaced := api()
		replaced.ContainerID = "another"
		s.engine.snapshots <- snapshot(replaced, metrics()) // a rebuild: the API is read anew
		s.settle()
		s.sees("top=7 (given)")
		s.press("]")
		s.lacks("top=7")
		s.press("[", "enter")
		s.sees("top=7 (given)", "200 OK")
		s.predictor.mu.Lock()
		given := s.predictor.given
		s.predictor.document = "" // has no such parameter
		s.predictor.mu.Unlock()
		if len(given) != 1 || given[0] != "top=7" {
			t.Errorf("sent with %q", given)
		}
		s.up()
		s.sees("POST /predict has no parameter top: 7 is not sent")
		s.lacks("top=7 (given)")
	})
}

func TestLeavingAParameterPutsItBack(t *testing.T) {
	show(t, 120, 36, func(s *screen) {
		s.predictor.mu.Lock()
		s.predictor.document = twoEndpoints
		s.predictor.mu.Unlock()
		s.up()
		s.press("p", "F", "enter", "esc") // as it was
		s.press("esc")
		s.lacks("top=")
	})
}

// A note that has no room beside the endpoint is read whole below the body.
func TestALongNoteIsReadWhole(t *testing.T) {
	show(t, 80, 24, func(s *screen) {
		s.up()
		s.press("p", "t", "ctrl+u")
		s.typed("POST /other")
		s.press("enter")
		s.settle()
		s.sees("△ bodies are not checked: what the service publishes does not have this", "   endpoint")
	})
}
