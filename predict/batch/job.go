package batch

import (
	"context"
	"errors"
	"fmt"
	"syscall"
	"time"

	"berth/predict"
	"berth/safetext"
	"berth/stack"
)

// job is a row on its way.
type job struct {
	row          Row
	result       Result
	done         chan struct{}
	began, ended time.Time
	silent       bool  // sent, and nothing came back: perhaps the service died of it
	left         bool  // not sent, or not to its end, through no fault of its own
	alive        bool  // the service answered something
	err          error // of sending
}

// do sends a row, if it may be sent.
func (r *runner) do(ctx context.Context, j *job) {
	j.result = Result{Row: j.row, Why: Broken}
	if j.row.Err != nil {
		j.result.Reasons = []predict.FieldError{{Message: j.row.Err.Error()}}
		return
	}
	e, body, wrong := r.mapping.body(j.row)
	if wrong != nil {
		j.result.Why, j.result.Reasons = Invalid, wrong
		return
	}
	j.began = time.Now()
	resp, err := r.Send(ctx, e, body)
	j.ended = time.Now()
	j.result.Status, j.result.Answer, j.result.JSON = resp.Status, resp.Body, resp.JSON
	switch {
	case ctx.Err() != nil && (err != nil || resp.Cut != ""):
		j.left = true
		return
	case err != nil, resp.Cut != "":
		if err == nil {
			err = errors.New("the answer is not whole: " + resp.Cut)
		}
		j.err = err
		j.result.Why, j.result.Reasons = Silent, []predict.FieldError{{Message: oneLine(err)}}
		j.left = unreachable(err)
		j.silent = !j.left && !r.ledger.suspect(j.row.N)
	case resp.Truncated > 0:
		j.result.Why, j.alive = Silent, true
		j.result.Reasons = []predict.FieldError{{Message: fmt.Sprintf("the answer is longer than %d MB", MaxRow>>20)}}
	case resp.OK():
		j.result.Why, j.alive = Answered, true
	default:
		j.result.Why, j.alive = Refused, true
		if j.result.Reasons = resp.FieldErrors; j.result.Reasons == nil {
			j.result.Reasons = []predict.FieldError{{Message: safetext.Truncate(safetext.Line(string(resp.Body[:min(len(resp.Body), 500)])), 200)}}
		}
	}
	r.feel(j)
}

// feel notices that the service is gone.
func (r *runner) feel(j *job) {
	r.mu.Lock()
	if j.alive {
		r.silence = 0
	} else {
		r.silence++
	}
	gone := j.left || r.silence >= silences*r.Workers
	r.mu.Unlock()
	if gone {
		r.halt(&stack.Problem{What: fmt.Sprintf("the service is gone at row %d", j.row.N), Err: j.err, Hint: "see `berth ps` and `berth logs`"})
	}
}

func unreachable(err error) bool {
	for _, one := range []error{syscall.ECONNREFUSED, syscall.EHOSTUNREACH, syscall.ENETUNREACH, syscall.EHOSTDOWN} {
		if errors.Is(err, one) {
			return true
		}
	}
	return false
}

// oneLine is an error's cause: what was sent where is known.
func oneLine(err error) string {
	if p, ok := errors.AsType[*stack.Problem](err); ok && p.Err != nil {
		err = p.Err
	}
	return safetext.Line(err.Error())
}
