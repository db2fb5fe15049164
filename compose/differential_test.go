package compose

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// dockerCompose prepares a run of the docker compose that is compared with.
// BERTH_PEERS is where `make test` unpacks it.
func dockerCompose(t *testing.T, dir string, args ...string) *exec.Cmd {
	t.Helper()
	peers := os.Getenv("BERTH_PEERS")
	if peers == "" {
		t.Skip("no docker compose to compare with: run make test")
	}
	c := exec.CommandContext(t.Context(), filepath.Join(peers, "usr/bin/docker"), append([]string{"compose"}, args...)...)
	c.Dir = dir
	c.Env = append(os.Environ(), "DOCKER_CONFIG="+filepath.Join(peers, "usr/libexec/docker"))
	return c
}

func run(t *testing.T, c *exec.Cmd) string {
	t.Helper()
	var out, errs bytes.Buffer
	c.Stdout, c.Stderr = &out, &errs
	if err := c.Run(); err != nil {
		t.Fatalf("%s: %v\n%s", strings.Join(c.Args[1:], " "), err, errs.String())
	}
	return out.String()
}

func load(t *testing.T, o Options) *Project {
	t.Helper()
	p, err := Load(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func unresolved(string) (string, bool) { return "", false }

// What a person switches between must agree: a hash that differs means that
// one tool recreates what the other made.
func TestHashesAreDockerComposes(t *testing.T) {
	t.Setenv("FROM_ENVIRONMENT", "value")
	dirs, err := filepath.Glob("testdata/projects/*")
	if err != nil {
		t.Fatal(err)
	}
	if template := "../assets/template"; exists(template) {
		dirs = append(dirs, template)
	}
	for _, dir := range dirs {
		t.Run(filepath.Base(dir), func(t *testing.T) {
			p := load(t, Options{WorkingDir: absolute(t, dir)})
			var ours strings.Builder
			for _, name := range p.Model.ServiceNames() {
				hash, err := p.Hash(name, unresolved)
				if err != nil {
					t.Fatal(err)
				}
				ours.WriteString(name + " " + hash + "\n")
			}
			if theirs := run(t, dockerCompose(t, dir, "config", "--hash", "*")); theirs != ours.String() {
				t.Errorf("docker compose:\n%s\nberth:\n%s", theirs, ours.String())
			}
		})
	}
}

func exists(path string) bool {
	_, err := os.Stat(path)
	return err == nil
}

func absolute(t *testing.T, path string) string {
	t.Helper()
	abs, err := filepath.Abs(path)
	if err != nil {
		t.Fatal(err)
	}
	return abs
}
