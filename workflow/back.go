package workflow

import (
	"context"
	"strings"

	"berth/compose"
	"berth/stack"
)

// PreviousName is the name under which the image that a service ran before is
// kept: with a name `docker image prune` leaves it alone.
func PreviousName(project, service string) string {
	return "berth-previous/" + strings.ToLower(project+"-"+service)
}

// exchange carries the plan out. The image that it replaces is named before, so
// that it can be put back, if it came to serve: one that never did is nothing
// to go back to, and the one before it stays. What is left without a name is
// removed.
func (l *looping) exchange(ctx context.Context, p *compose.Project, plan compose.Plan, service string, served bool) error {
	name, before := PreviousName(p.Name, service), l.turn.Before.ID
	kept, had, err := l.Engine.Image(ctx, name)
	if err != nil {
		return err
	}
	over := before // the image that nobody needs afterwards
	if replaced := before != "" && before != l.turn.After.ID; replaced && served {
		if err := l.Engine.Tag(ctx, before, name); err != nil {
			return err
		}
		over, kept, had = kept.ID, l.turn.Before, true
	}
	if had && kept.ID != l.turn.After.ID {
		l.turn.Kept = kept.ID
	}
	if err := l.apply(ctx, p, plan, l.report); err != nil {
		return err
	}
	if over == "" || over == kept.ID || over == l.turn.After.ID {
		return nil
	}
	return l.Engine.RemoveUnused(ctx, over)
}

// Back puts the image that a service ran before its last turn of the loop back
// in place, its name too, and waits until it serves. What it replaces is kept
// in its stead: Back again undoes it.
func (s Stack) Back(ctx context.Context, o LoopOptions, report stack.Report) (Turn, error) {
	return s.turn(ctx, o, report, (*looping).back)
}

func (l *looping) back(ctx context.Context) error {
	p, service, err := l.target(ctx)
	if err != nil {
		return err
	}
	l.turn.Service = service
	name, kept := p.ImageName(service), PreviousName(p.Name, service)
	previous, ok, err := l.Engine.Image(ctx, kept)
	if err != nil {
		return err
	}
	if !ok {
		return &stack.Problem{
			What: "no image of " + service + " to go back to", Where: "project " + p.Name,
			Hint: "the loop keeps the one that it replaces; it has replaced none yet",
		}
	}
	current, had, err := l.Engine.Image(ctx, name)
	if err != nil {
		return err
	}
	if err := l.Engine.Tag(ctx, previous.ID, name); err != nil {
		return err
	}
	if had && current.ID != previous.ID {
		if err := l.Engine.Tag(ctx, current.ID, kept); err != nil {
			return err
		}
		l.turn.Kept = current.ID
	}
	l.turn.Before, l.turn.After = current, previous
	observed, err := l.Engine.Observe(ctx, p)
	if err != nil {
		return err
	}
	plan, err := l.replacement(p, observed, service, previous.ID, l.lookAtOld(ctx, p, observed, service)())
	if err != nil {
		return err
	}
	if err := l.apply(ctx, p, plan, l.report); err != nil {
		return err
	}
	return l.serve(ctx, p, service)
}
