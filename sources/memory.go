package sources

import (
	"context"
	"errors"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"

	"berth/stack"
)

// Memory is a tree as it was when it was asked last, to tell of a few files
// whether their content has changed since.
type Memory struct {
	tree  Tree
	files map[string]File
}

// Remember looks at a tree. What is known from before saves reading it.
func Remember(ctx context.Context, t Tree, known Manifest) (*Memory, error) {
	s := Subject{Trees: []Tree{t}}
	m, err := Look(ctx, s, known)
	if err == nil {
		err = m.Read(ctx, s)
	}
	if err != nil {
		return nil, err
	}
	return &Memory{t, m.Trees[0].byPath()}, nil
}

// few is up to how many files are looked at one by one; above it, going through
// the tree costs less.
const few = 500

// Changed is which of the files at these absolute paths are not as they were,
// ordered by path; of a folder, which of those in it. It takes up how they are
// now.
func (m *Memory) Changed(ctx context.Context, paths []string) ([]stack.FileChange, error) {
	was, now := map[string]File{}, map[string]File{}
	for _, path := range paths {
		rel, err := filepath.Rel(m.tree.Dir, path)
		if err != nil || !filepath.IsLocal(rel) {
			continue
		}
		rel = filepath.ToSlash(rel)
		known, had := m.files[rel]
		if had {
			was[rel] = known
		}
		f, err := m.tree.look(ctx, rel, known.Mode)
		switch {
		case ctx.Err() != nil:
			return nil, ctx.Err()
		case len(paths) > few, known.Mode.IsDir(), f.Mode.IsDir():
			return m.All(ctx)
		case err == nil:
			now[rel] = f
		}
	}
	changes := m.compare(was, now)
	for rel := range was {
		delete(m.files, rel)
	}
	maps.Copy(m.files, m.own(was, now))
	return changes, nil
}

// look looks at one file; an error says that it is not there.
func (t Tree) look(ctx context.Context, rel string, mode fs.FileMode) (File, error) {
	path, stat := filepath.Join(t.Dir, filepath.FromSlash(rel)), os.Lstat
	if rel == "." {
		stat = os.Stat // the tree is where its link leads
	}
	info, err := stat(path)
	switch {
	case errors.Is(err, fs.ErrNotExist), errors.Is(err, syscall.ENOTDIR):
		return File{}, err
	case err != nil:
		return File{Path: rel, Mode: mode, shut: true}, nil
	}
	f := fileOf(rel, info)
	if f.Mode&fs.ModeSymlink != 0 {
		f.Sum, err = os.Readlink(path)
		return f, err
	}
	return f, f.fill(ctx, t)
}

// All is every file that is not as it was.
func (m *Memory) All(ctx context.Context) ([]stack.FileChange, error) {
	known := Manifest{Trees: []Listing{{Name: m.tree.Name, Ignore: m.tree.Ignore, Files: slices.Collect(maps.Values(m.files))}}}
	now, err := Remember(ctx, m.tree, known)
	if err != nil {
		return nil, err
	}
	changes := m.compare(m.files, now.files)
	m.files = m.own(m.files, now.files)
	return changes, nil
}

// own leaves out what somebody else put there.
func (m *Memory) own(was, now map[string]File) map[string]File {
	if m.tree.Shared {
		maps.DeleteFunc(now, func(rel string, _ File) bool { _, had := was[rel]; return !had })
	}
	return now
}

func (m *Memory) compare(was, now map[string]File) []stack.FileChange {
	changes := m.tree.compare(maps.Clone(was), slices.Collect(maps.Values(now)))
	slices.SortFunc(changes, func(a, b stack.FileChange) int { return strings.Compare(a.Path, b.Path) })
	return changes
}
