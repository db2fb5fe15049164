package sources

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

func TestCommit(t *testing.T) {
	repository := t.TempDir()
	project := filepath.Join(repository, "project")
	git := func(args ...string) string {
		t.Helper()
		c := exec.CommandContext(t.Context(), "git", append([]string{"-C", repository, "-c", "user.name=t", "-c", "user.email=t@t"}, args...)...)
		out, err := c.CombinedOutput()
		if err != nil {
			t.Fatalf("git %q: %v\n%s", args, err, out)
		}
		return strings.TrimSpace(string(out))
	}
	put := func(name, text string) {
		t.Helper()
		if err := os.WriteFile(filepath.Join(repository, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	check := func(what, id string, dirty bool) {
		t.Helper()
		if got, d, err := Commit(t.Context(), project); got != id || d != dirty || err != nil {
			t.Errorf("%s: got %q, %v, %v", what, got, d, err)
		}
	}
	if err := os.Mkdir(project, 0o700); err != nil {
		t.Fatal(err)
	}
	t.Setenv("GIT_CEILING_DIRECTORIES", filepath.Dir(repository))
	check("no repository", "", false)
	git("init", "-q")
	put("project/a", "1")
	put("other", "1")
	check("nothing was committed", "", false)
	git("add", ".")
	git("commit", "-qm", "first")
	id := git("rev-parse", "HEAD")
	check("clean", id, false)
	put("project/new", "1")
	put("other", "2")
	check("an untracked file, and one outside the project", id, false)
	put("project/a", "2")
	check("changed", id, true)
	git("add", ".")
	check("staged", id, true)
}
