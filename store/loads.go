package store

import (
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"berth/stack"
)

// LoadRun is a run of load on an endpoint.
type LoadRun struct {
	At       time.Time       `json:"at"`
	Project  string          `json:"project"`
	Service  string          `json:"service"`
	Endpoint string          `json:"endpoint"`
	ImageID  string          `json:"image_id"`
	Bodies   string          `json:"bodies"` // hash of what was sent
	Result   json.RawMessage `json:"result"` // what was measured, as who measured it wrote it
}

// Loads keeps the last run of load on each endpoint, to compare the next with.
type Loads struct{ dir string }

// OpenLoads uses a folder that is made when first saved to; empty means
// StateDir()/loads.
func OpenLoads(dir string) (*Loads, error) {
	dir, err := stateFolder(dir, "loads")
	if err != nil {
		return nil, err
	}
	return &Loads{dir}, nil
}

// file is one for each endpoint, whose name may have what files' may not.
func (l *Loads) file(project, service, endpoint string) string {
	sum := sha256.Sum256([]byte(service + "\x00" + endpoint))
	return filepath.Join(l.dir, fileName(project), fmt.Sprintf("%x.json", sum[:8]))
}

// Last is the last run on an endpoint; false when there is none.
func (l *Loads) Last(project, service, endpoint string) (LoadRun, bool, error) {
	file := l.file(project, service, endpoint)
	text, err := os.ReadFile(file)
	if errors.Is(err, fs.ErrNotExist) {
		return LoadRun{}, false, nil
	}
	var last LoadRun
	if err == nil {
		err = json.Unmarshal(text, &last)
	}
	if err != nil {
		return LoadRun{}, false, &stack.Problem{What: "reading the last load", Where: file, Err: err, Hint: "the next one takes its place"}
	}
	return last, true, nil
}

// Save keeps a run in place of the one before.
func (l *Loads) Save(run LoadRun) error {
	file := l.file(run.Project, run.Service, run.Endpoint)
	text, err := json.Marshal(run)
	if err == nil {
		err = os.MkdirAll(filepath.Dir(file), 0o700)
	}
	if err == nil {
		err = replace(file, append(text, '\n'))
	}
	if err != nil {
		return &stack.Problem{What: "keeping the load's result", Where: file, Err: err, Hint: "the next one has nothing to be compared with"}
	}
	return nil
}
