package batch

import (
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
)

// record reads a record of CSV, and the line that it begins in. Where a quote is
// not closed as it should be, only that line is broken: what was taken for the
// rest of it is read again.
func (r *Rows) record() ([]string, int64, error) {
	var first line
	for {
		var err error
		if first, err = r.lines.next(); err != nil {
			return nil, 0, err
		}
		if !blank(first.text) {
			break
		}
	}
	if err := wrongText(first); err != nil {
		return nil, first.n, err
	}
	text, more := first.text, []line(nil)
	open := quoteOpen(text, false, byte(r.Comma))
	for open && len(text) <= MaxRow {
		next, err := r.lines.next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, 0, err
		}
		more = append(more, next)
		if wrongText(next) != nil {
			break
		}
		text = append(text, next.text...)
		open = quoteOpen(next.text, true, byte(r.Comma))
	}
	var cells []string
	unclosed := errors.New("a quote is opened and not closed")
	err := unclosed
	if !open {
		r.scratch.Reset(bytes.NewReader(text)) // which csv would make anew for each record
		c := csv.NewReader(r.scratch)
		c.Comma, c.FieldsPerRecord = r.Comma, -1
		cells, err = c.Read()
	}
	if err == nil {
		return cells, first.n, nil
	}
	r.lines.unread(more)
	if len(more) > 0 {
		err = unclosed
	}
	if parse, ok := errors.AsType[*csv.ParseError](err); ok {
		err = fmt.Errorf("column %d: %w", parse.Column, parse.Err)
	}
	return nil, first.n, &brokenRow{err.Error()}
}

// quoteOpen reports whether a quoted column goes on behind a line; open: it
// began before.
func quoteOpen(text []byte, open bool, comma byte) bool {
	start := !open
	for i := 0; i < len(text); i++ {
		c := text[i]
		switch {
		case open && c == '"' && i+1 < len(text) && text[i+1] == '"':
			i++
		case open && c == '"':
			open = false
		case !open && start && c == '"':
			open = true
		}
		start = !open && c == comma
	}
	return open
}
