package diagnose

import (
	"regexp"
	"strings"

	"berth/stack"
)

// startErrors are the Engine's words when it cannot start a container, and what
// they mean. The first group is what they are about.
var startErrors = []struct {
	words               *regexp.Regexp
	short, text, advice string
}{
	{
		regexp.MustCompile(`could not select device driver "([^"]*)"`), "no GPU support",
		`The Engine has no device driver "$1".`,
		"Install the NVIDIA Container Toolkit on the Engine's host, or take the reservation of devices out of the compose file on a machine without such a GPU.",
	},
	{
		regexp.MustCompile(`(?:^|: )port (\d+) is taken|Bind for \S*:(\d+) failed|listen tcp\S* \S*:(\d+): bind`), "port taken",
		"Port $1$2$3 of the host is taken.",
		"Free it, or publish another: ports: in the compose file.",
	},
	{
		regexp.MustCompile(`exec: "([^"]*)": (?:executable file not found|stat .*no such file)`), "no such command",
		"$1 is not in the image.",
		"Correct command: or entrypoint:, or install it in the Dockerfile.",
	},
	{
		regexp.MustCompile(`exec: "([^"]*)": permission denied`), "not executable",
		"$1 may not be executed.",
		"Make it executable in the Dockerfile: RUN chmod +x $1",
	},
	{
		regexp.MustCompile(`exec (\S+): no such file or directory`), "no interpreter",
		"$1, or the interpreter in its first line, is not in the image.",
		"Look at its first line (#!…), and whether its lines end in CR LF.",
	},
	{
		regexp.MustCompile(`exec (\S+): exec format error`), "wrong platform",
		"$1 is for another kind of processor, or has no first line (#!…).",
		"Build the image for this platform, or name the interpreter.",
	},
	{
		regexp.MustCompile(`not a directory: unknown: Are you trying to mount a directory onto a file|error mounting "([^"]*)"`), "mount failed",
		"A folder is mounted where the image has a file, or the other way round: $1",
		"Look at volumes: a source that was missing has become an empty folder.",
	},
}

// StartError is what the Engine's words on a container that did not start mean;
// nil where they have to speak for themselves.
func StartError(words string) *stack.Cause {
	for _, e := range startErrors {
		m := e.words.FindStringSubmatchIndex(words)
		if m == nil {
			continue
		}
		expand := func(template string) string {
			return strings.TrimSpace(string(e.words.ExpandString(nil, template, words, m)))
		}
		return &stack.Cause{Short: e.short, Text: expand(e.text), Advice: expand(e.advice)}
	}
	return nil
}

// notStarted is of a container that the Engine could not start.
func notStarted(f Facts) *stack.Cause {
	if f.Error == "" || f.Up() {
		return nil
	}
	if c := StartError(f.Error); c != nil {
		return c
	}
	return &stack.Cause{Short: "did not start", Text: "The Engine could not start it: " + f.Error}
}
