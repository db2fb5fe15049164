package dockerops

import (
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/moby/moby/api/types/events"
	"github.com/moby/moby/client"
)

// containerEvents are what changes a container's row. The exec_… events that
// each run of a health check makes are not among them. The Engine compares by
// prefix as soon as health_status is asked for, whose full name ends in the
// verdict (moby's daemon/events/filter.go). died and remove are podman's names
// for die and destroy.
var containerEvents = []string{
	"create", "start", "die", "died", "stop", "kill", "oom", "restart", "pause", "unpause",
	"rename", "update", "destroy", "remove", "health_status",
}

// answerWithin bounds how long an Engine that accepts connections may take to
// answer before it counts as down.
const answerWithin = 15 * time.Second

var errNoAnswer = fmt.Errorf("no answer within %s", answerWithin)

// soon is a context for a request that an Engine in good health answers at
// once.
func soon(ctx context.Context) (context.Context, context.CancelFunc) {
	return context.WithTimeoutCause(ctx, answerWithin, errNoAnswer)
}

// because prefers the reason a context was given over "deadline exceeded".
func because(ctx context.Context, err error) error {
	if cause := context.Cause(ctx); cause != nil {
		return cause
	}
	return err
}

// subscription is an open stream of events.
type subscription struct {
	messages <-chan events.Message
	err      <-chan error
	cancel   context.CancelFunc
}

// subscribe returns when the Engine has answered: every later event is in the
// stream. Close it.
func (e *Engine) subscribe(ctx context.Context, filters client.Filters) *subscription {
	ctx, cancel := context.WithCancelCause(ctx)
	slow := time.AfterFunc(answerWithin, func() { cancel(errNoAnswer) })
	stream := e.cli.Events(ctx, client.EventsListOptions{
		Filters: filters.Clone().Add("type", "container").Add("event", containerEvents...),
	})
	slow.Stop()
	return &subscription{messages: stream.Messages, err: stream.Err, cancel: func() { cancel(nil) }}
}

// subscribeHealth is subscribe for those who need the health of a project's
// containers. Podman's events of that kind carry no labels, so that there all
// events come, and it is the reader who knows which matter.
func (e *Engine) subscribeHealth(ctx context.Context, filters client.Filters) *subscription {
	if e.podman.Load() {
		filters = client.Filters{}
	}
	return e.subscribe(ctx, filters)
}

// close ends the stream and waits until it has ended.
func (s *subscription) close() {
	s.cancel()
	for {
		select {
		case <-s.messages:
		case _, open := <-s.err:
			if !open {
				return
			}
		}
	}
}

// cut is why a stream of events ended; it never ends by itself.
func cut(err error) error {
	if err == nil || ended(err) {
		return errors.New("the Engine closed the stream of events")
	}
	return err
}

// ended reports whether a stream came to its end.
func ended(err error) bool { return errors.Is(err, io.EOF) }
