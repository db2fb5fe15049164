package batch

import (
	"cmp"
	"errors"
	"fmt"
	"path/filepath"
	"strconv"
	"strings"

	"berth/stack"

	"github.com/mattn/go-shellwords"
)

// Order is a table that is to be sent, and how.
type Order struct {
	File          string // "-": standard input
	Out, Failures string // files
	Resume        bool   // where a run was broken off
	Workers       int    // rows that are sent at a time
	Terms         Terms
}

// How many rows are sent at a time, when nothing is said and at most.
const (
	UsualWorkers = 4
	MostWorkers  = 256
)

// Syntax is how Parse has an order written.
const Syntax = "customers.csv · COLUMN=FIELD · fill · 8 workers · to scores.csv"

// Parse reads an order from a line; quotes are as in a shell.
func Parse(text string) (Order, error) {
	o := Order{Workers: UsualWorkers}
	words, err := shellwords.Parse(text)
	if err != nil || len(words) == 0 {
		return o, errors.New("the name of a table, CSV or JSON lines: " + Syntax)
	}
	o.File = words[0]
	for n := 1; n < len(words); n++ {
		word, next := words[n], ""
		if n+1 < len(words) {
			next = words[n+1]
		}
		switch count, err := strconv.Atoi(word); {
		case word == "fill":
			o.Terms.Fill = true
		case word == "to" && next != "":
			o.Out, n = next, n+1
		case err == nil && strings.TrimSuffix(next, "s") == "worker":
			o.Workers, n = count, n+1
		default:
			if err := o.Terms.Name(word); err != nil {
				return o, fmt.Errorf("%q is not understood: %s", word, Syntax)
			}
		}
	}
	return o, o.Complete()
}

// Name takes up a column's field, written COLUMN=FIELD.
func (t *Terms) Name(text string) error {
	n := strings.LastIndexByte(text, '=')
	if n <= 0 || n == len(text)-1 {
		return fmt.Errorf("%s is no COLUMN=FIELD", text)
	}
	if t.Names == nil {
		t.Names = map[string]string{}
	}
	t.Names[text[:n]] = text[n+1:]
	return nil
}

// Complete gives files that have none their names, as in churn.answers.csv
// beside churn.csv. Its error wraps stack.ErrUsage.
func (o *Order) Complete() error {
	if o.Workers < 1 || o.Workers > MostWorkers {
		return &stack.Problem{What: fmt.Sprintf("%d workers", o.Workers), Err: stack.ErrUsage, Hint: fmt.Sprintf("a whole number from 1 to %d", MostWorkers)}
	}
	stem, ext := strings.TrimSuffix(o.File, filepath.Ext(o.File)), cmp.Or(filepath.Ext(o.File), ".csv")
	if o.File == "-" {
		stem, ext = strings.TrimSuffix(o.Out, filepath.Ext(o.Out)), filepath.Ext(o.Out)
	}
	o.Out, o.Failures = cmp.Or(o.Out, stem+".answers"+ext), cmp.Or(o.Failures, stem+".failures"+ext)
	if o.Out == o.Failures || o.Out == o.File || o.Failures == o.File {
		return &stack.Problem{What: "the table, its answers and its failures are not three files", Err: stack.ErrUsage, Hint: "give each its own name"}
	}
	return nil
}
