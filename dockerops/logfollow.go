package dockerops

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"time"

	"github.com/containerd/errdefs"
	"github.com/moby/moby/api/types/container"

	"berth/stack"
)

// errUntil is how reading ends that came to the time it was to end at.
var errUntil = errors.New("the log was read up to the time that was asked for")

// followUntil follows, and ends at a time: the Engine does so only when a later
// line comes.
func (f *logReader) followUntil(ctx context.Context) error {
	timed, cancel := context.WithDeadline(ctx, f.options.Until)
	defer cancel()
	err := f.follow(timed)
	reached := errors.Is(err, errUntil) || timed.Err() != nil
	switch {
	case !reached || ctx.Err() != nil || errors.Is(err, errStopped):
		return err
	case f.run.id == "":
		return nil // nothing was started meanwhile
	}
	// What was written just now may have been on its way.
	if err := f.read(ctx, false); err != nil && !errdefs.IsNotFound(err) && !errdefs.IsConflict(err) && !unreadable(err) {
		return err
	}
	return f.flush()
}

// follow goes from one run of the role to the next.
func (f *logReader) follow(ctx context.Context) error {
	heard, stop := f.engine.listen(ctx, f.ref)
	defer stop()
	f.heard = heard
	for {
		next, err := f.await(ctx)
		if err != nil {
			return err
		}
		if err := f.enter(next); err != nil {
			return err
		}
		if err := f.readRun(ctx); err != nil {
			return err
		}
		if f.ref.Run != "" {
			return nil
		}
	}
}

// await returns the role's next run: one that has begun and is not the one
// that was read last. Of one that the Engine could not start it says why:
// nothing may come after.
func (f *logReader) await(ctx context.Context) (run, error) {
	failed := ""
	for {
		// An Engine that does not answer is listened for: there is nothing to
		// read now, and reading will report what it misses.
		c, err := f.engine.current(ctx, f.ref)
		if next := runOf(c); err == nil && !next.began.IsZero() && !next.same(f.run) {
			return next, nil
		}
		if s := c.State; err == nil && s != nil && runOf(c).began.IsZero() && s.Error != "" && c.ID != failed {
			failed = c.ID
			if err := f.notice(failedAt(c), "could not be started: "+s.Error); err != nil {
				return run{}, err
			}
		}
		select {
		case <-f.heard.changed:
		case <-ctx.Done():
			return run{}, ctx.Err()
		}
	}
}

// failedAt is when starting a container failed, as near as the Engine knows: it
// notes the end of what ran, and else only when the container was made.
func failedAt(c container.InspectResponse) time.Time {
	if at := engineTime(c.State.FinishedAt); !at.IsZero() {
		return at
	}
	return engineTime(c.Created)
}

// enter makes next the run that is read, and says what changed.
func (f *logReader) enter(next run) error {
	last := f.run
	f.run, f.ended = next, time.Time{}
	switch {
	case last.id == "":
		f.seam = next.seam
		return nil
	case last.id == next.id:
		return f.notice(next.began, "restarted")
	}
	f.place, f.lines, f.begun = place{}, joiner{}, time.Time{}
	f.options.Since, f.options.Tail = time.Time{}, -1
	if last.image == next.image {
		return f.notice(next.began, "recreated")
	}
	return f.notice(next.began, fmt.Sprintf("recreated · image %.6s → %.6s", stack.ShortID(last.image), stack.ShortID(next.image)))
}

// readRun reads until the run has ended and its last line was given. A stream
// that is cut, by an Engine that restarts or a network, is taken up again.
func (f *logReader) readRun(ctx context.Context) error {
	var wait backoff
	told, cut := false, false
	for {
		before := f.place.n
		err := f.read(ctx, true)
		if errors.Is(err, errStopped) || ctx.Err() != nil {
			return err
		}
		if unreadable(err) {
			return f.notice(time.Time{}, "no logs: "+err.Error())
		}
		if f.place.n > before {
			wait, told = backoff{}, false
		}
		cut = err != nil
		how, lookErr := f.look(ctx)
		switch {
		case lookErr != nil:
			err = lookErr
		case how == goesOn && !cut && !f.options.Until.IsZero():
			return errUntil // by the Engine's clock
		case how == restarted:
			return errors.Join(f.tellSeam(), f.flush()) // the next run says so
		case how != goesOn:
			// Once more without following: what was written while the stream
			// was being closed. By now it may be in removal, or removed.
			switch err = f.read(ctx, false); {
			case err == nil:
				return f.leave(how, true)
			case errdefs.IsNotFound(err) || errdefs.IsConflict(err):
				return f.leave(how, !cut)
			}
		}
		if errors.Is(err, errStopped) || ctx.Err() != nil {
			return err
		}
		if !told {
			told = true
			if err := f.notice(time.Time{}, "log cut, trying again: "+cutLog(err).Error()); err != nil {
				return err
			}
		}
		if !sleep(ctx, wait.next()) {
			return ctx.Err()
		}
	}
}

// The ends of a run that are no exit.
const (
	goesOn    = ""
	restarted = "restarted"
	removed   = "removed"
)

// look says how the run ended: in words, or one of the constants.
func (f *logReader) look(ctx context.Context) (string, error) {
	ctx, cancel := soon(ctx)
	defer cancel()
	found, err := f.engine.inspect(ctx, f.run.id)
	if errdefs.IsNotFound(err) {
		if d, known := f.heard.death(f.run); known {
			return exitWords(d.exit, false), nil
		}
		return removed, nil
	}
	if err != nil {
		return goesOn, because(ctx, err)
	}
	state := found.State
	switch {
	case !runOf(found).same(f.run):
		return restarted, nil
	case state.Running && !state.Restarting:
		return goesOn, nil
	}
	f.ended = engineTime(state.FinishedAt)
	return exitWords(state.ExitCode, state.OOMKilled), nil
}

func exitWords(code int, oom bool) string { return "stopped, exit " + stack.ExitWords(code, oom) }

// leave gives what is left of the run, and says how it ended, and whether all of
// it was read.
func (f *logReader) leave(how string, whole bool) error {
	if err := errors.Join(f.tellSeam(), f.flush()); err != nil {
		return err
	}
	at := f.ended
	if d, known := f.heard.death(f.run); known {
		at = d.at
	}
	if !whole {
		if err := f.gap(at, "lines may be missing: the container was removed before its log was read to the end"); err != nil {
			return err
		}
	}
	return f.notice(at, how)
}

// cutLog is why following ended although the container runs on.
func cutLog(err error) error {
	if err == nil {
		return errors.New("the Engine closed it")
	}
	if request, ok := errors.AsType[*url.Error](err); ok {
		return request.Err // the address is Berth's own affair
	}
	return inItsWords(err)
}
