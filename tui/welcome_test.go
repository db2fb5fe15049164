package tui

import (
	"strings"
	"testing"

	tea "charm.land/bubbletea/v2"
	"charm.land/lipgloss/v2"
	"github.com/charmbracelet/x/ansi"
	"github.com/charmbracelet/x/exp/golden"

	"berth/stack"
)

func TestWelcomeAsksHowToBegin(t *testing.T) {
	for key, want := range map[string]Beginning{"enter": WriteProject, "i": WriteProject, "d": OpenDemo, "q": Leave, "esc": Leave, "ctrl+c": Leave} {
		w := newWelcome("/home/me/empty", Settings{})
		w.Update(tea.WindowSizeMsg{Width: 80, Height: 24})
		k, ok := named[key]
		if !ok {
			k = tea.KeyPressMsg{Code: rune(key[0]), Text: key}
		}
		if _, cmd := w.Update(k); cmd == nil || w.chosen != want {
			t.Errorf("%s begins with %v, want %v", key, w.chosen, want)
		}
		// A terminal on a slow line answers after the first key.
		if w.Update(tea.BackgroundColorMsg{}); w.chosen != want {
			t.Errorf("%s begins with %v after the terminal's late reply, want %v", key, w.chosen, want)
		}
	}
	w := newWelcome("/home/me/empty", Settings{})
	w.Update(tea.WindowSizeMsg{Width: 80, Height: 24})
	for y, line := range strings.Split(ansi.Strip(w.View().Content), "\n") {
		if before, _, ok := strings.Cut(line, "Demo"); ok && strings.Contains(line, "Quit") {
			w.Update(tea.MouseClickMsg{X: lipgloss.Width(before), Y: y, Button: tea.MouseLeft})
		}
	}
	if w.chosen != OpenDemo {
		t.Errorf("a click on Demo begins with %v", w.chosen)
	}
}

func TestWelcomeFitsTheScreen(t *testing.T) {
	for _, size := range [][2]int{{80, 24}, {60, 15}, {200, 60}} {
		w := newWelcome("/home/me/"+strings.Repeat("deep/", 30), Settings{})
		w.Update(tea.WindowSizeMsg{Width: size[0], Height: size[1]})
		if width, height := lipgloss.Size(w.View().Content); width > size[0] || height > size[1] {
			t.Errorf("%d×%d on %v", width, height, size)
		}
	}
	w := newWelcome("/home/me/empty", Settings{})
	w.Update(tea.WindowSizeMsg{Width: 80, Height: 24})
	golden.RequireEqual(t, ansi.Strip(w.View().Content))
}

func TestAnEngineThatDoesNotAnswer(t *testing.T) {
	for _, c := range []struct {
		endpoint, why, platform, want string
	}{
		{"unix:///var/run/docker.sock", "no such file", "linux", "sudo systemctl start docker"},
		{"unix:///var/run/docker.sock", "connect: permission denied", "linux", "usermod -aG docker"},
		{"unix:///Users/me/.docker/run/docker.sock", "no such file", "darwin", "open -a Docker"},
		{"npipe:////./pipe/docker_engine", "not found", "windows", "Docker Desktop"},
		{"ssh://me@farm", "no route to host", "linux", "It is looked for at ssh://me@farm"},
		{"tcp://10.0.0.1:2376", "refused", "darwin", "docker context ls"},
	} {
		if got := strings.Join(howToStart(stack.Engine{Endpoint: c.endpoint}, c.why, c.platform), "\n"); !strings.Contains(got, c.want) {
			t.Errorf("%s on %s (%s) says %q, want %q", c.endpoint, c.platform, c.why, got, c.want)
		}
	}
}
