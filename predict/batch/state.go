package batch

import (
	"encoding/json"
	"errors"
	"os"

	"berth/stack"
)

// State is what a run is and how far it came.
type State struct {
	Input    string `json:"input"`
	Digest   string `json:"digest"` // of the input
	Format   Format `json:"format"`
	Endpoint string `json:"endpoint"`
	Terms    Terms  `json:"terms"`
	Failures string `json:"failures"` // file
	Image    string `json:"image_id"` // that answered so far

	Tally   Tally    `json:"tally"`
	Columns []string `json:"columns"` // of the input
	Answers []string `json:"answers"` // columns
	Size    int64    `json:"size"`    // of the answers, as far as the tally goes
	Failed  int64    `json:"failed"`  // of the failures
	// Suspects were sent when the service went away without answering. Those
	// that it does not answer again are failures.
	Suspects []int64 `json:"suspects,omitempty"`
}

// same says why a run is another one.
func (s *State) same(now State) error {
	terms := func(t Terms) string {
		text, _ := json.Marshal(t) // it is texts
		return string(text)
	}
	switch {
	case s.Digest != now.Digest:
		return errors.New(now.Input + " is not the file that the run began with: its content differs")
	case s.Endpoint != now.Endpoint:
		return errors.New("it is about " + s.Endpoint + ", not " + now.Endpoint)
	case now.Failures != s.Failures:
		return errors.New("its failures are in " + s.Failures + ", not " + now.Failures)
	case terms(s.Terms) != terms(now.Terms):
		return errors.New("it began with other --map, --columns, --fill or --force: " + terms(s.Terms))
	}
	return nil
}

// Recall is the state of a run that was broken off; the error wraps
// fs.ErrNotExist where there is none.
func Recall(out string) (State, error) {
	var s State
	text, err := os.ReadFile(StateFile(out))
	if err == nil {
		err = json.Unmarshal(text, &s)
	}
	if err != nil {
		return s, &stack.Problem{What: "going on with a run", Where: StateFile(out), Err: err, Hint: "begin anew with another --out"}
	}
	return s, nil
}
