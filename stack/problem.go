package stack

import (
	"errors"
	"strings"
)

// ErrUsage marks what the user asked for wrongly (exit status 2): an unknown
// service, a flag that does not exist.
var ErrUsage = errors.New("usage")

// Problem is an error that a person can act on.
type Problem struct {
	What  string   // what failed: "building model-api"
	Where string   // a service or file:line; may be empty
	Hint  string   // what to try next; may be empty
	Lines []string // evidence, such as the last lines of output; untrusted
	Err   error    // the cause, in its own words
}

// Error is one line: what, where, the cause and what to do. Lines are shown
// below it by whoever has room.
func (p *Problem) Error() string {
	var b strings.Builder
	b.WriteString(p.What)
	if p.Where != "" {
		b.WriteString(" (" + p.Where + ")")
	}
	if p.Err != nil && p.Err != ErrUsage { //nolint:errorlint // the bare mark is no cause; what wraps it is
		b.WriteString(": " + strings.TrimSpace(p.Err.Error()))
	}
	if p.Hint != "" {
		b.WriteString("; " + p.Hint)
	}
	return b.String()
}

// Unwrap gives the cause.
func (p *Problem) Unwrap() error { return p.Err }
