package batch

import (
	"bufio"
	"errors"
	"io"
	"os"
)

// repair counts the rows that both files have beyond the state, one after the
// other, and cuts off what comes after.
func (l *Ledger) repair() error {
	answers, err := tailOf(l.answers, l.State.Size)
	if err != nil {
		return err
	}
	failed, err := tailOf(l.failed, l.State.Failed)
	if err != nil {
		return err
	}
	for next := l.State.Tally.Settled() + 1; ; next++ {
		if s, ok := answers.row(&l.form, false); ok && s.Row == next {
			l.State.Tally.add(Answered, 0)
			if s.other {
				l.State.Tally.Others++
			}
			l.State.Size += answers.take()
		} else if s, ok := failed.row(&l.form, true); ok && s.Row == next {
			l.State.Tally.add(s.Why, s.Status)
			l.State.Failed += failed.take()
		} else {
			break
		}
	}
	for file, size := range map[*os.File]int64{l.answers: l.State.Size, l.failed: l.State.Failed} {
		if err := file.Truncate(size); err != nil {
			return err
		}
		if _, err := file.Seek(size, io.SeekStart); err != nil {
			return err
		}
	}
	return l.Save()
}

// tail is what a file has beyond the state.
type tail struct {
	r    *bufio.Reader
	text []byte // the record that was read and not taken
	end  bool
}

func tailOf(file *os.File, from int64) (*tail, error) {
	info, err := file.Stat()
	if err != nil {
		return nil, err
	}
	if info.Size() < from {
		return nil, errors.New(file.Name() + " was changed since: it is shorter than what was written")
	}
	if _, err := file.Seek(from, io.SeekStart); err != nil {
		return nil, err
	}
	return &tail{r: bufio.NewReader(file)}, nil
}

// row is what the next record says, if it is whole.
func (t *tail) row(f *form, failure bool) (settled, bool) {
	for open := t.text == nil; open; {
		text, err := t.r.ReadBytes('\n')
		if err != nil || len(t.text) > 4*MaxRow {
			t.end = true
		}
		if t.end {
			return settled{}, false
		}
		t.text = append(t.text, text...)
		open = f.format == CSV && quoteOpen(t.text, false, ',')
	}
	s, err := f.read(t.text, failure)
	return s, err == nil && !t.end
}

// take takes the record, and says how long it is.
func (t *tail) take() int64 {
	n := int64(len(t.text))
	t.text = nil
	return n
}
