package main

import (
	"testing"

	"berth/tui"
	"berth/tui/theme"
)

// A theme that was chosen on the screen counts in every project, until the
// settings say another than they did.
func TestAThemeIsRememberedUntilTheSettingsChange(t *testing.T) {
	t.Setenv("XDG_STATE_HOME", t.TempDir())
	open := func(project, settings string) *tui.Options {
		o := &tui.Options{Project: tui.Project{Name: project}, Settings: tui.Settings{Theme: theme.Choice{Name: settings}}}
		if err := new(app).remembered(settings, o); err != nil {
			t.Fatal(err)
		}
		return o
	}
	open("a", "auto").Remember(tui.State{Theme: "colour-blind"})
	open("a", "auto").Remember(tui.State{}) // nothing chosen
	for _, c := range []struct{ project, settings, want string }{
		{"a", "auto", "colour-blind"}, {"b", "auto", "colour-blind"}, {"a", "light", "light"},
	} {
		if got := open(c.project, c.settings).Settings.Theme.Name; got != c.want {
			t.Errorf("%s with the setting %s is %s, want %s", c.project, c.settings, got, c.want)
		}
	}
	open("a", "auto").Remember(tui.State{Theme: "gone"})
	if got := open("a", "auto").Settings.Theme.Name; got != "auto" {
		t.Errorf("a theme that is gone gives %s", got)
	}
}
