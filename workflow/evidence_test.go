package workflow

import (
	"fmt"
	"slices"
	"testing"
)

// The line with the cause is not pushed out by those that asking for it made.
func TestLastLinesAreFoldedByShape(t *testing.T) {
	lines := []string{"ERROR cannot load model"}
	for n := range 300 {
		lines = append(lines, fmt.Sprintf("12:00:%02d ERROR GET /health 503 %d.%d ms", n%60, n%13, n%10))
	}
	lines = append(lines, "retry 1", "retry 22", "done")
	want := []string{"ERROR cannot load model", "12:00:59 ERROR GET /health 503 0.9 ms  (300 like it)", "retry 22  (2 like it)", "done"}
	if got := folded(lines); !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
	if folded(nil) != nil {
		t.Error("lines of nothing")
	}
}
