package main

import (
	"context"
	"errors"
	"iter"
	"time"

	"berth/predict"
	"berth/stack"
	"berth/store"
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
		endpoint, err := door.API.Choose(last.Endpoint)
		if err != nil && !ok {
			return nil, unread
		}
		if err != nil {
			return nil, errors.Join(err, unread)
		}
		body := []byte(last.Body)
		if !ok {
			if body, _, err = p.firstBody(door, endpoint, true); err != nil {
				return nil, errors.Join(err, unread)
			}
		}
		resp, err := p.send(ctx, door, endpoint, body, stack.ByReplay, nil)
		if err != nil && resp.Status == 0 {
			return nil, errors.Join(err, unread)
		}
		now, _ := store.Mask(resp.Body) // as what it is compared with
		again := workflow.Replay{
			Endpoint: endpoint.String(),
			After:    workflow.Answer{Status: resp.Status, Took: resp.Timing.Total, ImageID: door.ImageID, Body: string(now)},
		}
		if ok && last.Whole() { // else there is no answer, or not all of it
			again.Before = &workflow.Answer{At: last.At, Status: last.Status, Took: last.Took, ImageID: last.ImageID, Body: last.Answer}
		}
		compared := again.Compared(tolerance)
		p.tell(ctx, replayed(r, body, resp, compared))
		return compared, errors.Join(err, unread)
	}
}

// replayed is a replay as the dashboard shows it.
func replayed(r stack.Ref, body []byte, resp predict.Response, again *workflow.Replay) predictpane.Replayed {
	shown := predictpane.Replayed{Ref: r, At: time.Now(), Body: string(body), Response: resp, Result: again.String(), Differences: again.Differences()}
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
