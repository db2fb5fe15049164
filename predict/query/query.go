// Package query asks questions of JSON in the syntax of jq.
package query

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/itchyny/gojq"

	"berth/safetext"
)

// The limits of one question: a query can go on for ever.
const (
	timeout  = 5 * time.Second
	maxBytes = 32 << 20
)

// Query is a question that can be asked.
type Query struct {
	text string
	code *gojq.Code
}

// Parse reads a query. It sees neither files nor the environment.
func Parse(text string) (*Query, error) {
	parsed, err := gojq.Parse(text)
	if err != nil {
		return nil, fmt.Errorf("no jq query: %s", safetext.Line(err.Error()))
	}
	code, err := gojq.Compile(parsed)
	if err != nil {
		return nil, fmt.Errorf("no jq query: %s", safetext.Line(err.Error()))
	}
	return &Query{text, code}, nil
}

// String is the query as it was written.
func (q *Query) String() string { return q.text }

// Values gives each value that the query makes of a body: JSON, one document
// or several. yield returns false to have no more. It gives up after five
// seconds.
func (q *Query) Values(ctx context.Context, body []byte, yield func(any) bool) error {
	ctx, cancel := context.WithTimeoutCause(ctx, timeout, fmt.Errorf("the query took more than %v", timeout))
	defer cancel()
	for d := json.NewDecoder(bytes.NewReader(body)); ; {
		d.UseNumber()
		var input any
		switch err := d.Decode(&input); {
		case errors.Is(err, io.EOF):
			return nil
		case err != nil:
			return fmt.Errorf("not JSON: %s", safetext.Line(err.Error()))
		}
		for all := q.code.RunWithContext(ctx, input); ; {
			v, more := all.Next()
			if !more {
				break
			}
			if err, failed := v.(error); failed {
				if halt, ok := errors.AsType[*gojq.HaltError](err); ok && halt.Value() == nil {
					break
				}
				if ctx.Err() != nil {
					return context.Cause(ctx)
				}
				return errors.New(safetext.Line(err.Error()))
			}
			if !yield(v) {
				return nil
			}
		}
	}
}

// Run is what the query makes of a body: a JSON document on each line, and how
// many there are. Members are in alphabetical order, as jq -S has them. What is
// larger than 32 MiB is an error, beside what came before.
func (q *Query) Run(ctx context.Context, body []byte) (values []byte, n int, err error) {
	var all bytes.Buffer
	var wrong error
	err = q.Values(ctx, body, func(v any) bool {
		var text []byte
		if text, wrong = gojq.Marshal(v); wrong != nil {
			return false
		}
		if all.Len()+len(text) > maxBytes {
			wrong = fmt.Errorf("what the query gives is larger than %d MiB: the first %d values are shown", maxBytes>>20, n)
			return false
		}
		all.Write(text)
		all.WriteByte('\n')
		n++
		return true
	})
	return all.Bytes(), n, errors.Join(err, wrong)
}
