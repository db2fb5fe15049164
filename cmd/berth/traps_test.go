package main

import (
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"berth/assets"
	"berth/workflow"
)

// layTraps writes a project as people bring it: the template's service with a
// Dockerfile and a compose file that have what makes others slow (see
// testdata/traps).
func layTraps(t *testing.T, dir string) {
	t.Helper()
	if _, err := assets.WriteProject(dir); err != nil {
		t.Fatal(err)
	}
	if err := os.Remove(filepath.Join(dir, ".dockerignore")); err != nil {
		t.Fatal(err)
	}
	if err := os.CopyFS(filepath.Join(dir, "traps"), os.DirFS("testdata/traps")); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"Dockerfile", "docker-compose.yml"} {
		if err := os.Rename(filepath.Join(dir, "traps", name), filepath.Join(dir, name)); err != nil {
			t.Fatal(err)
		}
	}
}

// What holds others up does not hold up the loop: the shell that keeps SIGTERM
// from the server is not waited for, and who reads it learns why.
func TestLoopOnTraps(t *testing.T) {
	dir := t.TempDir()
	layTraps(t, dir)
	port, err := unusedPort()
	if err != nil {
		t.Fatal(err)
	}
	env := append(engineEnv(t), "REQUIREMENTS=requirements.offline.txt", fmt.Sprintf("API_PORT=%d", port))
	program := binary(t)
	berth := func(args ...string) string {
		t.Helper()
		cmd := exec.Command(program, args...)
		cmd.Dir, cmd.Env = dir, append(os.Environ(), env...)
		var out, told strings.Builder
		cmd.Stdout, cmd.Stderr = &out, &told
		if err := cmd.Run(); err != nil {
			t.Fatalf("berth %v: %v\n%s%s", args, err, out.String(), told.String())
		}
		return out.String()
	}
	berth("up", "--wait")
	berth("predict")
	edited := filepath.Join(dir, "api", "main.py")
	text, err := os.ReadFile(edited)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(edited, append(text, "# edited\n"...), 0o644); err != nil {
		t.Fatal(err)
	}
	out := berth("loop", "--json")
	if !strings.Contains(out, "is killed at once when it is replaced: ") || !strings.Contains(out, "exec uvicorn") {
		t.Errorf("why stopping is slow is not told:\n%s", out)
	}
	var got struct{ Turn workflow.Turn }
	if err := json.Unmarshal([]byte(lastLine(out)), &got); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	if got.Turn.Unchanged || got.Turn.Replay == nil || got.Turn.Replay.Comparison == nil || len(got.Turn.Replay.Comparison.Differences) > 0 {
		t.Errorf("the turn is %+v", got.Turn)
	}
	for _, p := range got.Turn.Phases {
		if p.Name == "stop" && p.Took > 5*time.Second { // Docker's grace period is ten
			t.Errorf("stopping took %v", p.Took)
		}
	}
}

func lastLine(s string) string {
	lines := strings.Split(strings.TrimSpace(s), "\n")
	return lines[len(lines)-1]
}
