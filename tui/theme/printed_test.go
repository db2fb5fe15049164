package theme

import (
	"image/color"
	"reflect"
	"slices"
	"testing"

	"charm.land/lipgloss/v2"
	"github.com/charmbracelet/colorprofile"

	"berth/safetext"
)

// Whatever colours a program chooses, its text can be read.
func TestAProgramCannotHideWhatItPrints(t *testing.T) {
	colours := []safetext.Colour{{}}
	for n := range 256 {
		colours = append(colours, safetext.Colour{Kind: safetext.Indexed, R: uint8(n)},
			safetext.Colour{Kind: safetext.RGB, R: uint8(n), G: uint8(n), B: uint8(n)}, safetext.Colour{Kind: safetext.RGB, R: uint8(n)})
	}
	for _, name := range []string{"auto", "high-contrast", "colour-blind"} {
		for ground, dark := range map[color.Color]bool{color.Gray{0x1e}: true, color.White: false} {
			th := Choice{Name: name}.Theme(dark, colorprofile.TrueColor)
			for _, fg := range colours {
				for _, bg := range []safetext.Colour{{}, fg, {Kind: safetext.Indexed, R: 1}, {Kind: safetext.RGB, B: 0x20}} {
					s := th.Printed(safetext.Style{Fg: fg, Bg: bg}, th.Text)
					ink := fore(s) // upon its ground, or the ground upon it
					if _, grounded := s.GetBackground().(lipgloss.NoColor); !grounded || ink != nil && contrast(ink, ground) < leastContrast {
						t.Fatalf("%s: %+v on %+v is written with %v on %v", name, fg, bg, ink, s.GetBackground())
					}
				}
			}
		}
	}
}

func TestAProgramsColoursAreTheThemes(t *testing.T) {
	dark, anywhere := New(true), Anywhere(colorprofile.TrueColor)
	red, pink := safetext.Colour{Kind: safetext.Indexed, R: 1}, safetext.Colour{Kind: safetext.RGB, R: 0xff, G: 0x80, B: 0xc0}
	for name, got := range map[string][2]any{
		"red":             {dark.Printed(safetext.Style{Fg: red}, dark.Text).GetForeground(), dark.Tone(Bad).GetForeground()},
		"red anywhere":    {anywhere.Printed(safetext.Style{Fg: red}, dark.Text).GetForeground(), lipgloss.Color("1")},
		"pink":            {dark.Printed(safetext.Style{Fg: pink}, dark.Text).GetForeground(), color.Color(color.RGBA{0xff, 0x80, 0xc0, 0xff})},
		"faint":           {dark.Printed(safetext.Style{Attr: safetext.Faint}, dark.Text).GetForeground(), dark.Muted.GetForeground()},
		"no colour":       {dark.Printed(safetext.Style{Attr: safetext.Bold}, dark.Tone(Warn)), dark.Tone(Warn).Bold(true)},
		"red ground":      {dark.Printed(safetext.Style{Bg: red, Attr: safetext.Underline}, dark.Text), dark.Tone(Bad).Reverse(true).Underline(true)},
		"black on black":  {dark.Printed(safetext.Style{Fg: safetext.Colour{Kind: safetext.Indexed}, Bg: safetext.Colour{Kind: safetext.Indexed}}, dark.Text), dark.Text},
		"white, anywhere": {anywhere.Printed(safetext.Style{Fg: safetext.Colour{Kind: safetext.RGB, R: 0xff, G: 0xff, B: 0xff}}, dark.Text), dark.Text},
	} {
		if !reflect.DeepEqual(got[0], got[1]) {
			t.Errorf("%s is %v, want %v", name, got[0], got[1])
		}
	}
}

func TestAServiceKeepsItsHue(t *testing.T) {
	names := []string{"db", "model-api", "model-api-2", "prometheus", "redis", "worker"}
	all := HuesOf(names)
	hues := map[int]bool{}
	for _, h := range all {
		hues[h] = true
	}
	if len(hues) != Hues {
		t.Errorf("%d services have %d hues: %v", len(names), len(hues), all)
	}
	slices.Reverse(names)
	for name, h := range HuesOf(append(names, names...)) {
		if all[name] != h {
			t.Errorf("in another order %s has hue %d, not %d", name, h, all[name])
		}
	}
	if alone := HuesOf([]string{"db"}); alone["db"] != all["db"] {
		t.Errorf("db alone has hue %d, not %d", alone["db"], all["db"])
	}
	if many := HuesOf(append(names, "a", "b", "c")); len(many) != 9 {
		t.Errorf("nine services have %v", many)
	}
}
