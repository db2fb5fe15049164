package services

import (
	"fmt"
	"strings"
	"testing"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"

	"berth/stack"
	"berth/tui/theme"
)

func container(service string, number int, oneOff bool) stack.Service {
	run := ""
	if oneOff {
		run = "1a2b3c4d5e6f"
	}
	return stack.Service{
		Ref: stack.Ref{Project: "p", Service: service, Number: number, Run: run}, ContainerID: service,
		Phase: stack.Running, Serving: stack.ServingYes, OneOff: oneOff,
	}
}

var declared = []Declared{{Name: "web"}, {Name: "db"}, {Name: "debug", Off: "profile debug"}, {Name: "shell", Off: "profile shell"}}

func TestRowsAreTheFilesServicesAndWhatElseIsThere(t *testing.T) {
	rows := Rows("p", declared, stack.Snapshot{Services: []stack.Service{
		container("gone", 1, false), container("shell", 1, false),
		container("web", 1, false), container("web", 1, true), container("web", 2, false),
	}})
	var got []string
	for _, r := range rows {
		got = append(got, strings.TrimSpace(r.Ref.String()+" "+string(r.Phase)+" "+r.Off+r.Extra))
	}
	want := "web running, web-2 running, db absent, debug absent profile debug, shell running profile shell, gone running orphan, web-run-1a2b3c running one-off"
	if text := strings.Join(got, ", "); text != want {
		t.Errorf("got  %s\nwant %s", text, want)
	}
	// debug is off; shell is off too, but it runs; orphans and one-offs are
	// nobody's promise.
	if serving, of := Serving(rows); serving != 3 || of != 4 {
		t.Errorf("%d of %d serving, want 3 of 4", serving, of)
	}
}

func TestTheSelectionStaysWithItsService(t *testing.T) {
	var l List
	l.SetRows(Rows("p", declared, stack.Snapshot{}))
	l.Move(1)
	l.SetRows(Rows("p", declared, stack.Snapshot{Services: []stack.Service{container("web", 1, false), container("web", 2, false)}}))
	if r, _ := l.Selected(); r.Ref.Service != "db" {
		t.Errorf("%s is selected after replicas came before db", r.Ref)
	}
	l.Move(-1)
	l.fold()
	l.Move(1)
	if r, _ := l.Selected(); r.Ref.String() != "web-2" {
		t.Errorf("%s is selected below web, unfolded", r.Ref)
	}
	l.fold()
	if r, _ := l.Selected(); r.Ref.String() != "web" {
		t.Errorf("%s is selected after web-2 was folded into web", r.Ref)
	}
	l.fold()
	l.Move(1)
	l.SetRows(Rows("p", declared, stack.Snapshot{Services: []stack.Service{container("web", 1, false)}}))
	if r, _ := l.Selected(); r.Ref.Service != "db" {
		t.Errorf("%s is selected after web-2 went", r.Ref)
	}
	l.SetRows(nil)
	if _, ok := l.Selected(); ok {
		t.Error("a row is selected where there is none")
	}
}

// A container made by run is not the service, though its labels say so.
func TestAOneOffIsSelectedByItself(t *testing.T) {
	l := &List{}
	shell := container("web", 1, true)
	shell.ContainerID = "shell"
	l.SetRows(Rows("p", declared, stack.Snapshot{Services: []stack.Service{container("web", 1, false), shell}}))
	l.Move(len(l.items))
	if r, _ := l.Selected(); r.Extra != "one-off" {
		t.Errorf("%s (%s) is selected where the one-off is last", r.Ref, r.Extra)
	}
}

// typed types into the list's filter.
func typed(l *List, text string) {
	l.edit()
	for _, c := range text {
		l.Type(tea.KeyPressMsg{Code: c, Text: string(c)})
	}
}

func TestAFilterShowsWhatItIsFor(t *testing.T) {
	l := &List{}
	l.Resize(40, 20)
	l.SetRows(Rows("p", declared, stack.Snapshot{}))
	l.Move(1)
	typed(l, "SH")
	if r, ok := l.Selected(); !ok || r.Name != "shell" {
		t.Errorf("%q is selected, of shell alone", r.Name)
	}
	if v := ansi.Strip(l.View(Look{})); !strings.Contains(v, "/ SH") || strings.Contains(v, "web") {
		t.Errorf("filtered for SH:\n%s", v)
	}
	typed(l, "x")
	if v := l.View(Look{}); !strings.Contains(v, "no service is called that") {
		t.Errorf("filtered for what there is none of:\n%s", v)
	}
	if _, ok := l.Selected(); ok {
		t.Error("a row is selected that is not shown")
	}
	if len(l.Rows()) != 4 {
		t.Error("the filter takes rows away from those who count them")
	}
	if !l.ClearFilter() || l.ClearFilter() {
		t.Error("a filter is cleared once")
	}
	if r, _ := l.Selected(); r.Name != "shell" {
		t.Errorf("%q is selected after the filter went, where shell was last", r.Name)
	}
}

func TestAFilterPrefersTheWholeName(t *testing.T) {
	once := stack.Service{Ref: stack.Ref{Project: "p", Service: "web", Run: "5ab1e0ffee00"}, OneOff: true, ContainerID: "5ab1e0ffee00", Phase: stack.Running}
	l := &List{}
	l.Resize(40, 20)
	l.SetRows(Rows("p", declared, stack.Snapshot{Services: []stack.Service{once}}))
	l.Move(100)
	typed(l, "web")
	if r, _ := l.Selected(); r.Ref.String() != "web" {
		t.Errorf("%s is selected", r.Ref)
	}
}

func TestRowsAreArranged(t *testing.T) {
	failed := container("db", 1, false)
	failed.Phase, failed.ExitCode = stack.Exited, 1
	slow := container("web", 2, false)
	slow.Serving = stack.NotServing
	rows := Rows("p", declared, stack.Snapshot{Services: []stack.Service{
		container("gone", 1, false), container("web", 1, false), slow, container("web", 1, true), failed,
	}})
	for name, c := range map[string]struct {
		order Order
		open  string
		want  string
	}{
		"as in the file":      {ByFile, "", "web ×2 starting (1 of 2 serving), db exited (exit 1), debug absent (no container), shell absent (no container), gone serving, web-run-1a2b3c serving"},
		"unfolded":            {ByFile, "web", "web serving, web-2 starting (not serving yet), db exited (exit 1), debug absent (no container), shell absent (no container), gone serving, web-run-1a2b3c serving"},
		"by state":            {ByState, "", "db exited (exit 1), web ×2 starting (1 of 2 serving), debug absent (no container), shell absent (no container), gone serving, web-run-1a2b3c serving"},
		"by name, off at end": {ByName, "", "db exited (exit 1), web ×2 starting (1 of 2 serving), debug absent (no container), shell absent (no container), gone serving, web-run-1a2b3c serving"},
	} {
		var got []string
		for _, i := range arrange(rows, c.order, "", map[string]bool{c.open: true}) {
			s, text := i.state(), i.label()
			text += " " + s.Word
			if s.Note != "" {
				text += " (" + s.Note + ")"
			}
			got = append(got, text)
		}
		if text := strings.Join(got, ", "); text != c.want {
			t.Errorf("%s:\ngot  %s\nwant %s", name, text, c.want)
		}
	}
}

// A state that changes moves nothing: neither the rows nor their columns.
func TestNothingMovesWhenAStateChanges(t *testing.T) {
	names := func(l *List) string {
		var at []string
		for y, line := range strings.Split(ansi.Strip(l.View(Look{})), "\n") {
			for _, d := range declared {
				if x := strings.Index(line, d.Name); x >= 0 {
					at = append(at, fmt.Sprint(d.Name, " at ", x, ",", y))
				}
			}
		}
		return strings.Join(at, "; ")
	}
	for _, size := range [][2]int{{34, 20}, {34, 7}, {34, 5}, {80, 2}, {60, 2}} {
		l := &List{}
		l.Restyle(theme.New(true))
		l.Resize(size[0], size[1])
		starting := container("web", 1, false)
		starting.Serving, starting.Health = stack.ServingYes, stack.HealthStarting
		restarting := container("web", 1, false)
		restarting.Phase, restarting.ExitCode, restarting.Restarts = stack.Restarting, 137, 99
		published := container("web", 1, false)
		published.Ports = []stack.Port{{Host: 8000, Container: 8000}, {Host: 9000, Container: 9001}}
		var first string
		for n, s := range []stack.Service{container("web", 1, false), starting, restarting, published} {
			l.SetRows(Rows("p", declared, stack.Snapshot{Services: []stack.Service{s}}))
			got := names(l)
			if n == 0 {
				first = got
			}
			if got != first || !strings.Contains(got, "db at") {
				t.Errorf("%v: %s\n  instead of %s", size, got, first)
			}
		}
	}
}

func TestWhatHasExitedListsNoPort(t *testing.T) {
	s := container("web", 1, false)
	s.Ports = []stack.Port{{Host: 8000, Container: 8000}, {HostIP: "::", Host: 8000, Container: 8000}, {Container: 9}}
	if got := portsOf([]Row{{Service: s}}); got != ":8000" {
		t.Errorf("published at %q", got)
	}
	s.Phase = stack.Exited
	if got := portsOf([]Row{{Service: s}}); got != "" {
		t.Errorf("exited, and published at %q", got)
	}
}

func TestEveryRowCanBeReachedInEveryForm(t *testing.T) {
	var many []Declared
	for c := 'a'; c <= 'z'; c++ {
		many = append(many, Declared{Name: strings.Repeat(string(c), 9)})
	}
	for _, size := range [][2]int{{34, 10}, {34, 11}, {48, 52}, {48, 90}, {80, 2}, {60, 2}} {
		var l List
		l.Restyle(theme.New(true))
		l.Resize(size[0], size[1])
		l.SetRows(Rows("p", many, stack.Snapshot{}))
		for n, d := range many {
			view := ansi.Strip(l.View(Look{Focused: true}))
			if !strings.Contains(view, "▌○ "+d.Name) {
				t.Errorf("%v: %s is selected and not visible:\n%s", size, d.Name, view)
			}
			for _, line := range strings.Split(view, "\n") {
				if theme.Width(line) != size[0] {
					t.Errorf("%v: a line of %d cells:\n%s", size, theme.Width(line), line)
				}
			}
			// A click on where it was drawn selects it again.
			for y, line := range strings.Split(view, "\n") {
				before, _, found := strings.Cut(line, d.Name)
				if found {
					l.Move(-n)
					l.Click(theme.Width(before), y)
				}
			}
			if r, _ := l.Selected(); r.Name != d.Name {
				t.Errorf("%v: a click on %s selects %s", size, d.Name, r.Name)
			}
			l.Move(1)
		}
	}
}

// What deserves a look is marked, in two lines and in one.
func TestRowsHaveBadges(t *testing.T) {
	odd := container("web", 1, false)
	odd.Restarts, odd.OOMKilled, odd.Dir, odd.ConfigHash = 2, true, "/old", "1"
	ended := container("db", 1, false)
	ended.Phase, ended.OOMKilled, ended.ExitCode = stack.Exited, true, 137
	known := []Declared{{Name: "web", Dir: "/here", Hashes: []string{"2"}}, {Name: "db", Dir: "/here", Hashes: []string{"2"}}}
	var l List
	l.Restyle(theme.New(true))
	l.SetRows(Rows("p", known, stack.Snapshot{Services: []stack.Service{odd, ended}}))
	l.Resize(120, 20)
	if v := ansi.Strip(l.View(Look{})); !strings.Contains(v, "△ out of memory  △ other folder  △ config changed  △ 2 restarts") || strings.Count(v, "△") != 4 || !strings.Contains(v, "exit 137: out of memory") {
		t.Errorf("the badges are missing:\n%s", v)
	}
	l.Resize(40, 3)
	if v := ansi.Strip(l.View(Look{})); l.pitch() != 1 || !strings.Contains(v, "△serving") {
		t.Errorf("in one line there is no mark:\n%s", v)
	}
	odd.Restarts, odd.OOMKilled, odd.Dir, odd.ConfigHash = 0, false, "/here", "2"
	l.SetRows(Rows("p", known, stack.Snapshot{Services: []stack.Service{odd}}))
	if v := ansi.Strip(l.View(Look{})); strings.Contains(v, "△") {
		t.Errorf("marked though all is well:\n%s", v)
	}
}
