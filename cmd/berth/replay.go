package main

import (
	"context"
	"errors"
	"strings"

	"berth/stack"
	"berth/workflow"
)

// replay sends a service's last prediction again, or where there was none a
// first one, and compares the answers. A service that was never predicted with
// need not have an API.
func (p *predictor) replay(tolerance float64) func(context.Context, stack.Ref) (*workflow.Replay, error) {
	return func(ctx context.Context, r stack.Ref) (*workflow.Replay, error) {
		last, ok, unread := p.history.LastOf(r.Project, r.Service)
		door, err := p.knock(ctx, r)
		if err != nil && !ok && ctx.Err() == nil {
			return nil, unread
		}
		if err != nil {
			return nil, errors.Join(err, unread)
		}
		_, path, _ := strings.Cut(last.Endpoint, " ")
		endpoint, err := door.API.Choose(path)
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
		resp, err := p.send(ctx, door, endpoint, body)
		if err != nil && resp.Status == 0 {
			return nil, errors.Join(err, unread)
		}
		again := workflow.Replay{
			Endpoint: endpoint.String(),
			After:    workflow.Answer{Status: resp.Status, Took: resp.Timing.Total, ImageID: door.ImageID, Body: string(resp.Body)},
		}
		if ok && last.Omitted == 0 { // else its answer was not kept
			again.Before = &workflow.Answer{At: last.At, Status: last.Status, Took: last.Took, ImageID: last.ImageID, Body: last.Answer}
		}
		return again.Compared(tolerance), errors.Join(err, unread)
	}
}
