package compose

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/compose-spec/compose-go/v2/template"

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
		return &stack.Problem{
			What: "looking for a compose file in " + l.dir + " and above", Err: ErrNoFile,
			Hint: "write a new project with `berth init`, or name a file with -f",
		}
	}
	if p := outside(err); p != nil {
		return p
	}
	if p := l.syntax(); p != nil {
		return p
	}
	if p := l.duplicate(err); p != nil {
		return p
	}
	if p := l.missingVariables(err); p != nil {
		return p
	}
	if p := l.missingFile(err); p != nil {
		return p
	}
	p, _ := l.rejected(err)
	return p
}

var (
	noEnvFile  = regexp.MustCompile(`^couldn't find env file: (.*)$`)
	badEnvFile = regexp.MustCompile(`^failed to read (.*?): line (\d+): (.*)$`)
)

// outside says what is wrong besides the compose file: its name, environment
// files.
func outside(err error) error {
	text := err.Error()
	if m := noEnvFile.FindStringSubmatch(text); m != nil {
		return &stack.Problem{What: "reading an environment file", Where: m[1], Err: fs.ErrNotExist, Hint: "check --env-file and COMPOSE_ENV_FILES"}
	}
	if m := badEnvFile.FindStringSubmatch(text); m != nil {
		return &stack.Problem{What: "reading an environment file", Where: m[1] + ":" + m[2], Err: reworded{m[3], err}}
	}
	if strings.HasPrefix(text, "invalid project name") || text == "project name must not be empty" {
		return &stack.Problem{What: "naming the project", Err: err, Hint: "name it with -p, COMPOSE_PROJECT_NAME or name: in the file"}
	}
	return nil
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
	byteOffset = regexp.MustCompile(`^offset (\d+): `)
)

// syntax looks for the file that is not YAML: compose-go's error does not
// always name it.
func (l *loading) syntax() error {
	for _, f := range append(slices.Clone(l.files), l.included...) {
		if f.root() != nil || f.err == nil || errors.Is(f.err, fs.ErrNotExist) {
			continue
		}
		text, line, column := yamlPlace(strings.TrimPrefix(f.err.Error(), "yaml: "), f.read())
		p := &stack.Problem{What: loadingFile, Where: f.where(line), Err: reworded{"not YAML: " + text, f.err}}
		if column > 0 {
			p.Where += fmt.Sprintf(":%d", column)
		}
		if strings.Contains(text, "cannot start any token") {
			p.Hint = "indent with spaces: YAML allows no tabs"
		}
		return p
	}
	return nil
}

var duplicateKey = regexp.MustCompile(`(?s)^failed to parse (.*?): yaml: .*line (\d+): (mapping key .*)$`)

// duplicate reads compose-go's own check, which the YAML library leaves to it.
func (l *loading) duplicate(err error) error {
	m := duplicateKey.FindStringSubmatch(err.Error())
	if m == nil {
		return nil
	}
	line := number(m[2], 0, len(m[2]))
	return &stack.Problem{What: loadingFile, Where: (&source{name: m[1]}).where(line), Err: reworded{m[3], err}}
}

// yamlPlace takes the place out of an error of the YAML library. Of several,
// the last is where it stopped; before stands the beginning of what it was in.
func yamlPlace(text string, content []byte) (rest string, line, column int) {
	if m := byteOffset.FindStringSubmatch(text); m != nil {
		at, _ := strconv.Atoi(m[1]) // digits; an overflow is beyond the end too
		return text[len(m[0]):], 1 + bytes.Count(content[:min(at, len(content))], []byte("\n")), 0
	}
	rest = text
	for _, m := range lineColumn.FindAllStringSubmatchIndex(text, -1) {
		rest = text[m[1]:]
		line, column = number(text, m[2], m[3]), number(text, m[4], m[5])
	}
	// The library's parser counts lines from 0 and its composer columns from
	// 2; only its scanner does as people do.
	switch {
	case strings.HasPrefix(text, "while parsing"):
		line++
	case strings.HasPrefix(rest, "unknown anchor"):
		column--
	}
	return rest, line, column
}

func number(text string, from, to int) int {
	if from < 0 {
		return 0
	}
	n, _ := strconv.Atoi(text[from:to]) // the pattern lets digits through only
	return n
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
	switch e := err.(type) { //nolint:errorlint // this walks the tree that errors.As gives the first of
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
		named := func(value string) bool {
			value = strings.TrimPrefix(value, "./")
			return strings.ContainsAny(value, "./") && strings.HasSuffix(path.Path, value)
		}
		if line := f.scalar(named); line > 0 {
			p.Hint = "see " + f.where(line)
			break
		}
	}
	return p
}
