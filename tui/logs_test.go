package tui

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// A traceback and a JSON line, as a service prints them.
var mixed = []string{
	"INFO:     started", `INFO:     127.0.0.1:5 - "GET /health HTTP/1.1" 200 OK`,
	"Traceback (most recent call last):", `  File "main.py", line 3, in predict`, "    model.predict(x)",
	"ValueError: could not convert 'x'",
	`{"time":"now","level":"warning","event":"slow answer","ms":1200}`,
	"WARNING:  last of them",
}

func TestLogsAreFolded(t *testing.T) {
	show(t, 120, 36, func(s *screen) {
		s.up()
		s.engine.print("model-api", mixed...)
		s.settle()
		s.sees("▸ ValueError: could not convert 'x'  (4 lines)", "WARN  slow answer  ms=1200")
		s.lacks("main.py")
		s.lacks(`"event"`)
		s.press("tab", "k", "enter")
		s.sees(`"event": "slow answer"`, `"ms": 1200`, "paused")
		s.press("k", "enter")
		s.sees("▾ ValueError", `File "main.py", line 3`)
		s.press("enter", "j", "enter")
		s.lacks("main.py")
		s.lacks(`"event"`)
		s.press("k", "k", "enter")
		s.sees("this line has nothing folded")
	})
}

func TestLogsAreFound(t *testing.T) {
	show(t, 120, 36, func(s *screen) {
		s.up()
		s.engine.print("model-api", numbered(0, 300)...)
		s.settle()
		s.press("tab")
		s.typed("/line (")
		s.sees("✕ error parsing regexp")
		s.press("esc")
		s.typed("/line 1.5")
		s.press("enter") // following: the last match, upwards
		s.sees("10 of 10 “line 1.5”", "line 195.", "paused")
		s.press("N")
		s.sees("9 of 10", "line 185.")
		s.press("n", "n")
		s.sees("1 of 10", "line 105.", "went round to the first match")
		s.engine.print("model-api", "line 1x5 too")
		s.settle()
		s.press("N")
		s.sees("11 of 11", "line 1x5 too")
		// What was typed is there again; leaving puts back what was.
		s.typed("/zzz")
		s.sees("0 “line 1.5zzz”")
		s.press("esc")
		s.sees("11 of 11 “line 1.5”")
		s.press("F")
		s.lacks("“line 1.5”")
	})
}

func TestLogsAreFiltered(t *testing.T) {
	show(t, 120, 36, func(s *screen) {
		s.up()
		s.engine.print("model-api", mixed...)
		s.settle()
		s.press("tab", "H")
		s.lacks("GET /health")
		s.sees("7 of 8 lines  no health checks")
		s.press("L", "L", "L", "L")
		s.sees("level:warn", "slow answer", "▸ ValueError", "last of them")
		s.lacks("started")
		s.press("F")
		s.sees("started", "GET /health", "8 lines · 0 older dropped")
		s.typed("f!slow level:warn")
		s.lacks("slow answer")
		s.lacks("started")
		s.sees("last of them")
		s.press("enter")
		s.sees("5 of 8 lines  !slow level:warn")
		s.engine.print("model-api", "INFO: not this", "ERROR: but this")
		s.settle()
		s.sees("but this", "6 of 10 lines")
		s.lacks("not this")
		s.typed("f x(")
		s.sees("✕ x(: error parsing regexp")
		s.press("esc")
		s.sees("6 of 10 lines  !slow level:warn")
		s.typed("f nowhere")
		s.press("enter")
		s.sees("No line passes the filter.", "F  shows all lines again")
	})
}

func TestMergedLogsKeepWhatWasRead(t *testing.T) {
	show(t, 120, 36, func(s *screen) {
		s.up()
		s.engine.print("model-api", "before", "=recreated", "after")
		s.settle()
		s.press("m")
		s.engine.print("prometheus", "metrics")
		s.settle()
		s.sees("before", "model-api: recreated", "after", "metrics", "all services  4 lines · 0 older dropped")
		s.typed("fin:prometheus")
		s.press("enter")
		s.sees("metrics", "1 of 4 lines  in:prometheus")
		s.lacks("before")
	})
}

func TestLogsAreTakenAway(t *testing.T) {
	t.Chdir(t.TempDir())
	var copied []string
	show(t, 120, 36, func(s *screen) {
		s.up()
		s.engine.print("model-api", append(numbered(0, 5), mixed[2:6]...)...)
		s.settle()
		s.press("tab", "k", "v", "k")
		s.sees("2 lines selected: y copies")
		s.press("y")
		s.sees("2 lines copied")
		s.press("G", "y") // the whole record, though it is folded
		s.sees("4 lines copied")
		s.press("S")
		s.sees("save to model-api.log")
		s.press("enter")
		s.sees("9 lines saved to model-api.log")
		s.press("S", "enter")
		s.sees("model-api.log is there already: nothing was saved")
	}, func(o *Options) {
		o.Settings.Logs.Copy = func(text string) error { copied = append(copied, text); return nil }
	})
	if want := []string{"line 3.\nline 4.", strings.Join(mixed[2:6], "\n")}; fmt.Sprint(copied) != fmt.Sprint(want) {
		t.Errorf("copied %q, want %q", copied, want)
	}
	saved, err := os.ReadFile(filepath.Join(".", "model-api.log"))
	if lines := strings.Split(string(saved), "\n"); err != nil || len(lines) != 10 || !strings.HasSuffix(lines[0], "Z line 0.") {
		t.Errorf("saved %q, %v", saved, err)
	}
}

func TestLinesAreMarkedAndGoneBackTo(t *testing.T) {
	show(t, 120, 36, func(s *screen) {
		s.up()
		s.engine.print("model-api", numbered(0, 300)...)
		s.settle()
		s.press("tab", "g", "M", "G")
		s.sees("line 299.")
		s.press("'")
		s.sees("line 0.", "paused")
		s.press("G")
		s.typed("J2m")
		s.press("enter")
		s.sees("paused", "line 180.")
		s.typed("Jnoon")
		s.press("enter")
		s.sees("is no time: 15:04")
	})
}

// A log that is full while one stands still in it drops what one looks at.
func TestAPlaceThatIsDroppedIsLeft(t *testing.T) {
	show(t, 120, 36, func(s *screen) {
		s.up()
		s.engine.print("model-api", numbered(0, 100)...)
		s.settle()
		s.press("tab", "g", "M", "v")
		s.engine.print("model-api", numbered(100, 700)...)
		s.settle()
		s.sees("line 200.", "500 lines · 200 older dropped")
		s.press("k", "j", "y", "'")
		s.sees("paused")
	}, func(o *Options) { o.Settings.Logs.Lines = 500 })
}

// A long log is read from its end, and further back as one scrolls there.
func TestOlderLinesAreReadAsOneScrolls(t *testing.T) {
	show(t, 120, 36, func(s *screen) {
		s.engine.print("model-api", numbered(0, 5000)...)
		s.up()
		s.sees("1,000 lines", "line 4999.")
		s.press("tab", "g")
		s.sees("3,000 lines", "line 4000.")
		s.press("k", "k")
		s.sees("line 3998.")
		s.engine.print("model-api", "line 5000.")
		s.settle()
		s.press("g", "g", "k")
		s.sees("5,001 lines · 0 older dropped", "line 0.", "paused, 1 new line")
		s.lacks("line 5000.")
		s.press("k", "G")
		s.sees("line 5000.", "following")
	})
}

func TestNoMoreOlderLinesAreReadThanAreKept(t *testing.T) {
	show(t, 120, 36, func(s *screen) {
		s.engine.print("model-api", numbered(0, 5000)...)
		s.up()
		s.press("tab", "g", "g", "g", "k")
		s.sees("1,500 lines · 0 older dropped", "line 3500.")
	}, func(o *Options) { o.Settings.Logs.Lines = 1500 })
}
