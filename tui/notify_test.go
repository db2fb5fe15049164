package tui

import (
	"context"
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"

	"berth/safetext"
	"berth/stack"
)

// told is what was sent to a terminal's notifications.
func (s *screen) told() (all []string) {
	for _, part := range strings.Split(s.terminal.Written(), "\x1b]9;")[1:] {
		text, _, _ := strings.Cut(part, "\a")
		all = append(all, text)
	}
	return all
}

// telling is a screen that tells who looks elsewhere, on a plain terminal.
func telling(how string) func(*Options) {
	return func(o *Options) {
		o.Settings.Notify = Notify{How: how, After: 10 * time.Second, Env: func(string) string { return "" }}
	}
}

// takes makes the next work take a while.
func (s *screen) takes(d time.Duration) {
	s.work.does(func(ctx context.Context, _ stack.Report) error {
		select {
		case <-time.After(d):
			return nil
		case <-ctx.Done():
			return ctx.Err()
		}
	})
}

// The end of long work is told to those who look elsewhere, and only to them.
func TestTheEndOfLongWorkIsTold(t *testing.T) {
	for name, c := range map[string]struct {
		focus []tea.Msg
		takes time.Duration
		keys  string // pressed before its end
		how   string
		want  string
	}{
		"away":                     {[]tea.Msg{tea.BlurMsg{}}, 30 * time.Second, "", NotifyDesktop, "berth: rebuilt model-api in 30.0 s"},
		"away, but it was quick":   {[]tea.Msg{tea.BlurMsg{}}, 5 * time.Second, "", NotifyDesktop, ""},
		"there":                    {[]tea.Msg{tea.FocusMsg{}}, 30 * time.Second, "", NotifyDesktop, ""},
		"back":                     {[]tea.Msg{tea.BlurMsg{}, tea.FocusMsg{}}, 30 * time.Second, "", NotifyDesktop, ""},
		"nobody knows":             {nil, 30 * time.Second, "", NotifyDesktop, "berth: rebuilt model-api in 30.0 s"},
		"nobody knows, but a key":  {nil, 30 * time.Second, "j", NotifyDesktop, ""},
		"away, and wants no words": {[]tea.Msg{tea.BlurMsg{}}, 30 * time.Second, "", NotifyOff, ""},
		"cancelled":                {[]tea.Msg{tea.BlurMsg{}}, 30 * time.Second, "x", NotifyDesktop, ""},
	} {
		t.Run(name, func(t *testing.T) {
			show(t, 120, 36, func(s *screen) {
				s.up()
				for _, msg := range c.focus {
					s.program.Send(msg)
				}
				s.takes(c.takes)
				s.press("r")
				s.wait(c.takes - 2*time.Second)
				if c.keys != "" {
					s.press(c.keys)
				}
				s.wait(5 * time.Second)
				if got := strings.Join(s.told(), "|"); got != c.want {
					t.Errorf("told %q, want %q", got, c.want)
				}
			}, telling(c.how))
		})
	}
}

// A service that turns bad is told of once, until it has been well again.
func TestAServiceThatTurnsBadIsTold(t *testing.T) {
	show(t, 120, 36, func(s *screen) {
		s.up()
		s.program.Send(tea.BlurMsg{})
		become := func(change func(*stack.Service)) {
			a := api()
			change(&a)
			s.engine.snapshots <- snapshot(a, metrics())
			s.settle()
		}
		expect := func(want ...string) {
			t.Helper()
			if got := strings.Join(s.told(), "|"); got != strings.Join(want, "|") {
				t.Errorf("told %q, want %q", got, want)
			}
		}
		unhealthy := func(a *stack.Service) {
			a.Health, a.Serving, a.Cause = stack.Unhealthy, stack.NotServing, &stack.Cause{Short: "no\x1b]0;x\amodel"}
		}
		become(unhealthy)
		become(unhealthy)
		become(func(a *stack.Service) { a.Health, a.Serving = stack.HealthStarting, stack.NotServing })
		become(unhealthy)
		first := "berth: model-api is unhealthy (" + safetext.Line("no\x1b]0;x\amodel") + ")"
		expect(first)
		become(func(*stack.Service) {})
		become(func(a *stack.Service) { a.Phase, a.ExitCode, a.Serving = stack.Exited, 1, stack.ServingUnknown })
		expect(first, "berth: model-api is exited (exit 1)")

		become(func(*stack.Service) {})
		s.takes(time.Minute) // a rebuild stops it: that is no news
		s.press("r")
		s.program.Send(tea.BlurMsg{})
		become(func(a *stack.Service) { a.Phase, a.ExitCode, a.Serving = stack.Exited, 137, stack.ServingUnknown })
		expect(first, "berth: model-api is exited (exit 1)")
	}, telling(NotifyDesktop))
}

// What is sent depends on who is to show it.
func TestNotificationsByTerminal(t *testing.T) {
	const evil = "a\x1b]0;b\a\u202ec\nd;e"
	for name, c := range map[string]struct {
		how  string
		env  map[string]string
		want string
	}{
		"xterm":         {NotifyDesktop, nil, "\x1b]9;berth: TEXT\a"},
		"gnome":         {NotifyDesktop, map[string]string{"VTE_VERSION": "7600"}, "\x1b]777;notify;berth;TEXT\a"},
		"foot":          {NotifyDesktop, map[string]string{"TERM": "foot-extra"}, "\x1b]777;notify;berth;TEXT\a"},
		"tmux":          {NotifyDesktop, map[string]string{"TMUX": "/tmp/x"}, "\x1bPtmux;\x1b\x1b]9;berth: TEXT\a\x1b\\\a"},
		"screen":        {NotifyDesktop, map[string]string{"TERM": "screen.xterm"}, "\x1bP\x1b]9;berth: TEXT\a\x1b\\\a"},
		"linux console": {NotifyDesktop, map[string]string{"TERM": "linux"}, "\a"},
		"bell":          {NotifyBell, nil, "\a"},
		"off":           {NotifyOff, nil, ""},
		"not set":       {"", nil, ""},
	} {
		n := Notify{How: c.how, Env: func(name string) string { return c.env[name] }}
		if got := n.sequence("up churn in 3 s"); got != strings.ReplaceAll(c.want, "TEXT", "up churn in 3 s") {
			t.Errorf("%s: %q", name, got)
		}
		got := n.sequence(evil)
		head, tail, _ := strings.Cut(c.want, "TEXT")
		text := strings.TrimSuffix(strings.TrimPrefix(got, head), tail)
		if strings.ContainsAny(text, "\x1b\a\n\u202e") {
			t.Errorf("%s: %q", name, got)
		}
	}
}
