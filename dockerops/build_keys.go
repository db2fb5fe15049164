package dockerops

import (
	"context"
	"sync"
)

// keyed lets one holder at a time have each key. The zero value is ready.
type keyed struct{ held sync.Map }

// lock waits for the key and returns how to give it back. wait is called once
// if somebody has it.
func (k *keyed) lock(ctx context.Context, key string, wait func()) (unlock func(), err error) {
	v, _ := k.held.LoadOrStore(key, make(chan struct{}, 1))
	slot := v.(chan struct{})
	select {
	case slot <- struct{}{}:
		return func() { <-slot }, nil
	default:
		wait()
	}
	select {
	case slot <- struct{}{}:
		return func() { <-slot }, nil
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}
