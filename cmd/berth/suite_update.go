package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/muesli/cancelreader"

	"berth/predict/suite"
	"berth/safetext"
	"berth/stack"
	"berth/store"
)

// update rewrites what suites expect. The differences were shown before.
func (a *app) update(ctx context.Context, files []*suite.File, r *suite.Report, o suiteOptions) error {
	var shareable []suite.Result
	for _, one := range r.Results {
		if _, secrets := store.Mask(one.Answer); secrets > 0 {
			if err := a.warn(fmt.Sprintf("left as it is: %s:%d: %s answered with a secret", one.File, one.Line, one.Name)); err != nil {
				return err
			}
			continue
		}
		shareable = append(shareable, one)
	}
	left, rewritten := r.Cases-r.Passed, map[*suite.File][]byte{}
	var names []string
	for _, f := range files {
		text, n, flaws := f.Update(shareable)
		for _, flaw := range flaws {
			if err := a.warn("left as it is: " + flaw.String()); err != nil {
				return err
			}
		}
		if n > 0 {
			left -= n
			rewritten[f] = text
			names = append(names, f.Name)
		}
	}
	if n := r.Cases - r.Passed - left; n > 0 {
		question := fmt.Sprintf("rewrite what is expected of %s in %s?", stack.Count(n, "case"), strings.Join(names, ", "))
		if err := a.confirm(ctx, question, o.yes); err != nil {
			return err
		}
		for f, text := range rewritten {
			if err := rewrite(f, text); err != nil {
				return err
			}
		}
		fmt.Fprintf(a.err, "%s rewritten: %s in %s\n", glyph(stack.Done), stack.Count(n, "case"), safetext.Line(strings.Join(names, ", ")))
	}
	if left > 0 {
		return &stack.Problem{What: fmt.Sprintf("%d of %s still not as the suite expects", left, stack.Count(r.Cases, "case")), Err: stack.ErrRefused}
	}
	return refused(&suite.Report{Broken: r.Broken})
}

// confirm asks on the terminal; without one it refuses.
func (a *app) confirm(ctx context.Context, question string, yes bool) error {
	if yes {
		return nil
	}
	if !isTerminal(a.in) {
		return &stack.Problem{What: question, Err: stack.ErrRefused, Hint: "--yes says so where nobody can be asked"}
	}
	fmt.Fprintf(a.err, "%s [y/N] ", question)
	in, err := cancelreader.NewReader(a.in)
	if err != nil {
		return err
	}
	defer in.Close()
	defer context.AfterFunc(ctx, func() { in.Cancel() })()
	line, _ := bufio.NewReader(in).ReadString('\n') // its end is a no
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	if line = strings.ToLower(strings.TrimSpace(line)); line != "y" && line != "yes" {
		return &stack.Problem{What: "nothing was done", Err: stack.ErrRefused}
	}
	return nil
}

// rewrite replaces a suite, unless somebody else did since it was read. Other
// Berths are kept out meanwhile.
func rewrite(f *suite.File, text []byte) error {
	unlock, err := store.Lock("suites")
	if err != nil {
		return err
	}
	defer unlock()
	problem := &stack.Problem{What: "rewriting the suite", Where: f.Name}
	now, err := os.ReadFile(f.Path)
	if err != nil && !errors.Is(err, fs.ErrNotExist) || string(now) != string(f.Text) {
		problem.Err, problem.Hint = errors.Join(err, errors.New("it changed meanwhile")), "run this again"
		return problem
	}
	err = os.MkdirAll(filepath.Dir(f.Path), 0o755)
	if err == nil {
		err = store.Replace(f.Path, text)
	}
	if err != nil {
		problem.Err = err
		return problem
	}
	return nil
}
