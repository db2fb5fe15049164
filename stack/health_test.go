package stack

import (
	"slices"
	"strings"
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

// What was made and does not run waits for what has not come.
func TestNeeds(t *testing.T) {
	of := func(name string, phase Phase, h Health) Service {
		return Service{Ref: Ref{Service: name, Number: 1}, Phase: phase, Health: h}
	}
	needing := map[string][]Dependent{}
	for service, condition := range map[string]string{"db": OnHealthy, "migrate": OnCompleted, "cache": OnStarted} {
		needing[service] = []Dependent{{Service: "api", Condition: condition}}
	}
	failed := of("migrate", Exited, NoCheck)
	failed.ExitCode = 3
	all := []Service{of("api", Created, NoCheck), of("db", Running, Unhealthy), failed, of("cache", Running, NoCheck)}
	var got []string
	for _, n := range Needs(all[0], needing, all) {
		got = append(got, n.String())
	}
	if want := []string{"db (service_healthy), which is unhealthy", "migrate (service_completed_successfully), which is exited (3)"}; !slices.Equal(got, want) {
		t.Errorf("%q", got)
	}
	if all[0].Phase = Running; Needs(all[0], needing, all) != nil {
		t.Error("what runs waits for nothing")
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

// What the kernel does for one want of memory is one moment, however often it is
// told; a second want is another.
func TestABurstOfOutOfMemoryIsOneMoment(t *testing.T) {
	life := Life{{At: time.Unix(0, 0), What: WasStarted, Container: "c"}}
	for n := range 77 {
		life = life.With(Moment{At: time.Unix(1, int64(n)*5e6), What: OutOfMemory, Container: "c"})
	}
	life = life.With(Moment{At: time.Unix(1, 0), What: OutOfMemory, Container: "other"})
	life = life.With(Moment{At: time.Unix(9, 0), What: OutOfMemory, Container: "c"})
	var at []int64
	for _, m := range life {
		if m.Container == "c" {
			at = append(at, m.At.Unix())
		}
	}
	if !slices.Equal(at, []int64{0, 1, 9}) {
		t.Errorf("moments at %v", at)
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

// Whether a run ended for want of memory is what the Engine says, or heard too
// late; not where the end was asked for.
func TestRecall(t *testing.T) {
	at := func(sec int, what Happening, number int) Moment {
		m := Moment{At: time.Unix(int64(sec), 0), What: what, Container: "c"}
		if what == HasDied {
			m.ExitCode = number
		} else {
			m.Signal = number
		}
		return m
	}
	started, oom := at(1, WasStarted, 0), at(2, OutOfMemory, 0)
	for name, c := range map[string]struct {
		says bool // the Engine's state
		life Life
		want bool
	}{
		"nothing is remembered":             {true, nil, true},
		"the Engine says so":                {true, Life{started, at(3, HasDied, 137)}, true},
		"heard before its end":              {false, Life{started, oom, at(3, HasDied, 137)}, true},
		"heard after its end":               {false, Life{started, at(2, HasDied, 137), at(3, OutOfMemory, 0)}, true},
		"heard after its end, runs again":   {false, Life{started, at(2, HasDied, 137), at(3, OutOfMemory, 0), at(4, WasStarted, 0)}, true},
		"killed from outside":               {false, Life{started, at(3, HasDied, 137)}, false},
		"a worker, then it was stopped":     {true, Life{started, oom, at(3, WasSignalled, 15), at(4, HasDied, 143)}, false},
		"a worker, then it was killed":      {true, Life{started, oom, at(3, WasSignalled, 15), at(4, WasSignalled, 9), at(5, HasDied, 137)}, false},
		"a worker, then it ended by itself": {true, Life{started, oom, at(5, HasDied, 1)}, true},
		"while it was to stop":              {true, Life{started, at(3, WasSignalled, 15), at(4, OutOfMemory, 0), at(5, HasDied, 137)}, true},
		"in the run before that":            {false, Life{started, oom, at(3, HasDied, 137), at(4, WasStarted, 0), at(5, HasDied, 1)}, false},
	} {
		s := Service{ContainerID: "c", OOMKilled: c.says}
		if s.Recall(c.life); s.OOMKilled != c.want {
			t.Errorf("%s: %v", name, s.OOMKilled)
		}
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

// A life is told a run a line, runs that are alike in one, and what the Engine
// has forgotten from what it says of the container.
func TestStory(t *testing.T) {
	local := time.Local
	time.Local = time.UTC
	defer func() { time.Local = local }()
	begun := time.Date(2026, 11, 24, 12, 0, 0, 0, time.UTC)
	at := func(sec float64) time.Time { return begun.Add(time.Duration(sec * float64(time.Second))) }
	moment := func(sec float64, what Happening, c string) Moment {
		return Moment{At: at(sec), What: what, Container: c}
	}
	tell := func(l Life) (lines []string) {
		for _, c := range l.Chapters() {
			lines = append(lines, strings.Join(c.Words(), " ─ "))
		}
		return lines
	}
	var l Life
	for _, m := range []Moment{moment(0, WasCreated, "c1"), moment(0.3, WasStarted, "c1"), moment(1.4, CameToServe, "c1"), moment(30, CameHealthy, "c1")} {
		l = l.With(m)
	}
	replaced := l.With(moment(60, WasCreated, "c2")).With(Moment{At: at(61), What: WasSignalled, Signal: 15, Container: "c1"}).
		With(moment(61.2, HasDied, "c1")).With(moment(61.5, WasStarted, "c2"))
	loop := l
	for n := range 4 {
		loop = loop.With(Moment{At: at(float64(40 + 10*n)), What: HasDied, ExitCode: 1, Container: "c1"}).With(moment(float64(48+10*n), WasStarted, "c1"))
	}
	for name, c := range map[string]struct {
		life Life
		want []string
	}{
		"one run":   {l, []string{"created 12:00:00 ─ started +0.3 s ─ serving +1.1 s ─ healthy +28.6 s"}},
		"recreated": {replaced, []string{"created 12:00:00 ─ started +0.3 s ─ serving +1.1 s ─ healthy +28.6 s ─ SIGTERM +31.0 s ─ exit 0 +0.2 s", "created 12:01:00 ─ started +1.5 s"}},
		"a loop": {loop, []string{
			"created 12:00:00 ─ started +0.3 s ─ serving +1.1 s ─ healthy +28.6 s ─ exit 1 +10.0 s",
			"restarted 12:00:48 ─ exit 1 +2.0 s ─ 3 times, every 10.0 s",
			"restarted 12:01:18",
		}},
		"nothing": {nil, nil},
	} {
		if d := cmp.Diff(c.want, tell(c.life)); d != "" {
			t.Errorf("%s: %s", name, d)
		}
	}

	probes := func(n int, codes ...int) (list []Probe) {
		for i, code := range codes {
			list = append(list, Probe{End: at(float64(10 * (n + i))), ExitCode: code})
		}
		return list
	}
	s := Service{ContainerID: "c1", Phase: Running, CreatedAt: at(0), StartedAt: at(1)}
	for name, c := range map[string]struct {
		d    Detail
		want string
	}{
		"two probes":         {Detail{Service: s, Probes: probes(1, 1, 0)}, "created 12:00:00 ─ started +1.0 s ─ healthy +19.0 s"},
		"the first are gone": {Detail{Service: s, Probes: probes(9, 0, 0, 0, 0, 0)}, "created 12:00:00 ─ started +1.0 s"},
		"seen by Berth": {Detail{Service: func(s Service) Service {
			s.HealthySince, s.ServingSince = at(30), at(2)
			return s
		}(s)}, "created 12:00:00 ─ started +1.0 s ─ serving +1.0 s ─ healthy +28.0 s"},
		"restarted, and forgotten": {Detail{Service: func(s Service) Service {
			s.Restarts = 2
			return s
		}(s)}, "created 12:00:00 ─ last started +1.0 s"},
		"of an earlier run": {Detail{Service: func(s Service) Service {
			s.ServingSince, s.HealthySince = at(-100), at(0.5)
			return s
		}(s)}, "created 12:00:00 ─ started +1.0 s"},
		"over": {Detail{Service: func(s Service) Service {
			s.Phase, s.ExitCode, s.FinishedAt = Exited, 137, at(5)
			return s
		}(s)}, "created 12:00:00 ─ started +1.0 s ─ exit 137 +4.0 s"},
		"remembered by the Engine, too": {Detail{Service: func(s Service) Service {
			s.Life = Life{}.With(moment(0.01, WasCreated, "c1")).With(moment(1.02, WasStarted, "c1"))
			return s
		}(s)}, "created 12:00:00 ─ started +1.0 s"},
		"remembered from later on": {Detail{Service: func(s Service) Service {
			s.StartedAt = at(90)
			s.Life = Life{}.With(Moment{At: at(60), What: HasDied, ExitCode: 3, Container: "c1"}).With(moment(90, WasStarted, "c1"))
			return s
		}(s)}, "created 12:00:00 ─ runs forgotten ─ exit 3 +1 m 00 s; restarted 12:01:30"},
	} {
		if got := strings.Join(tell(c.d.Story()), "; "); got != c.want {
			t.Errorf("%s: %s, want %s", name, got, c.want)
		}
	}
}

func TestTiming(t *testing.T) {
	c := Check{Interval: 30 * time.Second, Timeout: 10 * time.Second, Retries: 3, StartPeriod: time.Minute, StartInterval: 5 * time.Second}
	if got, want := c.Timing(), "every 30 s, timeout 10 s, 3 retries, start period 1 m 00 s, every 5 s during it"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	c.StartPeriod, c.Retries = 0, 1
	if got, want := c.Timing(), "every 30 s, timeout 10 s, 1 retry"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

// The Engine remembers 256 events: a start goes first, and who stopped it later
// must not be forgotten with it.
func TestARunWhoseStartIsForgotten(t *testing.T) {
	at := func(s int64) time.Time { return time.Unix(s, 0) }
	l := Life{
		{At: at(1), What: WasSignalled, Container: "c", Signal: 15},
		{At: at(2), What: WasSignalled, Container: "c", Signal: 9},
		{At: at(3), What: HasDied, Container: "c", ExitCode: 137},
	}
	runs := l.Runs("c")
	if len(runs) != 1 || !runs[0].Signalled(15).Equal(at(1)) || !runs[0].Died.Equal(at(3)) || runs[0].Took() != 0 {
		t.Errorf("got %+v", runs)
	}
}
