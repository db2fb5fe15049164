package store

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"berth/stack"

	"github.com/rogpeppe/go-internal/lockedfile"
)

// Bounds of what is remembered of a project's builds.
const (
	maxBuilds     = 20      // of each service
	maxBuildBytes = 4 << 20 // of all of them
)

// Builds are the builds of all projects: a document for each, the newest last.
// Several Berths may use them at once.
type Builds struct {
	dir   string
	most  int
	bytes int
}

// OpenBuilds uses a folder that is made when first saved to; empty means
// StateDir()/builds.
func OpenBuilds(dir string) (*Builds, error) {
	dir, err := stateFolder(dir, "builds")
	if err != nil {
		return nil, err
	}
	return &Builds{dir: dir, most: maxBuilds, bytes: maxBuildBytes}, nil
}

// List is the builds of a service, or with an empty name of all of a project's,
// newest first.
func (b *Builds) List(project, service string) ([]stack.Build, error) {
	all, err := b.read(project)
	all = slices.DeleteFunc(all, func(r stack.Build) bool { return service != "" && r.Service != service })
	slices.Reverse(all)
	if err != nil {
		return all, b.problem("reading the builds", project, err)
	}
	return all, nil
}

// Save adds a build, in which no secrets are any more, and forgets what is beyond
// the bounds.
func (b *Builds) Save(build stack.Build) error {
	if err := b.save(build); err != nil {
		return b.problem("remembering a build", build.Project, err)
	}
	return nil
}

func (b *Builds) save(build stack.Build) error {
	if err := os.MkdirAll(b.dir, 0o700); err != nil {
		return err
	}
	unlock, err := lockedfile.MutexAt(filepath.Join(b.dir, ".lock")).Lock()
	if err != nil {
		return err
	}
	defer unlock()
	all, err := b.read(build.Project)
	if err != nil { // what nobody can read must not keep new ones from being kept
		if aside := os.Rename(b.file(build.Project), fmt.Sprintf("%s.broken-%s", b.file(build.Project), time.Now().Format("20060102-150405"))); aside != nil {
			return errors.Join(err, aside)
		}
	}
	lines, size := [][]byte{}, 0
	of := map[string]int{}
	for _, r := range slices.Backward(append(all, build)) {
		line, err := json.Marshal(r)
		if err != nil {
			return err
		}
		if of[r.Service]++; of[r.Service] > b.most || len(lines) > 0 && size+len(line) > b.bytes {
			continue
		}
		size += len(line)
		lines = append(lines, line)
	}
	slices.Reverse(lines)
	var text []byte
	for _, line := range lines {
		text = append(append(text, line...), '\n')
	}
	return replace(b.file(build.Project), text)
}

// read gives what was saved, oldest first.
func (b *Builds) read(project string) ([]stack.Build, error) {
	text, err := os.ReadFile(b.file(project))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	var all []stack.Build
	for line := range strings.Lines(string(text)) {
		var r stack.Build
		if err := json.Unmarshal([]byte(line), &r); err != nil {
			return all, fmt.Errorf("line %d: %w", len(all)+1, err)
		}
		all = append(all, r)
	}
	return all, nil
}

func (b *Builds) file(project string) string {
	return filepath.Join(b.dir, fileName(project)+".jsonl")
}

func (b *Builds) problem(what, project string, err error) error {
	return &stack.Problem{What: what, Where: b.file(project), Err: err, Hint: "builds work without it; the next one begins the list anew"}
}
