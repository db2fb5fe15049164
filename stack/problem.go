package stack

import (
	"errors"
	"io/fs"
	"strings"
)

// ErrUsage marks what the user asked for wrongly (exit status 2): an unknown
// service, a flag that does not exist.
var ErrUsage = errors.New("usage")

// ErrRefused marks what a check said no to (exit status 3): the work was done,
// and what it found is not as it should be.
var ErrRefused = errors.New("refused")

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
	if cause := p.Cause(); cause != "" {
		b.WriteString(": " + cause)
	}
	if p.Hint != "" {
		if !strings.HasSuffix(b.String(), "?") { // a question ends by itself
			b.WriteByte(';')
		}
		b.WriteString(" " + p.Hint)
	}
	return b.String()
}

// Cause is Err's words, without what What and Where say already; empty: there is
// no more to say.
func (p *Problem) Cause() string {
	switch err := p.Err.(type) { //nolint:errorlint // what wraps one of these has something to add
	case nil:
		return ""
	case *fs.PathError:
		if err.Path == p.Where {
			return err.Err.Error()
		}
	}
	var causes []string
	for _, err := range Apart(p.Err) {
		if err != ErrUsage && err != ErrRefused { //nolint:errorlint // the bare mark is no cause; what wraps it is
			causes = append(causes, strings.TrimSpace(err.Error()))
		}
	}
	cause := strings.Join(causes, "\n")
	if strings.HasSuffix(p.What, cause) {
		return ""
	}
	return cause
}

// Apart is errors that were joined, each by itself; none for nil.
func Apart(err error) (all []error) {
	joined, ok := err.(interface{ Unwrap() []error })
	switch {
	case err == nil:
		return nil
	case !ok:
		return []error{err}
	}
	for _, one := range joined.Unwrap() {
		all = append(all, Apart(one)...)
	}
	return all
}

// Unwrap gives the cause.
func (p *Problem) Unwrap() error { return p.Err }
