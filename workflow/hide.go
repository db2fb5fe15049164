package workflow

import (
	"errors"
	"strings"

	"berth/stack"
)

// hidden stands where a secret was.
const hidden = "•••"

// hider takes the values of secret arguments out of what a build says: BuildKit
// writes arguments into the names of steps, and commands print them.
type hider struct{ r *strings.Replacer }

// newHider hides the arguments that secret says are secrets.
func newHider(args map[string]string, secret func(name string) bool) hider {
	var pairs []string
	for name, value := range args {
		if secret != nil && value != "" && secret(name) {
			pairs = append(pairs, value, hidden)
		}
	}
	if pairs == nil {
		return hider{}
	}
	return hider{strings.NewReplacer(pairs...)}
}

func (h hider) text(s string) string {
	if h.r == nil {
		return s
	}
	return h.r.Replace(s)
}

func (h hider) lines(all []string) []string {
	if h.r == nil {
		return all
	}
	safe := make([]string, len(all))
	for n, l := range all {
		safe[n] = h.r.Replace(l)
	}
	return safe
}

func (h hider) progress(p stack.Progress) stack.Progress {
	if h.r != nil {
		p.Subject, p.Text, p.Log = h.text(p.Subject), h.text(p.Text), h.lines(p.Log)
	}
	return p
}

// options are a person's, for what is kept of a build.
func (h hider) options(o BuildOptions) BuildOptions {
	if h.r != nil && o.Args != nil {
		given := make(map[string]string, len(o.Args))
		for name, value := range o.Args {
			given[name] = h.text(value)
		}
		o.Args = given
	}
	return o
}

// error is an error that does not say them.
func (h hider) error(err error) error {
	if h.r == nil || err == nil {
		return err
	}
	p, ok := errors.AsType[*stack.Problem](err)
	if !ok {
		return discreet{h, err}
	}
	said := *p
	said.Lines = h.lines(p.Lines)
	if p.Err != nil {
		said.Err = discreet{h, p.Err}
	}
	return &said
}

// discreet is an error with the secrets of its words hidden.
type discreet struct {
	hider
	err error
}

func (d discreet) Error() string { return d.text(d.err.Error()) }
func (d discreet) Unwrap() error { return d.err }
