package theme

import (
	"fmt"
	"image/color"
	"math"
	"slices"
	"strings"
	"testing"

	"charm.land/lipgloss/v2"
	"github.com/charmbracelet/colorprofile"
	"github.com/lucasb-eyer/go-colorful"
)

func TestColoursCanBeRead(t *testing.T) {
	for name, v := range builtin {
		if name == "ansi" { // the terminal's own
			continue
		}
		for background, p := range map[string]palette{"#1e1e1e": v.dark, "#ffffff": v.light} {
			for _, token := range tokens {
				want := 4.5
				switch {
				case name == "high-contrast" && token != "rule":
					want = 7
				case name != "high-contrast" && token == "rule":
					want = 1.5 // a line, no text
				}
				if got := contrast(p[token], lipgloss.Color(background)); got < want {
					t.Errorf("%s: %s on %s has a contrast of %.1f, want %.1f", name, token, background, got, want)
				}
			}
			hues, want := v.darkHues, 4.5
			if background == "#ffffff" {
				hues = v.lightHues
			}
			if name == "high-contrast" {
				want = 7
			}
			for _, hue := range hues {
				if got := contrast(lipgloss.Color(hue), lipgloss.Color(background)); got < want {
					t.Errorf("%s: the hue %s on %s has a contrast of %.1f, want %.1f", name, hue, background, got, want)
				}
			}
		}
	}
}

// seen is a colour as eyes without red (protanopia) or green (deuteranopia)
// receptors see it: the matrices of Machado, Oliveira and Fernandes 2009.
func seen(c color.Color, m [9]float64) colorful.Color {
	cf, _ := colorful.MakeColor(c)
	r, g, b := cf.LinearRgb()
	return colorful.LinearRgb(m[0]*r+m[1]*g+m[2]*b, m[3]*r+m[4]*g+m[5]*b, m[6]*r+m[7]*g+m[8]*b).Clamped()
}

func TestColourBlindStatesStayApart(t *testing.T) {
	eyes := map[string][9]float64{
		"protanopia":   {0.152286, 1.052583, -0.204868, 0.114503, 0.786281, 0.099216, -0.003882, -0.048116, 1.051998},
		"deuteranopia": {0.367322, 0.860646, -0.227968, 0.280085, 0.672501, 0.047413, -0.011820, 0.042940, 0.968881},
	}
	states := []string{"good", "working", "warn", "bad"}
	least := func(v variants) float64 {
		nearest := math.Inf(1)
		for _, p := range []palette{v.dark, v.light} {
			for eye, m := range eyes {
				for i, a := range states {
					for _, b := range states[i+1:] {
						d := seen(p[a], m).DistanceCIEDE2000(seen(p[b], m))
						t.Logf("%s: %s and %s are %.2f apart", eye, a, b, d)
						nearest = min(nearest, d)
					}
				}
			}
		}
		return nearest
	}
	if got := least(builtin["colour-blind"]); got < 0.10 { // 0.02 can just be told apart side by side
		t.Errorf("two states are only %.2f apart", got)
	}
}

func TestTheChoiceOfATheme(t *testing.T) {
	good := func(c Choice, dark bool, p colorprofile.Profile) string {
		return fmt.Sprint(c.Theme(dark, p).Tone(Good).GetForeground())
	}
	of := func(name string, dark bool) string {
		p := builtin[name].light
		if dark {
			p = builtin[name].dark
		}
		return fmt.Sprint(p["good"])
	}
	own, errs := Read("mine.toml", []byte("base = \"light\"\ngood = \"#123456\"\n"))
	if len(errs) > 0 {
		t.Fatal(errs)
	}
	for name, c := range map[string]struct {
		choice  Choice
		dark    bool
		profile colorprofile.Profile
		want    string
	}{
		"nothing chosen":                      {Choice{}, true, colorprofile.TrueColor, of("auto", true)},
		"auto on white":                       {Choice{Name: "auto"}, false, colorprofile.TrueColor, of("auto", false)},
		"dark on white":                       {Choice{Name: "dark"}, false, colorprofile.TrueColor, of("auto", true)},
		"light on black":                      {Choice{Name: "light"}, true, colorprofile.TrueColor, of("auto", false)},
		"high-contrast on white":              {Choice{Name: "high-contrast"}, false, colorprofile.ANSI256, of("high-contrast", false)},
		"any, with 16 colours":                {Choice{Name: "colour-blind"}, true, colorprofile.ANSI, of("ansi", true)},
		"light with 16 colours":               {Choice{Name: "light"}, true, colorprofile.ANSI, of("ansi", false)},
		"one's own":                           {Choice{Own: own}, true, colorprofile.TrueColor, fmt.Sprint(lipgloss.Color("#123456"))},
		"one's own keeps with 16 colours too": {Choice{Own: own}, true, colorprofile.ANSI, fmt.Sprint(lipgloss.Color("#123456"))},
	} {
		if got := good(c.choice, c.dark, c.profile); got != c.want {
			t.Errorf("%s: good is %s, want %s", name, got, c.want)
		}
	}
	if th := (Choice{Own: own}).Theme(true, colorprofile.TrueColor); th.Dark {
		t.Error("a theme upon light is dark")
	}
	for _, name := range Names() {
		for _, token := range tokens {
			if builtin["auto"].dark[token] == nil || name != "dark" && name != "light" && builtin[name].light[token] == nil {
				t.Errorf("%s has no %s", name, token)
			}
		}
	}
}

func TestAThemesFileIsChecked(t *testing.T) {
	own, errs := Read("t.toml", []byte("base = \"dark\"\nbad = \"#c00\"\nwarn = 3\n\n[rules]\nx = 1\n"))
	if own == nil || len(own.colours) != 2 || len(errs) != 1 || !strings.Contains(errs[0].Error(), `(t.toml:5): a theme has no "rules"`) {
		t.Errorf("got %+v and %v", own, errs)
	}
	for text, want := range map[string]string{
		"base = \"pink\"": `there is no theme "pink" to start from; there are auto`,
		"bad = 256":       `t.toml:1): bad = "256" is no colour`,
		"bad = \"#12\"":   `bad = "#12" is no colour`,
		"bad = [1]":       `bad = "[1]" is no colour`,
		"bad = \n":        "t.toml:1:",
	} {
		_, errs := Read("t.toml", []byte(text))
		if len(errs) != 1 || !strings.Contains(errs[0].Error(), want) {
			t.Errorf("%q is said to be %v, want %q", text, errs, want)
		}
	}
}

func TestASCIIKeepsEveryCell(t *testing.T) {
	for s, want := range map[string]string{
		"plain":          "plain",
		"● ok ─┬─ …":     "* ok -+- .",
		"你好 é ü ß 🚀":     "???? e u ? ??",
		"⠋⠙":             "",
		"e\u0301x":       "ex",
		"⚠\ufe0f x ⚠ y":  "!  x ! y",
		"\x1b[1m▌\x1b[m": "\x1b[1m>\x1b[m",
	} {
		got := ASCII(s)
		if want != "" && got != want {
			t.Errorf("%q is %q, want %q", s, got, want)
		}
		if Width(got) != Width(s) || strings.IndexFunc(got, func(r rune) bool { return r > 127 }) >= 0 {
			t.Errorf("%q becomes %q of %d cells, from %d", s, got, Width(got), Width(s))
		}
	}
}

func TestWhereASCIIIsNeeded(t *testing.T) {
	for env, want := range map[string]bool{
		"": false, "TERM=linux LANG=C.UTF-8": true, "LANG=C": true, "LANG=en_US.UTF-8": false, "LANG=de_DE.utf8": false,
		"LC_ALL=POSIX LANG=en_US.UTF-8": true, "LC_CTYPE=C.UTF-8 LANG=C": false, "LANG=de_DE.ISO-8859-1 TERM=xterm": true,
	} {
		set := strings.Fields(env)
		got := NeedsASCII(func(name string) string {
			n := slices.IndexFunc(set, func(s string) bool { return strings.HasPrefix(s, name+"=") })
			if n < 0 {
				return ""
			}
			return strings.TrimPrefix(set[n], name+"=")
		})
		if got != want {
			t.Errorf("%q: %v, want %v", env, got, want)
		}
	}
}
