package tui

import (
	"context"

	tea "charm.land/bubbletea/v2"

	"berth/tui/feed"
	"berth/tui/services"
	"berth/tui/theme"
)

// reading is the compose file read anew: what it says, or why it cannot be
// read.
type reading struct {
	Project
	err error
}

// heed begins to follow the project's files.
func (r *root) heed() tea.Cmd {
	if r.o.Changes == nil {
		return nil
	}
	r.files = feed.Open(r.group, feed.Latest[reading]())
	r.files.Go(func(ctx context.Context, emit func(reading)) error {
		for p, err := range r.o.Changes(ctx) {
			emit(reading{p, err})
		}
		return nil
	})
	return r.files.Next
}

// reread takes up what the files say now. While they cannot be read the screen
// goes on with what they said before.
func (r *root) reread(b feed.Batch[reading]) tea.Cmd {
	if b.From != r.files {
		return nil
	}
	for _, now := range b.Items {
		r.took(now)
	}
	if b.Done {
		r.files.Close()
		return r.selected()
	}
	return tea.Batch(r.files.Next, r.selected(), r.compareSoon())
}

func (r *root) took(now reading) {
	switch {
	case now.err != nil:
		r.broken = now.err
		r.tell(note{
			tone: theme.Bad, glyph: "✕", err: now.err, text: oneLine(now.err),
			next: "Berth goes on with the file as it was, and reads it again when it changes.",
		})
		return
	case now.Name != r.o.Project.Name:
		r.broken = nil
		r.tell(note{tone: theme.Warn, glyph: "△", text: "the compose file now names the project " + oneWord(now.Name) + "; leave and start berth again to see that one"})
		return
	}
	mended, outdated := r.broken != nil, r.outdated()
	r.broken, r.o.Project = nil, now.Project
	r.health.Needing(now.Needing)
	r.list.SetRows(services.Rows(now.Name, now.Services, r.snapshot))
	differ := r.outdated()
	switch {
	case differ > 0 && differ != outdated:
		r.tell(note{tone: theme.Warn, glyph: "△", text: "the compose file changed: up would recreate " + theme.Count(differ, "container"), offer: "work.plan"})
	case mended:
		r.tell(note{tone: theme.Good, glyph: "✓", text: "the compose file can be read again", offer: "work.plan"})
	}
}

// outdated is how many containers are not as the compose file says.
func (r *root) outdated() int {
	n := 0
	for _, row := range r.list.Rows() {
		if row.Outdated() {
			n++
		}
	}
	return n
}
