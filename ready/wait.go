package ready

import (
	"context"
	"errors"
	"fmt"
	"net"
	"sync"
	"time"

	"berth/stack"
)

const (
	// DefaultTimeout limits a wait: models load slowly.
	DefaultTimeout = 5 * time.Minute
	// The pause between two tries grows from first to DefaultInterval: at the
	// start every millisecond counts, later the service's log does.
	first = 50 * time.Millisecond
	// DefaultInterval is the longest pause between two tries.
	DefaultInterval = 250 * time.Millisecond
	// again is how often a service may restart before waiting is in vain.
	again = 3
	// repeat is how often an unchanged answer is reported.
	repeat = time.Second
)

// WaitOptions is how to wait.
type WaitOptions struct {
	Timeout     time.Duration // 0: DefaultTimeout
	PublishHost string        // where published ports answer; empty: 127.0.0.1
	Interval    time.Duration // the longest pause between two tries; 0: DefaultInterval

	dial func(ctx context.Context, network, address string) (net.Conn, error) // nil: the network
}

// Wait returns when every service serves. It asks all of them at once, and ends
// early when one cannot come to serve any more: the others' waits are then
// cancelled. Its errors are *stack.Problem around *NotServing; several, when
// several do not serve within the limit.
func Wait(ctx context.Context, e Engine, refs []stack.Ref, o WaitOptions, report stack.Report) error {
	if o.Timeout <= 0 {
		o.Timeout = DefaultTimeout
	}
	if o.Interval <= 0 {
		o.Interval = DefaultInterval
	}
	all, stop := context.WithCancelCause(ctx)
	defer stop(nil)
	errs := make([]error, len(refs))
	var wg sync.WaitGroup
	for i, r := range refs {
		wg.Go(func() {
			w := waiter{e: e, o: o, ref: r, report: report, start: time.Now()}
			errs[i] = w.wait(all)
			var not *NotServing
			if errs[i] != nil && (!errors.As(errs[i], &not) || not.Cause != TimedOut) {
				stop(errOther)
			}
		})
	}
	wg.Wait()
	if ctx.Err() != nil {
		return fmt.Errorf("waiting until it serves: %w", context.Cause(ctx))
	}
	return join(errs)
}

// errOther cancels a wait because another one failed.
var errOther = errors.New("another service failed")

func join(errs []error) error {
	var own []error
	for _, err := range errs {
		if err != nil && !errors.Is(err, errOther) {
			own = append(own, err)
		}
	}
	if len(own) == 1 {
		return own[0]
	}
	return errors.Join(own...)
}

// waiter waits for one service.
type waiter struct {
	e      Engine
	o      WaitOptions
	ref    stack.Ref
	report stack.Report
	start  time.Time

	detail   stack.Detail // as seen last
	probe    Probe
	last     Result
	base     int // restarts when this container was first seen
	reported time.Time
	text     string
}

func (w *waiter) wait(ctx context.Context) error {
	w.tell(stack.Working, "")
	err := w.poll(ctx)
	switch {
	case err == nil:
		w.tell(stack.Done, w.last.Text)
	case errors.Is(err, context.Canceled), errors.Is(err, errOther):
		w.tell(stack.Cancelled, "")
	default:
		w.tell(stack.Failed, reason(err))
	}
	return err
}

func (w *waiter) poll(ctx context.Context) error {
	limited, cancel := context.WithTimeout(ctx, w.o.Timeout)
	defer cancel()
	for pause := first; ; pause = min(pause*3/2, w.pace()) {
		err := w.ask(limited)
		switch {
		case ctx.Err() != nil:
			return context.Cause(ctx)
		case limited.Err() != nil:
			return w.notServing(ctx, TimedOut)
		case err != nil:
			return &stack.Problem{What: "waiting until it serves", Where: w.ref.String(), Err: err}
		case w.last.OK, w.finished():
			return nil
		}
		if cause := w.hopeless(); cause != "" {
			return w.notServing(ctx, cause)
		}
		if w.last.Text != w.text || time.Since(w.reported) >= repeat {
			w.tell(stack.Working, w.last.Text)
		}
		if w.probe.Kind == Exec { // a command costs more than a request
			pause = max(pause, w.last.Took)
		}
		select {
		case <-limited.Done():
		case <-time.After(pause):
		}
	}
}

// The longer a service does not serve, the less often it is asked: its log and
// its metrics are its own, and a moment matters less.
const (
	paceShare = 20 // of the time that has passed
	slowest   = 2 * time.Second
)

func (w *waiter) pace() time.Duration {
	return max(w.o.Interval, min(time.Since(w.start)/paceShare, slowest))
}

// ask takes one look and, while the service runs, one try.
func (w *waiter) ask(ctx context.Context) error {
	d, err := w.e.Inspect(ctx, w.ref)
	if err != nil {
		return err
	}
	if d.ContainerID != w.detail.ContainerID {
		w.base = d.Restarts
	}
	w.detail = d
	if d.Phase != stack.Running {
		w.last = Result{Text: d.State()}
		return nil
	}
	w.probe = Choose(d, w.o.PublishHost)
	w.probe.dialer = w.o.dial
	r := w.probe.Try(ctx, w.e)
	if ctx.Err() == nil || w.last.Text == "" { // else it was cut short, and says nothing
		w.last = r
	}
	return nil
}

// finished reports whether it was a job, with nothing to ask it, that did what
// it had to do.
func (w *waiter) finished() bool {
	d := w.detail
	return d.Phase == stack.Exited && d.ExitCode == 0 && d.Error == "" && d.Check == nil && len(d.Ports) == 0
}

// hopeless is why the service will not come to serve; empty while it may.
func (w *waiter) hopeless() Cause {
	switch d := w.detail; {
	case d.Phase == stack.Exited, d.Phase == stack.Dead, d.Phase == stack.Removing:
		return Ended
	case d.Phase == stack.Created && d.Error != "":
		return NotStarted
	case d.Restarts-w.base >= again:
		return Restarts
	case d.Phase == stack.Running && d.Health == stack.Unhealthy:
		return Unhealthy // as docker compose does: its retries and start period are over
	}
	return ""
}

func (w *waiter) tell(status stack.Status, text string) {
	w.text, w.reported = text, time.Now()
	action := stack.ActWait
	if status == stack.Done && w.finished() {
		action = stack.ActFinish
	}
	w.report(stack.Progress{
		At: w.reported, ID: "wait " + w.ref.String(), Service: w.ref.Service,
		Action: action, Status: status, Subject: w.ref.String(),
		Text: text, Elapsed: w.reported.Sub(w.start),
	})
}
