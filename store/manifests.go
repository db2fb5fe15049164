package store

import (
	"bytes"
	"cmp"
	"encoding/gob"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"berth/stack"
)

// Bounds of what is kept.
const (
	maxManifests     = 400
	maxManifestBytes = 64 << 20
)

// Manifests are what images were built from and containers were started with: a
// file for each ID. Several Berths may use them at once: every file is written
// whole, and the one that is used least recently goes first.
type Manifests struct {
	dir   string
	most  int
	bytes int64
}

// OpenManifests uses a folder that is made when first saved to; empty means
// StateDir()/manifests.
func OpenManifests(dir string) (*Manifests, error) {
	dir, err := stateFolder(dir, "manifests")
	if err != nil {
		return nil, err
	}
	return &Manifests{dir: dir, most: maxManifests, bytes: maxManifestBytes}, nil
}

// Load reads what was saved for an ID into v; false: nothing was.
func (m *Manifests) Load(id string, v any) (bool, error) {
	file := m.file(id)
	text, err := os.ReadFile(file)
	if errors.Is(err, fs.ErrNotExist) {
		return false, nil
	}
	if err == nil {
		err = gob.NewDecoder(bytes.NewReader(text)).Decode(v)
	}
	if err != nil {
		return false, m.problem("reading what "+stack.ShortID(id)+" was made from", file, err)
	}
	now := time.Now()
	_ = os.Chtimes(file, now, now) // else it is forgotten sooner, and no more
	return true, nil
}

// Save writes v for an ID in place of what was there.
func (m *Manifests) Save(id string, v any) error {
	var text bytes.Buffer
	err := gob.NewEncoder(&text).Encode(v)
	if err == nil {
		err = os.MkdirAll(m.dir, 0o700)
	}
	if err == nil {
		err = replace(m.file(id), text.Bytes())
	}
	if err == nil {
		err = m.forget(filepath.Base(m.file(id)))
	}
	if err != nil {
		return m.problem("remembering what "+stack.ShortID(id)+" was made from", m.file(id), err)
	}
	return nil
}

// forget removes what is beyond the bounds, but not the one named, nor what
// another Berth is just writing.
func (m *Manifests) forget(but string) error {
	entries, err := os.ReadDir(m.dir)
	if err != nil {
		return err
	}
	var all []fs.FileInfo
	count, size := 0, int64(0)
	for _, e := range entries {
		info, err := e.Info()
		if errors.Is(err, fs.ErrNotExist) {
			continue // another Berth forgot it
		}
		if err != nil {
			return err
		}
		count++
		size += info.Size()
		if writing := strings.HasPrefix(e.Name(), ".new-") && time.Since(info.ModTime()) < time.Minute; e.Name() != but && !writing {
			all = append(all, info)
		}
	}
	slices.SortFunc(all, func(a, b fs.FileInfo) int {
		return cmp.Or(a.ModTime().Compare(b.ModTime()), strings.Compare(a.Name(), b.Name()))
	})
	for _, info := range all {
		if count <= m.most && size <= m.bytes {
			return nil
		}
		if err := os.Remove(filepath.Join(m.dir, info.Name())); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
		count--
		size -= info.Size()
	}
	return nil
}

func (m *Manifests) file(id string) string {
	_, digits, _ := strings.Cut(id, ":")
	return filepath.Join(m.dir, strings.TrimPrefix(fileName(cmp.Or(digits, id)), "project-"))
}

func (m *Manifests) problem(what, file string, err error) error {
	return &stack.Problem{What: what, Where: file, Err: err, Hint: "everything else works without it; a new build writes it anew"}
}
