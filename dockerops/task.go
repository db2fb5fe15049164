package dockerops

import (
	"context"
	"fmt"
	"time"

	"berth/stack"
)

// task reports on one item of work and its parts.
type task struct {
	report stack.Report
	item   stack.Progress
	began  time.Time
	status stack.Status // what a success is called
	text   string
	warned int
}

func beginTask(report stack.Report, item stack.Progress) *task {
	t := &task{report: report, item: item, began: time.Now(), status: stack.Done}
	t.item.Status = stack.Working
	t.say("")
	return t
}

// say reports what is going on now.
func (t *task) say(text string) {
	p := t.item
	p.At, p.Text, p.Elapsed = time.Now(), text, time.Since(t.began)
	t.report(p)
}

// warn reports what a person should know of a part of the work.
func (t *task) warn(subject, text string) {
	t.warned++
	p := t.item
	p.ID, p.Parent = fmt.Sprintf("%s note %d", t.item.ID, t.warned), t.item.ID
	p.At, p.Status, p.Subject, p.Text = time.Now(), stack.Warning, subject, text
	t.report(p)
}

// each reports on parts.
func (t *task) each(parts []stack.Progress) {
	for _, p := range parts {
		t.report(p)
	}
}

// result is which image came out.
func (t *task) result(imageID string, unchanged bool) {
	t.text = stack.ShortID(imageID)
	if unchanged {
		t.status, t.text = stack.Unchanged, t.text+", unchanged"
	}
}

// end reports how it ended and returns the error to return: when ctx ended,
// that is why, whatever the Engine or BuildKit made of it.
func (t *task) end(ctx context.Context, err error) error {
	t.item.Status = t.status
	switch {
	case err == nil:
	case ctx.Err() != nil:
		t.item.Status, t.text = stack.Cancelled, ""
		err = fmt.Errorf("%s: %w", t.item.ID, ctx.Err())
	default:
		t.item.Status, t.text = stack.Failed, err.Error()
	}
	t.say(t.text)
	return err
}
