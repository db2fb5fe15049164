package store

import (
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"berth/stack"
)

// Memory is what the screen remembers from run to run: a small document by
// name, such as a project's. Several Berths may write one; the last to leave
// decides, and no reader sees half of it.
type Memory struct{ dir string }

// OpenMemory uses a folder that is made when first saved to; empty means
// StateDir()/memory.
func OpenMemory(dir string) (*Memory, error) {
	dir, err := stateFolder(dir, "memory")
	if err != nil {
		return nil, err
	}
	return &Memory{dir: dir}, nil
}

// Load reads what was saved under a name into v; it leaves v as it is where
// nothing was.
func (m *Memory) Load(name string, v any) error {
	text, err := os.ReadFile(m.file(name))
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err == nil {
		err = json.Unmarshal(text, v)
	}
	if err != nil {
		return m.problem("recalling", name, err)
	}
	return nil
}

// Save writes v under a name in place of what was there.
func (m *Memory) Save(name string, v any) error {
	if err := m.save(name, v); err != nil {
		return m.problem("remembering", name, err)
	}
	return nil
}

func (m *Memory) save(name string, v any) error {
	text, err := json.Marshal(v)
	if err != nil {
		return err
	}
	if err := os.MkdirAll(m.dir, 0o700); err != nil {
		return err
	}
	f, err := os.CreateTemp(m.dir, ".new-*") // readable by the user only
	if err != nil {
		return err
	}
	_, err = f.Write(append(text, '\n'))
	if err = errors.Join(err, f.Close()); err == nil {
		err = os.Rename(f.Name(), m.file(name))
	}
	if err != nil {
		return errors.Join(err, os.Remove(f.Name()))
	}
	return nil
}

func (m *Memory) file(name string) string { return filepath.Join(m.dir, fileName(name)+".json") }

func (m *Memory) problem(what, name string, err error) error {
	return &stack.Problem{What: what + " how the screen was", Where: m.file(name), Err: err, Hint: "everything works without it"}
}

// fileName is a name that came from outside as part of a path.
func fileName(name string) string {
	safe := strings.Map(func(r rune) rune {
		if r == '-' || r == '_' || '0' <= r && r <= '9' || 'a' <= r && r <= 'z' || 'A' <= r && r <= 'Z' {
			return r
		}
		return '_'
	}, name)
	return "project-" + safe[:min(len(safe), 200)]
}
