// Package suite keeps predictions as named cases in files that people review,
// sends them again, and says in one line what has changed.
//
// The files are in a folder "predictions": YAML with the keys "defaults" and
// "cases", or JSON lines, a case each. Reading and judging are apart from
// sending; rewriting a file gives its new text and touches no disk.
package suite

import (
	"berth/predict"
	"berth/predict/query"
)

// Dir is the folder of a project that its suites are in.
const Dir = "predictions"

// Case is a prediction with what is expected of its answer.
type Case struct {
	Name     string
	File     string // "predictions/churn.yaml"
	Line     int    // where it begins, from 1
	Service  string // empty: the first that has an endpoint
	Endpoint string // "/predict", "POST /predict"; empty: the best guess
	// Params and Headers may have $NAME in their values, for which the
	// environment has one: see predict.Expand.
	Params, Headers map[string]string
	Body            []byte // JSON
	Status          int    // 0: any 2xx
	// Answer is what the service should answer: JSON, a text as a JSON string;
	// nil: that does not matter.
	Answer     []byte
	Tolerances predict.Tolerances
	Assert     []*query.Query // each has to give true of the answer
	// Open: it says nothing of what it expects. Rewriting fills that in.
	Open bool

	at places
}

// places are where a file has what is rewritten.
type places struct{ entry, expect, status, answer *node }

// usual is how far apart numbers may be where a case says nothing: sums in
// floating point differ in the last digits from run to run.
const usual = 1e-6

// Flaw is what is wrong with a line of a file. It costs no other case than its
// own.
type Flaw struct {
	File string `json:"file"`
	Line int    `json:"line,omitempty"` // 0: the file as a whole
	Text string `json:"text"`
	// Told only: the case counts all the same.
	Minor bool `json:"minor,omitempty"`
}
