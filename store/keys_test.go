package store

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestKeysAreReadWithTheirPlaces(t *testing.T) {
	file := filepath.Join(t.TempDir(), "config.toml")
	write := func(path, text string) {
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	write(file, `theme = "dark"
[keys]
work.stop = "S"
"logs.wrap" = ["W", "alt+w"]
screen.zoom = []
work.up = 7
`)
	project := t.TempDir()
	write(filepath.Join(project, ProjectFile), "keys.work.stop = \"t\"\n")
	s, err := Load(Sources{File: file, ProjectDir: project})
	if err == nil || !strings.Contains(err.Error(), file+":6): keys.work.up is neither a key nor a list") {
		t.Errorf("a number for a key is said to be %v", err)
	}
	want := []Binding{
		{"logs.wrap", []string{"W", "alt+w"}, file + ":4"},
		{"screen.zoom", nil, file + ":5"},
		{"work.stop", []string{"t"}, filepath.Join(project, ProjectFile) + ":1"},
	}
	if d := cmp.Diff(want, s.Bindings); d != "" {
		t.Error(d)
	}
	if s.Theme != "dark" {
		t.Errorf("beside keys, the theme is %q", s.Theme)
	}
}

func TestATableOfKeysThatIsNoTable(t *testing.T) {
	file := filepath.Join(t.TempDir(), "config.toml")
	if err := os.WriteFile(file, []byte("keys = 3\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := Load(Sources{File: file}); err == nil || !strings.Contains(err.Error(), "keys is not a table") {
		t.Errorf("keys = 3 is said to be %v", err)
	}
}
