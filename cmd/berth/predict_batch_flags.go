package main

import (
	"errors"
	"fmt"
	"slices"

	"berth/predict/batch"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// batchOptions are the flags of berth predict that are about tables.
type batchOptions struct{ batch.Order }

func (o *batchOptions) add(f *pflag.FlagSet) {
	f.StringVar(&o.File, "batch", "", "send each row of a `FILE`, CSV or JSON lines; - for standard input")
	o.Flags(f)
	f.BoolVar(&o.Resume, "resume", false, "with --batch: go on where a run was broken off")
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
	o.Workers = batch.UsualWorkers
	if f.Changed("workers") { // which --load has, too
		o.Workers, _ = f.GetInt("workers")
	}
	switch {
	case o.File == "":
		return usage(errors.New("--batch needs the name of a file"), "--batch customers.csv, or - for standard input")
	case o.File == "-" && o.Out == "":
		return usage(errors.New("--batch - needs --out"), "the file for the answers")
	case o.File == "-" && f.Lookup("body").Value.String() == "-":
		return usage(errors.New("--batch - and --body - both read standard input"), "one of them from a file")
	case o.File == "-" && o.Resume:
		return usage(errors.New("--resume cannot know what comes on standard input"), "write it to a file first")
	}
	return o.Complete()
}
