package sources

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"sync"
	"time"

	"github.com/moby/patternmatcher"
	"golang.org/x/sync/errgroup"
)

// Tree is a folder, or a single file, as far as it matters.
type Tree struct {
	Name   string   // goes before its paths when they are told
	Dir    string   // absolute
	Ignore []string // patterns of .dockerignore
	// Shared: something else writes here too, so that a file more is nobody's
	// edit.
	Shared bool
	// Skip leaves out more than Ignore does, by the path from the root: a folder
	// with all that is in it; nil: nothing.
	Skip func(path string, folder bool) bool
	// Large is from which size on a file is not read, and its time decides; 0:
	// every file is read.
	Large int64
}

// mostFiles bounds what is looked at: beyond it nothing is told.
const mostFiles = 100_000

// errTooMany means that a tree has more files than are looked at.
var errTooMany = errors.New("it has more than 100,000 files")

// fresh is for how long after a change a file's time may stay as it is through
// the next change; some file systems count in seconds.
const fresh = 2 * time.Second

// list lists the tree, and takes the sums of what it knows already. It follows
// no link, as a build does not.
func (t Tree) list(ctx context.Context, known Listing) ([]File, error) {
	info, err := os.Stat(t.Dir)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil, nil // all of it is removed
	case err != nil:
		return nil, err
	}
	w := walk{tree: t, now: time.Now(), was: known.byPath()}
	if !info.IsDir() {
		return []File{w.file(".", info)}, nil
	}
	if w.ignored, err = patternmatcher.New(t.Ignore); err != nil {
		return nil, err
	}
	w.inside = slices.Equal(known.Ignore, t.Ignore)
	w.group, ctx = errgroup.WithContext(ctx)
	w.group.SetLimit(2 * runtime.GOMAXPROCS(0))
	w.group.Go(func() error { return w.folder(ctx, nil, "") })
	return w.files, w.group.Wait()
}

// walk is one listing under way, of several folders at once.
type walk struct {
	tree    Tree
	now     time.Time
	was     map[string]File
	ignored *patternmatcher.PatternMatcher
	inside  bool // what was listed is not ignored: the patterns are those of then
	group   *errgroup.Group

	mu    sync.Mutex
	files []File
}

// place is a folder on the way. An ignored one is listed nevertheless when
// something in it is not.
type place struct {
	up      *place
	file    File
	matched patternmatcher.MatchInfo
	listed  bool // guarded by walk.mu
}

func (w *walk) folder(ctx context.Context, at *place, rel string) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	entries, err := os.ReadDir(filepath.Join(w.tree.Dir, rel))
	switch {
	case errors.Is(err, fs.ErrNotExist): // it has gone meanwhile
	case err != nil && at == nil:
		return err
	case err != nil && at.listed:
		return w.add(nil, File{Path: at.file.Path, Mode: fs.ModeDir, shut: true})
	}
	var up patternmatcher.MatchInfo
	if at != nil {
		up = at.matched
	}
	here := make([]File, 0, len(entries))
	for _, e := range entries {
		path := filepath.Join(rel, e.Name())
		slashed := filepath.ToSlash(path)
		if w.tree.Skip != nil && w.tree.Skip(slashed, e.IsDir()) {
			continue
		}
		_, listed := w.was[slashed]
		listed = listed && w.inside
		ignored, matched := false, patternmatcher.MatchInfo{}
		if e.IsDir() || !listed { // a match costs more than all the rest
			if ignored, matched, err = w.ignored.MatchesUsingParentResults(path, up); err != nil {
				return err
			}
		}
		if ignored && (!e.IsDir() || !w.ignored.Exclusions()) {
			continue
		}
		info, err := e.Info()
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err != nil {
			return err
		}
		f := w.file(slashed, info)
		if f.Mode&fs.ModeSymlink != 0 {
			if f.Sum, err = os.Readlink(filepath.Join(w.tree.Dir, path)); err != nil && !errors.Is(err, fs.ErrNotExist) {
				return err
			}
		}
		if !ignored {
			here = append(here, f)
		}
		if e.IsDir() {
			below := &place{up: at, file: f, matched: matched, listed: !ignored}
			if !w.group.TryGo(func() error { return w.folder(ctx, below, path) }) {
				if err := w.folder(ctx, below, path); err != nil {
					return err
				}
			}
		}
	}
	return w.add(at, here...)
}

// add lists files, and the folders above that were passed over so far.
func (w *walk) add(at *place, files ...File) error {
	if len(files) == 0 {
		return nil
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	w.files = append(w.files, files...)
	for ; at != nil && !at.listed; at = at.up {
		at.listed = true
		w.files = append(w.files, at.file)
	}
	if len(w.files) > mostFiles {
		return errTooMany
	}
	return nil
}

// file is what is known of a file without reading it.
func (w *walk) file(path string, info fs.FileInfo) File {
	f := fileOf(path, info)
	if w.now.Sub(info.ModTime()) > fresh {
		f.Time = f.seen
	}
	if was, ok := w.was[path]; ok && was.Time != 0 && was.Time == f.seen && was.Size == f.Size && was.Mode == f.Mode && f.Mode.IsRegular() {
		f.Sum = was.Sum
	}
	return f
}

func fileOf(path string, info fs.FileInfo) File {
	f := File{Path: path, Mode: info.Mode(), seen: info.ModTime().UnixNano()}
	if f.Mode.IsRegular() {
		f.Size = info.Size()
	}
	return f
}
