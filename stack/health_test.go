package stack

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestDependents(t *testing.T) {
	needing := []Dependent{{Service: "worker", Condition: OnHealthy}, {Service: "web", Condition: OnStarted}, {Service: "report", Condition: OnCompleted}}
	up := func(name string) Service { return Service{Ref: Ref{Service: name}, Phase: Running} }
	for name, c := range map[string]struct {
		s       Service
		others  []Service
		waiting []string
	}{
		"starting":  {Service{Phase: Running, Health: HealthStarting}, nil, []string{"worker", "report"}},
		"healthy":   {Service{Phase: Running, Health: Healthy}, nil, []string{"report"}},
		"absent":    {Service{Phase: Absent}, nil, []string{"worker", "web", "report"}},
		"done":      {Service{Phase: Exited}, nil, []string{"worker", "web"}},
		"failed":    {Service{Phase: Exited, ExitCode: 1}, nil, []string{"worker", "web", "report"}},
		"they run":  {Service{Phase: Running, Health: Unhealthy}, []Service{up("worker"), up("web"), up("report")}, nil},
		"unhealthy": {Service{Phase: Running, Health: Unhealthy}, []Service{up("web")}, []string{"worker", "report"}},
	} {
		var got []string
		for _, d := range Dependents(c.s, needing, c.others) {
			if d.Waiting {
				got = append(got, d.Service)
			}
		}
		if d := cmp.Diff(c.waiting, got); d != "" {
			t.Errorf("%s: %s", name, d)
		}
	}
	if needing[0].Waiting {
		t.Error("the list that was given has changed")
	}
}

// A life is in the order of time, has each moment once and its last ones only,
// and what was handed out before does not change.
func TestLife(t *testing.T) {
	at := func(n int) Moment {
		return Moment{At: time.Unix(int64(n), 0), What: WasStarted, Container: "c"}
	}
	life := Life{}.With(at(3)).With(at(1))
	before := life
	life = life.With(at(2)).With(at(1)).With(at(3))
	if len(life) != 3 || len(before) != 2 || before[1].At.Unix() != 3 {
		t.Errorf("%v, before %v", life, before)
	}
	for n := range 3 {
		if life[n].At.Unix() != int64(n+1) {
			t.Errorf("moment %d: %v", n, life[n])
		}
	}
	for n := range 1000 {
		life = life.With(at(n))
	}
	if len(life) != keptMoments || life[0].At.Unix() != 1000-keptMoments {
		t.Errorf("%d moments from %v", len(life), life[0].At)
	}
}

func TestRuns(t *testing.T) {
	var l Life
	add := func(sec int, what Happening, c string, more ...func(*Moment)) {
		m := Moment{At: time.Unix(int64(sec), 0), What: what, Container: c}
		for _, f := range more {
			f(&m)
		}
		l = l.With(m)
	}
	add(0, HasDied, "new") // its start is forgotten
	add(1, WasStarted, "old")
	add(2, WasStarted, "new")
	add(3, WasSignalled, "new", func(m *Moment) { m.Signal = 15 })
	add(4, HasDied, "new", func(m *Moment) { m.ExitCode = 143 })
	add(5, WasSignalled, "new", func(m *Moment) { m.Signal = 9 }) // between runs
	add(6, WasStarted, "new")
	add(7, CameHealthy, "new")
	runs := l.Runs("new")
	if len(runs) != 2 || runs[0].Took() != 2*time.Second || runs[0].ExitCode != 143 || runs[0].Signalled(15).Unix() != 3 || !runs[0].Signalled(9).IsZero() {
		t.Errorf("runs %+v", runs)
	}
	if !runs[1].Died.IsZero() || runs[1].Took() != 0 || !runs[1].Has(CameHealthy) || runs[1].Has(HasDied) {
		t.Errorf("the last: %+v", runs[1])
	}
	s := Service{ContainerID: "new", Phase: Exited, Life: l[:6]}
	if !s.Stopped() {
		t.Error("its stop was asked for")
	}
	if s.Phase = Running; s.Stopped() {
		t.Error("it runs")
	}
}

func TestFinished(t *testing.T) {
	for name, c := range map[string]struct {
		s    Service
		want bool
	}{
		"a job":             {Service{Phase: Exited}, true},
		"with an open port": {Service{Phase: Exited, Ports: []Port{{Container: 8000}}}, true},
		"a server":          {Service{Phase: Exited, Ports: []Port{{Container: 8000, Host: 8000}}}, false},
		"failed":            {Service{Phase: Exited, ExitCode: 1}, false},
		"not started":       {Service{Phase: Exited, Error: "x"}, false},
		"running":           {Service{Phase: Running}, false},
	} {
		if got := c.s.Finished(); got != c.want {
			t.Errorf("%s: %v", name, got)
		}
	}
}

func TestSignals(t *testing.T) {
	for name, want := range map[string]int{"": 15, "SIGTERM": 15, "TERM": 15, "15": 15, "SIGINT": 2, "SIGRTMIN+3": 37, "SIGNONE": 0} {
		if got := SignalNumber(name); got != want {
			t.Errorf("%q: %d, want %d", name, got, want)
		}
	}
	if SignalName(15) != "SIGTERM" || SignalName(63) != "signal 63" {
		t.Errorf("%s, %s", SignalName(15), SignalName(63))
	}
}
