package dockerops

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/moby/moby/api/types/container"
	"github.com/moby/moby/client"

	"berth/compose"
	"berth/stack"
)

// lastLines is how many lines of a container's log go with the news that it
// ended.
const lastLines = 10

// waitFor waits until all replicas of a service are as a dependent needs them,
// by Docker's verdict. It ends early when they cannot become so any more.
func (a *application) waitFor(ctx context.Context, s compose.Step, w work) error {
	filters := ofProject(s.Ref.Project).Add("label", labelService+"="+s.Ref.Service, labelOneOff+"=False")
	sub := a.subscribeHealth(ctx, filters)
	defer sub.close()
	said := ""
	for {
		states, err := a.replicas(ctx, filters)
		if err != nil {
			return err
		}
		if len(states) == 0 {
			return noContainer(s.Ref)
		}
		met, text := true, ""
		for _, c := range states {
			ok, err := a.meets(ctx, c, s.Until)
			if err != nil {
				return err
			}
			if !ok {
				met, text = false, waitText(c)
			}
		}
		if met {
			return nil
		}
		if text != said {
			w.say(stack.Working, text)
			said = text
		}
		select {
		case <-sub.messages:
		case err := <-sub.err:
			return cut(err)
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

func waitText(c container.InspectResponse) string {
	d := detailOf(c)
	text := d.State()
	if d.Health != stack.NoCheck {
		text += ", " + string(d.Health)
	}
	return text
}

func (a *application) replicas(ctx context.Context, filters client.Filters) ([]container.InspectResponse, error) {
	list, err := a.cli.ContainerList(ctx, client.ContainerListOptions{All: true, Filters: filters})
	if err != nil {
		return nil, err
	}
	var all []container.InspectResponse
	for _, s := range actors(list.Items) {
		c, err := a.inspect(ctx, s.ContainerID)
		if err != nil {
			return nil, err
		}
		all = append(all, c)
	}
	return all, nil
}

// meets reports whether a container is as the condition wants it; an error
// when it never will be.
func (a *application) meets(ctx context.Context, c container.InspectResponse, until compose.Condition) (bool, error) {
	d := detailOf(c)
	ended := d.Phase == stack.Exited || d.Phase == stack.Dead
	switch until {
	case compose.ServiceCompleted:
		if ended && d.ExitCode != 0 {
			return false, a.ended(ctx, d, "did not complete")
		}
		return ended, nil
	case compose.ServiceHealthy:
		switch {
		case ended:
			return false, a.ended(ctx, d, "ended before it was healthy")
		case d.Check == nil:
			return false, &stack.Problem{
				What: d.Ref.String() + " cannot become healthy", Where: d.Container,
				Err:  errors.New("it has no health check"),
				Hint: "give it one, or depend on it with condition: service_started",
			}
		case d.Health == stack.Unhealthy:
			return false, unhealthy(d)
		}
		return d.Health == stack.Healthy, nil
	default:
		return d.Up() || ended, nil
	}
}

func unhealthy(d stack.Detail) error {
	p := &stack.Problem{
		What: d.Ref.String() + " is unhealthy", Where: d.Container,
		Err:  fmt.Errorf("its health check failed %d times in a row", d.FailingStreak),
		Hint: "berth logs " + d.Ref.Service,
	}
	if n := len(d.Probes); n > 0 {
		last := d.Probes[n-1]
		p.Err = fmt.Errorf("%w, last with exit %s", p.Err, stack.ExitWords(last.ExitCode, false))
		p.Lines = strings.Split(strings.TrimRight(last.Output, "\n"), "\n")
	}
	return p
}

// ended is the problem of a container that is over, with its last words.
func (a *application) ended(ctx context.Context, d stack.Detail, what string) error {
	p := &stack.Problem{
		What: d.Ref.String() + " " + what, Where: d.Container,
		Err:  errors.New("exit " + stack.ExitWords(d.ExitCode, d.OOMKilled)),
		Hint: "berth logs " + d.Ref.Service,
	}
	for l, err := range a.Logs(ctx, d.Ref, stack.LogOptions{Tail: lastLines}) {
		if err != nil {
			break // it is evidence; without it the problem stands
		}
		p.Lines = append(p.Lines, l.Text)
	}
	return p
}
