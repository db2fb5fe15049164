package workflow

import (
	"context"
	"fmt"
	"strings"
	"time"

	"golang.org/x/sync/errgroup"

	"berth/compose"
	"berth/stack"
)

// Carry carries an order out: it rebuilds as Loop does, copies, restarts and
// waits until the service serves, and runs hooks, in this order, as far as the
// order asks for it. A service that does not run is left alone, and left says
// why.
func (s Stack) Carry(ctx context.Context, o Order, how LoopOptions, report stack.Report) (turn Turn, left string, err error) {
	how.Service = o.Service
	turn, err = s.turn(ctx, how, report, func(l *looping, ctx context.Context) error {
		left, err = l.carry(ctx, o)
		return err
	})
	if o.Rebuild {
		err = turn.undoable(err)
	}
	return turn, left, err
}

func (l *looping) carry(ctx context.Context, o Order) (left string, err error) {
	p, err := l.load(ctx, []string{o.Service})
	if err != nil {
		return "", err
	}
	observed, err := l.Engine.Observe(ctx, p)
	if err != nil {
		return "", err
	}
	if left := leaveAlone(observed, o.Service); left != "" {
		l.turn.Did = left
		return left, nil
	}
	fresh := false // its process began after the change
	if o.Rebuild {
		if err := l.round(ctx); err != nil {
			return "", err
		}
		fresh = !l.turn.Unchanged
	}
	if len(o.Copies) > 0 {
		if err := l.sync(ctx, p, o.Copies); err != nil {
			return "", err
		}
		fresh = false
	}
	if o.Restart && !fresh {
		if err := l.again(ctx, p, observed, o.Service); err != nil {
			return "", err
		}
	}
	for _, h := range o.Hooks {
		if err := l.hook(ctx, p, h); err != nil {
			return "", err
		}
	}
	return "", nil
}

// refs are the roles of the service that have a container now.
func (l *looping) refs(ctx context.Context, p *compose.Project) ([]stack.Ref, error) {
	observed, err := l.Engine.Observe(ctx, p)
	var refs []stack.Ref
	for _, c := range observed.Containers {
		if c.Service == l.turn.Service && !c.OneOff {
			refs = append(refs, stack.Ref{Project: p.Name, Service: c.Service, Number: c.Number})
		}
	}
	return refs, err
}

// each does something in every container of the service, at the same time, and
// reports on it.
func (l *looping) each(ctx context.Context, p *compose.Project, what stack.Progress, do func(context.Context, stack.Ref) (text string, log []string, err error)) error {
	refs, err := l.refs(ctx, p)
	if err != nil {
		return err
	}
	var g errgroup.Group
	for _, r := range refs {
		g.Go(func() error {
			item, began := what, time.Now()
			item.ID += " " + r.String()
			item.Service, item.Status = r.Service, stack.Working
			l.report(item)
			var err error
			item.Text, item.Log, err = do(ctx, r)
			item.Status, item.Elapsed = stack.Done, time.Since(began)
			switch {
			case ctx.Err() != nil:
				item.Status, err = stack.Cancelled, ctx.Err()
			case err != nil:
				item.Status, item.Text = stack.Failed, err.Error()
			}
			l.report(item)
			return err
		})
	}
	return g.Wait()
}

// sync copies files into the service's containers.
func (l *looping) sync(ctx context.Context, p *compose.Project, files []stack.Copy) error {
	removed := 0
	for _, f := range files {
		if f.Gone {
			removed++
		}
	}
	text := stack.Count(len(files)-removed, "file") + " copied"
	if removed > 0 {
		text += ", " + stack.Count(removed, "file") + " removed"
	}
	l.did(text)
	return l.each(ctx, p, stack.Progress{ID: "sync", Action: stack.ActSync, Subject: l.turn.Service}, func(ctx context.Context, r stack.Ref) (string, []string, error) {
		kept, err := l.Engine.Copy(ctx, r, files)
		if kept != nil {
			l.report(stack.Progress{
				ID: "kept " + r.String(), Service: r.Service, Action: stack.ActNote, Status: stack.Warning, Subject: r.String(),
				Text: stack.Count(removed, "file") + " that you removed stayed in the container: " + strings.TrimSpace(kept.Error()),
			})
		}
		return text, nil, err
	})
}

// hook runs a command in the service's containers. What it printed is told, and
// that it did not end with 0 is a failure.
func (l *looping) hook(ctx context.Context, p *compose.Project, h stack.Hook) error {
	name := strings.Join(h.Argv, " ")
	l.did("ran " + name)
	return l.each(ctx, p, stack.Progress{ID: "run " + name, Action: stack.ActRun, Subject: name}, func(ctx context.Context, r stack.Ref) (string, []string, error) {
		out, err := l.Engine.Hook(ctx, r, h)
		lines := strings.Split(strings.TrimRight(out.Output, "\n"), "\n")
		if out.Output == "" {
			lines = nil
		}
		if out.Truncated > 0 {
			lines = append(lines, fmt.Sprintf("… %d bytes more", out.Truncated))
		}
		text := fmt.Sprintf("exit status %d", out.ExitCode)
		if err == nil && out.ExitCode != 0 {
			err = &stack.Problem{What: "running " + name, Where: r.String(), Err: fmt.Errorf("%s", text), Lines: lines[max(0, len(lines)-lastLines):]}
		}
		return text, lines, err
	})
}

// did adds to what the turn did.
func (l *looping) did(text string) {
	if l.turn.Did != "" {
		l.turn.Did += ", "
	}
	l.turn.Did += text
}

// again restarts the service as it is, waits until it serves, and sends the last
// prediction again.
func (l *looping) again(ctx context.Context, p *compose.Project, observed compose.Observed, service string) error {
	grace := l.o.Grace
	if l.lookAtOld(ctx, p, observed, service)().deaf {
		grace = 0
	}
	plan, err := compose.Reconcile(p, observed, nil, compose.Request{Op: compose.OpRestart, Services: []string{service}, NoDeps: true, Grace: &grace})
	if err != nil {
		return err
	}
	if err := l.apply(ctx, p, plan, l.report); err != nil {
		return err
	}
	l.did("restarted")
	return l.serve(ctx, p, service)
}
