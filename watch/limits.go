package watch

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"syscall"

	"github.com/fsnotify/fsnotify"

	"berth/sources"
	"berth/stack"
)

// exhausted reports whether an error is that of a limit of the system.
func exhausted(err error) bool {
	return errors.Is(err, syscall.ENOSPC) || errors.Is(err, syscall.EMFILE) || errors.Is(err, syscall.ENFILE) || errors.Is(err, syscall.ENOMEM)
}

// limit says of a limit how to raise it, and what is done instead.
func limit(what string, err error) error {
	const instead = "; until then Berth looks at the files every second"
	hint := "the files are looked at every second instead"
	switch {
	case errors.Is(err, syscall.ENOSPC):
		hint = "the system watches no more folders for you: `sudo sysctl fs.inotify.max_user_watches=1048576` raises that" + instead
	case errors.Is(err, syscall.EMFILE):
		hint = "too many programs watch files: `sudo sysctl fs.inotify.max_user_instances=1024`, or `ulimit -n`, raises that" + instead
	}
	return &stack.Problem{What: what, Err: err, Hint: hint}
}

// failed takes up what the system said instead of an event: some are lost.
func (w *watcher) failed(err error) error {
	if !errors.Is(err, fsnotify.ErrEventOverflow) {
		return fmt.Errorf("watching files: %w", err)
	}
	errs := []error{&stack.Problem{
		What: "more happened than the system keeps for who watches", Err: err,
		Hint: "every file is compared; `sudo sysctl fs.inotify.max_queued_events=131072` raises the limit",
	}}
	for _, r := range w.roots { // folders may have come of which nobody told
		if !r.looked {
			errs = append(errs, w.arm(r))
		}
	}
	return errors.Join(errs...)
}

func (w *watcher) looksSomewhere() bool {
	for _, r := range w.roots {
		if r.looked {
			return true
		}
	}
	return false
}

// look is the files that differ since the last look, where the system tells
// nothing.
func (w *watcher) look(ctx context.Context) ([]string, error) {
	var paths []string
	var errs []error
	for _, r := range w.roots {
		if !r.looked {
			continue
		}
		now, err := sources.Look(ctx, sources.Subject{Trees: []sources.Tree{r.Tree}}, sources.Manifest{Trees: []sources.Listing{r.last}})
		if err != nil {
			if err.Error() != r.told {
				r.told = err.Error()
				errs = append(errs, err)
			}
			continue
		}
		if r.told = ""; r.seen {
			for _, p := range now.Trees[0].Stirred(r.last) {
				paths = append(paths, filepath.Join(r.Dir, filepath.FromSlash(p)))
			}
		}
		r.seen, r.last = true, now.Trees[0]
	}
	return paths, errors.Join(errs...)
}
