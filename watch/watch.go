package watch

import (
	"context"
	"iter"
	"os"
	"path/filepath"
	"time"

	"github.com/fsnotify/fsnotify"

	"berth/sources"
)

// lookEvery is how often folders are looked at of which the system tells
// nothing.
const lookEvery = time.Second

// Files watches folders, and single files, until ctx ends. The first batch is
// empty and says that they are watched from now on. An error is a trouble on
// the way, to be told: the watch goes on, if need be by looking every second.
func Files(ctx context.Context, trees []sources.Tree) iter.Seq2[Batch, error] {
	return watching{open: subscribe, every: lookEvery}.files(ctx, trees)
}

// watching is how to watch.
type watching struct {
	open  func() (*subscription, error)
	every time.Duration
}

func (o watching) files(ctx context.Context, trees []sources.Tree) iter.Seq2[Batch, error] {
	return func(yield func(Batch, error) bool) {
		w := watcher{folders: map[string]bool{}}
		for _, t := range trees {
			w.roots = append(w.roots, &root{Tree: t})
		}
		var err error
		if w.subscription, err = o.open(); err != nil {
			w.subscription = &subscription{} // tells nothing
			if !yield(Batch{}, limit("watching files", err)) {
				return
			}
			for _, r := range w.roots {
				r.looked = true
			}
		} else {
			defer func() { _ = w.Close() }() // nothing is written by it
		}
		for _, r := range w.roots {
			if r.looked {
				continue
			}
			if err := w.arm(r); err != nil && !yield(Batch{}, err) {
				return
			}
		}
		looks := time.NewTicker(o.every)
		defer looks.Stop()
		if !w.looksSomewhere() {
			looks.Stop()
		}
		if _, err := w.look(ctx); err != nil && !yield(Batch{}, err) || !yield(Batch{}, nil) {
			return
		}
		due := time.NewTimer(time.Hour)
		defer due.Stop()
		var g gathering
		for {
			if !g.empty() {
				due.Reset(time.Until(g.due()))
			}
			var trouble error
			select {
			case <-ctx.Done():
				return
			case e := <-w.Events:
				var paths []string
				paths, trouble = w.happened(e)
				g.add(time.Now(), paths...)
			case err := <-w.Errors:
				trouble = w.failed(err)
			case <-looks.C:
				paths, err := w.look(ctx)
				g.add(time.Now(), paths...)
				trouble = err
			case <-due.C:
				if g.empty() {
					continue
				}
				if now := time.Now(); w.checkout() && now.Before(g.first.Add(atMost)) {
					g.last = now // a checkout is one batch, however slow
				} else if !yield(g.take(), nil) {
					return
				}
			}
			if trouble != nil {
				g.lost(time.Now()) // what happened meanwhile is found by comparing
				if w.looksSomewhere() {
					looks.Reset(o.every)
				}
				if ctx.Err() == nil && !yield(Batch{}, trouble) {
					return
				}
			}
		}
	}
}

// subscription is the system's own telling.
type subscription struct {
	notifier
	Events <-chan fsnotify.Event
	Errors <-chan error
}

// notifier is what is needed of an fsnotify.Watcher.
type notifier interface {
	Add(folder string) error
	Remove(folder string) error
	Close() error
}

func subscribe() (*subscription, error) {
	w, err := fsnotify.NewWatcher()
	if err != nil {
		return nil, err
	}
	return &subscription{w, w.Events, w.Errors}, nil
}

// checkout reports whether git is about to change many files.
func (w *watcher) checkout() bool {
	for _, r := range w.roots {
		for dir := r.Dir; ; dir = filepath.Dir(dir) {
			if lock, err := os.Lstat(filepath.Join(dir, ".git", "index.lock")); err == nil && time.Since(lock.ModTime()) < atMost { // not one that was left behind
				return true
			}
			if dir == filepath.Dir(dir) {
				break
			}
		}
	}
	return false
}
