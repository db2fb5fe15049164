package stack

import (
	"errors"
	"fmt"
	"os"
	"slices"
	"testing"
	"time"
)

func TestTook(t *testing.T) {
	for d, want := range map[time.Duration]string{
		-time.Second:                     "0 ms",
		0:                                "0 ms",
		12 * time.Millisecond:            "12 ms",
		140 * time.Millisecond:           "0.1 s",
		1440 * time.Millisecond:          "1.4 s",
		59949 * time.Millisecond:         "59.9 s",
		59960 * time.Millisecond:         "1 m 00 s",
		125 * time.Second:                "2 m 05 s",
		time.Hour - 400*time.Millisecond: "1 h 00 m",
		3*time.Hour + 7*time.Minute:      "3 h 07 m",
		49*time.Hour + 59*time.Minute + 1*time.Second: "49 h 59 m",
	} {
		if got := Took(d); got != want {
			t.Errorf("Took(%v) = %q, want %q", d, got, want)
		}
	}
}

func TestState(t *testing.T) {
	for want, s := range map[string]Service{
		"running":                             {Phase: Running},
		"absent":                              {Phase: Absent},
		"exited (0)":                          {Phase: Exited},
		"exited (137: killed)":                {Phase: Exited, ExitCode: 137},
		"exited (137: out of memory)":         {Phase: Exited, ExitCode: 137, OOMKilled: true},
		"restarting (127: command not found)": {Phase: Restarting, ExitCode: 127},
	} {
		if got := s.State(); got != want {
			t.Errorf("%+v: %q, want %q", s, got, want)
		}
	}
}

func TestPort(t *testing.T) {
	for want, p := range map[string]Port{
		"8000":      {Host: 8000, Container: 8000, Protocol: "tcp"},
		"8001→8000": {Host: 8001, Container: 8000, Protocol: "tcp"},
		"53/udp":    {Host: 53, Container: 53, Protocol: "udp"},
		"9090":      {Container: 9090, Protocol: "tcp"},
	} {
		if got := p.String(); got != want {
			t.Errorf("%+v: %q, want %q", p, got, want)
		}
	}
}

func TestProblemIsOneLineAndItsCause(t *testing.T) {
	cause := fmt.Errorf("connection refused%s", "\n")
	p := &Problem{What: "the Engine does not answer", Where: "unix:///x", Err: cause, Hint: "start it"}
	if got, want := p.Error(), "the Engine does not answer (unix:///x): connection refused; start it"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
	if !errors.Is(p, cause) {
		t.Error("the cause is lost")
	}
}

func TestProblemSaysNothingTwice(t *testing.T) {
	_, notThere := os.ReadFile("/not/there")
	for want, p := range map[string]*Problem{
		"web has no container (churn)":                                 {What: "web has no container", Where: "churn", Err: errors.New("no container")},
		"reading the body (/not/there): no such file or directory":     {What: "reading the body", Where: "/not/there", Err: notThere},
		"reading the body: open /not/there: no such file or directory": {What: "reading the body", Err: notThere},
	} {
		if got := p.Error(); got != want {
			t.Errorf("got %s, want %s", got, want)
		}
		if !errors.Is(p, p.Err) {
			t.Errorf("%s: the cause is lost", want)
		}
	}
}

func TestAQuestionEndsByItself(t *testing.T) {
	p := &Problem{What: "forget all?", Hint: "--yes says so", Err: ErrRefused}
	if got := p.Error(); got != "forget all? --yes says so" {
		t.Error(got)
	}
}

func TestProblemOfUsageNamesNoCause(t *testing.T) {
	p := &Problem{What: "no service named holdr", Hint: "did you mean holder?", Err: ErrUsage}
	if got, want := p.Error(), "no service named holdr; did you mean holder?"; got != want || !errors.Is(p, ErrUsage) {
		t.Errorf("%q, want %q", got, want)
	}
}

func TestCheckArgv(t *testing.T) {
	for _, c := range []struct{ test, want []string }{
		{[]string{"CMD", "curl", "-f", "x"}, []string{"curl", "-f", "x"}},
		{[]string{"CMD-SHELL", "curl x || exit 1"}, []string{"/bin/sh", "-c", "curl x || exit 1"}},
		{[]string{"NONE"}, nil},
		{nil, nil},
	} {
		if got := (Check{Test: c.test}).Argv(); !slices.Equal(got, c.want) {
			t.Errorf("%q: %q, want %q", c.test, got, c.want)
		}
	}
}

// The Engine's rule (moby's daemon/health.go): an interval after the last run,
// and the start interval while the service starts.
func TestWhenTheNextProbeIsDue(t *testing.T) {
	start := time.Unix(1000, 0)
	at := func(s int) time.Time { return start.Add(time.Duration(s) * time.Second) }
	check := Check{Interval: 30 * time.Second, StartPeriod: time.Minute, StartInterval: 5 * time.Second}
	plain := Check{Interval: 30 * time.Second, StartPeriod: time.Minute}
	up := Service{Phase: Running, StartedAt: start, Health: HealthStarting}
	healthy := up
	healthy.Health = Healthy
	gone := up
	gone.Phase = Exited
	for name, c := range map[string]struct {
		d    Detail
		want time.Time
	}{
		"the first":              {Detail{Service: up, Check: &plain}, at(30)},
		"after another":          {Detail{Service: up, Check: &plain, Probes: []Probe{{End: at(31)}}}, at(61)},
		"in the start period":    {Detail{Service: up, Check: &check, Probes: []Probe{{End: at(6)}}}, at(11)},
		"healthy early":          {Detail{Service: healthy, Check: &check, Probes: []Probe{{End: at(6)}}}, at(36)},
		"after the start period": {Detail{Service: up, Check: &check, Probes: []Probe{{End: at(66)}}}, at(96)},
		"of an earlier run":      {Detail{Service: up, Check: &plain, Probes: []Probe{{End: at(-9)}}}, at(30)},
		"no process":             {Detail{Service: gone, Check: &plain}, time.Time{}},
		"no check":               {Detail{Service: up}, time.Time{}},
	} {
		if got := c.d.NextProbe(); !got.Equal(c.want) {
			t.Errorf("%s: due %v, want %v", name, got, c.want)
		}
	}
}
