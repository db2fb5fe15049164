package dockerops

import (
	"context"
	"strconv"
	"sync"
	"time"

	"github.com/moby/moby/api/types/events"

	"berth/stack"
)

// roleEvents listens to the events of one role while its log is followed.
type roleEvents struct {
	// changed has a token whenever it is worth looking at the role: after each
	// event, and each time the Engine can be heard (again).
	changed chan struct{}

	mu     sync.Mutex
	deaths map[string]death // the last of each container, by ID
}

// death is the end of a run. Its time comes after everything that the run
// printed, and before everything that the next one prints: the Engine reports
// it when the log is written. FinishedAt of an inspection can be earlier than
// the last lines, StartedAt of the next run later than its first.
type death struct {
	at   time.Time
	exit int
}

// listen starts listening; stop waits until nothing does any more.
func (e *Engine) listen(ctx context.Context, r stack.Ref) (heard *roleEvents, stop func()) {
	heard = &roleEvents{changed: make(chan struct{}, 1), deaths: map[string]death{}}
	ctx, cancel := context.WithCancel(ctx)
	var running sync.WaitGroup
	running.Go(func() {
		var wait backoff
		for {
			// Why it ends shows wherever the Engine is asked for more.
			_ = heard.session(ctx, e, r, &wait)
			if !sleep(ctx, wait.next()) {
				return
			}
		}
	})
	return heard, func() {
		cancel()
		running.Wait()
	}
}

func (h *roleEvents) session(ctx context.Context, e *Engine, r stack.Ref, wait *backoff) error {
	sub := e.subscribe(ctx, ofRole(r, "container"))
	defer sub.close()
	select {
	case err := <-sub.err:
		return err
	default:
		wait.reset()
		h.wake()
	}
	for {
		select {
		case m := <-sub.messages:
			h.note(m)
			h.wake()
		case err := <-sub.err:
			return err
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

func (h *roleEvents) wake() {
	select {
	case h.changed <- struct{}{}:
	default:
	}
}

func (h *roleEvents) note(m events.Message) {
	if m.Action != events.ActionDie && m.Action != "died" {
		return
	}
	code, err := strconv.Atoi(m.Actor.Attributes["exitCode"])
	if err != nil {
		code = -1 // podman says it in another place; the inspection knows better
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	h.deaths[m.Actor.ID] = death{at: time.Unix(0, m.TimeNano), exit: code}
}

// death is the last one of a container that came after the beginning of a run.
func (h *roleEvents) death(r run) (death, bool) {
	h.mu.Lock()
	defer h.mu.Unlock()
	d, ok := h.deaths[r.id]
	return d, ok && d.at.After(r.began)
}
