package main

import (
	"bufio"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strconv"
	"time"

	"berth/logbook"
	"berth/stack"
	"berth/workflow"

	"github.com/spf13/cobra"
)

// logFlags is which lines `berth logs` prints, and how.
type logFlags struct {
	follow              bool
	tail, since, until  string
	grep, drop          []string
	level               string
	around              int
	timestamps          bool
	noPrefix, colorless bool
}

// keepBack is how long a line may stay in the buffer while others come.
const keepBack = 100 * time.Millisecond

func (a *app) logsCommand() *cobra.Command {
	var o logFlags
	cmd := &cobra.Command{
		Use:   "logs [SERVICE…]",
		Short: "Print what services printed; -f follows across recreation",
		RunE: func(cmd *cobra.Command, services []string) error {
			options, err := o.options(time.Now())
			if err != nil {
				return err
			}
			sieve, err := o.sieve()
			if err != nil {
				return err
			}
			s, _, err := a.existing(cmd.Context())
			if err != nil {
				return err
			}
			refs, err := s.Refs(cmd.Context(), services)
			if err != nil {
				return err
			}
			all, err := s.Refs(cmd.Context(), nil)
			if err != nil {
				return err
			}
			options.Timeless = len(refs) == 1 && !o.follow && !o.timestamps && !a.json
			out := bufio.NewWriterSize(a.out, 64<<10)
			p := a.linePainter(refs, all, o)
			print, gaps := a.linePrinter(out, p), 0
			counting := func(l stack.LogLine) error {
				if l.Stream == stack.Gap {
					gaps++
				}
				return print(l)
			}
			err = a.printLogs(cmd.Context(), a.eng, out, refs, p, counting, sieve, options)
			err = cmp.Or(err, out.Flush()) // the same, when it is of writing
			if gaps > 0 {
				err = cmp.Or(err, a.warn(fmt.Sprintf("gaps in the logs, where lines may be missing: %d", gaps)))
			}
			return err
		},
	}
	f := cmd.Flags()
	f.BoolVarP(&o.follow, "follow", "f", false, "go on as lines come")
	f.StringVarP(&o.tail, "tail", "n", "all", "last lines of each service; with --grep, --drop or --level the last that these let through")
	f.StringVar(&o.since, "since", "", "lines from then on: 10m ago, at 15:04:05, or a time as 2026-01-31T15:04:05")
	f.StringVar(&o.until, "until", "", "lines up to then, written like --since")
	f.StringArrayVarP(&o.grep, "grep", "g", nil, "lines with this regular expression in them; small letters mean both; several: all of them")
	f.StringArrayVar(&o.drop, "drop", nil, "lines without this regular expression; may be given several times")
	f.StringVar(&o.level, "level", "", "lines at least this serious: trace, debug, info, warn, error, fatal")
	f.VarP((*lineCount)(&o.around), "context", "C", "lines to print before and after each that --grep, --drop or --level lets through")
	f.BoolVarP(&o.timestamps, "timestamps", "t", false, "print the Engine's time of each line")
	f.BoolVar(&o.noPrefix, "no-log-prefix", false, "do not print the service's name")
	f.BoolVar(&o.colorless, "no-color", false, "print no colours on a terminal; NO_COLOR does the same")
	return cmd
}

// printLogs prints what the sieve lets through.
func (a *app) printLogs(ctx context.Context, from workflow.LogSource, out *bufio.Writer, refs []stack.Ref, p *linePainter, print func(stack.LogLine) error, sieve *logbook.Sieve, o stack.LogOptions) error {
	take := print
	if sieve == nil && o.Tail >= 0 && !o.Until.IsZero() {
		// The Engine counts the last lines of all, and then leaves out what is later.
		sieve = logbook.NewSieve(logbook.Filter{})
	}
	if sieve != nil {
		s := &sifted{sieve: sieve, print: take}
		if !a.json {
			s.separator = func(r stack.Ref) error { _, err := out.WriteString(p.left(r)); return err }
		}
		take = s.take
		if o.Tail >= 0 {
			begun := time.Now()
			read, err := s.lastMatches(ctx, from, refs, o)
			if err = cmp.Or(err, out.Flush()); err != nil || !o.Follow {
				return err
			}
			from = fromThere{from, read, begun}
		}
	}
	flushed := time.Now()
	return workflow.MergeLogs(ctx, from, refs, o, func(l stack.LogLine, more bool) error {
		if err := take(l); err != nil || more && time.Since(flushed) < keepBack {
			return err
		}
		flushed = time.Now()
		return out.Flush()
	})
}

// lineCount is a flag for lines of context, whose name is also that of docker's
// flag for the Engine.
type lineCount int

func (n *lineCount) String() string { return strconv.Itoa(int(*n)) }
func (n *lineCount) Type() string   { return "lines" }
func (n *lineCount) Set(text string) error {
	v, err := strconv.Atoi(text)
	if err != nil || v < 0 {
		return errors.New("not a number of lines; a docker context goes before the subcommand: berth --context NAME logs")
	}
	*n = lineCount(v)
	return nil
}

// options is what is asked of the Engine.
func (o logFlags) options(now time.Time) (stack.LogOptions, error) {
	options := stack.LogOptions{Follow: o.follow, Tail: -1}
	if o.tail != "all" {
		n, err := strconv.Atoi(o.tail)
		if err != nil || n < 0 {
			return options, usage(fmt.Errorf("--tail %s is not a number of lines", o.tail), "give a number, or all")
		}
		options.Tail = n
	}
	var err error
	if options.Since, err = moment("--since", o.since, now); err != nil {
		return options, err
	}
	options.Until, err = moment("--until", o.until, now)
	return options, err
}

// moment reads a time, or how long ago it was.
func moment(flag, text string, now time.Time) (time.Time, error) {
	if text == "" {
		return time.Time{}, nil
	}
	if age, err := time.ParseDuration(text); err == nil {
		return now.Add(-age), nil
	}
	for _, layout := range []string{time.RFC3339Nano, "2006-01-02T15:04:05", "2006-01-02T15:04", time.DateTime, time.DateOnly} {
		if t, err := time.ParseInLocation(layout, text, time.Local); err == nil {
			return t, nil
		}
	}
	if at, ok := stack.TimeOfDay(text, now); ok {
		return at, nil
	}
	return time.Time{}, usage(fmt.Errorf("%s %s is no time", flag, text), "give how long ago, as 10m, a time of day, as 15:04:05, or a time, as 2026-01-31T15:04:05")
}

// sieve lets through what is wanted only; nil: everything is.
func (o logFlags) sieve() (*logbook.Sieve, error) {
	f := logbook.Filter{Context: o.around}
	for flag, patterns := range map[string][]string{"--grep": o.grep, "--drop": o.drop} {
		for _, text := range patterns {
			p, err := logbook.Compile(text)
			switch {
			case err != nil:
				return nil, usage(fmt.Errorf("%s %s: %w", flag, text, err), "the syntax is RE2's")
			case flag == "--grep":
				f.Keep = append(f.Keep, p)
			default:
				f.Drop = append(f.Drop, p)
			}
		}
	}
	if o.level != "" {
		level, err := logbook.ParseLevel(o.level)
		if err != nil {
			return nil, usage(fmt.Errorf("--level: %w", err), "choose one of these")
		}
		f.Least = level
	}
	if len(f.Keep)+len(f.Drop) == 0 && f.Least == logbook.NoLevel {
		return nil, nil
	}
	return logbook.NewSieve(f), nil
}

// colour reports whether output may have colours.
func (o logFlags) colour(out io.Writer) bool {
	return !o.colorless && os.Getenv("NO_COLOR") == "" && isTerminal(out)
}
