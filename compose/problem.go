package compose

import (
	"errors"
	"fmt"
	"io/fs"
	"regexp"
	"slices"
	"strings"

	"github.com/compose-spec/compose-go/v2/template"
	"github.com/compose-spec/compose-go/v2/tree"
	"go.yaml.in/yaml/v4"

	"berth/stack"
)

const loadingFile = "reading the compose file"

// problem turns what compose-go says into what a person can act on. Its
// errors are mostly text, so text is what places are read from.
func (l *loading) problem(err error) error {
	var known *stack.Problem
	if errors.As(err, &known) {
		return err
	}
	if errors.Is(err, ErrNoFile) {
		return &stack.Problem{What: "looking for a compose file in " + l.dir + " and above", Err: ErrNoFile,
			Hint: "write a new project with `berth init`, or name a file with -f"}
	}
	if p := l.syntax(); p != nil {
		return p
	}
	if p := l.missingVariables(err); p != nil {
		return p
	}
	if p := l.missingFile(err); p != nil {
		return p
	}
	text, where := l.explain(err.Error())
	return &stack.Problem{What: loadingFile, Where: where, Err: reworded{text, err}, Hint: hintFor(text)}
}

// reworded is a cause in clearer words than its own.
type reworded struct {
	text  string
	cause error
}

func (r reworded) Error() string { return r.text }
func (r reworded) Unwrap() error { return r.cause }

var (
	lineColumn = regexp.MustCompile(`line (\d+)(?:, column (\d+))?:? `)
	byteOffset = regexp.MustCompile(`offset (\d+): `)
)

// syntax looks for the file that is not YAML: compose-go's error does not
// always name it.
func (l *loading) syntax() error {
	for _, f := range append(slices.Clone(l.files), l.included...) {
		if f.root() != nil || f.err == nil || errors.Is(f.err, fs.ErrNotExist) {
			continue
		}
		text := strings.TrimPrefix(f.err.Error(), "yaml: ")
		where := f.where(0)
		// The last place is where the parser stopped; before it may stand the
		// beginning of what it was in.
		if all := lineColumn.FindAllStringSubmatchIndex(text, -1); all != nil {
			m := all[len(all)-1]
			where += ":" + text[m[2]:m[3]]
			if m[4] >= 0 {
				where += ":" + text[m[4]:m[5]]
			}
			text = text[m[1]:]
		} else if m := byteOffset.FindStringSubmatchIndex(text); m != nil {
			var at int
			if _, err := fmt.Sscan(text[m[2]:m[3]], &at); err == nil {
				where = f.where(1 + strings.Count(string(f.content[:min(at, len(f.content))]), "\n"))
			}
			text = text[m[1]:]
		}
		p := &stack.Problem{What: loadingFile, Where: where, Err: reworded{"not YAML: " + text, f.err}}
		if strings.Contains(text, "cannot start any token") {
			p.Hint = "indent with spaces: YAML allows no tabs"
		}
		return p
	}
	return nil
}

// missingVariables names every ${NAME:?…} that has no value, with its lines.
func (l *loading) missingVariables(err error) error {
	missing := collect[*template.MissingRequiredError](err)
	if len(missing) == 0 {
		return nil
	}
	p := &stack.Problem{What: loadingFile, Err: err}
	var names, texts []string
	for _, m := range missing {
		if slices.Contains(names, m.Variable) {
			continue
		}
		at := strings.Join(append(l.files.uses(m.Variable), l.included.uses(m.Variable)...), ", ")
		text := m.Variable
		if m.Reason != "" {
			text += " (" + m.Reason + ")"
		}
		if at != "" {
			text += " used in " + at
		}
		if len(names) == 0 {
			p.Where, _, _ = strings.Cut(at, ",")
		}
		names, texts = append(names, m.Variable), append(texts, text)
	}
	if len(names) == 1 {
		text := "the variable " + names[0] + " is required and has no value"
		if r := missing[0].Reason; r != "" {
			text += ": " + r
		}
		p.Err = reworded{text, err}
	} else {
		p.Err = reworded{"the variables " + strings.Join(names, " and ") + " are required and have no value", err}
		p.Lines = texts
	}
	p.Hint = "set it in the environment or in .env"
	return p
}

// collect finds all errors of one type in a tree of joined ones.
func collect[E error](err error) []E {
	var found []E
	switch e := err.(type) {
	case E:
		return []E{e}
	case interface{ Unwrap() []error }:
		for _, inner := range e.Unwrap() {
			found = append(found, collect[E](inner)...)
		}
	case interface{ Unwrap() error }:
		return collect[E](e.Unwrap())
	}
	return found
}

// missingFile says which line names a file that is not there: of include,
// extends, env_file or label_file. A file that the user named has no line.
func (l *loading) missingFile(err error) error {
	var path *fs.PathError
	if !errors.As(err, &path) {
		return nil
	}
	p := &stack.Problem{What: loadingFile, Where: path.Path, Err: path.Err}
	if len(l.files) == 0 {
		p.Hint = "check -f and COMPOSE_FILE"
		return p
	}
	p.What = "reading a file that the compose file names"
	for _, f := range l.files {
		if line := f.mentions(path.Path); line > 0 {
			p.Hint = "see " + f.where(line)
			break
		}
	}
	return p
}

// mentions finds the scalar whose value is the end of a path.
func (s *source) mentions(path string) int {
	line := 0
	var walk func(n *yaml.Node)
	walk = func(n *yaml.Node) {
		if n == nil || line > 0 {
			return
		}
		if v := strings.TrimPrefix(n.Value, "./"); n.Kind == yaml.ScalarNode && v != "" && strings.HasSuffix(path, v) && strings.ContainsAny(v, "./") {
			line = n.Line
			return
		}
		for _, c := range n.Content {
			walk(c)
		}
	}
	walk(s.root())
	return line
}

var (
	ofFile     = regexp.MustCompile(`^validating \S+: +`)
	schemaPath = regexp.MustCompile(`^(?:error while interpolating |invalid interpolation format for )?((?:services|networks|volumes|configs|secrets|include|name|x-)[^\s:]*):?\.? +`)
	ofService  = regexp.MustCompile(`\bservice "?([^\s"]+)"?`)
	decoding   = regexp.MustCompile(`'(\w+)\[([^\]]+)\]\.?(\S*)' `)
	noSuchKey  = regexp.MustCompile(`^(.*)\.([^.\s]+) false schema$`)
	extraKey   = regexp.MustCompile(`^(\S*) ?additional properties '([^']+)'(, '.*')? not allowed$`)
)

// explain makes compose-go's text clearer and finds the place that it is
// about.
func (l *loading) explain(text string) (clear, where string) {
	files := append(append(sources{}, l.included...), l.files...)
	text = strings.TrimSuffix(ofFile.ReplaceAllString(text, ""), ": invalid compose project")
	text = strings.TrimPrefix(text, "decoding failed due to the following error(s):\n\n")
	path := tree.Path("")
	if m := noSuchKey.FindStringSubmatch(text); m != nil {
		return unknownKey(m[1], m[2]), files.nearest(tree.Path(m[1] + "." + m[2]))
	}
	if m := extraKey.FindStringSubmatch(text); m != nil {
		path := tree.Path(strings.TrimPrefix(m[1]+"."+m[2], "."))
		return unknownKey(m[1], m[2]), files.nearest(path)
	}
	if m := decoding.FindStringSubmatch(text); m != nil {
		path = tree.Path(strings.TrimSuffix(m[1]+"."+m[2]+"."+strings.NewReplacer("[", ".[", "]", "]").Replace(m[3]), "."))
		text = strings.Replace(text, m[0], path.String()+": ", 1)
	} else if m := schemaPath.FindStringSubmatch(text); m != nil {
		path = tree.Path(strings.TrimSuffix(m[1], "."))
	} else if m := ofService.FindStringSubmatch(text); m != nil {
		path = tree.Path("services").Next(m[1])
		for _, attribute := range []string{"depends_on", "volumes", "secrets", "configs", "network"} {
			if strings.Contains(text, strings.TrimSuffix(strings.ReplaceAll(attribute, "_", " "), " on")) {
				path = path.Next(strings.Replace(attribute, "network", "networks", 1))
				break
			}
		}
	}
	if path == "" {
		if len(l.files) == 1 {
			return text, l.files[0].where(0)
		}
		return text, ""
	}
	return text, files.nearest(path)
}

// unknownKey says that an attribute does not exist, and which may be meant.
func unknownKey(parent, key string) string {
	text := key + " is not an attribute of " + parent
	if parent == "" {
		text = key + " is not an attribute of a compose file"
	}
	if best := closest(key, knownKeys(parent)); best != "" {
		text += "; did you mean " + best + "?"
	}
	return text
}

// hintFor gives what helps with the commonest mistakes.
func hintFor(text string) string {
	switch {
	case text == "empty compose file":
		return "add services:, or start from `berth init`"
	case strings.Contains(text, "You may need to escape any $"):
		return ""
	case strings.Contains(text, "has neither an image nor a build context"):
		return "give it image: or build:"
	}
	return ""
}
