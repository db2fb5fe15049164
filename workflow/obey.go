package workflow

import (
	"cmp"
	"context"

	"berth/stack"
)

// obeyAtOnce is for how many services orders are carried out at the same time.
const obeyAtOnce = 2

// Outcome is how an order ended.
type Outcome struct {
	Order Order
	Turn  Turn
	Left  string // why it was left alone
	Err   error
}

// Audience is who is told what Obey does; each is called by one at a time.
type Audience struct {
	News func(News, error)
	// Begins is asked for a report on an order that is begun.
	Begins func(Order) stack.Report
	Ended  func(Outcome)
	// Changed does what there is to do when the compose file has changed; nothing
	// else is done meanwhile.
	Changed func(context.Context)
}

// Obey follows, and carries out what that asks for, for two services at the same
// time at most. A change of what is being built has that begun anew, from the
// newest files. It ends with ctx, when what was under way has ended.
func (s Stack) Obey(ctx context.Context, o FollowOptions, how LoopOptions, tell Audience) error {
	how.Told = true
	b := obeying{
		Stack: s, how: how, tell: tell, news: make(chan heard), outcomes: make(chan Outcome), applied: make(chan struct{}),
		cancels: map[string]context.CancelFunc{}, interrupted: map[string]bool{},
	}
	over := make(chan error, 1)
	go func() {
		defer close(b.news)
		var last error
		for n, err := range s.Follow(ctx, o) {
			last = err
			select {
			case b.news <- heard{n, err}:
			case <-ctx.Done():
			}
		}
		over <- cmp.Or(ctx.Err(), last)
	}()
	b.run(ctx)
	return <-over
}

type heard struct {
	News
	err error
}

// obeying is an Obey under way.
type obeying struct {
	Stack
	how         LoopOptions
	tell        Audience
	queue       Queue
	news        chan heard
	outcomes    chan Outcome
	cancels     map[string]context.CancelFunc // of what is carried out
	interrupted map[string]bool               // and is to be begun anew
	changed     bool                          // the compose file: there is something to do
	applying    bool
	applied     chan struct{}
}

func (b *obeying) run(ctx context.Context) {
	for b.news != nil || len(b.cancels) > 0 || b.applying {
		select {
		case n, ok := <-b.news:
			if !ok {
				b.news = nil
				continue
			}
			b.tell.News(n.News, n.err)
			b.changed = b.changed || n.Project != nil
			if n.Order != nil && b.queue.Add(*n.Order) {
				b.interrupted[n.Order.Service] = true
				b.cancels[n.Order.Service]()
			}
		case out := <-b.outcomes:
			b.ended(ctx, out)
		case <-b.applied:
			b.applying = false
		}
		b.begin(ctx)
	}
}

func (b *obeying) ended(ctx context.Context, out Outcome) {
	name := out.Order.Service
	b.cancels[name]()
	delete(b.cancels, name)
	again := b.interrupted[name] && out.Err != nil
	delete(b.interrupted, name)
	b.queue.Over(name, out.Err != nil, again)
	if !again && ctx.Err() == nil {
		b.tell.Ended(out)
	}
}

// begin begins with what can be begun.
func (b *obeying) begin(ctx context.Context) {
	if b.changed && !b.applying && len(b.cancels) == 0 && ctx.Err() == nil {
		b.changed, b.applying = false, true
		go func() {
			b.tell.Changed(ctx)
			b.applied <- struct{}{}
		}()
	}
	for !b.changed && !b.applying && ctx.Err() == nil {
		order, ok := b.queue.Next(obeyAtOnce, func(string) bool { return true })
		if !ok {
			return
		}
		doing, cancel := context.WithCancel(ctx)
		b.cancels[order.Service] = cancel
		report := b.tell.Begins(order)
		go func() {
			turn, left, err := b.Carry(doing, order, b.how, report)
			b.outcomes <- Outcome{order, turn, left, err}
		}()
	}
}
