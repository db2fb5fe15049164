package dockerops

import (
	"context"
	"errors"
	"io/fs"
	"strings"
	"syscall"

	"github.com/moby/moby/client"

	"berth/stack"
)

// ErrUnreachable is in the chain of every error that means: no Engine answers
// there.
var ErrUnreachable = errors.New("the Engine cannot be reached")

// ErrNoContainer is in the chain when a role has no container.
var ErrNoContainer = errors.New("no container")

// unreachable is the cause in its own words, and ErrUnreachable.
type unreachable struct{ error }

func (u unreachable) Is(target error) bool { return target == ErrUnreachable }
func (u unreachable) Unwrap() error        { return u.error }

// reworded is a cause in clearer words than its own.
type reworded struct {
	text  string
	cause error
}

func (r reworded) Error() string { return r.text }
func (r reworded) Unwrap() error { return r.cause }

// inItsWords is what the Engine said, without the client saying who said it.
func inItsWords(err error) error {
	return reworded{strings.ReplaceAll(err.Error(), "Error response from daemon: ", ""), err}
}

// problem is err as a person should read it. What ctx ended, and what already
// is a Problem, stay as they are.
func (e *Engine) problem(ctx context.Context, what string, err error) error {
	var p *stack.Problem
	if err == nil || ctx.Err() != nil || errors.As(err, &p) {
		return err
	}
	// ctx is alive, so a deadline that passed was that of connecting.
	failed := client.IsErrConnectionFailed(err) || errors.Is(err, context.DeadlineExceeded)
	cause := err
	if dialed := e.dialErr.Load(); dialed != nil {
		cause = *dialed
		failed = failed || errors.Is(err, cause)
	}
	if !failed {
		return &stack.Problem{What: what, Err: inItsWords(err)}
	}
	return &stack.Problem{
		What:  "reaching the Docker Engine",
		Where: e.at.host + ", from " + e.at.from,
		Err:   unreachable{cause},
		Hint:  e.at.hint(cause),
	}
}

// hint is what to try when the Engine does not answer.
func (at endpoint) hint(cause error) string {
	local := at.url.Scheme == "unix"
	switch {
	case errors.Is(cause, fs.ErrPermission):
		return "add yourself to the group docker (sudo usermod -aG docker $USER, then log in again)"
	case local && errors.Is(cause, fs.ErrNotExist):
		return "start Docker (sudo systemctl start docker), or choose another Engine with --context or DOCKER_HOST"
	case local && errors.Is(cause, syscall.ECONNREFUSED):
		return "the socket is there but nothing listens: start Docker again (sudo systemctl restart docker)"
	case errors.Is(cause, syscall.ECONNREFUSED):
		return "nothing listens there: is it the right port, and does the daemon listen on TCP?"
	case errors.Is(cause, context.DeadlineExceeded):
		return "no answer within " + dialTimeout.String() + ": is the host up, and does a firewall let you through?"
	case at.url.Scheme == "ssh":
		where := at.url.Hostname()
		if name := at.url.User.Username(); name != "" {
			where = name + "@" + where
		}
		return "try: ssh " + where + " docker version"
	}
	return "`docker version` should answer first"
}

// errNoShare: a service whose namespace is to be shared has no container.
func errNoShare(service string) error {
	return &stack.Problem{
		What: "sharing the namespace of " + service, Err: ErrNoContainer, Hint: "`berth up " + service + "` makes it",
	}
}
