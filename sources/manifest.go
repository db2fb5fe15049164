package sources

import (
	"context"
	"crypto/sha256"
	"errors"
	"io"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"

	"golang.org/x/sync/errgroup"
)

// Subject is what something is made of.
type Subject struct {
	Trees []Tree
	// Parts are what else goes in, by name: the Dockerfile, an argument.
	Parts map[string]string
}

// Manifest is a Subject as it was. It holds no content: of Parts too it has
// sums only, since arguments may be secrets.
type Manifest struct {
	Parts map[string]string
	Trees []Listing
}

// Listing is the files of a tree, in no order.
type Listing struct {
	Name   string
	Ignore []string
	Files  []File
}

// File is a file, folder or symbolic link.
type File struct {
	Path string // from the tree's root, with slashes; "." is the root itself
	Mode fs.FileMode
	Size int64
	// Time is when it was last written, in ns; 0 when that was so shortly
	// before it was looked at that the next change may have the same time.
	Time int64
	// Sum is of its content, or where a link leads; empty: it was not read, or
	// was changed while it was.
	Sum string

	seen int64 // Time, in any case
	shut bool  // it cannot be read
}

// Look is a manifest that lacks the sums of files, but for those that have the
// size, time and mode that they are known with: what is wanted before a build
// begins, to be read while it runs.
func Look(ctx context.Context, s Subject, known Manifest) (Manifest, error) {
	m := Manifest{Parts: map[string]string{}}
	for name, text := range s.Parts {
		sum := sha256.Sum256([]byte(text))
		m.Parts[name] = string(sum[:])
	}
	for _, t := range s.Trees {
		files, err := t.list(ctx, known.listing(t.Name))
		if err != nil {
			return m, err
		}
		m.Trees = append(m.Trees, Listing{Name: t.Name, Ignore: t.Ignore, Files: files})
	}
	return m, nil
}

// Read reads the files whose sums are missing. One that was written since Look
// gets none, and one that cannot be read neither.
func (m *Manifest) Read(ctx context.Context, s Subject) error {
	g, ctx := errgroup.WithContext(ctx)
	g.SetLimit(runtime.GOMAXPROCS(0))
	for n, t := range s.Trees {
		files := m.Trees[n].Files
		for i := range files {
			if f := &files[i]; f.Mode.IsRegular() && f.Sum == "" {
				g.Go(func() error { return f.fill(ctx, t) })
			}
		}
	}
	return g.Wait()
}

// fill takes the sum.
func (f *File) fill(ctx context.Context, t Tree) error {
	switch {
	case !f.Mode.IsRegular():
		return nil
	case t.Large > 0 && f.Size >= t.Large:
		f.Sum = "written " + strconv.FormatInt(f.seen, 10)
		return nil
	default:
		return f.read(ctx, filepath.Join(t.Dir, filepath.FromSlash(f.Path)))
	}
}

// read reads the content. That it cannot is told by the comparison, not here.
func (f *File) read(ctx context.Context, path string) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	in, err := os.Open(path)
	if err != nil {
		f.shut = !errors.Is(err, fs.ErrNotExist)
		return nil
	}
	defer in.Close()
	sum := sha256.New()
	if _, err := io.Copy(sum, in); err != nil {
		f.shut = true
		return nil
	}
	if info, err := in.Stat(); err == nil && info.ModTime().UnixNano() == f.seen && info.Size() == f.Size {
		f.Sum = string(sum.Sum(nil))
	}
	return nil
}

// listing is the tree of a name.
func (m Manifest) listing(name string) Listing {
	for _, t := range m.Trees {
		if t.Name == name {
			return t
		}
	}
	return Listing{}
}

// Stirred is the files that have not the size, time or mode that they had, or
// are there no more, from the tree's root.
func (l Listing) Stirred(was Listing) []string {
	before := was.byPath()
	var all []string
	for _, f := range l.Files {
		if had, ok := before[f.Path]; !ok || had.seen != f.seen && !f.Mode.IsDir() || had.Size != f.Size || had.Mode != f.Mode {
			all = append(all, f.Path)
		}
		delete(before, f.Path)
	}
	return append(all, slices.Collect(maps.Keys(before))...)
}

func (l Listing) byPath() map[string]File {
	m := make(map[string]File, len(l.Files))
	for _, f := range l.Files {
		m[f.Path] = f
	}
	return m
}

// Refresh takes over the times of files that are as they were, and reports
// whether there were any: the next look need not read them again.
func (m *Manifest) Refresh(now Manifest) bool {
	refreshed := false
	for n := range m.Trees {
		have := now.listing(m.Trees[n].Name).byPath()
		for i := range m.Trees[n].Files {
			f := &m.Trees[n].Files[i]
			if h, ok := have[f.Path]; ok && f.Sum != "" && h.Sum == f.Sum && h.Time != 0 && h.Time != f.Time {
				f.Time, refreshed = h.Time, true
			}
		}
	}
	return refreshed
}
