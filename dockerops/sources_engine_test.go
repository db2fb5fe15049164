package dockerops_test

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"berth/sources"
)

// What the list of sources has is what a build in BuildKit gets.
func TestSourcesAreWhatABuildGets(t *testing.T) {
	// Another command each time: a step from the cache prints nothing.
	s := buildable(t, fmt.Sprintf("FROM $BASE\nCOPY . /in/\nRUN cd /in && find . | sort && : %d\n", time.Now().UnixNano()), "")
	for _, name := range []string{
		"a.py", "b.md", "README.md", "docs/x.md", "docs/keep/y.md", "docs/keep/deep/z.txt", "pkg/__pycache__/m.pyc", "pkg/m.py", "pkg/sub/.env", ".env",
		"data/raw/1.csv", "data/small.csv", "node_modules/a/b.js", "sp ace/x",
	} {
		s.write(name, name)
	}
	if err := os.Mkdir(filepath.Join(s.dir, "empty"), 0o755); err != nil {
		t.Fatal(err)
	}
	for name, to := range map[string]string{"link": "docs", "broken": "nowhere", "circle": "."} {
		if err := os.Symlink(to, filepath.Join(s.dir, name)); err != nil {
			t.Fatal(err)
		}
	}
	for _, ignore := range []string{
		"# a comment\n\n**/__pycache__\n**/.env*\nnode_modules/\n/data/*\n!data/small.csv\n",
		"docs\n!docs/keep/deep\n*.md\n!README.md\n**/*.csv\n",
		"*\n!pkg/**\n!**/*.txt\n",
	} {
		s.write(".dockerignore", ignore)
		_, r := s.build()
		var sent []string
		for _, line := range r.step(t, "RUN cd /in").Log {
			if line != "." {
				sent = append(sent, line[len("./"):])
			}
		}
		patterns, err := sources.Ignored(s.dir, filepath.Join(s.dir, "Dockerfile"))
		if err != nil {
			t.Fatal(err)
		}
		m, err := sources.Look(t.Context(), sources.Subject{Trees: []sources.Tree{{Dir: s.dir, Ignore: patterns}}}, sources.Manifest{})
		if err != nil {
			t.Fatal(err)
		}
		var listed []string
		for _, f := range m.Trees[0].Files {
			listed = append(listed, f.Path)
		}
		slices.Sort(sent)
		slices.Sort(listed)
		if d := cmp.Diff(sent, listed); d != "" {
			t.Errorf("%q: -sent +listed\n%s", ignore, d)
		}
	}
}
