package main

import (
	"context"
	"iter"
	"sync/atomic"
	"time"

	"berth/compose"
	"berth/tui"
)

// lookAtFiles is how often the dashboard looks whether the compose file has
// changed.
const lookAtFiles = time.Second

// changes is the project for the screen, each time its files have changed; the
// first time a moment after the screen is there, with what takes time to know.
// current takes each up.
func (a *app) changes(p *compose.Project, current *atomic.Pointer[compose.Project]) func(context.Context) iter.Seq2[tui.Project, error] {
	return func(ctx context.Context) iter.Seq2[tui.Project, error] {
		return func(yield func(tui.Project, error) bool) {
			select {
			case <-time.After(lookAtFiles):
			case <-ctx.Done():
				return
			}
			if !yield(hashed(p)) {
				return
			}
			for now, err := range compose.Changes(ctx, a.project, p, lookAtFiles) {
				if err != nil {
					if !yield(tui.Project{}, err) {
						return
					}
					continue
				}
				current.Store(now)
				if !yield(hashed(now)) {
					return
				}
			}
		}
	}
}

// hashed describes a project with the configurations that containers are
// compared with.
func hashed(p *compose.Project) (tui.Project, error) {
	shown := describe(p)
	for n, s := range shown.Services {
		if s.Off != "" {
			continue
		}
		var err error
		if shown.Services[n].Hashes, err = p.Hashes(s.Name); err != nil {
			return shown, err
		}
	}
	return shown, nil
}
