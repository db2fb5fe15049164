package main

import (
	"context"
	"iter"
	"slices"
	"sync"
	"time"

	"berth/stack"
)

// sampler collects what a container uses.
type sampler struct {
	first chan struct{} // closed when there is a sample, or there will be none
	done  chan struct{}
	halt  context.CancelFunc

	mu  sync.Mutex
	all []stack.Sample
	err error // why there are no more
}

// firstSample is how long the first may take: the Engine measures about once a
// second, and the first time twice.
const firstSample = 4 * time.Second

// sampled begins to collect what stats yields of a service; it is to be stopped.
func sampled(ctx context.Context, r stack.Ref, stats func(context.Context, stack.Ref) iter.Seq2[stack.Sample, error]) *sampler {
	ctx, halt := context.WithCancel(ctx)
	s := &sampler{first: make(chan struct{}), done: make(chan struct{}), halt: halt}
	go func() {
		defer close(s.done)
		once := sync.OnceFunc(func() { close(s.first) })
		defer once()
		for one, err := range stats(ctx, r) {
			s.mu.Lock()
			switch {
			case err == nil:
				s.all = append(s.all, one)
			case ctx.Err() == nil:
				s.err = err
			}
			s.mu.Unlock()
			once()
			if err != nil || ctx.Err() != nil {
				return
			}
		}
	}()
	return s
}

// end collects no more.
func (s *sampler) end() {
	s.halt()
	<-s.done
}

// stop ends it, and gives what there is, with why there is no more.
func (s *sampler) stop() ([]stack.Sample, error) {
	s.end()
	return s.all, s.err
}

// memory is what was used half of the time, once there is a sample; 0: it was not
// measured.
func (s *sampler) memory(ctx context.Context) int64 {
	late := time.NewTimer(firstSample)
	defer late.Stop()
	select {
	case <-s.first:
	case <-late.C:
	case <-ctx.Done():
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	var all []int64
	for _, one := range s.all {
		all = append(all, one.Memory)
	}
	if len(all) == 0 {
		return 0
	}
	slices.Sort(all)
	return all[len(all)/2]
}
