package sources

import (
	"fmt"
	"io/fs"
	"strings"
	"testing"
)

func TestWhatABuildHardlyNeeds(t *testing.T) {
	all := func(string) bool { return true }
	file := func(path string, size int64) File { return File{Path: path, Size: size} }
	many := []File{}
	for n := range manyFiles {
		many = append(many, file(fmt.Sprint("node/", n), 1))
	}
	for name, c := range map[string]struct {
		files []File
		takes func(string) bool
		want  string // what | ignore line
	}{
		"nothing":        {files: []File{file("api/main.py", 100), file("models/m.joblib", largeData)}},
		"a repository":   {files: []File{file(".git/HEAD", 1), file(".git/objects/x", 5)}, want: ".git: the history of the sources|.git|6|2"},
		"one below":      {files: []File{file("lib/.git/HEAD", 1)}, want: "lib/.git: the history of the sources|lib/.git|1|1"},
		"a name like it": {files: []File{file(".github/x", 1), file(".gitignore", 1)}},
		"secrets":        {files: []File{file(".env", 9), file(".env.example", 9)}, want: ".env: it may hold secrets|.env|9|1"},
		"a variant":      {files: []File{file("conf/.env.local", 9)}, want: "conf/.env.local: it may hold secrets|conf/.env.local|9|1"},
		"data sets":      {files: []File{file("data/a.csv", largeData), file("data/b.csv", largeData), file("tests/small.csv", 99)}, want: "data/a.csv: a data set|data/*.csv|2000000|2"},
		"at the root":    {files: []File{file("train.PARQUET", largeData)}, want: "train.PARQUET: a data set|*.PARQUET|1000000|1"},
		"large":          {files: []File{file("venv/lib", largeContext), file("a.py", 1)}, want: "the build context, most of it venv/|venv|100000001|2"},
		"many":           {files: many, want: "the build context, most of it node/|node|10000|10000"},
		"not sent":       {files: []File{file(".env", 9), file(".git/HEAD", 1)}, takes: func(p string) bool { return strings.HasPrefix(p, "api/") }},
		"a folder":       {files: []File{{Path: ".git", Mode: fs.ModeDir}}},
	} {
		if c.takes == nil {
			c.takes = all
		}
		var got []string
		for _, b := range Burdens(c.files, c.takes) {
			got = append(got, fmt.Sprintf("%s|%s|%d|%d", b.What, b.Ignore, b.Bytes, b.Files))
		}
		if g := strings.Join(got, "; "); g != c.want {
			t.Errorf("%s: %q, want %q", name, g, c.want)
		}
	}
}
