package stack

import "time"

// Stream tells a line's origin apart.
type Stream string

// The streams. A Notice is Berth's own line between two containers' output,
// such as "recreated · image 1a2b3c → 9f8e7d". A Gap is one that says that lines
// may be missing there, and why; nobody can know whether any are.
const (
	Stdout Stream = "stdout"
	Stderr Stream = "stderr"
	Notice Stream = "notice"
	Gap    Stream = "gap"
)

// Ours reports whether a line is Berth's own, not the service's.
func (s Stream) Ours() bool { return s == Notice || s == Gap }

// LogLine is one line a service printed, or a Notice or Gap.
type LogLine struct {
	Ref
	Container string    `json:"container"` // ID; empty for a Notice about the Engine
	Stream    Stream    `json:"stream"`
	Time      time.Time `json:"time"` // the Engine's, not what the text says
	// Text is without its end of line and untrusted: through safetext before
	// it is shown.
	Text string `json:"text"`
	// Dropped counts the bytes of an overlong line that were not kept.
	Dropped int64 `json:"dropped,omitempty"`
}

// LogOptions is which lines are wanted.
type LogOptions struct {
	Since  time.Time
	Until  time.Time
	Tail   int  // last n lines, counted before Until is looked at; negative: all
	Follow bool // go on as lines come, across recreation
	// Timeless lines have no Time, which saves the Engine a tenth of its work.
	// Following needs the times.
	Timeless bool
}
