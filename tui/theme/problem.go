package theme

import (
	"errors"
	"strings"

	"berth/safetext"
	"berth/stack"
)

// Explain is an error with all that helps, safe to show, in lines of at most w
// cells.
func Explain(err error, w int) (lines []string) {
	for l := range strings.Lines(Reason(err)) {
		if l = strings.TrimRight(l, "\n"); l == "" {
			lines = append(lines, "")
			continue
		}
		lines = append(lines, Wrap(l, w)...)
	}
	return lines
}

// Reason is the same as text, its lines as long as they are.
func Reason(err error) string {
	var lines []string
	say := func(s string) { lines = append(lines, safetext.Block(s)...) }
	if all := stack.Apart(err); len(all) > 1 { // each has something to say
		for _, one := range all {
			lines = append(lines, Reason(one))
		}
		return strings.Join(lines, "\n")
	}
	var problem *stack.Problem
	if !errors.As(err, &problem) {
		say(err.Error())
		return strings.Join(lines, "\n")
	}
	what := problem.What
	if cause := problem.Cause(); cause != "" {
		what += ": " + cause
	}
	say(what)
	if problem.Where != "" {
		say("at " + problem.Where)
	}
	for _, line := range problem.Lines {
		say("  " + line)
	}
	if problem.Hint != "" {
		lines = append(lines, "")
		say(problem.Hint)
	}
	return strings.Join(lines, "\n")
}

// Brief is an error in one line, safe to show.
func Brief(err error) string { return strings.Join(safetext.Block(err.Error()), " ") }
