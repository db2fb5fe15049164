package tui

import (
	"fmt"
	"strings"
	"testing"

	"github.com/charmbracelet/x/ansi"
	"github.com/charmbracelet/x/vt"

	"berth/safetext/hostile"
)

// Whatever a container prints, the screen outside its log is the same, and so
// is the terminal.
func TestLogsLeaveTheScreenAlone(t *testing.T) {
	const w, h, page = 120, 36, 24
	// told is the screen beside the log, and what was done to the terminal,
	// after each page of lines.
	told := func(lines []string, keys ...string) (all []string) {
		show(t, w, h, func(s *screen) {
			s.up()
			s.press("tab", "H") // something on the status line
			s.press(keys...)
			done := s.terminal.listen()
			for ; len(lines) > 0; lines = lines[min(page, len(lines)):] {
				s.engine.print("model-api", lines[:min(page, len(lines))]...)
				s.settle()
				all = append(all, s.outside(arrange(w, h, false, false).Pane)+done())
			}
		})
		return all
	}
	lines := hostile.Strings()
	harmless := make([]string, len(lines))
	for n := range lines {
		harmless[n] = "harmless"
	}
	for name, keys := range map[string][]string{"cut": nil, "wrapped, merged, with times": {"w", "m", "t"}} {
		want := told(harmless, keys...)
		for n, got := range told(lines, keys...) {
			rows, wanted := strings.Split(got, "\n"), strings.Split(want[n], "\n")
			for y := range rows {
				if rows[y] != wanted[y] {
					t.Errorf("%s: after %.100q row %d beside the log is\n%s\nwant\n%s", name, lines[n*page:min((n+1)*page, len(lines))], y, rows[y], wanted[y])
				}
			}
		}
	}
}

// listen notes from now on what is done to the terminal beside its cells, and
// which modes that leaves: the renderer turns some off while it draws.
func (t *terminal) listen() (told func() string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	done, modes := "", map[ansi.Mode]bool{}
	note := func(what string) { done += what + " " }
	t.vt.SetCallbacks(vt.Callbacks{
		Bell: func() { note("bell") }, Title: note, IconName: note, WorkingDirectory: note,
		AltScreen:   func(on bool) { note(fmt.Sprint("other screen ", on)) },
		CursorStyle: func(vt.CursorStyle, bool) { note("cursor's style") },
		EnableMode:  func(m ansi.Mode) { modes[m] = true },
		DisableMode: func(m ansi.Mode) { modes[m] = false },
	})
	return func() string {
		t.mu.Lock()
		defer t.mu.Unlock()
		for m, on := range modes {
			if m != ansi.ModeAutoWrap && m != ansi.ModeSynchronizedOutput && m != ansi.ModeTextCursorEnable || m == ansi.ModeAutoWrap && !on {
				note(fmt.Sprint("mode ", m, on))
			}
		}
		return done
	}
}

// outside is every cell beside a rectangle, with its looks.
func (s *screen) outside(r Rect) string {
	s.terminal.mu.Lock()
	defer s.terminal.mu.Unlock()
	var b strings.Builder
	for y := range s.terminal.vt.Height() {
		for x := range s.terminal.vt.Width() {
			if x >= r.X && x < r.X+r.W && y >= r.Y && y < r.Y+r.H {
				continue
			}
			if c := s.terminal.vt.CellAt(x, y); c != nil {
				b.WriteString(c.Content)
				if !c.Style.IsZero() {
					fmt.Fprintf(&b, "{%s}", strings.ReplaceAll(c.Style.String(), "\x1b", ""))
				}
			}
		}
		b.WriteByte('\n')
	}
	return b.String()
}
