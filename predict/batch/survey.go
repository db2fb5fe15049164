package batch

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"

	"berth/stack"
)

// Survey is what is known of a table before anything is sent.
type Survey struct {
	Format  Format
	Comma   rune
	Columns []string // of JSONL: those of any row, as they come
	Rows    int64
	Broken  int64    // rows that cannot be read
	Flaws   []string // the first of these: "line 17: …"
	Digest  string   // of the whole file
}

const (
	maxFlaws = 5    // that are named
	maxNames = 5000 // columns of a table
)

// Look reads a table once as a whole; told hears from time to time how many
// bytes were read.
func Look(ctx context.Context, r io.Reader, name string, told func(bytes int64)) (Survey, error) {
	counted := &counter{r: r}
	rows, err := ReadRows(counted, name)
	if err != nil {
		return Survey{}, err
	}
	s := Survey{Format: rows.Format, Comma: rows.Comma, Columns: rows.Columns}
	seen := map[string]bool{}
	for {
		row, err := rows.Next()
		if errors.Is(err, io.EOF) {
			s.Digest = rows.Digest()
			return s, nil
		}
		if err != nil {
			return s, &stack.Problem{What: "reading the table", Where: name, Err: err}
		}
		s.Rows = row.N
		if row.Err != nil {
			if s.Broken++; len(s.Flaws) < maxFlaws {
				s.Flaws = append(s.Flaws, fmt.Sprintf("line %d: %v", row.Line, row.Err))
			}
		}
		for _, m := range row.Members {
			if !seen[m.Path] {
				seen[m.Path] = true
				s.Columns = append(s.Columns, m.Path)
			}
		}
		if len(s.Columns) > maxNames {
			return s, &stack.Problem{What: "reading the table", Where: fmt.Sprintf("%s:%d", name, row.Line), Err: fmt.Errorf("it has more than %d columns", maxNames)}
		}
		if row.N%1000 == 0 {
			if ctx.Err() != nil {
				return s, context.Cause(ctx)
			}
			told(counted.n)
		}
	}
}

// Glance is what can be known of a table that is read only once: all but its
// size, and of JSONL the columns of the first row alone.
func (r *Rows) Glance() (Survey, error) {
	s := Survey{Format: r.Format, Comma: r.Comma, Columns: r.Columns}
	if r.Format == CSV {
		return s, nil
	}
	row, err := r.Next()
	if errors.Is(err, io.EOF) {
		return s, nil
	}
	r.ahead = &row
	for _, m := range row.Members {
		s.Columns = append(s.Columns, m.Path)
	}
	return s, err
}

// counter counts what is read.
type counter struct {
	r io.Reader
	n int64
}

func (c *counter) Read(p []byte) (int, error) {
	n, err := c.r.Read(p)
	c.n += int64(n)
	return n, err
}

// index is where a name is among others, -1 if it is not.
func index(names []string, name string) int { return slices.Index(names, name) }
