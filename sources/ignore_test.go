package sources

import (
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/tonistiigi/fsutil"
)

// What is listed is what BuildKit's client sends: the same patterns through its
// own filter.
func TestIgnoresAsABuildDoes(t *testing.T) {
	dir := t.TempDir()
	for _, f := range []string{
		"a.py", "b.md", "README.md", "docs/x.md", "docs/keep/y.md", "docs/keep/deep/z.txt", "data/raw/1.csv", "data/raw/2.csv", "data/small.csv",
		"pkg/__pycache__/m.pyc", "pkg/m.py", "pkg/sub/.env", ".env", ".env.local", "node_modules/a/package.json", "node_modules/keep.js", "ö/ü.txt", "sp ace/x",
	} {
		path := filepath.Join(dir, f)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, nil, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	for _, d := range []string{"empty", "docs/empty"} {
		if err := os.Mkdir(filepath.Join(dir, d), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Symlink("docs", filepath.Join(dir, "link")); err != nil {
		t.Fatal(err)
	}
	for _, patterns := range []string{
		"", "docs", "docs/", "/docs", "docs/*", "*.md", "**/*.md", "*.md !README.md", "docs !docs/keep", "docs !docs/keep/deep/z.txt", "docs/** !docs/keep/**",
		"* !pkg", "* !**/*.py", "** !data/small.csv", "data/raw/?.csv", "data/raw/[12].csv", "**/__pycache__ **/.env*", "node_modules !node_modules/keep.js",
		"node_modules/*/ !**/package.json", "link", "link/x.md", "empty", "ö", "sp?ace", ". !a.py", "pkg/sub/.. ", "!docs docs", "docs/keep !docs/keep/deep docs/keep/deep/z.txt",
	} {
		ignore := strings.Fields(patterns)
		root, err := fsutil.NewFS(dir)
		if err != nil {
			t.Fatal(err)
		}
		filter, err := fsutil.NewFilterFS(root, &fsutil.FilterOpt{ExcludePatterns: ignore})
		if err != nil {
			t.Fatal(err)
		}
		var want []string
		if err := filter.Walk(t.Context(), "/", func(path string, _ fs.DirEntry, err error) error {
			want = append(want, filepath.ToSlash(path))
			return err
		}); err != nil {
			t.Fatal(err)
		}
		tree := Tree{Dir: dir, Ignore: ignore}
		var known Listing
		for range 2 { // the second time it knows them
			files, err := tree.list(t.Context(), known)
			if err != nil {
				t.Fatal(err)
			}
			known = Listing{Ignore: ignore, Files: files}
			var got []string
			for _, f := range files {
				got = append(got, f.Path)
			}
			slices.Sort(got)
			slices.Sort(want)
			if d := cmp.Diff(want, got); d != "" {
				t.Errorf("%q: -want +got\n%s", patterns, d)
			}
		}
	}
}
