package theme

import (
	"strings"
	"testing"
	"time"

	"berth/stack"
)

func TestTextFitsItsCells(t *testing.T) {
	for _, s := range []string{
		"", "a", "model-api", "ein sehr langer Name für einen Dienst",
		"模型服务接口", "🚀🚀🚀🚀🚀🚀", "a模b型c服d务", "👩‍🔬👩‍🔬👩‍🔬👩‍🔬", "e\u0301e\u0301e\u0301e\u0301e\u0301e\u0301e\u0301e\u0301e\u0301e\u0301",
		New(true).Accent.Render("styled and long enough to be cut"),
	} {
		for w := range 12 {
			if got := Width(Cut(s, w)); got > w {
				t.Errorf("Cut(%q, %d) takes %d cells", s, w, got)
			}
			if got := Width(Shorten(s, w)); got > w {
				t.Errorf("Shorten(%q, %d) takes %d cells", s, w, got)
			}
			if got := Width(Fit(s, w)); got != w {
				t.Errorf("Fit(%q, %d) takes %d cells", s, w, got)
			}
			if got := Width(Right(s, w)); got != w {
				t.Errorf("Right(%q, %d) takes %d cells", s, w, got)
			}
			if got := Width(Spread(s, "12 ms", w)); got != w {
				t.Errorf("Spread(%q, …, %d) takes %d cells", s, w, got)
			}
		}
	}
	if got := Spread("a long left side", "right", 12); got != "a lon… right" {
		t.Errorf("Spread keeps %q", got)
	}
	if got := Shorten("service-number-11", 12); got != "service…r-11" {
		t.Errorf("Shorten keeps %q", got)
	}
	if got := Block([]string{"a", "bcdef"}, 3, 3); got != "a  \nbc…\n   " {
		t.Errorf("Block makes %q", got)
	}
}

func TestNumbersAndTimes(t *testing.T) {
	for _, c := range [][2]string{
		{Clock(0), "0 s"},
		{Clock(59 * time.Second), "59 s"},
		{Clock(50 * time.Millisecond), "50 ms"},
		{Clock(61 * time.Second), "1 m 01 s"},
		{Age(0), "now"},
		{Age(59 * time.Second), "59s"},
		{Age(47 * time.Hour), "47h"},
		{Age(12 * 24 * time.Hour), "12d"},
		{Bytes(999), "999 B"},
		{Bytes(1000), "1.0 kB"},
		{Bytes(9_960), "10 kB"},
		{Bytes(999_600), "1.0 MB"},
		{Bytes(204_000_000), "204 MB"},
		{Count(1, "line"), "1 line"},
		{Count(2310, "line"), "2,310 lines"},
		{Number(-1234567), "-1,234,567"},
	} {
		if c[0] != c[1] {
			t.Errorf("got %q, want %q", c[0], c[1])
		}
	}
}

// Nothing that does not serve is green, whatever Docker says.
func TestNeverGreenWhileItDoesNotServe(t *testing.T) {
	for _, phase := range []stack.Phase{stack.Absent, stack.Created, stack.Running, stack.Paused, stack.Restarting, stack.Removing, stack.Exited, stack.Dead} {
		for _, health := range []stack.Health{stack.NoCheck, stack.HealthStarting, stack.Healthy, stack.Unhealthy} {
			s := stack.Service{Phase: phase, Health: health, Serving: stack.NotServing}
			if got := StateOf(s); got.Tone == Good {
				t.Errorf("%s, %q and not serving: %+v", phase, health, got)
			}
		}
	}
}

// Every state has a glyph and a word, and no two states that differ read the
// same: colour only repeats what they say.
func TestStatesReadWithoutColour(t *testing.T) {
	running := func(v stack.Serving, h stack.Health) stack.Service {
		return stack.Service{Phase: stack.Running, Serving: v, Health: h}
	}
	because := func(short string, s stack.Service) stack.Service {
		s.Cause = &stack.Cause{Short: short}
		return s
	}
	stopped := func(code int) stack.Service {
		s := stack.Service{ContainerID: "c", Phase: stack.Exited, ExitCode: code}
		for n, m := range []stack.Moment{{What: stack.WasStarted}, {What: stack.WasSignalled, Signal: 15}, {What: stack.HasDied, ExitCode: code}} {
			m.At, m.Container = time.Unix(int64(n), 0), "c"
			s.Life = s.Life.With(m)
		}
		return s
	}
	seen := map[string]stack.Service{}
	for _, c := range []struct {
		s    stack.Service
		want string
	}{
		{running(stack.ServingYes, stack.Healthy), "● healthy"},
		{running(stack.ServingYes, stack.HealthStarting), "● serving (Docker: starting)"},
		{running(stack.ServingYes, stack.Unhealthy), "● serving (Docker: unhealthy)"},
		{running(stack.ServingYes, stack.NoCheck), "● serving"},
		{running(stack.NotServing, stack.HealthStarting), "◐ starting (not serving yet)"},
		{running(stack.NotServing, stack.Healthy), "◐ failing (Docker: healthy)"},
		{running(stack.ServingUnknown, stack.Unhealthy), "✕ unhealthy"},
		{running(stack.ServingUnknown, stack.NoCheck), "● running"},
		{running(stack.NotServing, stack.Unhealthy), "✕ unhealthy (not serving)"},
		{because("listens on localhost", running(stack.NotServing, stack.HealthStarting)), "◐ failing (listens on localhost)"},
		{because("check needs curl", running(stack.ServingYes, stack.Unhealthy)), "● serving (check needs curl)"},
		{because("no model.joblib", stack.Service{Phase: stack.Restarting, ExitCode: 1}), "↻ restarting (no model.joblib)"},
		{stack.Service{Phase: stack.Running, Restarts: 3, Cause: &stack.Cause{Short: "no module x", Loop: true}}, "↻ restarting (no module x)"},
		{because("ignored SIGTERM", stopped(137)), "○ stopped (ignored SIGTERM)"},
		{stopped(143), "○ stopped (exit 143: terminated)"},
		{stack.Service{Phase: stack.Exited}, "○ finished (exit 0)"},
		{stack.Service{Phase: stack.Exited, Ports: []stack.Port{{Host: 80, Container: 80}}}, "○ exited (exit 0)"},
		{stack.Service{Phase: stack.Exited, ExitCode: 137}, "✕ exited (exit 137: killed)"},
		{stack.Service{Phase: stack.Exited, ExitCode: 137, OOMKilled: true}, "✕ exited (exit 137: out of memory)"},
		{stack.Service{Phase: stack.Exited, ExitCode: 127}, "✕ exited (exit 127: command not found)"},
		{stack.Service{Phase: stack.Restarting, ExitCode: 1}, "↻ restarting (exit 1)"},
		{stack.Service{Phase: stack.Paused}, "‖ paused"},
		{stack.Service{Phase: stack.Created, Error: "port is taken"}, "✕ failed (port is taken)"},
		{stack.Service{Phase: stack.Created}, "◌ created"},
		{stack.Service{Phase: stack.Absent}, "○ absent (no container)"},
		{stack.Service{Phase: "hibernating"}, "? hibernating"},
	} {
		s := StateOf(c.s)
		got := s.Glyph + " " + s.Word
		if s.Note != "" {
			got += " (" + s.Note + ")"
		}
		if got != c.want {
			t.Errorf("got %q, want %q", got, c.want)
		}
		if other, ok := seen[got]; ok {
			t.Errorf("%+v and %+v both read %q", c.s, other, got)
		}
		seen[got] = c.s
		if c.s.Phase != "hibernating" && Width(s.Word) > 10 {
			t.Errorf("%q is wider than its column", s.Word)
		}
	}
	if strings.ContainsAny(New(true).Text.Render("x")+New(false).Text.Render("x"), "\x1b") {
		t.Error("text is not left in the terminal's own colour")
	}
}

// A keycap takes two cells, wherever it is cut.
func TestKeycapsAreCutToWidth(t *testing.T) {
	text := strings.Repeat("1\ufe0f\u20e3", 20)
	for w := 1; w < 50; w++ {
		if got := Width(Cut(text, w)); got > w {
			t.Errorf("cut to %d cells it takes %d", w, got)
		}
		if got := Width(Fit(text, w)); got != w && w > 1 {
			t.Errorf("in %d cells it takes %d", w, got)
		}
	}
}
