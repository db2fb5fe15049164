package sources

import (
	"cmp"
	"path"
	"slices"
	"strings"

	"berth/stack"
)

// Compare is how the subject differs now from what it was, ordered by path.
func Compare(s Subject, was, now Manifest) []stack.FileChange {
	var all []stack.FileChange
	for name, sum := range was.Parts {
		if is, ok := now.Parts[name]; !ok {
			all = append(all, stack.FileChange{Path: name, Fate: stack.FileRemoved})
		} else if is != sum {
			all = append(all, stack.FileChange{Path: name, Fate: stack.FileChanged})
		}
	}
	for name := range now.Parts {
		if _, ok := was.Parts[name]; !ok {
			all = append(all, stack.FileChange{Path: name, Fate: stack.FileAdded})
		}
	}
	for _, t := range s.Trees {
		all = append(all, t.compare(was.listing(t.Name).byPath(), now.listing(t.Name).Files)...)
	}
	slices.SortFunc(all, func(a, b stack.FileChange) int {
		return cmp.Or(strings.Compare(a.Path, b.Path), strings.Compare(string(a.Fate), string(b.Fate)))
	})
	return slices.Compact(all) // a Dockerfile may be in the context too
}

// compare takes the files that are there from those that were.
func (t Tree) compare(was map[string]File, now []File) []stack.FileChange {
	fates, folders := map[string]stack.FileFate{}, map[string]bool{}
	var closed []string // folders whose files are not known
	for _, f := range now {
		before, had := was[f.Path]
		delete(was, f.Path)
		switch {
		case f.shut:
			fates[f.Path] = stack.FileUnreadable
			if f.Mode.IsDir() {
				closed = append(closed, f.Path+"/")
			}
		case had && !f.same(before):
			fates[f.Path] = stack.FileChanged
		case !had && !t.Shared && fates[f.Path] == "":
			fates[f.Path], folders[f.Path] = stack.FileAdded, f.Mode.IsDir()
		}
	}
	for p, f := range was {
		if !slices.ContainsFunc(closed, func(c string) bool { return strings.HasPrefix(p, c) }) {
			fates[p], folders[p] = stack.FileRemoved, f.Mode.IsDir()
		}
	}
	for p, fate := range fates { // a folder goes without saying where a file in it is told
		for up := path.Dir(p); up != "." && up != "/"; up = path.Dir(up) {
			if folders[up] && fates[up] == fate {
				delete(folders, up)
				delete(fates, up)
			}
		}
	}
	all := make([]stack.FileChange, 0, len(fates))
	for p, fate := range fates {
		all = append(all, stack.FileChange{Path: path.Join(t.Name, p), Fate: fate})
	}
	return all
}

// same reports whether a file has the content it had. A folder's mode is that
// of whoever made it, and says nothing.
func (f File) same(was File) bool {
	if f.Mode.IsDir() || was.Mode.IsDir() {
		return f.Mode.IsDir() && was.Mode.IsDir()
	}
	return f.Mode == was.Mode && f.Sum == was.Sum && (f.Sum != "" || !f.Mode.IsRegular())
}
