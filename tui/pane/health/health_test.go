package health

import (
	"strings"
	"testing"
	"time"

	"berth/stack"
)

func TestExitCodesOfChecksInWords(t *testing.T) {
	check := func(words ...string) stack.Check { return stack.Check{Test: words} }
	for _, c := range []struct {
		check stack.Check
		code  int
		want  string
	}{
		{check("CMD-SHELL", "curl -f http://localhost:8000/health"), 22, "curl's 22: the answer was an HTTP error."},
		{check("CMD", "/usr/bin/curl", "-f", "http://x"), 7, "curl's 7: nothing listens there."},
		{check("CMD", "wget", "-q", "http://x"), 8, "wget's 8: the answer was an HTTP error."},
		{check("CMD", "python", "-c", "…"), 22, ""},
		{check("CMD", "cu\x1b[2Jrl"), 127, "What the check runs is not in the image: curl"},
		{check("CMD", "curl"), -1, "The check did not end within its timeout, and was killed."},
		{check("CMD", "curl"), 1, ""},
		{check(), 126, "What the check runs is in the image but cannot be executed: "},
	} {
		if got := probeWords(c.check, c.code); got != c.want {
			t.Errorf("%v, exit %d: %q, want %q", c.check.Test, c.code, got, c.want)
		}
	}
}

// The moment of becoming healthy is told when it is known, and never guessed.
func TestALifeHasOnlyMomentsThatAreKnown(t *testing.T) {
	at := time.Date(2026, 11, 24, 12, 0, 0, 0, time.UTC)
	s := stack.Service{Phase: stack.Running, CreatedAt: at, StartedAt: at.Add(time.Second)}
	probes := func(n int, codes ...int) (list []stack.Probe) {
		for i, code := range codes {
			list = append(list, stack.Probe{End: at.Add(time.Duration(n+i) * 10 * time.Second), ExitCode: code})
		}
		return list
	}
	for name, c := range map[string]struct {
		d    stack.Detail
		want string
	}{
		"two probes":         {stack.Detail{Service: s, Probes: probes(1, 1, 0)}, "created started healthy"},
		"the first are gone": {stack.Detail{Service: s, Probes: probes(9, 0, 0, 0, 0, 0)}, "created started"},
		"seen by Berth": {stack.Detail{Service: func() stack.Service {
			s := s
			s.HealthySince, s.ServingSince = at.Add(30*time.Second), at.Add(2*time.Second)
			return s
		}(), Probes: probes(9, 0, 0, 0, 0, 0)}, "created started serving healthy"},
		"of an earlier container": {stack.Detail{Service: func() stack.Service {
			s := s
			s.ServingSince, s.Restarts = at.Add(-time.Hour), 2
			return s
		}()}, "created last started"},
	} {
		var got []string
		for _, m := range moments(c.d) {
			got = append(got, m.what)
		}
		if strings.Join(got, " ") != c.want {
			t.Errorf("%s: %v, want %s", name, got, c.want)
		}
	}
}
