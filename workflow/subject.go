package workflow

import (
	"maps"
	"path/filepath"
	"slices"
	"strings"

	"berth/compose"
	"berth/dockerfile"
	"berth/sources"
	"berth/stack"
)

// subject is what a service's image is made of.
type subject struct {
	sources.Subject
	args   map[string]string // all there are
	target string
	remote string          // URL that the Engine fetches instead; then there is no more
	file   dockerfile.File // of no stages, when it does not parse: the Engine says why
	name   string          // of the Dockerfile, as somebody in the project's folder calls it
}

// argument is what an argument is called among the parts of a subject.
func argument(name string) string { return "build argument " + name }

// buildSubject is what a service is built from: the context after .dockerignore,
// the Dockerfile, the arguments and the target.
func buildSubject(p *compose.Project, service string, o BuildOptions) (subject, error) {
	b := p.Model.Services[service].Build
	s := subject{Subject: sources.Subject{Parts: map[string]string{}}, args: map[string]string{}, target: b.Target}
	for name, value := range b.Args.Resolve(p.Model.Environment.Resolve) {
		if value != nil {
			s.args[name] = *value
		}
	}
	maps.Copy(s.args, o.Args)
	if o.Target != "" {
		s.target = o.Target
	}
	if !filepath.IsAbs(b.Context) {
		s.remote = b.Context
		return s, nil
	}
	path, text := "", b.DockerfileInline
	s.name = "dockerfile_inline"
	if text == "" {
		path = b.Dockerfile
		if path == "" {
			path = "Dockerfile"
		}
		if !filepath.IsAbs(path) {
			path = filepath.Join(b.Context, path)
		}
		found, read, err := sources.Dockerfile(path)
		if err != nil {
			return s, err
		}
		path, text, s.name = found, string(read), near(p, found)
	}
	s.Parts[s.name] = text
	for name, value := range s.args {
		s.Parts[argument(name)] = value
	}
	if s.target != "" {
		s.Parts["build target"] = s.target
	}
	if file, err := dockerfile.Parse([]byte(text), s.args); err == nil {
		s.file = file
	}
	ignored, err := sources.Ignored(b.Context, path)
	s.Trees = []sources.Tree{{Name: near(p, b.Context), Dir: b.Context, Ignore: ignored}}
	return s, err
}

// near is a path as somebody in the project's folder calls it; empty for that
// folder.
func near(p *compose.Project, path string) string {
	rel, err := filepath.Rel(p.Dir, path)
	switch {
	case err != nil || !filepath.IsLocal(rel):
		return filepath.ToSlash(path)
	case rel == ".":
		return ""
	default:
		return filepath.ToSlash(rel)
	}
}

// takes reports whether the build sends a file of the context.
func (s subject) takes(file string) bool { return !s.file.Parsed() || s.file.Takes(file) }

// concerns reports whether a change may make another image: one of a file that
// no step takes does not. was has the parts then.
func (s subject) concerns(c stack.FileChange, was map[string]string) bool {
	_, now := s.Parts[c.Path]
	if _, then := was[c.Path]; now || then {
		return true
	}
	for _, t := range s.Trees {
		if file, in := strings.CutPrefix(c.Path, t.Name+"/"); in || t.Name == "" {
			return s.takes(file)
		}
	}
	return true
}

// refuse is what is wrong with a person's options, nil when nothing is.
func (s subject) refuse(service string, o BuildOptions) error {
	if !s.file.Parsed() {
		return nil
	}
	if o.Target != "" && !s.file.HasTarget(o.Target) {
		return &stack.Problem{
			What: "the Dockerfile of " + service + " has no stage " + o.Target, Where: s.name, Err: stack.ErrUsage,
			Hint: hintOf("its stages are ", s.file.Targets(), "its stages have no names"),
		}
	}
	for _, name := range slices.Sorted(maps.Keys(o.Args)) {
		if !s.file.Declares(name) {
			return &stack.Problem{
				What: "the Dockerfile of " + service + " declares no argument " + name, Where: s.name, Err: stack.ErrUsage,
				Hint: hintOf("it declares ", s.file.Args(), "it declares none") + "; a line ARG " + name + " would",
			}
		}
	}
	return nil
}

func hintOf(head string, names []string, none string) string {
	if len(names) == 0 {
		return none
	}
	return head + strings.Join(names, ", ")
}
