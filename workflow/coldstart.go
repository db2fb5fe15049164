package workflow

import (
	"context"
	"net/http"
	"slices"
	"sync"
	"time"

	"berth/predict"
	"berth/predict/cold"
	"berth/ready"
	"berth/stack"
)

// Arrival is a service that came to serve.
type Arrival struct {
	Door
	start  time.Time // of the container, by our clock
	served time.Time
	answer string // to what its health check asks; untrusted
	seen   bool   // to come up: else it served when it was looked at first
}

// Arrive waits until a service serves, and finds what predicts there. With an
// empty name it is the first that predicts: of those that serve, or else of all
// that are running.
func (s Stack) Arrive(ctx context.Context, client *http.Client, service string, h predict.Hints, report stack.Report) (Arrival, error) {
	find := func() (Door, error) { return s.FindDoor(ctx, client, h) }
	if service == "" {
		if door, err := find(); err == nil {
			service = door.Ref.Service
		}
	}
	var named []string
	if service != "" {
		named = append(named, service)
	}
	p, err := s.load(ctx, named)
	if err != nil {
		return Arrival{}, err
	}
	rows, err := s.rowsOf(ctx, p, named)
	if err != nil {
		return Arrival{}, err
	}
	if service != "" {
		find = func() (Door, error) { return s.Knock(ctx, client, rows[0].Ref, h) }
	}
	var coming []string
	for _, r := range rows {
		up := r.Up() || r.Phase == stack.Restarting
		if config, err := p.Service(r.Service); err == nil && up && !r.OneOff && len(config.Ports) > 0 && !slices.Contains(coming, r.Service) {
			coming = append(coming, r.Service)
		}
	}
	a := arriving{report: report, of: map[string]Arrival{}}
	if len(coming) > 0 { // else finding says why there is none
		if err := s.Wait(ctx, coming, a.hear); err != nil {
			return Arrival{}, err
		}
	}
	door, err := find()
	if err != nil {
		return Arrival{}, err
	}
	return a.at(door, door.StartedAt), nil
}

// Rearrive restarts the service behind a door, and waits until it serves again.
func (s Stack) Rearrive(ctx context.Context, client *http.Client, door Door, h predict.Hints, report stack.Report) (Arrival, error) {
	a := arriving{report: report, of: map[string]Arrival{}, restarted: true}
	names := []string{door.Ref.Service}
	asked := time.Now()
	if err := s.Restart(ctx, names, a.hear); err != nil {
		return Arrival{}, err
	}
	up := time.Now()
	client.CloseIdleConnections() // to what has ended
	if err := s.Wait(ctx, names, a.hear); err != nil {
		return Arrival{}, err
	}
	d, err := s.Engine.Inspect(ctx, door.Ref)
	if err != nil {
		return Arrival{}, err
	}
	if !slices.Contains(publishedBases(d, s.PublishHost), door.Base) { // the Engine's choice of a port
		if door, err = s.Knock(ctx, client, door.Ref, h); err != nil {
			return Arrival{}, err
		}
	}
	door.ContainerID, door.StartedAt = d.ContainerID, d.StartedAt
	start := d.StartedAt
	if start.Before(asked) || start.After(up) { // the Engine's clock is not ours
		start = up
	}
	return a.at(door, start), nil
}

// arriving hears when services come to serve, from what waiting reports.
type arriving struct {
	mu        sync.Mutex
	report    stack.Report
	of        map[string]Arrival
	restarted bool
}

func (a *arriving) hear(p stack.Progress) {
	if p.Action == stack.ActWait {
		a.mu.Lock()
		one := a.of[p.Service]
		switch {
		case p.Status == stack.Done:
			one.served, one.answer = p.At, p.Text
		case p.Status == stack.Working && p.Text != "": // it was asked, and did not
			one.seen = true
		}
		a.of[p.Service] = one
		a.mu.Unlock()
	}
	a.report(p)
}

func (a *arriving) at(door Door, start time.Time) Arrival {
	a.mu.Lock()
	defer a.mu.Unlock()
	one := a.of[door.Ref.Service]
	one.Door, one.start, one.seen = door, start, one.seen || a.restarted
	return one
}

// ColdStart measures the first predictions of a service that arrived. It ends
// when the service does.
func (s Stack) ColdStart(ctx context.Context, a Arrival, send cold.Send, report stack.Report) (cold.Start, error) {
	began := time.Now()
	say := func(status stack.Status, text string) {
		stamped(report)(stack.Progress{
			ID: "predict " + a.Ref.Service, Service: a.Ref.Service, Action: stack.ActPredict, Status: status,
			Subject: a.Ref.Service, Text: text, Elapsed: time.Since(began),
		})
	}
	say(stack.Working, "")
	limit := s.WaitTimeout
	if limit <= 0 {
		limit = ready.DefaultTimeout
	}
	p, err := cold.Measure(ctx, limit, func(ctx context.Context) (predict.Response, error) {
		r, err := send(ctx)
		switch {
		case err != nil:
			err = s.stillThere(ctx, a, err)
			say(stack.Working, err.Error())
		case !r.OK():
			say(stack.Working, http.StatusText(r.Status))
		}
		return r, err
	})
	if err != nil {
		say(stack.Failed, err.Error())
		return cold.Start{}, err
	}
	say(stack.Done, "the first in "+stack.Took(p.Cold)+", later ones in "+stack.Took(p.Warm))
	d, err := s.Engine.Inspect(ctx, a.Ref)
	if err != nil {
		return cold.Start{}, err
	}
	d.StartedAt, d.Answer = a.start, a.answer
	return cold.Of(d, a.seen || p.Refused > 0, a.served, p), nil
}

// stillThere makes an error of sending final where the run of the service that
// is measured has ended.
func (s Stack) stillThere(ctx context.Context, a Arrival, sending error) error {
	d, err := s.Engine.Inspect(ctx, a.Ref)
	problem := &stack.Problem{Where: a.Ref.String(), Hint: "see berth logs " + a.Ref.Service, Err: sending}
	switch {
	case err != nil:
		return sending
	case !d.Up():
		problem.What = "it is not running any more: " + d.State()
	case d.ContainerID != a.ContainerID, !d.StartedAt.Equal(a.StartedAt):
		problem.What = "it was started anew meanwhile"
	default:
		return sending
	}
	return cold.Final{Err: problem}
}
