package watch

import (
	"fmt"
	"path/filepath"

	"github.com/moby/patternmatcher"
)

// Filter is which files below a folder count.
type Filter struct {
	root    string
	ignore  []patterns
	except  []string
	include *patternmatcher.PatternMatcher // nil: every file
}

// patterns are those of a .dockerignore, from a folder.
type patterns struct {
	from string
	*patternmatcher.PatternMatcher
}

// NewFilter lets everything below root count but editors' temporary files. A
// root that is a file counts in any case.
func NewFilter(root string) Filter { return Filter{root: root} }

// Without leaves out what the patterns say, which are from a folder.
func (f Filter) Without(from string, ignore []string) (Filter, error) {
	m, err := patternmatcher.New(ignore)
	if err != nil {
		return f, fmt.Errorf("ignore %q: %w", ignore, err)
	}
	f.ignore = append(f.ignore[:len(f.ignore):len(f.ignore)], patterns{from, m})
	return f, nil
}

// Except leaves out a folder, or a file.
func (f Filter) Except(path string) Filter {
	f.except = append(f.except[:len(f.except):len(f.except)], path)
	return f
}

// Only lets only files count that the patterns say, which are from the root;
// none: all.
func (f Filter) Only(include []string) (Filter, error) {
	if len(include) == 0 {
		return f, nil
	}
	m, err := patternmatcher.New(include)
	if err != nil {
		return f, fmt.Errorf("include %q: %w", include, err)
	}
	f.include = m
	return f, nil
}

// Skip reports whether a path from the root does not count: a folder with all
// that is in it (see sources.Tree).
func (f Filter) Skip(path string, folder bool) bool {
	return path != "." && !f.Has(filepath.Join(f.root, filepath.FromSlash(path)), folder)
}

// Has reports whether a file counts, or some in a folder.
func (f Filter) Has(path string, folder bool) bool {
	rel, err := filepath.Rel(f.root, path)
	if err != nil || !filepath.IsLocal(rel) || Temporary(filepath.ToSlash(rel)) {
		return false
	}
	if rel == "." {
		return true
	}
	for _, e := range f.except {
		if inside(e, path) {
			return false
		}
	}
	for _, p := range f.ignore {
		from, err := filepath.Rel(p.from, path)
		if err != nil || !filepath.IsLocal(from) || from == "." {
			continue // it says nothing of what is elsewhere
		}
		if matches(p.PatternMatcher, from) && !(folder && p.Exclusions()) { // something in it may be let through again
			return false
		}
	}
	return folder || f.include == nil || matches(f.include, rel)
}

// matches reports whether the patterns apply. Those that cannot be matched do not:
// which, New has told.
func matches(m *patternmatcher.PatternMatcher, path string) bool {
	ok, err := m.MatchesOrParentMatches(path)
	return ok && err == nil
}
