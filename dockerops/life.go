package dockerops

import (
	"context"
	"strconv"
	"strings"
	"time"

	"github.com/moby/moby/api/types/events"
	"github.com/moby/moby/client"

	"berth/stack"
)

// Life is what the Engine remembers of a role's containers. It keeps its last
// 256 events (eventsLimit in moby's daemon/events), those of health checks among
// them, and none across its own restart.
func (e *Engine) Life(ctx context.Context, r stack.Ref) (stack.Life, error) {
	if _, err := e.version(ctx); err != nil {
		return nil, err
	}
	var life stack.Life
	err := e.past(ctx, ofRole(r, "container"), func(m events.Message) {
		if moment, ok := momentOf(m); ok {
			life = life.With(moment)
		}
	})
	return life, e.problem(ctx, "reading what happened to "+r.String(), err)
}

// pastWithin bounds reading the past: an Engine whose clock is behind ours would
// wait until it has caught up.
const pastWithin = time.Second

// past gives the events that the Engine remembers.
func (e *Engine) past(ctx context.Context, filters client.Filters, each func(events.Message)) error {
	limited, cancel := context.WithTimeout(ctx, pastWithin)
	defer cancel()
	stream := e.cli.Events(limited, client.EventsListOptions{
		Since: "1", Until: strconv.FormatFloat(float64(time.Now().UnixMicro())/1e6, 'f', 6, 64),
		Filters: filters.Clone().Add("type", "container").Add("event", containerEvents...),
	})
	for {
		select {
		case m := <-stream.Messages:
			each(m)
		case err := <-stream.Err:
			if ctx.Err() != nil {
				return ctx.Err()
			}
			if err != nil && limited.Err() == nil && !ended(err) {
				return err
			}
			return nil
		}
	}
}

// momentOf is an event as a moment of its service's life; false for those that
// change nothing in it.
func momentOf(m events.Message) (stack.Moment, bool) {
	moment := stack.Moment{At: time.Unix(0, m.TimeNano), Container: stack.ShortID(m.Actor.ID)}
	action, verdict, _ := strings.Cut(string(m.Action), ": ")
	switch action {
	case "create":
		moment.What = stack.WasCreated
	case "start":
		moment.What = stack.WasStarted
	case "die", "died":
		moment.What = stack.HasDied
		moment.ExitCode, _ = strconv.Atoi(m.Actor.Attributes["exitCode"])
	case "kill":
		moment.What, moment.Signal = stack.WasSignalled, stack.SignalNumber(m.Actor.Attributes["signal"])
	case "oom":
		moment.What = stack.OutOfMemory
	case "pause":
		moment.What = stack.WasPaused
	case "unpause":
		moment.What = stack.WasUnpaused
	case "destroy", "remove":
		moment.What = stack.WasRemoved
	case "health_status":
		switch stack.Health(verdict) {
		case stack.Healthy:
			moment.What = stack.CameHealthy
		case stack.Unhealthy:
			moment.What = stack.CameUnhealthy
		default:
			return moment, false
		}
	default:
		return moment, false
	}
	return moment, true
}
