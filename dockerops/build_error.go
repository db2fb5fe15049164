package dockerops

import (
	"cmp"
	"errors"
	"fmt"
	"regexp"
	"strconv"
	"strings"

	"github.com/moby/buildkit/solver/errdefs"

	"berth/stack"
)

// BuildError is a build that failed. All text in it comes from the build and
// is untrusted.
type BuildError struct {
	Service    string
	Step       string   // "[runtime 7/9] RUN pip install …"; empty when it failed before any
	Dockerfile string   // its path
	Line       int      // in it, from 1; 0: not known
	ExitCode   int      // of the step's command; 0: it was not a command that failed
	LastLines  []string // of the step's output, at most 20
	Err        error    // BuildKit's
}

// Error is the step and what went wrong, in the Engine's words.
func (e *BuildError) Error() string {
	words := engineWords(e.Err.Error())
	if e.ExitCode != 0 {
		words = fmt.Sprintf("exit code %d", e.ExitCode)
	}
	if e.Step == "" {
		return words
	}
	return e.Step + ": " + words
}

// Unwrap gives BuildKit's error.
func (e *BuildError) Unwrap() error { return e.Err }

// noise is what BuildKit and gRPC wrap around the words that say something.
var noise = regexp.MustCompile(`(?:failed to solve(?: with frontend dockerfile\.v0)?|rpc error|failed to build LLB|failed to create LLB definition|code = \w+ desc =|exporting failed)(?:: | )`)

// engineWords is an Engine's message without its wrapping.
func engineWords(s string) string {
	for {
		at := noise.FindStringIndex(s)
		if at == nil || at[0] != 0 {
			return s
		}
		s = s[at[1]:]
	}
}

var (
	exitCode  = regexp.MustCompile(`exit code: (\d+)`)
	parseLine = regexp.MustCompile(`parse error (?:on )?line (\d+)`)
)

// newBuildError finds out what failed, and where, from BuildKit's error and
// the step that it failed at (nil: none).
func newBuildError(s buildSpec, err error, step *vertex) *BuildError {
	b := &BuildError{Service: s.service, Dockerfile: s.source.dockerfile, Err: err}
	words := err.Error()
	if step != nil {
		b.Step, b.LastLines = step.item.Subject, step.tail
		words += "\n" + step.item.Text
	}
	if m := exitCode.FindStringSubmatch(words); m != nil {
		b.ExitCode, _ = strconv.Atoi(m[1]) // the pattern has digits only
	}
	b.Line = sourceLine(err)
	if m := parseLine.FindStringSubmatch(words); m != nil && b.Line == 0 {
		b.Line, _ = strconv.Atoi(m[1])
	}
	if b.Line == 0 && b.Step != "" {
		b.Line = s.file().Line(b.Step)
	}
	return b
}

// sourceLine is the Dockerfile line that BuildKit gives with its error, from
// Engine 23 on; 0 when it gives none.
func sourceLine(err error) int {
	for _, source := range errdefs.Sources(err) {
		for _, r := range source.GetRanges() {
			if line := int(r.GetStart().GetLine()); line > 0 {
				return line
			}
		}
	}
	return 0
}

// problem is the error as a person should read it.
func (e *BuildError) problem(s buildSpec) *stack.Problem {
	where := s.source.shown(s.dir)
	if e.Line > 0 {
		where += ":" + strconv.Itoa(e.Line)
	}
	return &stack.Problem{What: "building " + e.Service, Where: where, Err: e, Lines: e.LastLines, Hint: s.hint(e)}
}

// hint is what to try next, by what the Engine says.
func (s buildSpec) hint(e *BuildError) string {
	words := strings.ToLower(e.Err.Error())
	if strings.Contains(strings.ToLower(strings.Join(e.LastLines, "\n")), noSpace) {
		return noSpaceHint // the step's own command met it
	}
	has := func(any ...string) bool {
		for _, a := range any {
			if strings.Contains(words, a) {
				return true
			}
		}
		return false
	}
	switch {
	case has(noSpace):
		return noSpaceHint
	case e.ExitCode == 137:
		return "it was killed: out of memory is the usual reason"
	case e.ExitCode == 127:
		return "the command is not in the image at that point"
	case e.ExitCode != 0:
		return ""
	case has("parse error", "unknown instruction", "syntax error"):
		return "correct the Dockerfile"
	case s.config.Target != "" && has("target stage", "build target"):
		return "the stages are " + cmp.Or(strings.Join(s.file().Targets(), ", "), "not named")
	case has("resolve source metadata", "pull access denied", "failed to authorize", "failed to do request") || baseStep.MatchString(e.Step):
		return registryHint(words, baseHost(e.Step))
	case has("cache key", "calculate checksum", "failed to walk", "lstat ", "copy failed", "checking on sources") && has("not found", "no such file"):
		return "COPY takes from " + s.source.key() + ": is it there, and does .dockerignore leave it out?"
	}
	return ""
}

// errNoImage says that a build succeeded and left no image behind.
var errNoImage = errors.New("the Engine has no image of that name after the build")
