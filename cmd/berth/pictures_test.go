package main

import (
	"crypto/sha256"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// pictured are the frames that have what the README's pictures show.
var pictured = []string{"logs", "build-done", "predict", "predict-form", "predict-suite", "predict-versus", "predict-past", "predict-load", "health", "usage"}

// sumOfFrames is a line for each of them.
func sumOfFrames(dir string) (string, error) {
	var b strings.Builder
	for _, name := range pictured {
		frame, err := os.ReadFile(filepath.Join(dir, name, "120x36.golden"))
		if err != nil {
			return "", err
		}
		fmt.Fprintf(&b, "%x  %s\n", sha256.Sum256(frame), name)
	}
	return b.String(), nil
}

// The README's pictures show the screen as it is.
func TestPicturesAreOfThisScreen(t *testing.T) {
	now, err := sumOfFrames("../../tui/testdata/TestFrames")
	if err != nil {
		t.Fatal(err)
	}
	then, err := os.ReadFile("../../docs/screens/frames.sum")
	if err != nil || string(then) != now {
		t.Errorf("the README's pictures were made of other frames (%v): `make screenshots` makes them anew\n%s\nnow\n%s", err, then, now)
	}
	readme, err := os.ReadFile("../../README.md")
	if err != nil {
		t.Fatal(err)
	}
	found, err := filepath.Glob("../../docs/screens/*.svg")
	if err != nil || len(found) < 4 {
		t.Fatalf("%d pictures, %v", len(found), err)
	}
	for _, path := range found {
		if name := "docs/screens/" + filepath.Base(path); !strings.Contains(string(readme), name) {
			t.Errorf("the README does not show %s", name)
		}
	}
}
