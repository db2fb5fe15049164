// Package dockerfile reads a Dockerfile as BuildKit does: its stages, which of
// its steps a build is at, and what each of them is made of.
package dockerfile

import (
	"bytes"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/moby/buildkit/frontend/dockerfile/instructions"
	"github.com/moby/buildkit/frontend/dockerfile/parser"
	"github.com/moby/buildkit/frontend/dockerfile/shell"
)

// File is a Dockerfile. The zero File has no stages.
type File struct {
	stages []stage
	args   []string // declared, each once, in their order
}

// stage is what comes from one FROM.
type stage struct {
	name  string // as it was written, may be empty
	base  string // its image or stage, expanded
	line  int
	steps []Step
}

// Parse reads a Dockerfile, with the arguments that a build has.
func Parse(text []byte, args map[string]string) (File, error) {
	parsed, err := parser.Parse(bytes.NewReader(text))
	if err != nil {
		return File{}, err
	}
	stages, before, err := instructions.Parse(parsed.AST, nil)
	if err != nil {
		return File{}, err
	}
	r := reading{lex: shell.NewLex(parsed.EscapeToken), given: args}
	global := scope{env: map[string]string{}}
	for _, a := range before {
		r.declare(&global, a.Args, nil)
	}
	for _, s := range stages {
		r.stage(s, global.env)
	}
	return r.file, nil
}

// Targets are the names of the stages.
func (f File) Targets() []string {
	var names []string
	for _, s := range f.stages {
		if s.name != "" {
			names = append(names, s.name)
		}
	}
	return names
}

// HasTarget reports whether a build can end at a stage of that name, or number.
func (f File) HasTarget(name string) bool {
	if n, err := strconv.Atoi(name); err == nil && n >= 0 && n < len(f.stages) {
		return true
	}
	return slices.ContainsFunc(f.Targets(), func(s string) bool { return strings.EqualFold(s, name) })
}

// Args are the arguments that are declared.
func (f File) Args() []string { return f.args }

// Declares reports whether a build may be given an argument: one that is
// declared, or that every build knows.
func (f File) Declares(name string) bool {
	return slices.Contains(f.args, name) || known[strings.ToUpper(name)] || strings.HasPrefix(name, "BUILDKIT_")
}

// known are the arguments that need no declaration.
var known = map[string]bool{
	"HTTP_PROXY": true, "HTTPS_PROXY": true, "FTP_PROXY": true, "NO_PROXY": true, "ALL_PROXY": true, "SOURCE_DATE_EPOCH": true,
}

// Bases are the images that stages begin from, each once.
func (f File) Bases() []string {
	var all []string
	for n, s := range f.stages {
		if !f.isStage(n, s.base) && s.base != scratch && !slices.Contains(all, s.base) {
			all = append(all, s.base)
		}
	}
	return all
}

// Parsed reports whether it is one: a Dockerfile has a stage.
func (f File) Parsed() bool { return len(f.stages) > 0 }

// Single reports whether it has one stage only.
func (f File) Single() bool { return len(f.stages) == 1 }

// scratch is the base that is no image.
const scratch = "scratch"

// called is how BuildKit calls the n-th stage.
func called(name string, n int) string {
	if name == "" {
		return "stage-" + strconv.Itoa(n)
	}
	return name
}

// stageNamed is how BuildKit calls a stage that COPY --from takes by its number.
func (f File) stageNamed(from string) string {
	if n, err := strconv.Atoi(from); err == nil && n >= 0 && n < len(f.stages) {
		return called(f.stages[n].name, n)
	}
	return from
}

// isStage reports whether a name is that of a stage before the n-th.
func (f File) isStage(n int, name string) bool {
	return slices.ContainsFunc(f.stages[:n], func(s stage) bool { return s.name != "" && strings.EqualFold(s.name, name) })
}

// reading is a Dockerfile that is being read.
type reading struct {
	lex   *shell.Lex
	given map[string]string
	file  File
}

// scope is what is set at a place in a Dockerfile.
type scope struct {
	env  map[string]string
	args []string
}

// Get and Keys make it what the lexer reads.
func (s scope) Get(name string) (string, bool) { v, ok := s.env[name]; return v, ok }

// Keys are the names that are set.
func (s scope) Keys() []string { return slices.Collect(maps.Keys(s.env)) }

// expand is a word with its variables. One that cannot be expanded stays.
func (r *reading) expand(s scope, word string) string {
	if text, _, err := r.lex.ProcessWord(word, s); err == nil {
		return text
	}
	return word
}

// declare takes arguments into a scope; global has what was declared before the
// first FROM.
func (r *reading) declare(s *scope, args []instructions.KeyValuePairOptional, global map[string]string) {
	for _, a := range args {
		if !slices.Contains(r.file.args, a.Key) {
			r.file.args = append(r.file.args, a.Key)
		}
		s.args = append(s.args, a.Key)
		value, set := r.given[a.Key]
		if !set && a.Value != nil {
			value, set = r.expand(*s, *a.Value), true
		}
		if !set {
			value, set = global[a.Key]
		}
		if set {
			s.env[a.Key] = value
		}
	}
}

// stage reads one stage. FROM is its first step unless it takes another stage
// or scratch; then each RUN, COPY, ADD and WORKDIR is one, as BuildKit counts.
func (r *reading) stage(s instructions.Stage, global map[string]string) {
	n := len(r.file.stages)
	at := stage{name: s.Name, base: r.expand(scope{env: global}, s.BaseName), line: startOf(s.Location)}
	of := called(s.Name, n)
	if !r.file.isStage(n, at.base) && at.base != scratch {
		at.steps = append(at.steps, Step{Stage: of, Line: at.line, Base: at.base, keyword: "from"})
	}
	here := scope{env: map[string]string{}}
	for _, c := range s.Commands {
		switch c := c.(type) {
		case *instructions.ArgCommand:
			r.declare(&here, c.Args, global)
		case *instructions.EnvCommand:
			for _, kv := range c.Env {
				here.env[r.expand(here, kv.Key)] = r.expand(here, kv.Value)
			}
		case *instructions.RunCommand, *instructions.CopyCommand, *instructions.AddCommand, *instructions.WorkdirCommand:
			step := r.step(c, here)
			step.Stage, step.Line = of, startOf(c.Location())
			for i, from := range step.From {
				step.From[i] = r.file.stageNamed(from)
			}
			if len(at.steps) == 0 { // on another stage
				step.From = append(step.From, at.base)
			}
			at.steps = append(at.steps, step)
		}
	}
	r.file.stages = append(r.file.stages, at)
}

func startOf(location []parser.Range) int {
	if len(location) == 0 {
		return 0
	}
	return location[0].Start.Line
}
