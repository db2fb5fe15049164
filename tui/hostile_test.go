package tui

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/charmbracelet/x/ansi"
	"github.com/charmbracelet/x/vt"

	"berth/safetext/hostile"
	"berth/stack"
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
	for name, keys := range map[string][]string{"cut": nil, "wrapped, merged, with times": {"W", "m", "t"}} {
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

// Whatever the files, past steps and errors of a build are called, the screen
// outside the pane is the same, and so is the terminal: while it runs, in the output of a
// step and among the past builds.
func TestBuildsLeaveTheScreenAlone(t *testing.T) {
	const w, h, page = 120, 36, 12
	told := func(lines []string) (all []string) {
		var past []stack.Build
		show(t, w, h, func(s *screen) {
			s.up()
			s.press("3")
			done := s.terminal.listen()
			note := func() { all = append(all, s.outside(arrange(w, h, false, false).Pane)+done()) }
			for ; len(lines) > 0; lines = lines[min(page, len(lines)):] {
				past = nil
				s.work.does(func(_ context.Context, report stack.Report) error {
					for n, l := range lines[:min(page, len(lines))] {
						report(stack.Progress{ID: fmt.Sprint(n), Action: stack.ActBuild, Status: stack.Done, Subject: "RUN make", Cause: l, Log: []string{l}})
						past = append(past, stack.Build{Service: "model-api", Result: stack.Failed, Error: l, Steps: []stack.BuildStep{{Name: l, Cause: l, Status: stack.Failed, Output: []string{l}}}})
					}
					time.Sleep(100 * time.Millisecond) // so that it is seen to run, on every page
					return nil
				})
				s.press("r")
				note()
				s.press("up", "enter")
				s.work.does(nil)
				note()
				s.press("esc", "h", "j")
				note()
				s.press("enter")
				note()
				s.press("esc", "esc")
			}
		}, func(o *Options) {
			o.Builds = func(context.Context, string) ([]stack.Build, error) { return past, nil }
		})
		return all
	}
	lines := hostile.Strings()
	harmless := make([]string, len(lines))
	for n := range lines {
		harmless[n] = "harmless"
	}
	want := told(harmless)
	for n, got := range told(lines) {
		if got != want[n] {
			t.Errorf("page %d: the screen beside the pane is\n%s\nwant\n%s", n, got, want[n])
		}
	}
}
