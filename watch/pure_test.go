package watch

import (
	"strings"
	"testing"
	"time"
)

func TestTemporary(t *testing.T) {
	for path, want := range map[string]bool{
		"src/api.py": false, "src/.env": false, "a/491": false, "a/4913": true, "a/x.swp": false, ".x.py.swp": true, "src/.x.py.swo": true, ".x.swpx": true,
		"x.py~": true, ".#x.py": true, "#x.py#": true, "x.py___jb_tmp___": true, "x.py___jb_old___": true, ".idea/workspace.xml": true, "a/.idea": true,
		".git/index": true, ".git": true, ".gitignore": false, ".github/x.yml": false, ".goutputstream-X12": true, ".nfs000012": true, "a.swf": false, "4913/x.py": false,
	} {
		if got := Temporary(path); got != want {
			t.Errorf("%s: %v", path, got)
		}
	}
}

func TestFilter(t *testing.T) {
	for _, c := range []struct {
		ignore, own, only string // .dockerignore of /p, patterns of a trigger at /p/src
		in, out           string // files, or folders that end in a slash
	}{
		{in: "a.py sub/b.py sub/", out: ".git/HEAD a.py~ ../a.py ../src2/a.py"},
		{ignore: "src/sub", in: "a.py", out: "sub/ sub/b.py"},
		{ignore: "**/*.md !**/README.md", in: "README.md sub/ sub/README.md a.py", out: "b.md sub/b.md"},
		{ignore: "src/sub !src/sub/keep", in: "sub/ sub/keep sub/keep/x", out: "sub/b.py"},
		{ignore: "*", out: "a.py"},
		{ignore: "a.py", in: "a.py"}, // that of the context
		{own: "a.py sub/", in: "b.py", out: "a.py sub/ sub/x"},
		{only: "*.py", in: "a.py sub/", out: "sub/a.py a.txt"},
		{only: "**/*.py", own: "tests", in: "a.py sub/a.py", out: "tests/a.py a.txt"},
	} {
		f, err := NewFilter("/p/src").Without("/p", strings.Fields(c.ignore))
		if err == nil {
			f, err = f.Without("/p/src", strings.Fields(c.own))
		}
		if err == nil {
			f, err = f.Only(strings.Fields(c.only))
		}
		if err != nil {
			t.Fatal(err)
		}
		for want, paths := range map[bool]string{true: c.in, false: c.out} {
			for _, p := range strings.Fields(paths) {
				if got := f.Has("/p/src/"+strings.TrimSuffix(p, "/"), strings.HasSuffix(p, "/")); got != want {
					t.Errorf("%+v: %s: %v", c, p, got)
				}
			}
		}
		if e := f.Except("/p/src/a.py"); e.Has("/p/src/a.py", false) || e.Has("/p/src/a.py/x", false) || e.Has("/p/src/a.pyc", false) != f.Has("/p/src/a.pyc", false) {
			t.Errorf("%+v: except", c)
		}
		if !f.Has("/p/src", true) {
			t.Errorf("%+v: not the folder itself", c)
		}
	}
	if _, err := NewFilter("/p").Without("/p", []string{"[x"}); err == nil {
		t.Error("a pattern that cannot be read says nothing")
	}
	if _, err := NewFilter("/p").Only([]string{"[x"}); err == nil {
		t.Error("a pattern that cannot be read says nothing")
	}
}

// When a batch is handed over, in ms after its first event.
func TestGathering(t *testing.T) {
	begun := time.Date(2026, 11, 24, 12, 0, 0, 0, time.UTC)
	at := func(ms int) time.Time { return begun.Add(time.Duration(ms) * time.Millisecond) }
	for name, c := range map[string]struct {
		events []int // each another file
		lost   bool
		due    int
	}{
		"one":            {events: []int{0}, due: 50},
		"a few":          {events: []int{0, 30, 60}, due: 110},
		"lost":           {events: []int{0}, lost: true, due: 300},
		"without an end": {events: []int{0, 9990}, due: 10000},
	} {
		var g gathering
		for n, ms := range c.events {
			g.add(at(ms), string(rune('a'+n)))
		}
		if c.lost {
			g.lost(at(0))
		}
		if got := g.due(); !got.Equal(at(c.due)) {
			t.Errorf("%s: due after %v", name, got.Sub(begun))
		}
		if b := g.take(); len(b.Paths) != len(c.events) || b.All != c.lost || !g.empty() {
			t.Errorf("%s: %+v", name, b)
		}
	}
	var g gathering
	for n := range many {
		g.add(at(0), strings.Repeat("x", n+1))
	}
	if got := g.due(); !got.Equal(at(300)) {
		t.Errorf("a program that writes many: due after %v", got.Sub(begun))
	}
}
