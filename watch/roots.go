package watch

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/fsnotify/fsnotify"

	"berth/sources"
	"berth/stack"
)

// root is one of the folders, or files, that are watched.
type root struct {
	sources.Tree
	real   string // where Dir leads; empty while it is not there
	file   bool
	looked bool // at every second: the system does not tell of it
	seen   bool // last is of the last look
	last   sources.Listing
	told   string // the trouble with looking that was told last
}

// watcher subscribes to the folders of its roots. The folder above a root is
// always among them: it tells when the root is replaced, or comes to be.
type watcher struct {
	*subscription
	roots   []*root
	folders map[string]bool // subscribed to
}

// arm subscribes to a root as it is now. An error says what is not watched, or
// not in this way.
func (w *watcher) arm(r *root) error {
	err := w.subscribe(above(r.Dir))
	real, gone := filepath.EvalSymlinks(r.Dir)
	if r.real = real; gone == nil && err == nil {
		info, gone := os.Stat(real)
		switch r.file = gone == nil && !info.IsDir(); {
		case gone != nil:
		case r.file:
			err = w.subscribe(filepath.Dir(real))
		default:
			err = w.armFolder(r, real)
		}
	}
	if err == nil || !exhausted(err) {
		return err
	}
	return w.giveUp(r, err)
}

// giveUp leaves what there is of subscriptions to others: the root is looked at
// from now on, with those that share folders with it.
func (w *watcher) giveUp(r *root, err error) error {
	w.forget(r.real)
	for _, o := range w.roots {
		if o == r || inside(r.real, o.real) || inside(o.real, r.real) {
			o.looked, o.seen = true, false
		}
	}
	return limit("watching "+r.Dir, err)
}

// armFolder subscribes to a folder of a root, and those in it.
func (w *watcher) armFolder(r *root, folder string) error {
	var closed []error
	err := filepath.WalkDir(folder, func(path string, e fs.DirEntry, err error) error {
		switch {
		case errors.Is(err, fs.ErrNotExist):
			return nil
		case errors.Is(err, fs.ErrPermission):
			closed = append(closed, &stack.Problem{What: "a folder cannot be watched", Where: path, Err: fs.ErrPermission})
			return nil
		case err != nil:
			return err
		case !e.IsDir():
			return nil
		}
		if r.skips(path, true) {
			return fs.SkipDir
		}
		err = w.subscribe(path)
		if errors.Is(err, fs.ErrPermission) {
			return nil // the walk tells
		}
		return err
	})
	return errors.Join(append(closed, err)...)
}

// skips reports whether a path under where the root leads does not count.
func (r *root) skips(path string, folder bool) bool {
	rel, err := filepath.Rel(r.real, path)
	return err != nil || r.Skip != nil && rel != "." && r.Skip(filepath.ToSlash(rel), folder)
}

// subscribe subscribes to one folder. One that has gone meanwhile is none.
func (w *watcher) subscribe(folder string) error {
	if w.folders[folder] {
		return nil
	}
	err := w.Add(folder)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err == nil {
		w.folders[folder] = true
	}
	return err
}

// forget ends the subscriptions to a folder and to all in it. That one has ended
// by itself is no error.
func (w *watcher) forget(folder string) {
	for f := range w.folders {
		if folder != "" && inside(folder, f) {
			delete(w.folders, f)
			_ = w.Remove(f) // it may have gone with its folder
		}
	}
}

// replaced is what happens to a path that is another file or folder afterwards,
// or none. (Has asks for any of them.)
const replaced = fsnotify.Create | fsnotify.Rename | fsnotify.Remove

// happened is the files that an event is about, as their roots call them.
func (w *watcher) happened(e fsnotify.Event) ([]string, error) {
	was := w.folders[e.Name]
	if was && e.Has(fsnotify.Rename|fsnotify.Remove) {
		w.forget(e.Name)
	}
	var paths []string
	var errs []error
	for _, r := range w.roots {
		switch {
		case r.looked:
		case e.Name == r.Dir || inside(e.Name, r.Dir):
			// The root itself, or a folder that it is in.
			if e.Has(replaced) {
				w.forget(r.real)
				errs = append(errs, w.arm(r))
			} else if !r.file {
				continue // a folder's own times say nothing
			}
			paths = append(paths, r.Dir)
		case r.real == "" || !inside(r.real, e.Name):
		default:
			info, err := os.Lstat(e.Name)
			folder := was || err == nil && info.IsDir()
			if r.skips(e.Name, folder) {
				continue
			}
			if folder && e.Has(fsnotify.Create) {
				errs = append(errs, w.rearm(r, e.Name))
			}
			if folder && !e.Has(replaced) {
				continue
			}
			paths = append(paths, filepath.Join(r.Dir, strings.TrimPrefix(e.Name, r.real)))
		}
	}
	return paths, errors.Join(errs...)
}

// rearm subscribes to a folder that came to a root.
func (w *watcher) rearm(r *root, folder string) error {
	err := w.armFolder(r, folder)
	if exhausted(err) {
		return w.giveUp(r, err)
	}
	return err
}

// above is the nearest folder above a path that is there.
func above(path string) string {
	for {
		path = filepath.Dir(path)
		if info, err := os.Stat(path); err == nil && info.IsDir() || path == filepath.Dir(path) {
			return path
		}
	}
}

// inside reports whether a path is a folder, or in it.
func inside(folder, path string) bool {
	return path == folder || strings.HasPrefix(path, strings.TrimSuffix(folder, "/")+"/")
}
