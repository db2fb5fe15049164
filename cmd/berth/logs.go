package main

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"berth/safetext"
	"berth/stack"
	"berth/workflow"

	"github.com/spf13/cobra"
)

func (a *app) logsCommand() *cobra.Command {
	var follow, timestamps, noPrefix bool
	var tail string
	cmd := &cobra.Command{
		Use:   "logs [SERVICE…]",
		Short: "Print what services printed; -f follows across recreation",
		RunE: func(cmd *cobra.Command, services []string) error {
			o := stack.LogOptions{Follow: follow, Tail: -1}
			if tail != "all" {
				if _, err := fmt.Sscanf(tail, "%d", &o.Tail); err != nil || o.Tail < 0 {
					return usage(fmt.Errorf("--tail %s is not a number of lines", tail), "give a number, or all")
				}
			}
			s, _, err := a.stack(cmd.Context())
			if err != nil {
				return err
			}
			refs, err := s.Refs(cmd.Context(), services)
			if err != nil {
				return err
			}
			out := bufio.NewWriterSize(a.out, 64<<10)
			print := a.linePrinter(out, refs, timestamps, noPrefix)
			err = workflow.MergeLogs(cmd.Context(), a.eng, refs, o, func(l stack.LogLine, more bool) error {
				if err := print(l); err != nil || more {
					return err
				}
				return out.Flush() // nothing is waiting: let the reader see it
			})
			return errors.Join(err, out.Flush())
		},
	}
	f := cmd.Flags()
	f.BoolVarP(&follow, "follow", "f", false, "go on as lines come")
	f.StringVarP(&tail, "tail", "n", "all", "last lines of each service")
	f.BoolVarP(&timestamps, "timestamps", "t", false, "print the Engine's time of each line")
	f.BoolVar(&noPrefix, "no-log-prefix", false, "do not print the service's name")
	return cmd
}

// linePrinter prints a line as text, its service before it when there are
// several, or as a JSON object.
func (a *app) linePrinter(out io.Writer, refs []stack.Ref, timestamps, noPrefix bool) func(stack.LogLine) error {
	if a.json {
		enc := json.NewEncoder(out)
		enc.SetEscapeHTML(false)
		return func(l stack.LogLine) error { return enc.Encode(l) }
	}
	width := 0
	for _, r := range refs {
		width = max(width, len(r.String()))
	}
	return func(l stack.LogLine) error {
		var b strings.Builder
		if len(refs) > 1 && !noPrefix {
			fmt.Fprintf(&b, "%-*s │ ", width, l.Ref)
		}
		if timestamps && !l.Time.IsZero() {
			b.WriteString(l.Time.Local().Format(time.RFC3339Nano) + " ")
		}
		if l.Stream == stack.Notice {
			b.WriteString("── " + safetext.Line(l.Text) + " ──")
		} else {
			b.WriteString(safetext.Line(l.Text))
		}
		if l.Dropped > 0 {
			fmt.Fprintf(&b, " … (%d bytes more)", l.Dropped)
		}
		b.WriteByte('\n')
		_, err := io.WriteString(out, b.String())
		return err
	}
}
