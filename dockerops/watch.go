package dockerops

import (
	"cmp"
	"context"
	"errors"
	"iter"
	"maps"
	"reflect"
	"slices"
	"time"

	"github.com/containerd/errdefs"
	"github.com/moby/moby/api/types/events"
	"github.com/moby/moby/client"
	"golang.org/x/sync/errgroup"

	"berth/stack"
)

// settle is how long a burst of events is gathered before the containers it
// touched are looked at: starting one makes four events within some 20 ms.
const settle = 30 * time.Millisecond

// inspectors is how many containers are looked at at once.
const inspectors = 8

// Watch is the project as it changes: a Snapshot now and one after each change.
// Nothing is polled while nothing happens. When the Engine goes away a Snapshot
// says so in Down, with what was last known, and when it comes back everything
// is listed again. The sequence ends only with ctx or its consumer; the error
// is always nil.
func (e *Engine) Watch(ctx context.Context, project string) iter.Seq2[stack.Snapshot, error] {
	return func(yield func(stack.Snapshot, error) bool) {
		w := &watch{engine: e, project: project, yield: yield}
		var wait backoff
		for {
			err := w.session(ctx, &wait)
			if errors.Is(err, errStopped) || ctx.Err() != nil {
				return
			}
			delay := wait.next()
			if !w.down(e.problem(ctx, "watching project "+project, err), delay) || !sleep(ctx, delay) {
				return
			}
		}
	}
}

// errStopped: the consumer wants no more.
var errStopped = errors.New("stopped")

type watch struct {
	engine  *Engine
	project string
	yield   func(stack.Snapshot, error) bool

	about      stack.Engine
	containers map[string]stack.Service // by ID
	lives      map[stack.Ref]stack.Life
	last       stack.Snapshot
}

// session subscribes, lists and folds events until the stream breaks.
func (w *watch) session(ctx context.Context, wait *backoff) error {
	if err := w.engine.answers(ctx); err != nil {
		return err
	}
	sub := w.engine.subscribeHealth(ctx, ofProject(w.project))
	defer sub.close()
	var about stack.Engine
	var past []events.Message
	g, gctx := errgroup.WithContext(ctx)
	g.Go(func() (err error) { about, err = w.engine.infoSoon(gctx); return err }) // takes Engine 20.10 some 30 ms
	g.Go(func() error { return w.list(gctx) })
	g.Go(func() error {
		return w.engine.past(gctx, ofProject(w.project), func(m events.Message) { past = append(past, m) })
	})
	if err := g.Wait(); err != nil {
		return err
	}
	for _, m := range past { // whose they are is known now
		w.record(m)
	}
	w.about = about
	if !w.show(true) {
		return errStopped
	}
	wait.reset()
	for {
		changed, err := gather(ctx, sub, w.record)
		if err != nil {
			return err
		}
		if err := w.refresh(ctx, changed); err != nil {
			return err
		}
		if !w.show(false) {
			return errStopped
		}
	}
}

// record adds an event to the life that it is a part of; podman's of health have
// no labels. That of a one-off run ends with its container.
func (w *watch) record(m events.Message) {
	ref := refOf(m.Actor.ID, m.Actor.Attributes)
	if c, known := w.containers[m.Actor.ID]; known {
		ref = c.Ref
	}
	moment, ok := momentOf(m)
	if !ok || ref.Project != w.project {
		return
	}
	if ref.Run != "" && moment.What == stack.WasRemoved {
		delete(w.lives, ref)
		return
	}
	if w.lives == nil {
		w.lives = map[stack.Ref]stack.Life{}
	}
	w.lives[ref] = w.lives[ref].With(moment)
}

// gather waits for an event and returns the containers that it and those
// right behind it are about.
func gather(ctx context.Context, sub *subscription, record func(events.Message)) ([]string, error) {
	touched := map[string]bool{}
	var settled <-chan time.Time
	for {
		select {
		case m := <-sub.messages:
			if m.Type == events.ContainerEventType {
				touched[m.Actor.ID] = true
				record(m)
			}
			if settled == nil {
				settled = time.After(settle)
			}
		case <-settled:
			ids := make([]string, 0, len(touched))
			for id := range touched {
				ids = append(ids, id)
			}
			return ids, nil
		case err := <-sub.err:
			return nil, cut(err)
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}
}

// answers reports why the Engine does not answer in time.
func (e *Engine) answers(ctx context.Context) error {
	ctx, cancel := soon(ctx)
	defer cancel()
	if _, err := e.version(ctx); err != nil {
		return because(ctx, err)
	}
	return nil
}

// infoSoon is Info of an Engine that has to answer in time.
func (e *Engine) infoSoon(ctx context.Context) (stack.Engine, error) {
	ctx, cancel := soon(ctx)
	defer cancel()
	about, err := e.Info(ctx)
	if err != nil {
		return about, because(ctx, err)
	}
	return about, nil
}

func (w *watch) list(ctx context.Context) error {
	ctx, cancel := soon(ctx)
	defer cancel()
	list, err := w.engine.cli.ContainerList(ctx, client.ContainerListOptions{All: true, Filters: ofProject(w.project)})
	if err != nil {
		return because(ctx, err)
	}
	ids := make([]string, 0, len(list.Items))
	for _, s := range list.Items {
		ids = append(ids, s.ID)
	}
	w.containers = map[string]stack.Service{}
	return w.refresh(ctx, ids)
}

// refresh looks at some containers; one that is gone, or foreign, is forgotten.
func (w *watch) refresh(ctx context.Context, ids []string) error {
	ctx, cancel := soon(ctx)
	defer cancel()
	found := make([]*stack.Service, len(ids))
	g, gctx := errgroup.WithContext(ctx)
	g.SetLimit(inspectors)
	for i, id := range ids {
		g.Go(func() error {
			c, err := w.engine.inspect(gctx, id)
			if errdefs.IsNotFound(err) {
				return nil
			}
			if err != nil {
				return err
			}
			if s := serviceOf(c); s.Project == w.project {
				found[i] = &s
			}
			return nil
		})
	}
	if err := g.Wait(); err != nil {
		return because(ctx, err)
	}
	for i, id := range ids {
		if found[i] == nil {
			delete(w.containers, id)
		} else {
			w.containers[id] = *found[i]
		}
	}
	return nil
}

// show yields what is known, unless it is what was shown last.
func (w *watch) show(always bool) bool {
	services := stack.Actors(slices.Collect(maps.Values(w.containers)))
	slices.SortFunc(services, func(a, b stack.Service) int {
		return cmp.Or(a.Ref.Compare(b.Ref), a.CreatedAt.Compare(b.CreatedAt), cmp.Compare(a.ContainerID, b.ContainerID))
	})
	for i := range services {
		services[i].Recall(w.lives[services[i].Ref])
	}
	if !always && reflect.DeepEqual(services, w.last.Services) {
		return true
	}
	w.last = stack.Snapshot{At: time.Now(), Engine: w.about, Services: services}
	return w.yield(w.last, nil)
}

// down yields what was last known, and why it is not known any more.
func (w *watch) down(err error, delay time.Duration) bool {
	now := time.Now()
	engine := w.about
	if engine.Endpoint == "" {
		engine = w.engine.describe()
	}
	return w.yield(stack.Snapshot{
		At: now, Engine: engine, Services: w.last.Services,
		Down: err.Error(), Retry: now.Add(delay),
	}, nil)
}
