package workflow

import (
	"context"
	"iter"

	"berth/stack"

	"golang.org/x/sync/errgroup"
)

// LogSource is where log lines come from.
type LogSource interface {
	Logs(ctx context.Context, r stack.Ref, o stack.LogOptions) iter.Seq2[stack.LogLine, error]
}

// mergeBuffer is how many lines of each service may wait for their turn.
const mergeBuffer = 1024

// MergeLogs gives the lines of several services to yield, one at a time. What
// has been printed already comes in the order of its time; lines that arrive
// while following come as they arrive. more says that another line is waiting
// already. yield's error ends it.
func MergeLogs(ctx context.Context, from LogSource, refs []stack.Ref, o stack.LogOptions, yield func(l stack.LogLine, more bool) error) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	if len(refs) == 0 {
		return nil
	}
	g, ctx := errgroup.WithContext(ctx)
	if o.Follow {
		lines := make(chan stack.LogLine, mergeBuffer)
		for _, r := range refs {
			g.Go(func() error { return pump(ctx, from.Logs(ctx, r, o), lines) })
		}
		g.Go(func() error { return drain(ctx, lines, yield) })
		return g.Wait()
	}
	sources := make([]chan stack.LogLine, len(refs))
	for i, r := range refs {
		sources[i] = make(chan stack.LogLine, mergeBuffer)
		g.Go(func() error {
			defer close(sources[i])
			return pump(ctx, from.Logs(ctx, r, o), sources[i])
		})
	}
	g.Go(func() error { return merge(ctx, sources, yield) })
	return g.Wait()
}

func pump(ctx context.Context, from iter.Seq2[stack.LogLine, error], to chan<- stack.LogLine) error {
	for l, err := range from {
		if err != nil {
			return err
		}
		select {
		case to <- l:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	return ctx.Err()
}

func drain(ctx context.Context, lines <-chan stack.LogLine, yield func(stack.LogLine, bool) error) error {
	for {
		select {
		case l := <-lines:
			if err := yield(l, len(lines) > 0); err != nil {
				return err
			}
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// merge takes the earliest head of all sources until all are at their end.
func merge(ctx context.Context, sources []chan stack.LogLine, yield func(stack.LogLine, bool) error) error {
	heads := make([]*stack.LogLine, len(sources))
	for {
		first := -1
		for i, src := range sources {
			if heads[i] == nil && src != nil {
				l, ok := <-src // closed when ctx ends, too
				if !ok {
					sources[i] = nil
					continue
				}
				heads[i] = &l
			}
			if heads[i] != nil && (first < 0 || heads[i].Time.Before(heads[first].Time)) {
				first = i
			}
		}
		if first < 0 {
			return ctx.Err()
		}
		if err := yield(*heads[first], true); err != nil {
			return err
		}
		heads[first] = nil
	}
}
