package batch

import (
	"context"
	"errors"
	"io"
	"sync"
	"time"

	"berth/predict"
	"berth/stack"
)

// Options say how rows are sent.
type Options struct {
	Workers int // rows that are sent at a time
	Send    func(ctx context.Context, e predict.Endpoint, body []byte) (predict.Response, error)
	Told    func(Tally) // hears of each row, one at a time
}

const (
	// ahead is how many rows for each worker may be under way or wait to be
	// written, since answers are written in the order of the rows.
	ahead = 4
	// grace is how long rows that are under way may take to end once no more
	// are sent.
	grace = 3 * time.Second
	// silences is how many rows for each worker, one after the other, may have
	// no answer before the service is taken to be gone.
	silences = 2
)

// Run sends the rows that nothing came of yet and writes what comes. It ends
// early with an error when ctx is done, when the service is gone, or when the
// table cannot be read or is not the one that was looked at; what is written then
// can be gone on with. Nothing is sent twice in one run.
func Run(ctx context.Context, rows *Rows, m *Mapping, l *Ledger, o Options) error {
	r := runner{mapping: m, ledger: l, Options: o, halted: make(chan struct{})}
	r.Workers = max(r.Workers, 1)
	work, cancel := context.WithCancel(context.WithoutCancel(ctx))
	defer cancel()
	stop := context.AfterFunc(ctx, func() { r.halt(context.Cause(ctx)) })
	defer stop()
	go func() {
		select {
		case <-r.halted:
		case <-work.Done():
			return
		}
		late := time.NewTimer(grace)
		defer late.Stop()
		select {
		case <-late.C:
		case <-work.Done():
		}
		cancel()
	}()

	o.Told(l.State.Tally.Copied()) // what an earlier run came to
	queue, todo := make(chan *job, ahead*r.Workers), make(chan *job)
	var workers sync.WaitGroup
	workers.Go(func() {
		defer close(queue)
		defer close(todo)
		r.feed(rows, queue, todo)
	})
	for range r.Workers {
		workers.Go(func() {
			for j := range todo {
				r.do(work, j)
				close(j.done)
			}
		})
	}
	r.settle(queue)
	workers.Wait()
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.err
}

type runner struct {
	Options
	mapping *Mapping
	ledger  *Ledger

	mu      sync.Mutex
	halted  chan struct{}
	err     error // why it halted: the first reason
	silence int   // rows without an answer since the last one
}

// halt lets no more rows begin.
func (r *runner) halt(err error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.err == nil {
		r.err = err
		close(r.halted)
	}
}

func (r *runner) stopped() bool {
	select {
	case <-r.halted:
		return true
	default:
		return false
	}
}

// feed reads rows and hands them out; queue gets them in their order.
func (r *runner) feed(rows *Rows, queue, todo chan<- *job) {
	begin := r.ledger.State.Tally.Settled()
	for !r.stopped() {
		row, err := rows.Next()
		if errors.Is(err, io.EOF) {
			if want := r.ledger.State.Digest; want != "" && rows.Digest() != want {
				r.halt(&stack.Problem{What: "the table was changed while it was sent", Where: r.ledger.State.Input, Hint: "what was sent so far is written; begin anew with another --out"})
			}
			return
		}
		if err != nil {
			r.halt(&stack.Problem{What: "reading the table", Where: r.ledger.State.Input, Err: err})
			return
		}
		if row.N <= begin {
			continue
		}
		j := &job{row: row, done: make(chan struct{})}
		select {
		case queue <- j:
		case <-r.halted:
			return
		}
		select {
		case todo <- j:
		case <-r.halted:
			j.left = true
			close(j.done)
			return
		}
	}
}

// settle writes results in the order of the rows. A row without an answer waits
// for one that was sent after it and is answered: had the service died of it,
// or with it, it would be sent again by the next run.
func (r *runner) settle(queue <-chan *job) {
	var held []*job
	ended := false
	write := func(all ...*job) {
		for _, j := range all {
			if ended {
				return
			}
			if err := r.ledger.Write(j.result); err != nil {
				r.halt(err)
				ended = true
				return
			}
			r.Told(r.ledger.State.Tally.Copied())
		}
	}
	var suspects []int64
	for j := range queue {
		<-j.done
		if j.silent {
			suspects = append(suspects, j.row.N)
		}
		switch {
		case ended:
		case j.left:
			ended = true
		case len(held) == 0 && !j.silent:
			write(j)
		default:
			if held = append(held, j); proven(held) || len(held) > 4*ahead*r.Workers {
				write(held...)
				held = held[:0]
			}
		}
	}
	if !r.stopped() {
		write(held...)
	}
	r.ledger.State.Suspects = r.open(suspects)
}

// open are the suspects that are not settled.
func (r *runner) open(suspects []int64) []int64 {
	var open []int64
	for _, row := range append(r.ledger.State.Suspects, suspects...) {
		if row > r.ledger.State.Tally.Settled() {
			open = append(open, row)
		}
	}
	return open
}

// proven reports that the service lives on behind all that had no answer.
func proven(held []*job) bool {
	last := held[len(held)-1]
	if !last.alive {
		return false
	}
	for _, j := range held {
		if j.silent && !last.began.After(j.ended) {
			return false
		}
	}
	return true
}
