package main

import (
	"context"
	"errors"
	"fmt"

	"berth/safetext"
	"berth/stack"
)

// printError says what went wrong on standard error: a line, then the evidence.
// With --json it is one object.
func (a *app) printError(err error) {
	if a.json {
		doc := struct {
			Error string   `json:"error"`
			What  string   `json:"what,omitempty"`
			Where string   `json:"where,omitempty"`
			Hint  string   `json:"hint,omitempty"`
			Lines []string `json:"lines,omitempty"`
		}{Error: err.Error()}
		if p, ok := errors.AsType[*stack.Problem](err); ok {
			doc.What, doc.Where, doc.Hint, doc.Lines = p.What, p.Where, p.Hint, p.Lines
		}
		if e := safetext.NewEncoder(a.err).Encode(doc); e != nil {
			fmt.Fprintln(a.err, "berth:", e)
		}
		return
	}
	if errors.Is(err, context.Canceled) {
		line := "berth: interrupted"
		if i, ok := errors.AsType[*interrupted](err); ok {
			line += "; " + i.onward
		}
		fmt.Fprintln(a.err, line)
		return
	}
	for _, e := range flatten(err) {
		fmt.Fprintln(a.err, "berth:", safetext.Line(e.Error()))
		if p, ok := errors.AsType[*stack.Problem](e); ok {
			for _, line := range p.Lines {
				fmt.Fprintln(a.err, "  │", safetext.Line(line))
			}
		}
	}
}

// warn says something beside the result, on standard error.
func (a *app) warn(text string) error {
	if a.json {
		return safetext.NewEncoder(a.err).Encode(struct {
			Warning string `json:"warning"`
		}{text})
	}
	_, err := fmt.Fprintln(a.err, glyph(stack.Warning), safetext.Line(text))
	return err
}

// flatten takes errors that were joined apart, so that each gets its line.
func flatten(err error) []error {
	if err == nil {
		return nil
	}
	if joined, ok := err.(interface{ Unwrap() []error }); ok {
		var all []error
		for _, e := range joined.Unwrap() {
			all = append(all, flatten(e)...)
		}
		return all
	}
	return []error{err}
}
