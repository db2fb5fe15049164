package assets

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// ExistsError says that WriteProject wrote nothing, because these are there.
type ExistsError struct {
	Dir   string
	Paths []string // relative to Dir, sorted
}

func (e *ExistsError) Error() string {
	return fmt.Sprintf("%s already has %s", e.Dir, strings.Join(e.Paths, ", "))
}

// WriteProject writes the built-in model service into dir, which it makes if
// need be, and returns what it wrote: sorted paths relative to dir. It
// overwrites nothing: files in the way are an *ExistsError, and then nothing is
// written. When it fails half way, it removes what it wrote.
func WriteProject(dir string) ([]string, error) { return write(Project(), dir) }

func write(project fs.FS, dir string) (written []string, err error) {
	if err := inTheWay(project, dir); err != nil {
		return nil, err
	}
	var made []string // files and folders, in the order they were made
	err = fs.WalkDir(project, ".", func(path string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		target := filepath.Join(dir, filepath.FromSlash(path))
		if entry.IsDir() {
			folders, err := makeFolders(target)
			made = append(made, folders...)
			if err == nil && path != "." && len(folders) > 0 {
				err = os.Chmod(target, 0o755) // as in writeNew
			}
			return err
		}
		content, err := fs.ReadFile(project, path)
		if err != nil {
			return err
		}
		created, err := writeNew(target, content)
		if created {
			made = append(made, target)
			written = append(written, path)
		}
		return err
	})
	if err != nil {
		return nil, errors.Join(err, undo(made))
	}
	slices.Sort(written)
	return written, nil
}

// inTheWay finds what would be overwritten. Lstat, because a broken link is in
// the way too.
func inTheWay(project fs.FS, dir string) error {
	var there []string
	err := fs.WalkDir(project, ".", func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		_, err = os.Lstat(filepath.Join(dir, filepath.FromSlash(path)))
		if errors.Is(err, fs.ErrNotExist) {
			return nil
		}
		if err == nil {
			there = append(there, path)
		}
		return err
	})
	if err == nil && len(there) > 0 {
		slices.Sort(there)
		err = &ExistsError{Dir: dir, Paths: there}
	}
	return err
}

// makeFolders is os.MkdirAll that tells which folders were not there before.
func makeFolders(path string) (made []string, err error) {
	if info, err := os.Stat(path); err == nil && info.IsDir() {
		return nil, nil
	}
	if parent := filepath.Dir(path); parent != path {
		if made, err = makeFolders(parent); err != nil {
			return made, err
		}
	}
	if err := os.Mkdir(path, 0o755); err != nil {
		return made, err
	}
	return append(made, path), nil
}

// writeNew writes a file that must not be there yet. Everyone may read it,
// whatever the umask: the containers that mount the model and prometheus.yml
// run as other users.
func writeNew(path string, content []byte) (created bool, err error) {
	file, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o644)
	if err != nil {
		return false, err
	}
	_, err = file.Write(content)
	return true, errors.Join(err, file.Chmod(0o644), file.Close())
}

// undo removes what was made, last first, so that a folder is empty by then.
func undo(made []string) error {
	var errs []error
	for _, path := range slices.Backward(made) {
		errs = append(errs, os.Remove(path))
	}
	return errors.Join(errs...)
}
