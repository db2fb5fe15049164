package workflow

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"berth/compose"
	"berth/stack"
)

// Whatever Berth lists something under, it can be named by.
func TestWhatIsListedCanBeNamed(t *testing.T) {
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "compose.yml"), []byte("services: {tick: {image: x, scale: 2}, api-2: {image: x}, api: {image: x}}"), 0o600); err != nil {
		t.Fatal(err)
	}
	p, err := compose.Load(t.Context(), compose.Options{WorkingDir: dir, Name: "p", Environ: []string{}})
	if err != nil {
		t.Fatal(err)
	}
	rows := []stack.Service{
		{Ref: stack.Ref{Service: "api-2", Number: 1}},
		{Ref: stack.Ref{Service: "ghost", Number: 1}},
		{Ref: stack.Ref{Service: "tick", Number: 1}},
		{Ref: stack.Ref{Service: "tick", Number: 2}},
		{Ref: stack.Ref{Service: "tick", Run: "5ab1e0ffee00"}, OneOff: true},
	}
	for names, want := range map[string]string{
		"":                "api-2 ghost tick tick-2 tick-run-5ab1e0",
		"tick":            "tick tick-2 tick-run-5ab1e0",
		"tick-1":          "tick",
		"tick-2 ghost":    "ghost tick-2",
		"tick-run-5ab1e0": "tick-run-5ab1e0",
		"api-2":           "api-2",
	} {
		got, err := named(p, rows, strings.Fields(names))
		var all []string
		for _, r := range got {
			all = append(all, r.Ref.String())
		}
		if err != nil || strings.Join(all, " ") != want {
			t.Errorf("%q: %q, %v; want %q", names, all, err, want)
		}
	}
	for _, name := range []string{"tick-3", "ghosts", "tick-0"} {
		if got, err := named(p, rows, []string{name}); !errors.Is(err, stack.ErrUsage) || !strings.Contains(err.Error(), "no service named "+name) {
			t.Errorf("%s: %v, %v", name, got, err)
		}
	}
}
