package main

import (
	"cmp"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"berth/predict/batch"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// batchOptions are the flags of berth predict that are about tables.
type batchOptions struct {
	file, out, failures string
	resume              bool
	workers             int
	names               []string // column=field
	terms               batch.Terms
}

func (o *batchOptions) add(f *pflag.FlagSet) {
	f.StringVar(&o.file, "batch", "", "send each row of a `FILE`, CSV or JSON lines; - for standard input")
	f.StringVar(&o.out, "out", "", "with --batch: `FILE` for the answers (default: beside the table, as in churn.answers.csv)")
	f.StringVar(&o.failures, "failures", "", "with --batch: `FILE` for the rows that were not answered (default: churn.failures.csv)")
	f.BoolVar(&o.resume, "resume", false, "with --batch: go on where a run was broken off")
	f.StringArrayVar(&o.names, "map", nil, "with --batch: `COLUMN=FIELD` where a column is called otherwise than its field")
	f.StringSliceVar(&o.terms.Only, "columns", nil, "with --batch: send these `COLUMNS` alone, and those of --map")
	f.BoolVar(&o.terms.Fill, "fill", false, "with --batch: take what has no column from the body that --show-body shows, or from --body")
}

// check says which flags make no sense together.
func (o *batchOptions) check(cmd *cobra.Command) error {
	f := cmd.Flags()
	names := []string{"out", "failures", "resume", "map", "columns", "fill"}
	hint := "it goes with --batch"
	if f.Changed("batch") {
		names = []string{"suite", "keep", "load", "ready", "show-body", "endpoints", "jq", "fix"}
		hint = "--batch sends the rows of a table and writes files"
	}
	if i := slices.IndexFunc(names, f.Changed); i >= 0 {
		return usage(fmt.Errorf("--%s does not fit here", names[i]), hint)
	}
	if !f.Changed("batch") {
		return nil
	}
	o.workers = 4
	if f.Changed("workers") { // which --load has, too
		o.workers, _ = f.GetInt("workers")
	}
	switch {
	case o.file == "":
		return usage(errors.New("--batch needs the name of a file"), "--batch customers.csv, or - for standard input")
	case o.workers < 1 || o.workers > 256:
		return usage(fmt.Errorf("--workers %d", o.workers), "a whole number from 1 to 256")
	case o.file == "-" && o.out == "":
		return usage(errors.New("--batch - needs --out"), "the file for the answers")
	case o.file == "-" && f.Lookup("body").Value.String() == "-":
		return usage(errors.New("--batch - and --body - both read standard input"), "one of them from a file")
	case o.file == "-" && o.resume:
		return usage(errors.New("--resume cannot know what comes on standard input"), "write it to a file first")
	}
	for _, text := range o.names {
		n := strings.LastIndexByte(text, '=')
		if n <= 0 || n == len(text)-1 {
			return usage(fmt.Errorf("--map %s is no COLUMN=FIELD", text), "as in --map Months=tenure")
		}
		if o.terms.Names == nil {
			o.terms.Names = map[string]string{}
		}
		o.terms.Names[text[:n]] = text[n+1:]
	}
	stem, ext := strings.TrimSuffix(o.file, filepath.Ext(o.file)), cmp.Or(filepath.Ext(o.file), ".csv")
	if o.file == "-" {
		stem, ext = strings.TrimSuffix(o.out, filepath.Ext(o.out)), filepath.Ext(o.out)
	}
	o.out, o.failures = cmp.Or(o.out, stem+".answers"+ext), cmp.Or(o.failures, stem+".failures"+ext)
	if o.out == o.failures || o.out == o.file || o.failures == o.file {
		return usage(errors.New("the table, --out and --failures are not three files"), "give each its own name")
	}
	return nil
}
