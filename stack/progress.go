package stack

import "time"

// Action is what is being done.
type Action string

// The actions.
const (
	ActBuild    Action = "build"
	ActPull     Action = "pull"
	ActCreate   Action = "create"
	ActRecreate Action = "recreate"
	ActStart    Action = "start"
	ActStop     Action = "stop"
	ActRestart  Action = "restart"
	ActRemove   Action = "remove"
	ActSync     Action = "sync"    // files into a container
	ActRun      Action = "run"     // a command in a container
	ActWait     Action = "wait"    // for a dependency's condition, or for serving
	ActFinish   Action = "finish"  // of a job that was waited for
	ActPredict  Action = "predict" // a test prediction
	ActSuite    Action = "suite"   // the cases of the project's suites
	ActNote     Action = "note"    // something to say, nothing to do
	ActResult   Action = "result"  // what came of the whole
)

// Step reports whether it is something to do, rather than to say.
func (a Action) Step() bool { return a != ActNote && a != ActResult }

// Status is how far an action got.
type Status string

// The statuses. Working is the only one that is not final.
const (
	Working   Status = "working"
	Done      Status = "done"
	Cached    Status = "cached"    // a build step that needed no work
	Unchanged Status = "unchanged" // nothing to do
	Failed    Status = "failed"
	Cancelled Status = "cancelled"
	Warning   Status = "warning"
)

// Final reports whether nothing more will come for the item.
func (s Status) Final() bool { return s != Working }

// Progress is one report on one item of work. Later reports with the same ID
// replace what earlier ones said, except that each Log adds to the item's
// output. How it looks is the screen's business.
type Progress struct {
	At      time.Time `json:"at"`
	ID      string    `json:"id"`               // stable within one request, "build model-api sha256:…"
	Parent  string    `json:"parent,omitempty"` // ID of the item this is a part of
	Service string    `json:"service,omitempty"`
	Action  Action    `json:"action"`
	Status  Status    `json:"status"`
	// Subject is what it is about, stable over the item's life: "container
	// churn-model-api-1", "[runtime 7/9] COPY api/ ./api/".
	Subject string `json:"subject"`
	// Text is what there is to say now: a cause, a result, the failure.
	Text string `json:"text,omitempty"`
	// Current and Total are bytes; Total 0: not known.
	Current int64 `json:"current,omitempty"`
	Total   int64 `json:"total,omitempty"`
	// Elapsed is how long the item has taken so far, or took.
	Elapsed time.Duration `json:"elapsed,omitempty"`
	// Cause is why a step of a build was not taken from the cache, where it was
	// the first of its stage; untrusted.
	Cause string `json:"cause,omitempty"`
	// Was is how long the same took the last time; 0: not known.
	Was time.Duration `json:"was,omitempty"`
	// Build is what is remembered of a build, with its last report.
	Build *Build `json:"build,omitempty"`
	// Log is output that came since the last report: whole lines, untrusted.
	Log []string `json:"log,omitempty"`
}

// Report takes Progress as it comes. It must be safe for concurrent use and
// must not block for long: it runs inside the work it reports on.
type Report func(Progress)
