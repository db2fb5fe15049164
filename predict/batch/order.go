package batch

import (
	"cmp"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"berth/stack"

	"github.com/mattn/go-shellwords"
	"github.com/spf13/pflag"
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

// Flags are the flags of an order, but for the workers: other commands have
// those too.
func (o *Order) Flags(f *pflag.FlagSet) {
	f.StringVar(&o.Out, "out", "", "with --batch: `FILE` for the answers (default: beside the table, as in churn.answers.csv)")
	f.StringVar(&o.Failures, "failures", "", "with --batch: `FILE` for the rows that were not answered (default: churn.failures.csv)")
	f.Var((*names)(&o.Terms), "map", "with --batch: `COLUMN=FIELD` where a column is called otherwise than its field")
	f.StringSliceVar(&o.Terms.Only, "columns", nil, "with --batch: send these `COLUMNS` alone, and those of --map")
	f.BoolVar(&o.Terms.Fill, "fill", false, "with --batch: take what has no column from the body that --show-body shows, or from --body")
}

// Syntax is how Parse has an order written.
const Syntax = "customers.csv  --map COLUMN=FIELD  --columns A,B  --fill  --workers 8  --out FILE"

// Parse reads an order from a line: the table's name, and flags; quotes are as
// in a shell.
func Parse(text string) (Order, error) {
	var o Order
	shell := shellwords.NewParser()
	words, err := shell.Parse(text)
	switch {
	case err != nil:
		return o, errors.New("a quote is open, or one of ` ( ) $ is not in quotes")
	case shell.Position >= 0: // of the first character that ends a command of a shell
		return o, fmt.Errorf("%q has to be in quotes", text[shell.Position:][:1])
	}
	f := pflag.NewFlagSet("table", pflag.ContinueOnError)
	f.Usage = func() {}
	o.Flags(f)
	f.IntVar(&o.Workers, "workers", UsualWorkers, "")
	switch err := f.Parse(words); {
	case errors.Is(err, pflag.ErrHelp):
		return o, errors.New(Syntax)
	case err != nil:
		return o, err
	case f.NArg() == 0:
		return o, errors.New("the name of a table, CSV or JSON lines")
	case f.NArg() > 1:
		return o, fmt.Errorf("%q is one too many: quotes hold a name together", f.Arg(1))
	}
	o.File = f.Arg(0)
	for _, name := range []*string{&o.File, &o.Out, &o.Failures} {
		if rest, ok := strings.CutPrefix(*name, "~/"); ok {
			if home, err := os.UserHomeDir(); err == nil {
				*name = filepath.Join(home, rest)
			}
		}
	}
	return o, o.Complete()
}

// names are a flag that takes up a column's field, written COLUMN=FIELD.
type names Terms

func (n *names) Set(text string) error {
	at := strings.LastIndexByte(text, '=')
	if at <= 0 || at == len(text)-1 {
		return errors.New("it is written COLUMN=FIELD, as in --map Months=tenure")
	}
	if n.Names == nil {
		n.Names = map[string]string{}
	}
	n.Names[text[:at]] = text[at+1:]
	return nil
}

func (n *names) String() string { return "" }
func (n *names) Type() string   { return "COLUMN=FIELD" }

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
