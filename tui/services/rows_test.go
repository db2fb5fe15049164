package services

import (
	"strings"
	"testing"

	"berth/stack"
	"berth/tui/theme"
)

func container(service string, number int, oneOff bool) stack.Service {
	return stack.Service{
		Ref: stack.Ref{Project: "p", Service: service, Number: number}, ContainerID: service,
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
	want := "web running, web-2 running, db absent, debug absent profile debug, shell running profile shell, gone running orphan, web running one-off"
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
	l.SetRows(Rows("p", declared, stack.Snapshot{Services: []stack.Service{container("web", 1, false)}}))
	if r, _ := l.Selected(); r.Ref.Service != "db" {
		t.Errorf("%s is selected after web-2 went", r.Ref)
	}
	l.SetRows(nil)
	if _, ok := l.Selected(); ok {
		t.Error("a row is selected where there is none")
	}
}

func TestEveryRowCanBeReachedInEveryForm(t *testing.T) {
	var many []Declared
	for c := 'a'; c <= 'z'; c++ {
		many = append(many, Declared{Name: strings.Repeat(string(c), 9)})
	}
	for _, size := range [][2]int{{34, 10}, {34, 11}, {48, 90}, {80, 1}, {60, 1}} {
		var l List
		l.Restyle(theme.New(true))
		l.Resize(size[0], size[1])
		l.SetRows(Rows("p", many, stack.Snapshot{}))
		for _, d := range many {
			view := l.View(Look{Focused: true})
			if !strings.Contains(view, d.Name) {
				t.Errorf("%v: %s is selected and not visible:\n%s", size, d.Name, view)
			}
			for _, line := range strings.Split(view, "\n") {
				if theme.Width(line) != size[0] {
					t.Errorf("%v: a line of %d cells:\n%s", size, theme.Width(line), line)
				}
			}
			l.Move(1)
		}
		first := l.offset
		l.Click(4, 0)
		if r, _ := l.Selected(); size[1] > 1 && r.Name != many[first].Name {
			t.Errorf("%v: a click on the first line selects %s", size, r.Name)
		}
	}
}
