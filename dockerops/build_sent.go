package dockerops

import (
	"context"
	"errors"
	"io"
	"io/fs"
	"path/filepath"
	"slices"
	"sync"

	"github.com/tonistiigi/fsutil"

	"berth/stack"
)

// sentFiles is a folder that is sent to the Engine, and watched over: fsutil's
// sender passes a file that it cannot open for an empty one, waits for ever on
// one that it cannot read, and takes no note of one that has changed since it was
// listed.
type sentFiles struct {
	fsutil.FS
	dir  string
	lost func(error) // told of each file that could not be read

	mu      sync.Mutex
	sizes   map[string]int64 // as listed
	changed []string         // that had another size when they were read
}

func newSentFiles(dir string, lost func(error)) (*sentFiles, error) {
	files, err := fsutil.NewFS(dir)
	if err != nil {
		return nil, err
	}
	return &sentFiles{FS: files, dir: dir, lost: lost, sizes: map[string]int64{}}, nil
}

// Walk lists the files, and remembers how large they are.
func (s *sentFiles) Walk(ctx context.Context, target string, fn fs.WalkDirFunc) error {
	return s.FS.Walk(ctx, target, func(path string, entry fs.DirEntry, err error) error {
		if err == nil && entry != nil && entry.Type().IsRegular() {
			if info, err := entry.Info(); err == nil { // fn finds out what it cannot know
				s.mu.Lock()
				s.sizes[path] = info.Size()
				s.mu.Unlock()
			}
		}
		if err != nil && !errors.Is(err, fs.ErrNotExist) { // that is no longer a part of it
			s.lost(s.unread(path, err))
		}
		return fn(path, entry, err)
	})
}

// Open opens a file to send it.
func (s *sentFiles) Open(path string) (io.ReadCloser, error) {
	f, err := s.FS.Open(path)
	if err != nil {
		s.lost(s.unread(path, err))
		return nil, err
	}
	return &sentFile{ReadCloser: f, of: s, path: path}, nil
}

func (s *sentFiles) unread(path string, err error) error {
	p := &stack.Problem{What: "sending the build context", Where: filepath.Join(s.dir, path), Err: innermost(err)}
	switch {
	case errors.Is(err, fs.ErrNotExist):
		p.Err, p.Hint = errors.New("it went away after it was listed"), "build again"
	case errors.Is(err, fs.ErrPermission):
		p.Hint = "make it readable, or name it in .dockerignore"
	default:
		p.Hint = "build again, or name it in .dockerignore"
	}
	return p
}

// innermost is an error without the paths that were put around it.
func innermost(err error) error {
	var path *fs.PathError
	if errors.As(err, &path) {
		return path.Err
	}
	return err
}

// note remembers that so much was read of a file.
func (s *sentFiles) note(path string, read int64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if size, listed := s.sizes[path]; listed && size != read {
		s.changed = append(s.changed, path)
	}
}

// changedMeanwhile are the files that were not read as they were listed.
func (s *sentFiles) changedMeanwhile() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Sorted(slices.Values(s.changed))
}

// sentFile is a file that is being sent.
type sentFile struct {
	io.ReadCloser
	of   *sentFiles
	path string
	read int64
}

// Read reads on. What cannot be read ends the file here, and the build by way of
// lost.
func (f *sentFile) Read(b []byte) (int, error) {
	n, err := f.ReadCloser.Read(b)
	f.read += int64(n)
	switch {
	case errors.Is(err, io.EOF):
		f.of.note(f.path, f.read)
	case err != nil:
		f.of.lost(f.of.unread(f.path, err))
		err = io.EOF
	}
	return n, err
}
