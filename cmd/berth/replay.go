package main

import (
	"context"
	"errors"
	"iter"
	"time"

	"berth/predict"
	"berth/stack"
	predictpane "berth/tui/pane/predict"
	"berth/workflow"
)

// replay sends a service's last prediction again, or where there was none a
// first one, and compares the answers. A service that was never predicted with
// need not have an API.
func (p *predictor) replay(tolerance float64) func(context.Context, stack.Ref) (*workflow.Replay, error) {
	return func(ctx context.Context, r stack.Ref) (*workflow.Replay, error) {
		last, ok, unread := p.history.LastOf(r.Project, r.Service)
		door, err := p.knock(ctx, r, last.Endpoint)
		if err != nil && !ok && ctx.Err() == nil {
			return nil, unread
		}
		if err != nil {
			return nil, errors.Join(err, unread)
		}
		if _, err := door.API.Choose(""); err != nil && !ok {
			return nil, unread
		}
		x, now, err := p.lastAgain(ctx, door, last, ok)
		if x.answer.Status == 0 {
			return nil, errors.Join(err, unread)
		}
		again := workflow.Replay{Endpoint: x.endpoint.String(), After: answerOf(now)}
		if ok && last.Whole() { // else there is no answer, or not all of it
			before := answerOf(last)
			again.Before = &before
		}
		compared := again.Compared(tolerance)
		p.tell(ctx, replayed(r, now, x.answer, compared))
		return compared, errors.Join(err, unread)
	}
}

// lastAgain sends the last prediction again, or a first body where there is none.
func (p *predictor) lastAgain(ctx context.Context, door workflow.Door, last stack.Prediction, ok bool) (exchange, stack.Prediction, error) {
	if ok {
		return p.again(ctx, door, last)
	}
	e, err := door.API.Choose("")
	if err != nil {
		return exchange{}, stack.Prediction{}, err
	}
	body, _, err := p.firstBody(door, e, true)
	if err != nil {
		return exchange{}, stack.Prediction{}, err
	}
	return p.deliver(ctx, exchange{door: door, endpoint: e, body: body, headers: p.headers, by: stack.ByReplay}, nil)
}

// answerOf is what is remembered of an answer, without its secrets.
func answerOf(p stack.Prediction) workflow.Answer {
	return workflow.Answer{At: p.At, Status: p.Status, Took: p.Took, ImageID: p.ImageID, Body: p.Answer}
}

// replayed is a replay as the dashboard shows it.
func replayed(r stack.Ref, sent stack.Prediction, resp predict.Response, again *workflow.Replay) predictpane.Replayed {
	shown := predictpane.Replayed{Ref: r, At: time.Now(), Endpoint: sent.Endpoint, Body: sent.Body, Response: resp, Result: again.String(), Differences: again.Differences()}
	if before := again.Before; before != nil {
		shown.Against = "the answer of " + before.At.Local().Format("15:04:05")
		if before.ImageID != "" {
			shown.Against += ", image " + stack.ShortID(before.ImageID)
		}
		shown.Differs = !again.Comparison.Same
	}
	return shown
}

// tell hands a replay to the dashboard, where there is one.
func (p *predictor) tell(ctx context.Context, r predictpane.Replayed) {
	if !p.heard.Load() {
		return
	}
	select {
	case p.replays <- r:
	case <-ctx.Done():
	}
}

// Replays yields what the loop sends and gets.
func (p *predictor) Replays(ctx context.Context) iter.Seq2[predictpane.Replayed, error] {
	return func(yield func(predictpane.Replayed, error) bool) {
		p.heard.Store(true)
		defer p.heard.Store(false)
		for {
			select {
			case r := <-p.replays:
				if !yield(r, nil) {
					return
				}
			case <-ctx.Done():
				return
			}
		}
	}
}
