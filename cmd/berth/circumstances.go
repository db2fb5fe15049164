package main

import (
	"context"
	"fmt"
	"os"
	"sync"
	"time"

	"golang.org/x/sync/singleflight"

	"berth/sources"
	"berth/store"
	"berth/workflow"
)

const (
	// circumstancesLimit is how much longer than for the answer is waited for
	// what it came from: a model of some 500 MB can be read in that.
	circumstancesLimit = 500 * time.Millisecond
	// commitFor is how long a commit counts as the one that is checked out: the
	// cases of a suite come one after the other.
	commitFor = time.Second
)

// circumstances is what an answer came from, besides the image.
type circumstances struct {
	commit string
	dirty  bool
	model  string // SHA-256 in hex of its file
}

// witness finds them out while a request is under way.
type witness struct {
	dir     string // of the project
	history *store.History

	mu       sync.Mutex
	commit   circumstances
	commitAt time.Time
	reading  singleflight.Group // of a model's file
}

// look begins; the function that it returns gives what was found until the
// answer came, and a moment after. What was not is not known.
func (w *witness) look(ctx context.Context, door workflow.Door) func() circumstances {
	commit := make(chan circumstances, 1)
	go func() { commit <- w.checkedOut(ctx) }()
	model := w.model(door)
	return func() (c circumstances) {
		limit := time.After(circumstancesLimit)
		select {
		case c = <-commit:
		case <-limit:
			return c
		}
		select {
		case read := <-model:
			c.model, _ = read.Val.(string)
		case <-limit:
		}
		return c
	}
}

func (w *witness) checkedOut(ctx context.Context) circumstances {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.dir != "" && (w.commitAt.IsZero() || time.Since(w.commitAt) > commitFor) {
		var c circumstances
		var err error
		if c.commit, c.dirty, err = sources.Commit(ctx, w.dir); err != nil {
			return c
		}
		w.commit, w.commitAt = c, time.Now()
	}
	return w.commit
}

// model takes the sum of the file that the model is in, and remembers it. One
// that takes too long is read on: the next prediction has its sum. One that was
// written since the container started need not be what that has read.
func (w *witness) model(door workflow.Door) <-chan singleflight.Result {
	known := make(chan singleflight.Result, 1)
	if file := door.Model.Mounted; file != "" {
		if info, err := os.Stat(file); err == nil && info.Mode().IsRegular() && info.ModTime().Before(door.StartedAt) {
			return w.reading.DoChan(fmt.Sprint(file, info.Size(), info.ModTime().UnixNano()), func() (any, error) {
				return w.sum(file, info)
			})
		}
	}
	known <- singleflight.Result{Val: door.Model.Sum}
	return known
}

// sum is remembered, or taken. What is wrong with the history is told when the
// prediction is saved.
func (w *witness) sum(file string, info os.FileInfo) (string, error) {
	if sum, _ := w.history.Sum(file, info); sum != "" {
		return sum, nil
	}
	sum, err := sources.Sum(file, info)
	if err == nil && sum != "" {
		_ = w.history.KeepSum(file, info, sum)
	}
	return sum, err
}
