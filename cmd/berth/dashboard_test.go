package main

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"

	"berth/dockerops/enginetest"

	"golang.org/x/tools/txtar"
)

// modelService writes the project of the loop script: a service with a health
// check, an OpenAPI document and an endpoint that predicts.
func modelService(t *testing.T) (dir string) {
	t.Helper()
	archive, err := txtar.ParseFile("testdata/engine/loop.txtar")
	if err != nil {
		t.Fatal(err)
	}
	dir = t.TempDir()
	for _, f := range archive.Files {
		path := filepath.Join(dir, f.Name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, f.Data, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// engineEnv is the environment of a project of the test's own.
func engineEnv(t *testing.T) []string {
	t.Helper()
	port, err := unusedPort()
	if err != nil {
		t.Fatal(err)
	}
	home := t.TempDir()
	return []string{
		"DOCKER_HOST=" + enginetest.Host(t), "BUSYBOX=" + enginetest.Busybox(t), "COMPOSE_PROJECT_NAME=" + enginetest.Name(t),
		fmt.Sprintf("PORT=%d", port), "HOME=" + home, "XDG_STATE_HOME=" + home, "XDG_CONFIG_HOME=" + home, "DOCKER_CONFIG=" + home,
	}
}

// The main job with the fingers: up, serving, logs, health, build, predict,
// rebuild, down.
func TestDashboardRunsTheLoop(t *testing.T) {
	for _, size := range []struct{ width, height int }{{80, 24}, {120, 36}} {
		t.Run(fmt.Sprintf("%dx%d", size.width, size.height), func(t *testing.T) {
			dir := modelService(t)
			s := startTerminal(t, size.width, size.height, dir, engineEnv(t))
			s.shows("model-api", "0 of 1 serving", "? all keys")

			s.press("u") // leads to what is built
			s.shows("1 of 1 serving", "exporting to image", "is up")
			s.press("1")
			s.shows("httpd started")
			s.press("2")
			s.shows("wget -q -O - http://localhost:8000/health")
			s.press("3")
			s.shows("exporting to image")
			s.press("4")
			s.shows("/cgi-bin/predict", `"tenure": 3`)
			s.press("\x13") // ctrl+s sends
			s.shows("200", "0.73")

			edited, err := os.ReadFile(filepath.Join(dir, "edited"))
			if err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(filepath.Join(dir, "www/cgi-bin/predict"), edited, 0o644); err != nil {
				t.Fatal(err)
			}
			s.press("r")
			s.shows("image changed", "rebuilt model-api", "1 of 1 serving")
			s.press("1")
			s.shows("recreated")
			s.press("4") // has the answer of the new one
			s.shows("0.91", "0.73 → 0.91")

			s.press("1")
			s.press("D")
			s.shows("remove container")
			s.press("y")
			s.shows("0 of 1 serving", "absent", "is down")
			s.press("q")
			s.ends(0)
		})
	}
}

func TestTerminalIsRestored(t *testing.T) {
	for name, leave := range map[string]func(*terminal){
		"by quitting": func(s *terminal) { s.press("q"); s.ends(0) },
		"by ctrl+c":   func(s *terminal) { s.press("\x03"); s.ends(0) },
		"by SIGTERM": func(s *terminal) {
			if err := s.cmd.Process.Signal(syscall.SIGTERM); err != nil {
				s.t.Fatal(err)
			}
			s.ends(130)
		},
	} {
		t.Run(name, func(t *testing.T) {
			env := append(engineEnv(t), "DOCKER_HOST=unix://"+t.TempDir()+"/none.sock")
			s := startTerminal(t, 80, 24, modelService(t), env)
			s.shows("model-api")
			leave(s)
		})
	}
}

// Without a compose file it asks how to begin.
func TestAFolderWithoutAProject(t *testing.T) {
	live := engineEnv(t)
	env := append(slices.Clone(live), "DOCKER_HOST=unix://"+t.TempDir()+"/none.sock")
	for _, leave := range []string{"q", "\x1b", "\x03"} {
		s := startTerminal(t, 80, 24, t.TempDir(), env)
		s.shows("There is no compose file in", "Write it here", "Demo")
		s.press(leave)
		s.ends(0)
	}
	dir := t.TempDir()
	s := startTerminal(t, 80, 24, dir, live)
	s.shows("Write it here")
	s.press("\r")
	s.shows("model-api", "0 of 2 serving", "New here?")
	s.press("q")
	s.ends(0)
	if _, err := os.Stat(filepath.Join(dir, "docker-compose.yml")); err != nil {
		t.Error(err)
	}
	s = startTerminal(t, 80, 24, dir, live) // the second run is no first one
	s.shows("0 of 2 serving")
	if text := s.text(); strings.Contains(text, "New here?") {
		t.Errorf("a second run says:\n%s", text)
	}
	s.press("q")
	s.ends(0)

	// What is there is not overwritten.
	dir = t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "README.md"), []byte("mine"), 0o644); err != nil {
		t.Fatal(err)
	}
	s = startTerminal(t, 80, 24, dir, env)
	s.shows("Write it here")
	s.press("i")
	s.shows("files are in the way", "README.md")
	s.ends(1)
}

// A terminal too small for a screen gets one line, and the screen when it
// grows; one that can only show plain lines gets a hint.
func TestSmallTerminals(t *testing.T) {
	s := startTerminal(t, 20, 5, modelService(t), engineEnv(t))
	s.shows("needs 60×15")
	s.press("q")
	s.ends(0)

	s = startTerminal(t, 80, 24, modelService(t), append(engineEnv(t), "TERM=dumb"))
	s.shows("berth up --wait")
	s.ends(1)
}
