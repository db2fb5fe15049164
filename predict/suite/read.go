package suite

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"berth/stack"
)

// maxFile is how large a file may be, in bytes.
const maxFile = 32 << 20

// File is a suite: its cases, and what is wrong with it.
type File struct {
	Name  string // "predictions/churn.yaml"
	Path  string
	Text  []byte // as it was read
	Cases []Case
	Flaws []Flaw

	root     *node // of YAML; nil where it is read in parts, or JSON lines
	defaults Case
}

// Called reports whether a name means the file: "churn", its name or its path.
func (f *File) Called(name string) bool {
	base := path.Base(f.Name)
	return name == strings.TrimSuffix(base, path.Ext(base)) || name == base || name == f.Name || filepath.Clean(name) == filepath.Clean(f.Path)
}

func isSuite(name string) bool {
	return slices.Contains([]string{".jsonl", ".yaml", ".yml"}, filepath.Ext(name)) && !strings.HasPrefix(name, ".")
}

// ReadDir reads the suites of a project, by name; none where it has no such
// folder. What is wrong inside a file is one of its flaws.
func ReadDir(project string) ([]*File, error) {
	dir := filepath.Join(project, Dir)
	entries, err := os.ReadDir(dir)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, &stack.Problem{What: "reading the suites", Where: dir, Err: err}
	}
	var files []*File
	for _, e := range entries {
		if e.IsDir() || !isSuite(e.Name()) {
			continue
		}
		name, file := path.Join(Dir, e.Name()), filepath.Join(dir, e.Name())
		text, err := readFile(file)
		f := Parse(name, text)
		if f.Path = file; err != nil {
			f.Flaws = []Flaw{{File: name, Text: err.Error()}}
		}
		files = append(files, f)
	}
	twice(files)
	return files, nil
}

// ReadFile reads one suite, which is shown by a name.
func ReadFile(file, name string) (*File, error) {
	text, err := readFile(file)
	if err != nil {
		return nil, &stack.Problem{What: "reading a suite", Where: name, Err: err}
	}
	f := Parse(name, text)
	f.Path = file
	return f, nil
}

func readFile(file string) ([]byte, error) {
	info, err := os.Stat(file)
	switch {
	case err != nil:
		return nil, err
	case !info.Mode().IsRegular():
		return nil, errors.New("it is no file")
	case info.Size() > maxFile:
		return nil, fmt.Errorf("it is larger than %d MiB", maxFile>>20)
	case !isSuite(filepath.Base(file)):
		return nil, errors.New("its name ends in none of .yaml, .yml, .jsonl")
	}
	return os.ReadFile(file)
}

// Parse reads the text of a suite; the name's ending says how.
func Parse(name string, text []byte) *File {
	f := &File{Name: name, Text: text}
	r := &reader{file: name}
	if path.Ext(name) == ".jsonl" {
		f.jsonLines(r)
	} else {
		f.yaml(r)
	}
	f.Flaws, f.defaults = r.flaws, r.defaults
	twice([]*File{f})
	return f
}

func (f *File) add(r *reader, n *node) {
	if c, ok := r.read(n); ok {
		f.Cases = append(f.Cases, c)
	}
}

func (f *File) jsonLines(r *reader) {
	at, line, first := 0, 0, true
	for text := range bytes.Lines(f.Text) {
		begin := at
		at += len(text)
		line++
		if len(bytes.TrimSpace(text)) == 0 {
			continue
		}
		n, err := parseJSON(text, begin, line)
		switch defaults := n.get("defaults"); {
		case err != nil:
			r.flaw(line, "%v", err)
		case defaults != nil && first && len(n.members) == 1:
			r.fields(defaults, &r.defaults, true)
		case defaults != nil:
			r.flaw(line, "defaults are the first line, by themselves")
		default:
			f.add(r, n)
		}
		first = false
	}
}

func (f *File) yaml(r *reader) {
	if len(bytes.TrimSpace(f.Text)) == 0 {
		return
	}
	budget := maxNodes
	root, err := parseYAML(f.Text, 0, len(f.Text), &budget)
	if err != nil {
		budget = maxNodes
		f.parts(r, err, &budget)
		return
	}
	f.root = root
	f.top(r, root)
	cases := root.get("cases")
	switch {
	case root.kind != object || cases == nil:
		r.flaw(root.line, `it has no "cases:"`)
	case cases.kind == list:
		for _, n := range cases.items {
			f.add(r, n)
		}
	case cases.scalar != "null":
		r.flaw(cases.line, "cases have to be a list")
	}
}

// top reads what is beside the cases.
func (f *File) top(r *reader, root *node) {
	for _, m := range root.members {
		switch m.name {
		case "defaults":
			r.fields(m.value, &r.defaults, true)
		case "cases":
		default:
			r.flaw(m.line, "%q is none of defaults, cases", m.name)
		}
	}
}

var (
	casesLine = regexp.MustCompile(`(?m)^cases:[ \t]*(#.*)?\r?$`)
	dash      = regexp.MustCompile(`(?m)^ *- `)
)

// parts reads a file that is no YAML as a whole case by case, so that one which
// is broken does not take the others with it.
func (f *File) parts(r *reader, whole *lineError, budget *int) {
	head := casesLine.FindIndex(f.Text)
	if head == nil {
		r.flaw(whole.line, "%v", whole.error)
		return
	}
	if top := bytes.TrimSpace(f.Text[:head[0]]); len(top) > 0 {
		if root, err := parseYAML(f.Text, 0, head[0], budget); err == nil {
			f.top(r, root)
		} else if !errors.Is(err.error, errEmpty) {
			r.flaw(err.line, "%v", err.error)
		}
	}
	first := dash.FindIndex(f.Text[head[1]:])
	if first == nil {
		r.flaw(whole.line, "%v", whole.error)
		return
	}
	item := regexp.MustCompile(fmt.Sprintf(`(?m)^ {%d}- `, first[1]-first[0]-2))
	begins := item.FindAllIndex(f.Text[head[1]:], -1)
	flaws := len(r.flaws)
	for i, at := range begins {
		from, to := head[1]+at[0], len(f.Text)
		if i+1 < len(begins) {
			to = head[1] + begins[i+1][0]
		}
		n, err := parseYAML(f.Text, from, to, budget)
		switch {
		case err != nil:
			r.flaw(err.line, "%v", err.error)
		case n.kind == list:
			for _, entry := range n.items {
				f.add(r, entry)
			}
		}
	}
	if len(r.flaws) == flaws { // each part is right, and the whole is not
		r.flaw(whole.line, "%v", whole.error)
	}
}

// twice tells the names that several cases have, of which all count.
func twice(files []*File) {
	where := map[string]string{}
	for _, f := range files {
		f.Flaws = slices.DeleteFunc(f.Flaws, func(flaw Flaw) bool { return flaw.Minor })
		for _, c := range f.Cases {
			if other, ok := where[c.Name]; ok {
				f.Flaws = append(f.Flaws, Flaw{File: f.Name, Line: c.Line, Minor: true, Text: fmt.Sprintf("the name %q is taken by %s", c.Name, other)})
				continue
			}
			where[c.Name] = fmt.Sprintf("%s:%d", f.Name, c.Line)
		}
		slices.SortStableFunc(f.Flaws, func(a, b Flaw) int { return a.Line - b.Line })
	}
}

func (f Flaw) String() string {
	if f.Line == 0 {
		return f.File + ": " + f.Text
	}
	return fmt.Sprintf("%s:%d: %s", f.File, f.Line, f.Text)
}
