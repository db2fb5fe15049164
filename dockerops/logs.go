package dockerops

import (
	"context"
	"errors"
	"io"
	"iter"
	"strconv"
	"strings"
	"time"

	"github.com/containerd/errdefs"
	"github.com/moby/moby/api/types/container"
	"github.com/moby/moby/client"

	"berth/stack"
)

// Logs is what a role printed, and with Follow what it goes on to print,
// across restarts, recreation and an Engine that goes away: no line twice,
// none left out, a Notice where one container ends and another begins. Without
// Follow it ends with the log; with it only with ctx or its consumer, with a
// one-off run, which nothing comes after, or at Until. An error
// is the last thing that comes; errors.Is(err, ErrNoContainer) when there is
// none and nobody waits for one.
func (e *Engine) Logs(ctx context.Context, r stack.Ref, o stack.LogOptions) iter.Seq2[stack.LogLine, error] {
	return func(yield func(stack.LogLine, error) bool) {
		ctx, cancel := context.WithCancel(ctx)
		defer cancel()
		f := &logReader{engine: e, ref: r, options: o, yield: yield}
		read := f.once
		switch {
		case !o.Follow:
		case o.Until.IsZero():
			read = f.follow
		case time.Now().Before(o.Until):
			read = f.followUntil
		}
		if err := read(ctx); err != nil && !errors.Is(err, errStopped) && ctx.Err() == nil {
			yield(stack.LogLine{}, e.problem(ctx, "reading the logs of "+r.String(), err))
		}
	}
}

// logReader reads the log of one role.
type logReader struct {
	engine  *Engine
	ref     stack.Ref
	options stack.LogOptions
	yield   func(stack.LogLine, error) bool
	heard   *roleEvents // nil without Follow

	run   run
	place place  // in the log of run.id
	lines joiner // of the log of run.id
	begun time.Time
	ended time.Time // of the run, as far as it is known
	seam  time.Time // between the run and the one before it in the same log, while it is to be told; zero: it is not
	older bool      // lines of that one before were given
}

// run is one life of a container: restarting it begins another.
type run struct {
	id, image string
	tty       bool
	began     time.Time
	seam      time.Time // between it and the container's run before; zero: it is the first
}

func runOf(c container.InspectResponse) run {
	r := run{id: c.ID, image: c.Image, tty: c.Config != nil && c.Config.Tty}
	if c.State != nil {
		r.began = engineTime(c.State.StartedAt)
		// Of one that ended at once its own end may be told as before its beginning:
		// containerd notes the one, the daemon, a moment later, the other.
		if ended := engineTime(c.State.FinishedAt); c.State.Running && !ended.IsZero() && ended.Before(r.began) {
			// Last words may be a moment later than the end, first ones a moment
			// earlier than the start.
			r.seam = ended.Add(r.began.Sub(ended) / 2)
		}
	}
	return r
}

func (r run) same(o run) bool { return r.id == o.id && r.began.Equal(o.began) }

// once reads what there is.
func (f *logReader) once(ctx context.Context) error {
	c, err := f.engine.current(ctx, f.ref)
	if err != nil {
		return err
	}
	f.run = runOf(c)
	if err := f.read(ctx, false); err != nil {
		return err
	}
	return f.flush()
}

// read gives the lines of f.run from f.place on, until they end (nil) or are
// cut.
func (f *logReader) read(ctx context.Context, follow bool) error {
	ask := client.ContainerLogsOptions{ShowStdout: true, ShowStderr: true, Timestamps: f.timed(), Follow: follow}
	ask.Since, ask.Tail = f.since()
	if !f.options.Until.IsZero() {
		ask.Until = engineStamp(f.options.Until)
	}
	body, err := f.engine.cli.ContainerLogs(ctx, f.run.id, ask)
	if err != nil {
		return err
	}
	defer body.Close()
	source := newEntrySource(&paced{ctx: ctx, r: body}, f.run.tty, f.timed())
	for {
		e, err := source.next()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		if f.heard != nil {
			// One that reads slowly may find the next run's lines behind
			// this one's.
			if d, dead := f.heard.death(f.run); dead && e.time.After(d.at) {
				return nil
			}
		}
		if f.options.Follow && !f.place.isNew(e) {
			continue
		}
		if f.place.gap {
			f.place.gap = false
			if err := f.gap(e.time, "lines may be missing: the log was rotated while it was cut off"); err != nil {
				return err
			}
		}
		if !f.seam.IsZero() {
			if e.time.Before(f.seam) {
				f.older = true
			} else if err := f.tellSeam(); err != nil {
				return err
			}
		}
		if line, done := f.lines.add(e); done && !f.give(line) {
			return errStopped
		}
	}
}

// timed reports whether lines need their time.
func (f *logReader) timed() bool { return f.options.Follow || !f.options.Timeless }

// since is where to begin, and how many of the last records to begin with.
func (f *logReader) since() (since, tail string) {
	if f.place.n > 0 {
		if at := f.place.resume(f.engine.clock.now()); !at.IsZero() {
			since = engineStamp(at)
		}
		return since, "all"
	}
	if !f.begun.IsZero() { // asked before, and nothing came
		return engineStamp(f.begun), "all"
	}
	if f.options.Tail >= 0 {
		tail = strconv.Itoa(f.options.Tail)
		if f.options.Tail == 0 {
			f.begun = time.Now()
		}
	}
	if !f.options.Since.IsZero() {
		since = engineStamp(f.options.Since)
	}
	return since, tail
}

// engineStamp is a time as the Engine's queries take it.
func engineStamp(t time.Time) string { return t.UTC().Format(time.RFC3339Nano) }

func (f *logReader) give(l stack.LogLine) bool {
	l.Ref, l.Container = f.ref, f.run.id
	return f.yield(l, nil)
}

func (f *logReader) notice(at time.Time, text string) error { return f.say(stack.Notice, at, text) }

// gap says where lines may be missing.
func (f *logReader) gap(at time.Time, why string) error {
	if err := f.flush(); err != nil {
		return err
	}
	return f.say(stack.Gap, at, why)
}

func (f *logReader) say(s stack.Stream, at time.Time, text string) error {
	if at.IsZero() {
		at = time.Now()
	}
	if !f.give(stack.LogLine{Stream: s, Time: at, Text: text}) {
		return errStopped
	}
	return nil
}

// tellSeam tells where the run began whose container had printed before.
func (f *logReader) tellSeam() error {
	told := f.seam.IsZero() || !f.older
	if f.seam = (time.Time{}); told {
		return nil
	}
	if err := f.flush(); err != nil {
		return err
	}
	return f.notice(f.run.began, "restarted")
}

// flush gives last lines without an end.
func (f *logReader) flush() error {
	for _, l := range f.lines.rest() {
		if !f.give(l) {
			return errStopped
		}
	}
	return nil
}

// unreadable: the container's log driver keeps nothing that can be read.
func unreadable(err error) bool {
	return errdefs.IsNotImplemented(err) || err != nil && strings.Contains(err.Error(), "does not support reading")
}
