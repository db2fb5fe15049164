// Package cold measures a cold start as callers live through it: when a service
// answers its first prediction after its start, and how much longer that takes
// than later ones do. A health check tells neither.
package cold

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"time"

	"berth/predict"
	"berth/stack"
)

// Send sends one prediction. A response of any status is one; an error is one
// after which it is tried again, unless it is Final.
type Send func(context.Context) (predict.Response, error)

// Final marks an error after which no prediction will come, such as that the
// service has ended.
type Final struct{ Err error }

func (f Final) Error() string { return f.Err.Error() }

// Unwrap gives the error.
func (f Final) Unwrap() error { return f.Err }

// Predictions is what the first predictions took; nanoseconds in JSON.
type Predictions struct {
	// First is when the first one that was answered 2xx was.
	First time.Time `json:"-"`
	// Cold is what it took, Warm the median of the ones after it.
	Cold  time.Duration   `json:"cold"`
	Warm  time.Duration   `json:"warm"`
	Later []time.Duration `json:"later"` // of which Warm is the median, in their order
	// Refused counts those that failed before the first, and Refusal is how the
	// last of them did; untrusted.
	Refused int    `json:"refused"`
	Refusal string `json:"refusal,omitempty"`
}

const (
	// after is how many predictions follow the first: enough for a median that
	// one slow answer does not move.
	after = 10
	// Between two tries there is a pause of a share of what has passed, so that
	// a service that loads for minutes is not flooded, and the time is known to
	// that share.
	shortest, longest, share = 50 * time.Millisecond, time.Second, 20
)

// Measure sends predictions until one is answered 2xx, for no longer than the
// limit, and some more after it. Where the service says that the request itself
// is wrong it ends at once: waiting would not mend that.
func Measure(ctx context.Context, limit time.Duration, send Send) (Predictions, error) {
	var p Predictions
	waiting, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	for began := time.Now(); ; {
		r, err := send(waiting)
		if err == nil && r.OK() {
			p.First, p.Cold = time.Now(), r.Timing.Total
			break
		}
		if final := (Final{}); errors.As(err, &final) {
			return p, final.Err
		}
		switch {
		case ctx.Err() != nil:
			return p, context.Cause(ctx)
		case waiting.Err() == nil:
			p.Refused++
			p.Refusal = words(r, err)
		}
		if err == nil && slices.Contains(wrong, r.Status) {
			return p, p.never("the service does not take it", "`berth predict` shows the answer; --body and --header say what to send")
		}
		select {
		case <-waiting.Done():
			if ctx.Err() != nil {
				return p, context.Cause(ctx)
			}
			return p, p.never("no prediction was answered within "+stack.Took(limit), "the setting wait_timeout gives it longer")
		case <-time.After(min(max(shortest, time.Since(began)/share), longest)):
		}
	}
	for range after {
		r, err := send(ctx)
		switch {
		case ctx.Err() != nil:
			return p, context.Cause(ctx)
		case err != nil || !r.OK():
			p.Refusal = words(r, err)
			return p, p.never("it predicted once, and then no more", "its log may say why")
		}
		p.Later = append(p.Later, r.Timing.Total)
	}
	p.Warm = median(p.Later)
	return p, nil
}

// wrong are the statuses that say that the request is: not 404, 409 or 429,
// which servers give while a model is not loaded, nor 400, Triton's for that.
var wrong = []int{
	http.StatusUnauthorized, http.StatusForbidden, http.StatusMethodNotAllowed, http.StatusRequestEntityTooLarge,
	http.StatusUnsupportedMediaType, http.StatusUnprocessableEntity,
}

func (p Predictions) never(what, hint string) error {
	return &stack.Problem{What: what, Err: errors.New(p.Refusal), Hint: hint}
}

// words is how a prediction failed.
func words(r predict.Response, err error) string {
	switch {
	case err != nil:
		return err.Error()
	case r.Cut != "":
		return "the answer broke off: " + r.Cut
	default:
		return fmt.Sprintf("%d %s", r.Status, http.StatusText(r.Status))
	}
}

func median(list []time.Duration) time.Duration {
	list = slices.Sorted(slices.Values(list))
	n := len(list)
	return (list[(n-1)/2] + list[n/2]) / 2
}
