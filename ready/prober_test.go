package ready

import (
	"slices"
	"testing"
	"time"

	"berth/stack"
)

// What only has to run is seen to serve, once it has run for a second. All else
// is to be asked.
func TestEvident(t *testing.T) {
	now := time.Now()
	old := stack.Service{Ref: api, ContainerID: "c1", Phase: stack.Running, StartedAt: now.Add(-runningFor)}
	for name, c := range map[string]struct {
		but  func(*stack.Service)
		want bool
	}{
		"runs":             {func(*stack.Service) {}, true},
		"just started":     {func(s *stack.Service) { s.StartedAt = now.Add(-runningFor / 2) }, false},
		"paused":           {func(s *stack.Service) { s.Phase = stack.Paused }, false},
		"has a check":      {func(s *stack.Service) { s.Health = stack.Healthy }, false},
		"has a port":       {func(s *stack.Service) { s.Ports = []stack.Port{tcp("", 18000, 8000)} }, false},
		"its port is shut": {func(s *stack.Service) { s.Ports = []stack.Port{tcp("", 0, 8000)} }, true},
	} {
		s := old
		c.but(&s)
		if got, ok := Evident(now, s, ""); ok != c.want || ok && !got.OK {
			t.Errorf("%s: %+v, %v", name, got, ok)
		}
	}
}

// The life of a service as the dashboard sees it: what is asked when.
func TestProber(t *testing.T) {
	var p Prober
	now := time.Unix(1000, 0)
	s := stack.Service{Ref: api, ContainerID: "c1", Phase: stack.Running, Health: stack.HealthStarting, StartedAt: now}
	ok, no := Result{OK: true, Text: "200 in 2 ms"}, Result{Text: "connection refused"}

	due := func(wantDue bool, wantNext time.Duration) {
		t.Helper()
		services, next := p.Due(now, stack.Snapshot{Services: []stack.Service{s}})
		var wait time.Duration
		if !next.IsZero() {
			wait = next.Sub(now)
		}
		if (len(services) == 1) != wantDue || wait != wantNext {
			t.Errorf("at %v: due %v, next in %v; want %v, %v", now.Sub(time.Unix(1000, 0)), len(services) == 1, wait, wantDue, wantNext)
		}
	}
	filled := func() stack.Service {
		services := []stack.Service{s}
		p.Fill(services)
		return services[0]
	}
	answer := func(r Result, want stack.Serving) {
		t.Helper()
		if !p.Answer(now, s, r) {
			t.Error("the answer did not count")
		}
		if got := filled(); got.Serving != want || got.Answer != r.Text || got.ServingSince.IsZero() == r.OK {
			t.Errorf("filled %+v", got)
		}
	}

	due(true, 0)  // just started
	due(false, 0) // being asked
	if got := filled(); got.Serving != stack.ServingUnknown {
		t.Errorf("not asked yet, but %q", got.Serving)
	}
	answer(no, stack.NotServing)
	due(false, first)
	now = now.Add(first)
	due(true, 0)
	for range 10 {
		answer(no, stack.NotServing)
		now = now.Add(DefaultInterval)
		due(true, 0)
	}
	answer(no, stack.NotServing)
	due(false, DefaultInterval)
	now = now.Add(2 * time.Minute)
	due(true, 0)
	answer(no, stack.NotServing)
	due(false, slow) // it takes long: its log is spared

	now = now.Add(slow)
	due(true, 0)
	answer(ok, stack.ServingYes)
	due(false, slow) // Docker has not seen it yet
	s.Health = stack.Unhealthy
	due(true, 0) // it sees something else
	answer(ok, stack.ServingYes)
	s.Health = stack.Healthy
	now = now.Add(time.Hour)
	due(false, 0) // serving and healthy: left alone

	s.Health = stack.Unhealthy
	due(true, 0)
	answer(ok, stack.ServingYes)
	due(false, slow)
	now = now.Add(slow)
	due(true, 0)
	answer(no, stack.NotServing)
	due(false, first) // it was lost: ask often again
	now = now.Add(first)
	due(true, 0)
	answer(ok, stack.ServingYes)
	s.Health = stack.Healthy
	due(false, 0)

	var life []stack.Happening
	for _, m := range filled().Life {
		life = append(life, m.What)
	}
	if want := []stack.Happening{stack.CameToServe, stack.ServingNoMore, stack.CameToServe}; !slices.Equal(life, want) {
		t.Errorf("its life: %v, want %v", life, want)
	}

	// A new run is asked anew, and the old one's late answer does not count.
	old := s
	s.StartedAt, s.Health = now, stack.NoCheck
	due(true, 0)
	if p.Answer(now, old, ok) {
		t.Error("the answer of the run before counted")
	}
	answer(ok, stack.ServingYes)
	now = now.Add(time.Hour)
	due(false, 0)

	s.Phase = stack.Paused
	due(false, 0)
	s.Phase = stack.Running
	due(false, 0) // the same run: it still serves
	s.Phase = stack.Exited
	due(false, 0)
	if got := filled(); got.Serving != stack.ServingUnknown {
		t.Errorf("exited, but %q", got.Serving)
	}

	s.Phase, s.OneOff = stack.Running, true
	due(false, 0)
	s.OneOff = false
	if services, _ := p.Due(now, stack.Snapshot{Down: "gone", Services: []stack.Service{s}}); len(services) != 0 {
		t.Error("asked while the Engine is down")
	}
	due(true, 0)
}

// How long a start took is only known of one that was watched.
func TestProberClaimsNoStartThatItDidNotSee(t *testing.T) {
	started := time.Unix(1000, 0)
	s := stack.Service{Ref: api, ContainerID: "c1", Phase: stack.Running, StartedAt: started}
	for _, c := range []struct {
		after time.Duration // Berth comes
		known bool
	}{{time.Second, true}, {29 * time.Minute, false}} {
		var p Prober
		now := started.Add(c.after)
		p.Due(now, stack.Snapshot{Services: []stack.Service{s}})
		p.Answer(now, s, Result{OK: true})
		services := []stack.Service{s}
		p.Fill(services)
		if got := services[0]; got.Serving != stack.ServingYes || got.ServingSince.IsZero() == c.known {
			t.Errorf("%v after the start: %+v", c.after, got)
		}
	}
}

// When Docker came to call a service healthy is known only if that was seen.
func TestHealthySince(t *testing.T) {
	var p Prober
	now := time.Unix(1000, 0)
	s := stack.Service{Ref: api, ContainerID: "c1", Phase: stack.Running, Health: stack.Healthy, StartedAt: now.Add(-time.Hour)}
	since := func(h stack.Health) time.Time {
		s.Health = h
		p.Due(now, stack.Snapshot{Services: []stack.Service{s}})
		services := []stack.Service{s}
		p.Fill(services)
		return services[0].HealthySince
	}
	if got := since(stack.Healthy); !got.IsZero() {
		t.Errorf("healthy before anybody looked, yet since %v", got)
	}
	if got := since(stack.Unhealthy); !got.IsZero() {
		t.Errorf("unhealthy, yet healthy since %v", got)
	}
	now = now.Add(time.Minute)
	came := now
	since(stack.Healthy)
	now = now.Add(time.Minute)
	if got := since(stack.Healthy); !got.Equal(came) {
		t.Errorf("healthy since %v, want %v", got, came)
	}
	s.StartedAt = now // another run
	if got := since(stack.HealthStarting); !got.IsZero() {
		t.Errorf("starting, yet healthy since %v", got)
	}
}
