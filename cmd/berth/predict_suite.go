package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"berth/predict/suite"
	"berth/safetext"
	"berth/stack"
	"berth/store"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// suiteOptions are the flags of berth predict that are about suites.
type suiteOptions struct {
	asked       bool   // --suite was given
	name        string // of one; empty: all
	service     string // that cases go to which name none
	concurrency int    // 0: as the settings say
	junit       string // file
	update, yes bool
	keep        string // name of the case that the last prediction becomes
}

// allSuites is what --suite means without a name, which no file has.
const allSuites = "/"

func (o *suiteOptions) add(f *pflag.FlagSet) {
	f.StringVar(&o.name, "suite", "", "ask the cases in "+suite.Dir+"/, or with --suite=NAME or =FILE of one suite; exit status 3 where one does not pass")
	f.Lookup("suite").NoOptDefVal = allSuites
	f.IntVar(&o.concurrency, "concurrency", 0, "how many cases to ask at a time (default: setting suite_concurrency, 4)")
	bySetting(f, "concurrency")
	f.StringVar(&o.junit, "junit", "", "write the results of the suite to a FILE, as CI systems read them")
	f.BoolVar(&o.update, "update", false, "make what was answered what the suite expects, after showing what differs and asking")
	f.BoolVarP(&o.yes, "yes", "y", false, "with --update, or with --ready --restart: do not ask")
	f.StringVar(&o.keep, "keep", "", "keep the last prediction as a case of this NAME, of the suite that --suite=FILE names")
}

// check says which of the other flags make no sense beside these.
func (o *suiteOptions) check(cmd *cobra.Command) error {
	f := cmd.Flags()
	o.asked = f.Changed("suite")
	if o.name == allSuites {
		o.name = ""
	}
	given := func(names ...string) string {
		i := slices.IndexFunc(names, f.Changed)
		if i < 0 {
			return ""
		}
		return names[i]
	}
	var flag, hint string
	switch {
	case f.Changed("keep"):
		flag = given("concurrency", "junit", "update", "yes", "body", "path", "fresh", "fields", "show-body", "force", "fix", "endpoints", "jq", "param", "header", "content-type")
		hint = "--keep takes the last prediction as it was: it sends nothing"
		if strings.TrimSpace(o.keep) == "" {
			return usage(errors.New("--keep needs the name of the case"), "`berth predict --keep 'new customer'`")
		}
	case o.asked:
		flag = given("body", "path", "fresh", "fields", "show-body", "force", "fix", "endpoints", "jq", "param", "content-type")
		hint = "the cases of a suite say what is sent where"
		if o.yes && !o.update {
			flag, hint = "yes", "it goes with --update"
		}
	default:
		flag, hint = given("concurrency", "junit", "update"), "it goes with --suite"
		if o.yes && !f.Changed("restart") {
			flag, hint = "yes", "it goes with --update and --restart"
		}
	}
	switch {
	case flag != "":
		return usage(fmt.Errorf("--%s does not fit here", flag), hint)
	case f.Changed("concurrency") && o.concurrency < 1:
		return usage(fmt.Errorf("--concurrency %d", o.concurrency), "a whole number from 1")
	}
	return nil
}

// predictSuite keeps the last prediction, or asks what suites have.
func (a *app) predictSuite(ctx context.Context, o suiteOptions, how predictOptions) error {
	_, s, err := a.predicting(ctx, how)
	if err != nil {
		return err
	}
	if o.concurrency > 0 {
		s.concurrency = o.concurrency
	}
	if o.keep == "" {
		return a.suite(ctx, s, o)
	}
	where, err := s.keep(o.service, o.keep, o.name)
	switch {
	case err != nil:
		return err
	case a.json:
		return safetext.NewEncoder(a.out).Encode(map[string]string{"kept": o.keep, "where": where})
	}
	_, err = fmt.Fprintf(a.out, "kept  %s  %s\n", safetext.Line(o.keep), safetext.Line(where))
	return err
}

// suite asks the cases of suites and says what came of them.
func (a *app) suite(ctx context.Context, s suites, o suiteOptions) error {
	files, err := chosen(s.dir, o.name)
	if err != nil {
		return err
	}
	cases, flaws := casesOf(files)
	for i := range cases {
		if cases[i].Service == "" {
			cases[i].Service = o.service
		}
	}
	began := time.Now()
	counter := a.counter()
	report, err := s.run(ctx, cases, flaws, counter)
	counter(0, 0)
	if err != nil {
		return err
	}
	if o.junit != "" {
		text, err := report.JUnit()
		if err == nil {
			err = store.Replace(o.junit, text)
		}
		if err != nil {
			return &stack.Problem{What: "writing the results", Where: o.junit, Err: err}
		}
	}
	if err := a.printReport(report, time.Since(began)); err != nil {
		return err
	}
	if o.update && report.Passed < report.Cases {
		return a.update(ctx, files, report, o)
	}
	return refused(report)
}

// counter shows on a terminal how many cases were asked; 0 of 0 ends it.
func (a *app) counter() func(n, of int) {
	if !isTerminal(a.err) || a.json {
		return func(int, int) {}
	}
	return func(n, of int) {
		if of == 0 {
			fmt.Fprint(a.err, "\r\x1b[K")
			return
		}
		fmt.Fprintf(a.err, "\r\x1b[Kasked %d of %d", n, of)
	}
}

// printReport prints what did not pass, and the verdict as the last line.
func (a *app) printReport(r *suite.Report, took time.Duration) error {
	if a.json {
		return safetext.NewEncoder(a.out).Encode(r)
	}
	for _, line := range r.Lines() {
		if _, err := fmt.Fprintln(a.out, line); err != nil {
			return err
		}
	}
	_, err := fmt.Fprintf(a.out, "%s  (%s)\n", r.Verdict, stack.Took(took))
	return err
}

// refused is the error of a report that is not as it should be: exit status 3
// where a case did not pass, 1 where a line could not be read.
func refused(r *suite.Report) error {
	switch {
	case r.Passed < r.Cases:
		return &stack.Problem{What: "the suite does not pass", Err: stack.ErrRefused, Hint: "--update makes what was answered what it expects"}
	case r.Broken > 0:
		return &stack.Problem{What: "the suite was not read as a whole", Hint: "mend the lines that are named above"}
	}
	return nil
}
