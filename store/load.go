package store

import (
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"berth/stack"

	"github.com/pelletier/go-toml/v2"
)

// ProjectFile is the settings file of a project, in the folder of its compose
// file.
const ProjectFile = ".berth.toml"

// Sources is where settings come from besides the environment.
type Sources struct {
	File       string            // the user's; empty: ConfigDir()/config.toml
	ProjectDir string            // where ProjectFile may be; empty: none
	Flags      map[string]string // by key, as given on the command line
}

// Load puts the settings together: default < user's file < project's file <
// environment (BERTH_…) < flag. A file that is not there is no error. What is
// wrong is reported with its place, all of it, as *stack.Problem joined; the
// settings are usable even then, as if what is wrong were not there.
func Load(from Sources) (*Settings, error) {
	s := Default()
	var errs []error
	if from.File == "" {
		dir, err := ConfigDir()
		if err != nil {
			return s, err
		}
		from.File = filepath.Join(dir, "config.toml")
	}
	errs = append(errs, s.loadFile(from.File)...)
	if from.ProjectDir != "" {
		errs = append(errs, s.loadFile(filepath.Join(from.ProjectDir, ProjectFile))...)
	}
	for _, k := range keys {
		if text, set := os.LookupEnv(k.Env()); set {
			if err := s.put(k, text, k.Env()); err != nil {
				errs = append(errs, refused(k, text, k.Env(), err))
			}
		}
	}
	for _, name := range slices.Sorted(maps.Keys(from.Flags)) {
		flag := "--" + strings.ReplaceAll(name, "_", "-")
		i := slices.IndexFunc(keys, func(k Key) bool { return k.Name == name })
		if i < 0 {
			errs = append(errs, unknown(name, flag))
		} else if err := s.put(keys[i], from.Flags[name], flag); err != nil {
			errs = append(errs, errors.Join(stack.ErrUsage, refused(keys[i], from.Flags[name], flag, err)))
		}
	}
	return s, errors.Join(errs...)
}

func (s *Settings) loadFile(file string) []error {
	text, err := os.ReadFile(file)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return []error{&stack.Problem{What: "reading the settings", Where: file, Err: err}}
	}
	values := map[string]any{}
	if err := toml.Unmarshal(text, &values); err != nil {
		where := file
		if syntax, ok := errors.AsType[*toml.DecodeError](err); ok {
			line, column := syntax.Position()
			where = fmt.Sprintf("%s:%d:%d", file, line, column)
		}
		return []error{&stack.Problem{What: "reading the settings", Where: where, Err: err}}
	}
	if table, there := values[keysTable]; there {
		if _, ok := table.(map[string]any); !ok {
			return []error{&stack.Problem{
				What: "reading the settings", Where: file, Err: errors.New("keys is not a table"),
				Hint: "it has to be [keys], and below it lines such as work.stop = \"S\"",
			}}
		}
	}
	var errs []error
	for _, at := range positions(text) {
		where := fmt.Sprintf("%s:%d", file, at.line)
		if action, ok := strings.CutPrefix(at.key, keysTable+"."); ok {
			if err := s.loadBinding(values[keysTable], action, where); err != nil {
				errs = append(errs, err)
			}
			continue
		}
		i := slices.IndexFunc(keys, func(k Key) bool { return k.Name == at.key })
		if i < 0 {
			errs = append(errs, unknown(at.key, where))
			continue
		}
		value := values[at.key]
		text, quoted := value.(string)
		if !quoted {
			text = fmt.Sprint(value)
		}
		if quoted != keys[i].quoted {
			errs = append(errs, refused(keys[i], text, where, errors.New("it is of the wrong type")))
		} else if err := s.put(keys[i], text, where); err != nil {
			errs = append(errs, refused(keys[i], text, where, err))
		}
	}
	return errs
}

type position struct {
	key  string
	line int
}

// keysTable is the table of the dashboard's keys.
const keysTable = "keys"

// loadBinding takes up an entry of that table. An action's name has a dot, which
// makes a table of its first part unless it is quoted.
func (s *Settings) loadBinding(table any, action, where string) error {
	value := table
	for rest := action; rest != ""; {
		t, ok := value.(map[string]any)
		if !ok {
			break
		}
		if v, whole := t[rest]; whole {
			value = v
			break
		}
		var first string
		first, rest, _ = strings.Cut(rest, ".")
		value = t[first]
	}
	b := Binding{Action: action, Origin: where}
	list, ok := value.([]any)
	if !ok {
		list = []any{value}
	}
	for _, v := range list {
		key, ok := v.(string)
		if !ok {
			return &stack.Problem{
				What: "reading the settings", Where: where, Err: fmt.Errorf("keys.%s is neither a key nor a list of keys", action),
				Hint: `it has to be such as "x" or ["x", "ctrl+x"]; [] takes its key away`,
			}
		}
		b.Keys = append(b.Keys, key)
	}
	s.bind(b)
	return nil
}

// positions lists the keys and tables at the top of a valid file, and the
// entries of the table of keys. Decoding into a type without such fields, the
// library reports each as unexpected, with its line.
func positions(text []byte) []position {
	err := toml.NewDecoder(strings.NewReader(string(text))).DisallowUnknownFields().Decode(&struct {
		Keys struct{} `toml:"keys"`
	}{})
	missing, ok := errors.AsType[*toml.StrictMissingError](err)
	if !ok {
		return nil
	}
	var list []position
	for _, e := range missing.Errors {
		line, _ := e.Position()
		list = append(list, position{strings.Join(e.Key(), "."), line})
	}
	return list
}

func unknown(name, where string) error {
	var names []string
	for _, k := range keys {
		names = append(names, k.Name)
	}
	return &stack.Problem{
		What: "reading the settings", Where: where, Err: fmt.Errorf("there is no setting %q", name),
		Hint: "there are " + strings.Join(names, ", "),
	}
}

func refused(k Key, text, where string, err error) error {
	return &stack.Problem{
		What: "reading the settings", Where: where,
		Err:  fmt.Errorf("%s = %q: %w", k.Name, text, err),
		Hint: "it has to be " + k.Form,
	}
}
