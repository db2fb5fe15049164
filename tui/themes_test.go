package tui

import (
	"fmt"
	"testing"

	"github.com/charmbracelet/colorprofile"

	"berth/tui/theme"
)

// accent is the colour of what is selected, as the terminal shows it: that of
// the name "berth" in the header.
func (s *screen) accent() string {
	s.terminal.mu.Lock()
	defer s.terminal.mu.Unlock()
	r, g, b, _ := s.terminal.vt.CellAt(1, 0).Style.Fg.RGBA()
	return fmt.Sprintf("#%02x%02x%02x", r>>8, g>>8, b>>8)
}

func TestAThemeIsChosenWhileOneSeesIt(t *testing.T) {
	const usual, contrast = "#b69df7", "#ffd700"
	show(t, 120, 36, func(s *screen) {
		s.up()
		is := func(want string) {
			t.Helper()
			if got := s.accent(); got != want {
				t.Errorf("the accent is %s, want %s", got, want)
			}
		}
		is(usual)
		s.press(":")
		s.typed("theme high")
		s.sees("▌ Theme     high-contrast")
		is(contrast)
		s.press("esc") // a look only
		is(usual)
		s.press(":")
		s.typed("theme high")
		s.press("backspace", "backspace", "backspace", "backspace")
		is(usual) // auto is selected
		s.typed("high")
		s.press("enter")
		is(contrast)
		s.sees("✓ theme high-contrast, the next time too")
		s.look(func(r *root) {
			if got := r.state().Theme; got != "high-contrast" {
				t.Errorf("%q is remembered", got)
			}
		})
		s.press(":")
		s.typed("theme mine") // a person's own
		is("#123456")
		s.press("esc")
		is(contrast)
		s.quitAnyway()
	}, func(o *Options) {
		own, _ := theme.Read("mine.toml", []byte(`accent = "#123456"`))
		o.Settings.Themes = []theme.Choice{{Name: "mine", Own: own}}
	})
	showIn(t, colorprofile.ASCII, 120, 36, func(s *screen) {
		s.up()
		s.press(":")
		s.typed("theme high")
		s.press("enter")
		s.sees("theme high-contrast, the next time too; this terminal is asked for no colours")
		s.quitAnyway()
	})
	show(t, 120, 36, func(s *screen) {
		s.up()
		s.look(func(r *root) {
			if got := r.state().Theme; got != "" {
				t.Errorf("%q is remembered though nothing was chosen", got)
			}
		})
		s.quitAnyway()
	})
}
