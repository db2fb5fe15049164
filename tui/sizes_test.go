package tui

import (
	"strings"
	"testing"

	tea "charm.land/bubbletea/v2"

	"berth/tui/theme"
)

func TestASmallTerminalSaysSo(t *testing.T) {
	for _, size := range [][2]int{{20, 5}, {1, 1}, {59, 40}, {200, 14}} {
		show(t, size[0], size[1], func(s *screen) {
			s.up()
			if size[0] > 10 {
				s.sees("berth needs 60×15"[:min(17, size[0]-1)])
			}
			s.press("?", "j", "1", "p", "i", "x")
			s.program.Send(tea.WindowSizeMsg{Width: 80, Height: 24})
			s.terminal.Resize(80, 24)
			s.settle()
			s.quitAnyway()
		})
	}
}

// Whatever is shown, at whatever size: as many lines as the screen has, none
// wider than it.
func TestNothingOverflows(t *testing.T) {
	for _, scene := range scenes {
		t.Run(scene.name, func(t *testing.T) {
			show(t, 120, 36, func(s *screen) {
				scene.story(s)
				for _, size := range [][2]int{{1, 1}, {20, 5}, {60, 15}, {61, 16}, {79, 23}, {80, 24}, {99, 30}, {100, 30}, {101, 15}, {133, 41}, {160, 45}, {200, 60}, {300, 20}} {
					s.program.Send(tea.WindowSizeMsg{Width: size[0], Height: size[1]})
					s.settle()
					var lines []string
					var boxed bool // drawn over the screen, as a dialog is
					s.look(func(r *root) {
						lines, boxed = strings.Split(r.screen(), "\n"), r.dialogs.Open() || r.palette != nil || r.wish != nil
					})
					if len(lines) != size[1] {
						t.Errorf("%d lines on a screen of %d×%d", len(lines), size[0], size[1])
					}
					for n, l := range lines {
						if w := theme.Width(l); w > size[0] || w < size[0] && !boxed {
							t.Errorf("line %d is %d wide on a screen of %d×%d:\n%s", n, w, size[0], size[1], l)
							break
						}
					}
				}
				s.quitAnyway()
			}, scene.changes()...)
		})
	}
}
