package tui

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"
	"charm.land/lipgloss/v2"
	"github.com/charmbracelet/colorprofile"

	"berth/stack"
	"berth/tui/theme"
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

// An exception group ends with a rule: what it is about stands for it.
func TestAnExceptionGroupIsFolded(t *testing.T) {
	show(t, 120, 36, func(s *screen) {
		s.up()
		s.engine.print("model-api", "  + Exception Group Traceback (most recent call last):", `  |   File "eg.py", line 5, in <module>`,
			"  | ExceptionGroup: eg (1 sub-exception)", "  +-+---------------- 1 ----------------", "    | ValueError: 1",
			"    +------------------------------------", "model loaded")
		s.settle()
		s.sees("▸ ExceptionGroup: eg (1 sub-exception)  (6 lines)", "model loaded")
		s.lacks("model loaded  (")
		s.press("tab", "k", "enter")
		s.sees("▾     +-----", "| ValueError: 1")
	})
}

// Where lines may be missing is shown whatever is filtered, and counted.
func TestGapsAreShown(t *testing.T) {
	show(t, 120, 36, func(s *screen) {
		s.up()
		s.engine.print("model-api", "one", "?lines may be missing: it was rotated", "two")
		s.settle()
		s.press("tab")
		s.sees("─ lines may be missing: it was rotated", "2 lines · 1 gap")
		s.typed("ftwo")
		s.press("enter")
		s.sees("─ lines may be missing: it was rotated", "1 of 2 lines  two · 1 gap")
		s.lacks("one")
	})
}

// A long notice is cut, its time is not.
func TestANoticeKeepsItsTime(t *testing.T) {
	show(t, 80, 24, func(s *screen) {
		s.up()
		s.engine.print("model-api", "=could not be started: "+strings.Repeat("driver failed programming ", 9))
		s.settle()
		if !regexp.MustCompile(`could not be started: driver.*…  \d\d:\d\d:\d\d ─`).MatchString(s.text()) {
			t.Error(s.text())
		}
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
		// Leaving puts back what was, and keeps what was typed.
		s.typed("/zzz")
		s.sees("0 “zzz”")
		s.press("esc")
		s.sees("11 of 11 “line 1.5”")
		s.press("/", "up")
		s.sees("/zzz", "0 “zzz”")
		s.press("esc", "F")
		s.lacks("“line 1.5”")
		s.press("/", "esc")
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
		s.press("L", "L")
		s.sees("level:warn", "slow answer", "▸ ValueError", "last of them")
		s.lacks("started")
		s.press("F")
		s.sees("started", "GET /health", "8 lines")
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

// What a filter calls services is what is shown of them, and must be there.
func TestLogsAreFilteredByService(t *testing.T) {
	show(t, 120, 36, func(s *screen) {
		two := api()
		two.Number = 2
		s.up(api(), two, metrics())
		s.engine.print("model-api", "of the first")
		s.engine.printOf(two.Ref, "of the second")
		s.engine.print("prometheus", "of another")
		s.settle()
		s.sees("model-api-1, 1 of 2  1 line")
		s.press("tab", "m")
		s.typed("fin:model-api-2")
		s.sees("of the second")
		s.lacks("of the first")
		s.typed(" in:nosuch")
		s.sees(`✕ in:nosuch: there is no service "nosuch": model-api, model-api-2, prometheus`)
		s.press("esc", "f", "ctrl+u")
		s.typed("!in:model-api-1")
		s.sees("of the second", "of another")
		s.lacks("of the first")
		s.press("ctrl+u")
		s.typed("in:model-api")
		s.sees("of the first", "of the second")
		s.lacks("of another")
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
		s.sees("before", "model-api: recreated", "after", "metrics", "all services  3 lines")
		s.typed("fin:prometheus")
		s.press("enter")
		s.sees("metrics", "1 of 3 lines  in:prometheus")
		s.lacks("before")
	})
}

func TestLogsAreTakenAway(t *testing.T) {
	t.Chdir(t.TempDir())
	var copied []string
	show(t, 120, 36, func(s *screen) {
		s.up()
		s.engine.print("model-api", append(append([]string{"a\tline 0."}, numbered(1, 5)...), mixed[2:6]...)...)
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
		s.sees("9 lines saved to model-api-2.log")
		s.press("S", "ctrl+u")
		s.typed("model-api-2.log")
		s.press("enter")
		s.sees("model-api-2.log is there already: nothing was saved")
	}, func(o *Options) {
		o.Settings.Logs.Copy = func(text string) error { copied = append(copied, text); return nil }
	})
	if want := []string{"line 3.\nline 4.", strings.Join(mixed[2:6], "\n")}; fmt.Sprint(copied) != fmt.Sprint(want) {
		t.Errorf("copied %q, want %q", copied, want)
	}
	saved, err := os.ReadFile(filepath.Join(".", "model-api.log"))
	if lines := strings.Split(string(saved), "\n"); err != nil || len(lines) != 10 || !strings.HasSuffix(lines[0], "Z a\tline 0.") {
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
		s.sees("line 200.", "500 lines · what you read was", "paused, 500+ new lines")
		s.press("k", "j", "y", "'")
		s.sees("paused")
	}, func(o *Options) { o.Settings.Logs.Lines = 500 })
}

// What one reads stays where it is as long as it is kept, and how much came is
// told.
func TestAPlaceThatIsKeptStays(t *testing.T) {
	show(t, 120, 36, func(s *screen) {
		s.up()
		s.engine.print("model-api", numbered(0, 400)...)
		s.settle()
		s.press("tab", "k")
		first := regexp.MustCompile(`line \d+\.`)
		top := first.FindString(s.text())
		for n := 400; n < 800; n += 50 {
			s.engine.print("model-api", numbered(n, n+50)...)
			s.settle()
			if now := first.FindString(s.text()); now != top {
				t.Fatalf("%q is where %q was", now, top)
			}
		}
		s.sees("paused, 400 new lines", "300 older dropped")
		s.engine.print("model-api", numbered(800, 900)...)
		s.settle()
		s.sees("500 lines · what you read was dropped: 27 lines", "paused, 500+ new lines")
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
		s.sees("5,001 lines", "line 0.", "paused, 1 new line")
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
		s.sees("1,500 lines", "line 3500.")
	}, func(o *Options) { o.Settings.Logs.Lines = 1500 })
}

// What a review found: each of these went wrong once.

func TestASearchThatIsClearedIsGone(t *testing.T) {
	show(t, 120, 36, func(s *screen) {
		s.up()
		s.engine.print("model-api", numbered(0, 5000)...)
		s.settle()
		s.press("tab")
		for range 3 { // while lines are still looked at
			s.typed("/nope.*x")
			s.program.Send(tea.KeyPressMsg{Code: tea.KeyEnter})
			s.press("F")
		}
		s.sees("following", "line 4999.")
		s.lacks("nope")
	}, func(o *Options) { o.Settings.Logs.ScanBytes, o.Settings.Logs.Tail = 1000, -1 })
}

func TestAFilterFindsWhatIsFolded(t *testing.T) {
	show(t, 120, 36, func(s *screen) {
		s.up()
		s.engine.print("model-api", mixed...)
		s.settle()
		s.typed("fmain.py")
		s.press("enter")
		s.sees(`File "main.py"`, "1 of 8 lines")
	})
}

func TestAFilterWhilePausedShowsWantedLinesOnly(t *testing.T) {
	show(t, 120, 36, func(s *screen) {
		var lines []string
		for n := range 2000 {
			lines = append(lines, fmt.Sprintf("line %d %s", n, []string{"even", "odd"}[n%2]))
		}
		s.up()
		s.engine.print("model-api", lines...)
		s.settle()
		s.press("tab", "k")
		s.typed("feven")
		s.press("enter")
		s.wait(time.Second)
		s.sees("▌ line 1998 even", "1,000 of 2,000 lines")
		s.lacks("odd")
	}, func(o *Options) { o.Settings.Logs.ScanBytes, o.Settings.Logs.Tail = 4000, -1 })
}

func TestThereIsNothingToCopy(t *testing.T) {
	copied := 0
	show(t, 120, 36, func(s *screen) {
		s.up()
		s.press("tab", "/")
		s.typed("abc")
		s.sees("/abc") // the prompt of an empty log can be seen
		s.press("esc", "esc", "q")
	}, func(o *Options) {})
	show(t, 120, 36, func(s *screen) {
		s.up()
		s.engine.print("model-api", "one", "two")
		s.settle()
		s.press("tab")
		s.typed("J1s")
		s.press("enter")
		s.sees("✕ there is no line that late", "go to 1s") // and another time can be typed
		s.press("esc")
		s.sees("following")
		s.typed("fnothing")
		s.press("enter", "k", "v", "M", "y", "F")
		s.sees("following", "one")
		if copied != 0 {
			t.Errorf("copied %d times", copied)
		}
	}, func(o *Options) { o.Settings.Logs.Copy = func(string) error { copied++; return nil } })
}

func TestOneServicesRecordIsCopiedWholeOutOfTheMergedLog(t *testing.T) {
	var copied string
	show(t, 120, 36, func(s *screen) {
		s.up()
		s.engine.print("model-api", mixed[2:6]...)
		s.engine.print("prometheus", "between 1", "between 2", "between 3")
		s.settle()
		s.press("m", "tab", "g")
		for !strings.Contains(s.text(), "▌ ▸ ValueError") {
			s.press("j")
		}
		s.press("y")
		s.sees("4 lines copied")
	}, func(o *Options) { o.Settings.Logs.Copy = func(text string) error { copied = text; return nil } })
	if want := strings.Join(mixed[2:6], "\n"); copied != want {
		t.Errorf("copied %q, want %q", copied, want)
	}
}

func TestWithoutASelectionNoLogIsShown(t *testing.T) {
	show(t, 120, 36, func(s *screen) {
		s.up()
		s.engine.print("model-api", "a line of the model")
		s.settle()
		s.sees("a line of the model")
		s.typed("/zzz")
		s.sees("No service is selected.")
		s.lacks("a line of the model")
	})
}

func TestNewLinesAreCountedWhateverIsShown(t *testing.T) {
	show(t, 120, 36, func(s *screen) {
		s.up()
		s.engine.print("model-api", "keep 1", "other")
		s.settle()
		s.press("tab", "k")
		s.typed("fkeep")
		s.press("enter")
		s.engine.print("model-api", "keep 2", "other 2")
		s.settle()
		s.sees("paused, 1 new line")
	})
}

// What is not found in what was read may be in what was not.
func TestASearchReadsFurtherBack(t *testing.T) {
	show(t, 120, 36, func(s *screen) {
		s.engine.print("model-api", numbered(0, 5000)...)
		s.up()
		s.sees("1,000 lines · older ones are read at the top")
		s.press("tab", "/")
		s.typed("line 77[.]")
		s.press("enter")
		s.wait(time.Second)
		s.sees("line 77.", "1 of 1")
	})
}

// styleOf is how the first letter of a text looks that is on the screen.
func (s *screen) styleOf(text string) string {
	s.terminal.mu.Lock()
	defer s.terminal.mu.Unlock()
	for y, line := range strings.Split(s.terminal.vt.String(), "\n") {
		if before, _, ok := strings.Cut(line, text); ok {
			return strings.TrimSuffix(s.terminal.vt.CellAt(theme.Width(before), y).Style.String(), "\x1b[m")
		}
	}
	s.t.Errorf("%q is not on the screen", text)
	return ""
}

func TestAProgramsOwnColoursAreShown(t *testing.T) {
	var copied string
	show(t, 120, 36, func(s *screen) {
		s.up()
		s.engine.print("model-api", "\x1b[32mINFO\x1b[0m:     \x1b[1mstarted\x1b[0m here", "\x1b[31mnever ended", "next line", "\x1b[38;5;208;5;8mshown\x1b[0m \x1b[31mER\x1b[0mROR")
		s.settle()
		bad, good := theme.New(true).Tone(theme.Bad), theme.New(true).Tone(theme.Good)
		looks := func(text string, style lipgloss.Style) {
			t.Helper()
			want, _, _ := strings.Cut(style.Render("x"), "x")
			if got := s.styleOf(text); got != want {
				t.Errorf("%q looks %q, want %q", text, got, want)
			}
		}
		looks("INFO", good)
		looks(":     started", lipgloss.NewStyle())
		looks("started", lipgloss.NewStyle().Bold(true))
		looks("never", bad)
		looks("next", lipgloss.NewStyle())
		looks("shown", lipgloss.NewStyle().Foreground(lipgloss.Color("208")))
		s.press("tab")
		s.typed("/er ?ror")
		s.press("enter") // what is looked for is the text, across colours
		s.sees("1 of 1")
		s.press("y")
	}, func(o *Options) { o.Settings.Logs.Copy = func(text string) error { copied = text; return nil } })
	if copied != "shown ERROR" {
		t.Errorf("copied %q", copied)
	}
}

// A service's name has its colour whatever comes first, and in every theme's.
func TestServicesAreToldApart(t *testing.T) {
	for _, colours := range []colorprofile.Profile{colorprofile.TrueColor, colorprofile.ANSI, colorprofile.ASCII} {
		var looks []string
		for _, first := range []string{"model-api", "prometheus"} {
			showIn(t, colours, 120, 36, func(s *screen) {
				s.up()
				s.engine.print(first, "one")
				s.settle()
				s.press("m")
				s.engine.print("model-api", "two")
				s.engine.print("prometheus", "two")
				s.settle()
				s.press("tab", "t")
				looks = append(looks, s.styleOf("model-api        two"), s.styleOf("prometheus       two"))
			})
		}
		if looks[0] != looks[2] || looks[1] != looks[3] || (looks[0] == looks[1]) != (colours == colorprofile.ASCII) {
			t.Errorf("%v: they look %q", colours, looks)
		}
	}
}

// What is filtered is found again in the next run, and said.
func TestTheFilterIsRemembered(t *testing.T) {
	var left State
	show(t, 120, 36, func(s *screen) {
		s.up()
		s.press("tab", "H", "L", "L")
		s.typed("f!slow")
		s.press("enter")
		s.look(func(r *root) { left = r.state() })
	})
	show(t, 120, 36, func(s *screen) {
		s.up()
		s.engine.print("model-api", mixed...)
		s.settle()
		s.sees("5 of 8 lines  !slow level:warn no health checks")
		s.press("tab", "F")
		s.sees("8 lines")
	}, func(o *Options) { o.State = left })
	left.Panes["logs"]["filter"], left.Panes["logs"]["level"] = "x(", "hot"
	show(t, 120, 36, func(s *screen) {
		s.up()
		s.engine.print("model-api", mixed...)
		s.settle()
		s.sees("7 of 8 lines  no health checks")
	}, func(o *Options) { o.State = left })
}

func TestLinesAreSelectedWithTheMouse(t *testing.T) {
	var copied string
	show(t, 120, 36, func(s *screen) {
		s.up()
		s.engine.print("model-api", numbered(0, 10)...)
		s.settle()
		top := arrange(120, 36, false, false).Pane
		s.click(top.X+10, top.Y+3)
		s.sees("▌ line 3.", "paused")
		for _, y := range []int{4, 5, 6, 5} {
			s.program.Send(tea.MouseMotionMsg{X: top.X + 10, Y: top.Y + y, Button: tea.MouseLeft})
			s.settle()
		}
		s.sees("3 lines selected: y copies")
		s.press("y")
		s.click(top.X+10, top.Y+1)
		s.lacks("selected")
		s.click(top.X+10, top.Y+20) // below the last line
		s.sees("▌ line 1.")
	}, func(o *Options) { o.Settings.Logs.Copy = func(text string) error { copied = text; return nil } })
	if copied != "line 3.\nline 4.\nline 5." {
		t.Errorf("copied %q", copied)
	}
}

// The health pane points to lines of the log where there are some.
func TestNobodyIsSentToAnEmptyLog(t *testing.T) {
	for _, lines := range []int{0, 1} {
		show(t, 120, 36, func(s *screen) {
			a := api()
			a.Phase, a.Health, a.Serving, a.FinishedAt = stack.Exited, stack.NoCheck, stack.ServingUnknown, time.Now()
			s.engine.print("model-api", numbered(0, lines)...)
			s.engine.describe(stack.Detail{Service: a})
			s.up(a)
			s.press("2")
			s.sees("exit 0")
			if seen := strings.Contains(s.text(), "Its last lines are in Logs: 1."); seen != (lines > 0) {
				t.Errorf("of %d lines:\n%s", lines, s.text())
			}
		})
	}
}
