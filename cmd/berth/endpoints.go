package main

import (
	"fmt"
	"text/tabwriter"

	"berth/safetext"
	"berth/workflow"
)

// printEndpoints prints what a service was recognised as, and what it has: on
// standard output the endpoints, the best guess first, on standard error what
// told so and what cannot be asked.
func (a *app) printEndpoints(door workflow.Door) error {
	if a.json {
		return safetext.NewEncoder(a.out).Encode(door)
	}
	for _, p := range door.API.Protocols {
		fmt.Fprintf(a.err, "%s  %s  (%s)\n", door.Base, p.Name, safetext.Line(p.By))
	}
	w := tabwriter.NewWriter(a.out, 0, 8, 2, ' ', 0)
	for _, e := range door.API.Endpoints {
		fmt.Fprintf(w, "%s\t%s\t%s\n", safetext.Line(e.String()), e.Protocol, safetext.Line(e.Summary))
	}
	if err := w.Flush(); err != nil {
		return err
	}
	for _, s := range door.API.Skipped {
		fmt.Fprintln(a.err, "not:", safetext.Line(s))
	}
	if len(door.API.Endpoints) == 0 {
		_, err := door.API.Choose("")
		return err
	}
	return nil
}
