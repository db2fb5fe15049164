package store

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"berth/stack"
)

// write makes a file in a folder of the test's own.
func write(t *testing.T, name, text string) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}

func TestDefaults(t *testing.T) {
	s, err := Load(Sources{File: filepath.Join(t.TempDir(), "none")})
	if err != nil {
		t.Fatal(err)
	}
	if s.WaitTimeout != 5*time.Minute || s.PredictTimeout != 30*time.Second || s.ProbeInterval != 250*time.Millisecond ||
		s.LogLines != 10000 || s.LogBytes != 16<<20 || s.Theme != "auto" {
		t.Errorf("got %+v", s)
	}
	for i, e := range s.Effective() {
		if k := Keys()[i]; e.Key != k.Name || e.Value != k.Default || e.Origin != "default" || e.Doc == "" || k.Form == "" {
			t.Errorf("%+v shows as %+v", k, e)
		}
	}
}

func TestPrecedence(t *testing.T) {
	user := write(t, "config.toml", "# mine\nwait_timeout = \"1m\"\nprobe_interval = \"1s\"\npredict_timeout = \"1h30m\"\nlog_lines = 1\ntheme = 'dark'\n")
	project := write(t, ProjectFile, "probe_interval = \"2s\"\npredict_timeout = \"2h\"\nlog_lines = 2\n")
	t.Setenv("BERTH_PREDICT_TIMEOUT", "3h")
	t.Setenv("BERTH_LOG_LINES", "3")
	s, err := Load(Sources{File: user, ProjectDir: filepath.Dir(project), Flags: map[string]string{"log_lines": "4"}})
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, e := range s.Effective() {
		if e.Origin != "default" {
			got = append(got, e.Key+" "+e.Value+" "+e.Origin)
		}
	}
	want := []string{
		"wait_timeout 1m " + user + ":2", "probe_interval 2s " + project + ":1", "predict_timeout 3h BERTH_PREDICT_TIMEOUT",
		"log_lines 4 --log-lines", "theme dark " + user + ":6",
	}
	if strings.Join(got, "\n") != strings.Join(want, "\n") {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

// What is wrong is told with its place; everything else applies.
func TestWrongSettings(t *testing.T) {
	for _, test := range []struct {
		text string
		says []string
	}{
		{"\nwait_timeuot = '5m'", []string{":2): there is no setting \"wait_timeuot\"; there are wait_timeout, "}},
		{"wait_timeout = 5", []string{`:1): wait_timeout = "5": it is of the wrong type; it has to be a time such as`}},
		{"wait_timeout = '5 minutes'", []string{":1): wait_timeout = \"5 minutes\": time: unknown unit"}},
		{"wait_timeout = '-5m'", []string{"must be more than 0"}},
		{"log_lines = '10'", []string{":1): log_lines", "whole number"}},
		{"log_lines = 1.5", []string{":1): log_lines = \"1.5\""}},
		{"log_lines = 0", []string{"too small"}},
		{"log_bytes = 'lots'", []string{":1): log_bytes", "16MiB"}},
		{"log_bytes = '0'", []string{"more than 0"}},
		{"theme = '../pink'", []string{"a theme's name"}},
		{"theme = ['dark']", []string{"wrong type"}},
		{"theme = 'dark'\n[logs]\nlines = 5", []string{`:2): there is no setting "logs`}},
		{"log_lines = 5\nlog_lines = 6", []string{":2:1"}},
		{"log_lines = ", []string{":1:"}},
		{"theme = 'x y'\nlog_lines = 0\nnothing = 1", []string{":1): theme", ":2): log_lines", ":3): there is no"}},
	} {
		file := write(t, "config.toml", test.text)
		s, err := Load(Sources{File: file, Flags: map[string]string{"predict_timeout": "7s"}})
		if _, ok := errors.AsType[*stack.Problem](err); !ok {
			t.Errorf("%q: %v", test.text, err)
			continue
		}
		for _, want := range test.says {
			if !strings.Contains(err.Error(), want) {
				t.Errorf("%q: %q lacks %q", test.text, err, want)
			}
		}
		if s.PredictTimeout != 7*time.Second || s.WaitTimeout != 5*time.Minute || s.LogLines < 1 || s.LogBytes != 16<<20 {
			t.Errorf("%q: settings %+v", test.text, s)
		}
	}
	t.Setenv("BERTH_THEME", "pink/red")
	if _, err := Load(Sources{File: "none"}); err == nil || !strings.Contains(err.Error(), "(BERTH_THEME)") {
		t.Errorf("environment: %v", err)
	}
	if _, err := Load(Sources{File: "none", Flags: map[string]string{"theme": "pink/red"}}); !errors.Is(err, stack.ErrUsage) {
		t.Errorf("flag: %v", err)
	}
	if _, err := Load(Sources{File: t.TempDir()}); err == nil {
		t.Error("a folder was read as a file")
	}
}

func TestDirectories(t *testing.T) {
	t.Setenv("HOME", "/home/me")
	for _, test := range []struct {
		variable string
		dir      func() (string, error)
		fallback string
	}{
		{"XDG_CONFIG_HOME", ConfigDir, "/home/me/.config/berth"},
		{"XDG_STATE_HOME", StateDir, "/home/me/.local/state/berth"},
		{"XDG_DATA_HOME", DataDir, "/home/me/.local/share/berth"},
	} {
		for value, want := range map[string]string{"": test.fallback, "relative": test.fallback, "/elsewhere": "/elsewhere/berth"} {
			t.Setenv(test.variable, value)
			if got, err := test.dir(); got != want || err != nil {
				t.Errorf("%s=%s: got %s, %v", test.variable, value, got, err)
			}
		}
	}
}

func FuzzLoad(f *testing.F) {
	f.Add("wait_timeout = '5m'\n[a]\nb = 1\n")
	f.Add("theme.x = 1\n\"theme\" = 'dark'\n'' = 2\n[[log_lines]]\n")
	f.Fuzz(func(t *testing.T, text string) {
		file := filepath.Join(t.TempDir(), "config.toml")
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		s, _ := Load(Sources{File: file})
		if s.WaitTimeout <= 0 || s.LogLines < 1 || s.LogBytes < 1 || s.Theme == "" {
			t.Errorf("%q: unusable settings %+v", text, s)
		}
	})
}
