//go:build screenshots

package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	"berth/dockerops/enginetest"
)

// pictures is where the README's pictures are.
const pictures = "../../docs/screens"

// TestScreenshots makes the README's pictures from the running program: the
// demo's dashboard, in a terminal of 120×36.
func TestScreenshots(t *testing.T) {
	home := t.TempDir()
	env := []string{
		"DOCKER_HOST=" + enginetest.Host(t), "HOME=" + home, "XDG_STATE_HOME=" + home, "XDG_CONFIG_HOME=" + home, "XDG_DATA_HOME=" + home,
		"DOCKER_CONFIG=" + home,
	}
	t.Cleanup(func() {
		down := startTerminal(t, 120, 36, home, env, "demo", "--down")
		down.ends(0)
	})
	shoot := func(theme string, p paper, take func(s *terminal, picture func(name string, texts ...string))) {
		s := startTerminal(t, 120, 36, home, append(env, "BERTH_THEME="+theme), "demo")
		s.showsWithin(10*time.Minute, "2 of 2 serving", "is up in")
		take(s, func(name string, texts ...string) {
			s.shows(texts...)
			s.mu.Lock()
			defer s.mu.Unlock()
			if err := os.WriteFile(filepath.Join(pictures, name+".svg"), []byte(svg(s.screen, p)), 0o644); err != nil {
				t.Fatal(err)
			}
		})
		s.press("q")
		s.ends(0)
	}
	shoot("dark", darkPaper, func(s *terminal, picture func(string, ...string)) {
		s.press("p")
		s.shows("/predict")
		s.press("p")
		s.shows("200 OK")
		edit(t, filepath.Join(home, "berth/demo/api/main.py"))
		s.press("r")
		s.showsWithin(time.Minute, "rebuild model-api  done in", "2 of 2 serving")
		picture("build", "COPY", "wait", "same answer", "MB")
		s.press("p")
		s.shows("/predict")
		s.press("p")
		picture("predict", "200 OK", "churn_probability")
		s.press("F")
		picture("form", "Months since the customer joined")
		s.press("F") // not esc, which with a letter behind it is another key
		s.press("C")
		picture("suite", "Suites of predictions/", "predictions/churn")
		s.press("C")
		s.press("V")
		s.showsWithin(time.Minute, "answered the same")
		picture("versus", "before", "latency, p95", "memory")
		s.press("V")
		s.shows("Answers so far")
		s.press("h")
		s.shows("Predictions of")
		s.press("G") // the first, of the person
		picture("history", "lines above", "model", "churn_probability")
		s.press("h")
		s.press("L")
		s.shows("load 20/s 10s")
		s.press("\r")
		s.showsWithin(30*time.Second, "✓ done")
		picture("load", "p50", "cpu")
		s.press("h")
		s.press("2")
		picture("health", "says healthy", "exit 0")
		s.press("1")
		picture("logs", "POST /predict 200", "healthy", "MB")
	})
	shoot("light", lightPaper, func(s *terminal, picture func(string, ...string)) {
		s.press("1")
		picture("logs-light", "POST /predict 200", "MB")
		s.press("p")
		s.shows("/predict")
		s.press("p")
		picture("predict-light", "200 OK", "churn_probability")
	})
	// What the pictures show is pinned by these frames: a test of the screen
	// notices when they have changed since.
	sum, err := sumOfFrames("../../tui/testdata/TestFrames")
	if err == nil {
		err = os.WriteFile(filepath.Join(pictures, "frames.sum"), []byte(sum), 0o644)
	}
	if err != nil {
		t.Fatal(err)
	}
}

// edit changes a file, so that there is something to rebuild.
func edit(t *testing.T, path string) {
	t.Helper()
	f, err := os.OpenFile(path, os.O_APPEND|os.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	_, err = fmt.Fprintf(f, "# %v\n", time.Now())
	if err := errors.Join(err, f.Close()); err != nil {
		t.Fatal(err)
	}
}
