package batch

import (
	"bufio"
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"hash"
	"io"
	"path/filepath"
	"strings"
	"unicode/utf8"

	"berth/predict"
	"berth/safetext"
	"berth/stack"
)

// Format is how a table is written.
type Format string

// The formats.
const (
	CSV   Format = "csv"
	JSONL Format = "jsonl"
)

// Row is one of a table.
type Row struct {
	N       int64            // from 1, those that cannot be read included
	Line    int64            // of the file, where it begins
	Cells   []string         // of CSV: one for each column
	Members []predict.Member // of JSONL; nil: the line is no object
	Text    []byte           // of JSONL: the line
	Err     error            // why it cannot be read; it has nothing else then
}

// Rows reads a table.
type Rows struct {
	Format  Format
	Columns []string // of CSV
	Comma   rune     // of CSV: what stands between columns

	lines   lines
	scratch *bufio.Reader
	n       int64
	sum     hash.Hash
	ahead   *Row // that was looked at
}

// ReadRows begins to read a table. Its name says how it is written, or else its
// first byte does.
func ReadRows(r io.Reader, name string) (*Rows, error) {
	rows := &Rows{sum: sha256.New(), scratch: bufio.NewReader(nil)}
	rows.lines.r = bufio.NewReaderSize(io.TeeReader(r, rows.sum), 64<<10)
	problem := &stack.Problem{What: "reading the table", Where: name}
	start, err := rows.lines.r.Peek(3)
	if err != nil && !errors.Is(err, io.EOF) {
		problem.Err = err
		return nil, problem
	}
	switch {
	case bytes.HasPrefix(start, []byte("\xef\xbb\xbf")):
		_, _ = rows.lines.r.Discard(3) // which are there
	case bytes.HasPrefix(start, []byte("\xff\xfe")), bytes.HasPrefix(start, []byte("\xfe\xff")):
		problem.Err, problem.Hint = errors.New("it is UTF-16"), "save it as UTF-8"
		return nil, problem
	}
	first, err := rows.first()
	if err != nil {
		problem.Err, problem.Hint = err, "CSV begins with the names of its columns, JSONL has an object on each line"
		return nil, problem
	}
	switch strings.ToLower(filepath.Ext(name)) {
	case ".csv", ".tsv":
		rows.Format = CSV
	case ".jsonl", ".ndjson":
		rows.Format = JSONL
	default:
		if rows.Format = CSV; bytes.TrimSpace(first.text)[0] == '{' {
			rows.Format = JSONL
		}
	}
	if rows.Format == JSONL {
		return rows, nil
	}
	if err := rows.header(); err != nil {
		problem.Err = err
		return nil, problem
	}
	return rows, nil
}

// first is the first line that is not blank, left to be read.
func (r *Rows) first() (line, error) {
	for {
		one, err := r.lines.next()
		if errors.Is(err, io.EOF) {
			return line{}, errors.New("it is empty")
		}
		if err != nil {
			return line{}, err
		}
		if !blank(one.text) {
			r.lines.unread([]line{one})
			return one, nil
		}
	}
}

func (r *Rows) header() error {
	first, err := r.first()
	if err != nil {
		return err
	}
	r.Comma = ','
	for _, c := range ";\t" {
		if bytes.Count(first.text, []byte(string(c))) > bytes.Count(first.text, []byte(string(r.Comma))) {
			r.Comma = c
		}
	}
	cells, _, err := r.record()
	if err != nil {
		return fmt.Errorf("its first line: %w", err)
	}
	seen := map[string]bool{}
	for i, name := range cells {
		if name = strings.TrimSpace(name); name == "" {
			name = fmt.Sprintf("(column %d)", i+1) // as pandas writes an index
		}
		if seen[name] {
			return fmt.Errorf("two columns are called %s", safetext.Line(name))
		}
		seen[name] = true
		r.Columns = append(r.Columns, name)
	}
	return nil
}

// Digest is that of all that was read.
func (r *Rows) Digest() string { return hex.EncodeToString(r.sum.Sum(nil)) }

// Next is the next row; io.EOF after the last. What is wrong with a row is in
// it; an error is one of reading.
func (r *Rows) Next() (Row, error) {
	if r.ahead != nil {
		row := *r.ahead
		r.ahead = nil
		return row, nil
	}
	if r.Format == JSONL {
		return r.nextLine()
	}
	cells, at, err := r.record()
	var broken *brokenRow
	if err != nil && !errors.As(err, &broken) {
		return Row{}, err
	}
	r.n++
	row := Row{N: r.n, Line: at, Cells: cells, Err: err}
	if err == nil && len(cells) != len(r.Columns) {
		row.Err = &brokenRow{fmt.Sprintf("it has %d columns, the first line has %d", len(cells), len(r.Columns))}
	}
	if row.Err != nil {
		row.Cells = nil
	}
	return row, nil
}

func (r *Rows) nextLine() (Row, error) {
	for {
		one, err := r.lines.next()
		if err != nil {
			return Row{}, err
		}
		if blank(one.text) {
			continue
		}
		r.n++
		row := Row{N: r.n, Line: one.n}
		if row.Err = wrongText(one); row.Err != nil {
			return row, nil
		}
		text := bytes.TrimSpace(one.text)
		row.Members, err = predict.Members(text)
		if syntax, ok := errors.AsType[*predict.SyntaxError](err); ok {
			row.Err = &brokenRow{fmt.Sprintf("not JSON at byte %d: %v", syntax.Column, syntax.Err)}
			return row, nil
		}
		row.Text = text // which a body may be that is no object
		return row, nil
	}
}

// brokenRow is what is wrong with a row alone.
type brokenRow struct{ text string }

func (b *brokenRow) Error() string { return b.text }

func wrongText(one line) error {
	switch {
	case one.long:
		return &brokenRow{fmt.Sprintf("it is longer than %d MB", MaxRow>>20)}
	case !utf8.Valid(one.text):
		return &brokenRow{"it is not UTF-8"}
	}
	return nil
}
