package dockerfile

import (
	"path"
	"slices"
	"strings"

	"github.com/moby/buildkit/frontend/dockerfile/instructions"
)

// Step is one step of a stage.
type Step struct {
	Stage string // "runtime", or "stage-1" of one without a name
	Line  int
	Base  string   // the image, of a FROM
	From  []string // stages that it takes files from, or stands on
	Args  []string // arguments that make a difference to it

	keyword string
	sources []string // of the context, as paths or patterns from its root
	without []string // patterns of those that it leaves out
}

// step reads what a step is made of. c is changed by that.
func (r *reading) step(c instructions.Command, here scope) Step {
	s := Step{keyword: strings.ToLower(c.Name())}
	written := ""
	expand := func(word string) (string, error) { return r.expand(here, word), nil }
	switch c := c.(type) {
	case *instructions.RunCommand:
		s.Args = slices.Clone(here.args) // they are in its environment
		_ = c.Expand(expand)             // expand has no error
		for _, m := range instructions.GetMounts(c) {
			switch {
			case m.From != "":
				s.From = append(s.From, m.From)
			case m.Type == instructions.MountTypeBind:
				s.sources = append(s.sources, rooted(m.Source))
			}
		}
		return s
	case *instructions.CopyCommand:
		written = strings.Join(append([]string{c.From, c.DestPath}, c.SourcePaths...), " ")
		_ = c.Expand(expand) // expand has no error
		if c.From != "" {
			s.From = append(s.From, c.From)
			break
		}
		s.take(c.SourcePaths, c.ExcludePatterns)
	case *instructions.AddCommand:
		written = strings.Join(append([]string{c.DestPath}, c.SourcePaths...), " ")
		_ = c.Expand(expand) // expand has no error
		s.take(c.SourcePaths, c.ExcludePatterns)
	}
	for _, a := range here.args {
		if strings.Contains(written, "$"+a) || strings.Contains(written, "${"+a) {
			s.Args = append(s.Args, a)
		}
	}
	return s
}

func (s *Step) take(paths, without []string) {
	for _, p := range paths {
		if !strings.Contains(p, "://") && !strings.HasPrefix(p, "git@") { // which are not of the context
			s.sources = append(s.sources, rooted(p))
		}
	}
	for _, p := range without {
		s.without = append(s.without, rooted(p))
	}
}

// rooted is a path from the context's root; "." is all of it.
func rooted(p string) string { return strings.TrimPrefix(path.Clean("/"+p), "/") }

// Takes reports whether the step takes a file of the context, named by its path
// from the root, as far as the patterns of COPY and ADD say.
func (s Step) Takes(file string) bool {
	covers := func(pattern string) bool { return pattern == "" || within(pattern, file) }
	return slices.ContainsFunc(s.sources, covers) && !slices.ContainsFunc(s.without, covers)
}

// within reports whether a path, or a folder that it is in, matches a pattern.
func within(pattern, file string) bool {
	patterns, parts := strings.Split(pattern, "/"), strings.Split(file, "/")
	if len(parts) < len(patterns) {
		return false
	}
	for n, p := range patterns {
		if p == "**" {
			return true // as far as can be said cheaply
		}
		if ok, err := path.Match(p, parts[n]); err != nil || !ok {
			return false
		}
	}
	return true
}

// Takes reports whether any step takes a file of the context: only then a build
// with BuildKit sends it.
func (f File) Takes(file string) bool {
	return slices.ContainsFunc(f.stages, func(s stage) bool {
		return slices.ContainsFunc(s.steps, func(s Step) bool { return s.Takes(file) })
	})
}

// Base is the image that a stage begins from; empty: another stage, or scratch.
func (f File) Base(stage string) string {
	for _, s := range f.stages {
		if len(s.steps) > 0 && strings.EqualFold(s.steps[0].Stage, stage) {
			return s.steps[0].Base
		}
	}
	return ""
}
