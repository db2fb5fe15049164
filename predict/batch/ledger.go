package batch

import (
	"encoding/json"
	"errors"
	"os"
	"slices"
	"syscall"
	"time"

	"berth/stack"
)

// Ledger is where results are written.
type Ledger struct {
	State State

	out, failures   string
	form            form
	answers, failed *os.File
	replace         Replace
	saved           time.Time
}

// Replace writes a file whole or not at all.
type Replace func(file string, text []byte) error

// StateFile is where the state of a run is until it is finished.
func StateFile(out string) string { return out + ".run" }

// saveEvery is how much work a machine may lose that loses its power. What else
// ends a run loses nothing that was written.
const saveEvery = time.Second

// Begin makes the files of a new run; the error wraps fs.ErrExist where one is
// there.
func Begin(out string, s State, replace Replace) (*Ledger, error) {
	l := &Ledger{State: s, out: out, failures: s.Failures, replace: replace}
	if err := l.open(os.O_CREATE | os.O_EXCL); err != nil {
		return nil, err
	}
	text := l.form.failureHeader()
	if _, err := l.failed.Write(text); err != nil {
		return nil, errors.Join(l.problem(err), l.close())
	}
	l.State.Failed = int64(len(text))
	if err := l.Save(); err != nil {
		return nil, errors.Join(err, l.close())
	}
	return l, nil
}

// Resume opens the files of a run that was broken off, as Recall has it. It takes
// what they have beyond the state, as far as that is whole, and cuts the rest off.
func Resume(out string, was, now State, replace Replace) (*Ledger, error) {
	problem := &stack.Problem{What: "going on with a run", Where: StateFile(out), Hint: "begin anew with another --out"}
	if err := was.same(now); err != nil {
		problem.Err = errors.Join(stack.ErrUsage, err)
		return nil, problem
	}
	l := &Ledger{State: was, out: out, failures: was.Failures, replace: replace}
	if err := l.open(0); err != nil {
		return nil, err
	}
	if problem.Err = l.repair(); problem.Err != nil {
		return nil, errors.Join(problem, l.close())
	}
	return l, nil
}

// open opens the files, for this process alone.
func (l *Ledger) open(mode int) error {
	l.form = form{l.State.Format, l.State.Columns, l.State.Answers}
	var err error
	if l.answers, err = os.OpenFile(l.out, os.O_RDWR|mode, 0o644); err != nil {
		return err
	}
	if l.failed, err = os.OpenFile(l.failures, os.O_RDWR|mode, 0o644); err != nil {
		err = errors.Join(err, l.answers.Close())
		if mode&os.O_EXCL != 0 {
			err = errors.Join(err, os.Remove(l.out))
		}
		return err
	}
	if err := syscall.Flock(int(l.answers.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); err != nil {
		return errors.Join(&stack.Problem{What: "writing the answers", Where: l.out, Err: errors.New("another Berth writes them now")}, l.close())
	}
	return nil
}

// Write writes what came of the next row.
func (l *Ledger) Write(r Result) error {
	file, size := l.failed, &l.State.Failed
	var text []byte
	if r.Why == Answered {
		file, size = l.answers, &l.State.Size
		if l.form.answers == nil {
			if err := l.begin(r); err != nil {
				return err
			}
		}
		var other bool
		if text, other = l.form.answer(r); other {
			l.State.Tally.Others++
		}
	} else {
		text = l.form.failure(r)
	}
	if _, err := file.Write(text); err != nil {
		return l.problem(err)
	}
	*size += int64(len(text))
	l.State.Tally.add(r.Why, r.Status)
	if time.Since(l.saved) > saveEvery {
		return l.Save()
	}
	return nil
}

// begin writes the names of the columns, which the state has before a row is
// written.
func (l *Ledger) begin(first Result) error {
	text := l.form.header(first)
	if _, err := l.answers.Write(text); err != nil {
		return l.problem(err)
	}
	l.State.Answers = l.form.answers
	l.State.Size += int64(len(text))
	return l.Save()
}

// Save makes sure that what was written is on the disk, and notes how far it
// goes.
func (l *Ledger) Save() error {
	l.saved = time.Now()
	err := errors.Join(l.answers.Sync(), l.failed.Sync())
	text, wrong := json.Marshal(l.State)
	if err = errors.Join(err, wrong); err == nil {
		err = l.replace(StateFile(l.out), text)
	}
	if err != nil {
		return l.problem(err)
	}
	return nil
}

// Close ends a run. One that is finished, or cannot be gone on with since its
// table is not known, needs no state any more, and no file of failures if there
// are none.
func (l *Ledger) Close(finished bool) error {
	err := l.Save()
	if err == nil && (finished || l.State.Digest == "") {
		err = os.Remove(StateFile(l.out))
		if l.State.Tally.Failed() == 0 {
			err = errors.Join(err, os.Remove(l.failures))
		}
	}
	return errors.Join(err, l.close())
}

func (l *Ledger) close() error { return errors.Join(l.answers.Close(), l.failed.Close()) }

func (l *Ledger) problem(err error) error {
	return &stack.Problem{What: "writing what was answered", Where: l.out, Err: err, Hint: "--resume goes on when that is mended"}
}

// suspect reports whether a row was sent before without an answer.
func (l *Ledger) suspect(row int64) bool { return slices.Contains(l.State.Suspects, row) }
