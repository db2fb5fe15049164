package sources

import (
	"cmp"
	"path"
	"slices"
	"strings"

	"berth/stack"
)

// What a build sends counts as large from here on. Over a line of 100 Mbit/s
// 100 MB are 8 s, and a first build sends all of it; BuildKit stats each file of
// each build.
const (
	largeContext = 100_000_000
	manyFiles    = 10_000
	largeData    = 1_000_000 // below, a table is more likely a fixture than a data set
)

// dataSets are what tables and arrays are called. Models are not among them:
// images are built to hold them.
var dataSets = []string{".csv", ".tsv", ".parquet", ".feather", ".arrow", ".npy", ".npz", ".h5", ".hdf5", ".jsonl"}

// Burden is something that a build sends and hardly needs.
type Burden struct {
	What   string // "data/train.csv: a data set"; untrusted
	Bytes  int64
	Files  int
	Ignore string // the line of .dockerignore that leaves it out
}

// Burdens are those of the files that a build sends; takes says which of the
// listed ones it does.
func Burdens(files []File, takes func(path string) bool) []Burden {
	b := burdens{by: map[string]*Burden{}}
	var all Burden
	tops := map[string]*Burden{}
	for _, f := range files {
		if f.Mode.IsDir() || !takes(f.Path) {
			continue
		}
		all.add(f)
		top, _, deep := strings.Cut(f.Path, "/")
		if tops[top] == nil {
			tops[top] = &Burden{What: top, Ignore: top}
			if deep {
				tops[top].What += "/"
			}
		}
		tops[top].add(f)
		b.look(f)
	}
	list := b.list()
	if all.Bytes < largeContext && all.Files < manyFiles {
		return list
	}
	var largest *Burden
	for _, t := range tops {
		if largest == nil || cmp.Or(cmp.Compare(t.Bytes, largest.Bytes), cmp.Compare(t.Files, largest.Files), cmp.Compare(largest.What, t.What)) > 0 {
			largest = t
		}
	}
	return append(list, Burden{What: "the build context, most of it " + largest.What, Bytes: all.Bytes, Files: all.Files, Ignore: largest.Ignore})
}

func (b *Burden) add(f File) {
	b.Bytes += f.Size
	b.Files++
}

type burdens struct{ by map[string]*Burden }

// look takes up what a file is, if it is any of them.
func (b burdens) look(f File) {
	name := path.Base(f.Path)
	if at := strings.Index("/"+f.Path+"/", "/.git/"); at >= 0 {
		repository := path.Join(f.Path[:at], ".git")
		b.add(f, repository, repository+": the history of the sources")
		return
	}
	switch ext := strings.ToLower(path.Ext(name)); {
	case name == ".env" || strings.HasPrefix(name, ".env.") && !example(name):
		b.add(f, f.Path, f.Path+": it may hold secrets")
	case f.Size >= largeData && slices.Contains(dataSets, ext):
		b.add(f, path.Join(path.Dir(f.Path), "*"+path.Ext(name)), f.Path+": a data set")
	}
}

// example reports whether a file is there to be copied, and holds no secrets.
func example(name string) bool {
	return slices.ContainsFunc([]string{"example", "sample", "template", "dist"}, func(s string) bool { return strings.HasSuffix(name, "."+s) })
}

func (b burdens) add(f File, ignore, what string) {
	if b.by[ignore] == nil {
		b.by[ignore] = &Burden{What: what, Ignore: ignore}
	}
	b.by[ignore].add(f)
}

// list has the largest first.
func (b burdens) list() []Burden {
	var all []Burden
	for _, one := range b.by {
		all = append(all, *one)
	}
	slices.SortFunc(all, func(a, b Burden) int {
		return cmp.Or(cmp.Compare(b.Bytes, a.Bytes), strings.Compare(a.Ignore, b.Ignore))
	})
	return all
}

// Sent is how many bytes a build may take of files, and how many they are.
func Sent(files []File, takes func(path string) bool) (bytes int64) {
	for _, f := range files {
		if !f.Mode.IsDir() && takes(f.Path) {
			bytes += f.Size
		}
	}
	return bytes
}

// Inside is the changes to files of a tree, by their paths from its root.
func (t Tree) Inside(all []stack.FileChange) map[string]stack.FileChange {
	inside := map[string]stack.FileChange{}
	for _, c := range all {
		if t.Name == "" {
			inside[c.Path] = c
		} else if rel, ok := strings.CutPrefix(c.Path, t.Name+"/"); ok {
			inside[rel] = c
		}
	}
	return inside
}
