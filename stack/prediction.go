package stack

import "time"

// Prediction is a request that was sent to a service, and what came of it, as it
// is remembered: secrets are masked.
type Prediction struct {
	ID      int64     `json:"id"` // grows; 0: not saved yet
	At      time.Time `json:"at"` // when it was sent
	Project string    `json:"project"`
	Service string    `json:"service"`
	Number  int       `json:"number,omitempty"` // of the replica
	Origin  Origin    `json:"origin,omitempty"`

	Endpoint  string `json:"endpoint"` // "POST /predict", as the service describes it
	Base      string `json:"base,omitempty"`
	MediaType string `json:"media_type,omitempty"` // of the body
	// Params and Headers are those that were sent beside the ones that follow
	// from the body. A header's value may refer to the environment: "Bearer $TOKEN".
	Params  []Sent `json:"params,omitempty"`
	Headers []Sent `json:"headers,omitempty"`

	// What answered: the image, the commit that was checked out then in the
	// project's folder, and whether its files differed, and the model's file with
	// its SHA-256 in hex. Empty: not known.
	ImageID  string `json:"image_id,omitempty"`
	Commit   string `json:"commit,omitempty"`
	Dirty    bool   `json:"dirty,omitempty"`
	Model    string `json:"model,omitempty"`
	ModelSum string `json:"model_sha256,omitempty"`

	Status int    `json:"status,omitempty"` // 0: there was no answer
	Error  string `json:"error,omitempty"`  // why there was none, or why it is not whole
	// Took is the whole exchange, and of it the three parts; nanoseconds.
	Took    time.Duration `json:"took,omitempty"`
	Connect time.Duration `json:"connect,omitempty"`
	Wait    time.Duration `json:"wait,omitempty"`
	Receive time.Duration `json:"receive,omitempty"`

	AnswerType string `json:"answer_type,omitempty"`
	BodySize   int64  `json:"body_size"`   // bytes, as it was written
	AnswerSize int64  `json:"answer_size"` // bytes that came
	// Body and Answer are as they were written, and empty where a list is asked
	// for. Untrusted.
	Body   string `json:"-"`
	Answer string `json:"-"`
	// Secrets counts what was masked in Body, Params and Headers.
	Secrets int `json:"secrets,omitempty"`
	// Omitted counts the bytes of Body and Answer that were too long to keep.
	Omitted int64 `json:"omitted,omitempty"`
}

// Ref is the role that was asked.
func (p Prediction) Ref() Ref { return Ref{Project: p.Project, Service: p.Service, Number: p.Number} }

// Whole reports whether all of the answer came, and was kept.
func (p Prediction) Whole() bool { return p.Status != 0 && p.Error == "" && p.Omitted == 0 }

// Sent is a parameter or header.
type Sent struct {
	Name  string `json:"name"`
	Value string `json:"value"`
	In    string `json:"in,omitempty"`   // of a parameter: path, query, header or cookie
	Join  string `json:"join,omitempty"` // of a parameter that is a list: what is between its items, "&" for a parameter each
}

// Origin is who had a prediction sent.
type Origin string

// Origins. Batches and loads keep files of their own: they would push everything
// else out of the history.
const (
	ByPerson Origin = "person"
	ByReplay Origin = "replay" // the loop sends the last one again
	BySuite  Origin = "suite"
	ByAB     Origin = "ab" // to both images of a comparison, once
)

// Origins are all of them.
var Origins = []Origin{ByPerson, ByReplay, BySuite, ByAB}

// PredictionQuery says which predictions are meant; what is empty excludes none.
type PredictionQuery struct {
	Project string
	Service string
	// Text is looked for in endpoint, body, answer and error, whatever the case
	// of its letters.
	Text    string
	By      Origin
	NotBy   Origin
	Status  StatusRange
	ImageID string // or how it begins, with or without "sha256:"
	Since   time.Time
	Until   time.Time
	Before  int64 // an ID: only older ones, for the next page
	Limit   int   // 0: 100
}

// StatusRange is the statuses from the one to the other; zero: all.
type StatusRange struct {
	From, To int
	// None asks for the requests that had no answer.
	None bool
}

// PredictionPage is predictions, newest first, without bodies and answers.
type PredictionPage struct {
	Predictions []Prediction
	// More reports whether there are older ones that are meant.
	More bool
	// Dropped counts those of all projects that gave way to newer ones so far.
	Dropped int64
}
