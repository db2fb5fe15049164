// Package hostile is for tests: strings that would take over a terminal, and a
// terminal that tells what was done to it.
package hostile

import (
	_ "embed"
	"fmt"
	"strconv"
	"strings"
)

//go:embed corpus.txt
var corpus string

// Strings are those of corpus.txt.
func Strings() []string {
	var all []string
	for n, line := range strings.Split(corpus, "\n") {
		if line == "" || line[0] == '#' {
			continue
		}
		s, err := read(line)
		if err != nil {
			panic(fmt.Sprintf("corpus.txt:%d: %v", n+1, err))
		}
		all = append(all, s)
	}
	return all
}

// read reads strings that are put together, each with how often it is there.
func read(line string) (string, error) {
	var b strings.Builder
	for line != "" {
		quoted, err := strconv.QuotedPrefix(line)
		if err != nil {
			return "", err
		}
		s, err := strconv.Unquote(quoted)
		if err != nil {
			return "", err
		}
		times := 1
		if line = strings.TrimLeft(line[len(quoted):], " "); strings.HasPrefix(line, "*") {
			var count string
			count, line, _ = strings.Cut(line[1:], " ")
			if times, err = strconv.Atoi(count); err != nil {
				return "", err
			}
		}
		b.WriteString(strings.Repeat(s, times))
	}
	return b.String(), nil
}
