package dockerops

import (
	"strings"
	"time"

	"github.com/moby/moby/api/types/jsonstream"

	"berth/stack"
)

// pullFold turns the Engine's messages on a pull into Progress: one item for
// each layer, and for what concerns the image as a whole the pull's own.
type pullFold struct {
	parent stack.Progress
	now    func() time.Time
	layers map[string]*layer
	order  []*layer
}

type layer struct {
	item  stack.Progress
	began time.Time
}

func newPullFold(parent stack.Progress) *pullFold {
	return &pullFold{parent: parent, now: time.Now, layers: map[string]*layer{}}
}

// add folds one message; false: it says nothing.
func (f *pullFold) add(m jsonstream.Message) (stack.Progress, bool) {
	status := strings.TrimSpace(m.Status)
	if status == "" {
		return stack.Progress{}, false
	}
	// The ID of "Pulling from" is the tag; the last lines have none.
	if m.ID == "" || strings.HasPrefix(status, "Pulling from") {
		p := f.parent
		p.Text = status
		return p, true
	}
	l, ok := f.layers[m.ID]
	if !ok {
		item := f.parent
		item.ID, item.Parent, item.Subject = f.parent.ID+" "+m.ID, f.parent.ID, "layer "+m.ID
		l = &layer{item: item, began: f.now()}
		f.layers[m.ID] = l
		f.order = append(f.order, l)
	}
	l.update(status, m.Progress)
	return l.report(f.now()), true
}

// The Engine's words for a layer that is there; all others mean work.
const (
	layerPulled  = "Pull complete"
	layerPresent = "Already exists"
)

func (l *layer) update(status string, moved *jsonstream.Progress) {
	l.item.Text = status
	// Extraction counts the same bytes again, seconds in some versions.
	if moved != nil && moved.Total > 0 && (moved.Units == "" || moved.Units == "bytes") {
		l.item.Current, l.item.Total = moved.Current, moved.Total
	}
	switch status {
	case layerPulled:
		l.item.Status, l.item.Current = stack.Done, l.item.Total
	case layerPresent:
		l.item.Status = stack.Cached
	default:
		l.item.Status = stack.Working
	}
}

func (l *layer) report(now time.Time) stack.Progress {
	l.item.At, l.item.Elapsed = now, now.Sub(l.began)
	return l.item
}

// finish is called when no more messages come: a layer that did not arrive was
// cancelled.
func (f *pullFold) finish() []stack.Progress {
	var out []stack.Progress
	for _, l := range f.order {
		if !l.item.Status.Final() {
			l.item.Status = stack.Cancelled
			out = append(out, l.report(f.now()))
		}
	}
	return out
}
