package tui

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"testing"

	"github.com/charmbracelet/colorprofile"
	"github.com/charmbracelet/x/exp/golden"
)

// matrix is the scene that shows a pane in a state. Each is pinned in three
// sizes as text and as looks (see terminal.looks), and the normal ones in six.
var matrix = map[string]map[string]string{
	"Services": {"empty": "services-none", "loading": "connecting", "normal": "services", "long": "services-50", "failed": "engine-down"},
	"Logs":     {"empty": "logs-empty", "loading": "logs-loading", "normal": "logs", "long": "logs-long", "failed": "logs-failed"},
	"Health":   {"empty": "health-none", "loading": "health-loading", "normal": "health-healthy", "long": "health-long", "failed": "health-failing"},
	"Build":    {"empty": "build-empty", "loading": "build-running", "normal": "build-done", "long": "build-long", "failed": "build-failed"},
	"Predict":  {"empty": "predict-absent", "loading": "predict-reading", "normal": "predict", "long": "predict-long", "failed": "predict-no-answer"},
}

var (
	states  = []string{"empty", "loading", "normal", "long", "failed"}
	sizes   = [][2]int{{80, 24}, {120, 36}, {200, 60}}
	further = [][2]int{{60, 15}, {100, 30}, {160, 45}} // of the normal ones
)

// stateOf is the state that a scene stands for in the matrix, if any.
func stateOf(scene string) (state string, in bool) {
	for _, of := range matrix {
		for state, name := range of {
			if name == scene {
				return state, true
			}
		}
	}
	return "", false
}

func TestEveryPaneIsPinnedInEveryState(t *testing.T) {
	titles := []string{"Services"}
	for _, p := range unopened().panes {
		titles = append(titles, p.Title())
	}
	for _, title := range titles {
		for _, state := range states {
			name := matrix[title][state]
			if !slices.ContainsFunc(scenes, func(s scene) bool { return s.name == name }) {
				t.Errorf("%s has no scene in the state %s", title, state)
				continue
			}
			for _, size := range sizes {
				for _, kind := range []string{"", "/looks"} {
					file := fmt.Sprintf("testdata/TestFrames/%s/%dx%d%s.golden", name, size[0], size[1], kind)
					if _, err := os.Stat(file); err != nil {
						t.Errorf("%s, %s: %v", title, state, err)
					}
				}
			}
		}
	}
	if len(matrix) != len(titles) {
		t.Errorf("the matrix has %d panes, the screen %d", len(matrix), len(titles))
	}
}

// No drawing is left of a scene that there is no more.
func TestNoDrawingIsLeftOver(t *testing.T) {
	found, err := filepath.Glob("testdata/TestFrames/*")
	if err != nil || len(found) == 0 {
		t.Fatal("no drawings: ", err)
	}
	for _, dir := range found {
		if !slices.ContainsFunc(scenes, func(s scene) bool { return s.name == filepath.Base(dir) }) {
			t.Errorf("%s is of no scene", dir)
		}
	}
}

var colour = regexp.MustCompile(`\x1b\[[0-9;:]*\b(3[0-8]|4[0-8]|9[0-7]|10[0-7])\b[0-9;:]*m`)

// Every scene is drawn as it is pinned; under NO_COLOR there is no colour, and
// everything is still told: the text is the same, and so is what is bold.
func TestFrames(t *testing.T) {
	for _, scene := range scenes {
		state, in := stateOf(scene.name)
		at := sizes
		if state == "normal" {
			at = slices.Concat(sizes, further)
		}
		for _, size := range at {
			t.Run(fmt.Sprintf("%s/%dx%d", scene.name, size[0], size[1]), func(t *testing.T) {
				text, looks, written := scene.frame(t, colorprofile.TrueColor, size)
				if !colour.MatchString(written) {
					t.Error("no colour was written where there are all")
				}
				bare, weights, written := scene.frame(t, colorprofile.ASCII, size)
				if c := colour.FindString(written); c != "" {
					t.Errorf("under NO_COLOR a colour was written: %q", c)
				}
				if bare != text {
					t.Errorf("without colours it says:\n%s\nand with them:\n%s", bare, text)
				}
				if weights != colourless(looks) {
					t.Errorf("without colours it looks like:\n%s\nand with them:\n%s", weights, looks)
				}
				golden.RequireEqual(t, text)
				if in {
					t.Run("looks", func(t *testing.T) { golden.RequireEqual(t, looks) })
				}
			})
		}
	}
}

// frame is a scene as a terminal shows it, how it looks, and all that was
// written for it.
func (s scene) frame(t *testing.T, colours colorprofile.Profile, size [2]int) (text, looks, written string) {
	t.Helper()
	showIn(t, colours, size[0], size[1], func(on *screen) {
		s.story(on)
		text, looks, written = on.text(), on.terminal.looks(), on.terminal.Written()
		on.quitAnyway()
	}, s.changes()...)
	return text, looks, written
}
