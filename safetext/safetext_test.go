package safetext_test

import (
	"slices"
	"strings"
	"testing"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/charmbracelet/x/ansi"
	"github.com/charmbracelet/x/vt"

	"berth/safetext"
)

func TestLine(t *testing.T) {
	for _, c := range []struct{ name, in, want string }{
		{"empty", "", ""},
		{"ASCII", `INFO: 127.0.0.1 - "GET /health" 200`, `INFO: 127.0.0.1 - "GET /health" 200`},
		{"line end", "done\r\n", "done"},
		{"line end inside", "a\nb", "a␊b"},
		{"letters", "größe 模型 модель", "größe 模型 модель"},

		{"colour", "\x1b[1;31mERROR\x1b[0m boom", "ERROR boom"},
		{"colon colour", "\x1b[38:2::1:2:3mx\x1b[m", "x"},
		{"cursor and screen", "a\x1b[2J\x1b[H\x1b[?1049hb", "ab"},
		{"title", "\x1b]0;pwned\x07ok", "ok"},
		{"clipboard", "\x1b]52;c;cm0gLXJm\x1b\\ok", "ok"},
		{"link", "\x1b]8;;http://x\x1b\\text\x1b]8;;\x1b\\", "text"},
		{"device control", "a\x1bP+q544e\x1b\\b", "ab"},
		{"reset", "a\x1bcb", "ab"},
		{"character set", "a\x1b(0b", "ab"},
		{"C1 sequence", "a\u009b31mb", "ab"},
		{"C1 title", "a\u009d0;t\u009cb", "ab"},
		{"title without an end hides nothing", "a\x1b]0;the rest", "a␛]0;the rest"},
		{"title cut by another sequence", "\x1b]0;t\x1b[31mb", "␛]0;tb"},
		{"sequence without an end", "a\x1b[31", "a␛[31"},
		{"sequence cut by a letter outside ASCII", "\x1b[3é", "␛[3é"},
		{"lone escape", "a\x1b", "a␛"},

		{"other controls", "a\x00b\x7fc\u0085d", "a␀b␡c<U+0085>d"},
		{"bell and backspace", "a\ab\bc", "abc"},
		{"progress bar", " 0%|  |\r50%|# |\r100%|##|", "100%|##|"},
		{"progress bar, its line end", "50%\r100%\r", "100%"},
		{"erased line", "50%\r\x1b[K", ""},
		{"tabs", "a\tb\t\tc", "a       b               c"},
		{"tab after wide letters", "模型\tx\té\ty", "模型    x       é       y"},
		{"tab at a stop", "12345678\tx", "12345678        x"},

		{"invalid UTF-8", "a\xff\xc3(", `a\xFF\xC3(`},
		{"surrogate", "\xed\xa0\x80", `\xED\xA0\x80`},
		{"raw C1 byte", "a\x9b31m", `a\x9B31m`},

		{"bidirectional override", "user\u202etxt.exe", "user<U+202E>txt.exe"},
		{"isolates", "\u2066a\u2069", "<U+2066>a<U+2069>"},
		{"zero width", "pass\u200bword\u2060\ufeff", "pass<U+200B>word<U+2060><U+FEFF>"},
		{"soft hyphen", "a\u00adb", "a<U+00AD>b"},
		{"line separators", "a\u2028b\u2029", "a<U+2028>b<U+2029>"},
		{"tag characters", "a\U000e0041", "a<U+E0041>"},
		{"fillers", "\u3164\u115f\u034f", "<U+3164><U+115F><U+034F>"},
		{"unassigned", "\U0003fffe", "<U+3FFFE>"},
		{"icons of private use", "\ue0b0 \uf31b", "\ue0b0 \uf31b"},

		{"family", "👩\u200d👧", "👩\u200d👧"},
		{"heart on fire", "❤\ufe0f\u200d🔥", "❤\ufe0f\u200d🔥"},
		{"keycap", "1\ufe0f\u20e3", "1\ufe0f\u20e3"},
		{"joiner between letters", "a\u200db", "a<U+200D>b"},
		{"joiner at the end of an emoji", "👩\u200dx", "👩<U+200D>x"},
		{"joiner before what is no UTF-8", "👩\u200d\xf0", `👩<U+200D>\xF0`},
		{"selector after a letter", "a\ufe0f", "a<U+FE0F>"},

		{"accent", "e\u0301", "e\u0301"},
		{"accent on nothing", "\u0301x", "◌\u0301x"},
		{"too many accents", "e" + strings.Repeat("\u0301", 10), "e" + strings.Repeat("\u0301", 8) + "<U+0301><U+0301>"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := safetext.Line(c.in); got != c.want {
				t.Errorf("Line(%+q)\n got %+q\nwant %+q", c.in, got, c.want)
			}
		})
	}
}

func TestLineSaysHowMuchItCut(t *testing.T) {
	for _, unit := range []string{"x", "é", "\x00"} {
		got := safetext.Line(strings.Repeat(unit, safetext.MaxLine))
		switch {
		case unit == "x" && strings.Contains(got, "…"):
			t.Errorf("a line of exactly MaxLine was cut")
		case unit != "x" && !strings.HasSuffix(got, " more bytes)"):
			t.Errorf("%q: ends in %q", unit, got[len(got)-40:])
		case len(got) > safetext.MaxLine+64:
			t.Errorf("%q: %d bytes", unit, len(got))
		}
	}
	got := safetext.Line(strings.Repeat("x", safetext.MaxLine+7))
	if want := strings.Repeat("x", safetext.MaxLine) + "… (7 more bytes)"; got != want {
		t.Errorf("ends in %q", got[len(got)-40:])
	}
}

// Ten megabytes of beginnings without an end must not cost more than reading
// them: the search for an end is not repeated.
func TestLineIsLinear(t *testing.T) {
	for _, unit := range []string{"\u009d", "\x1b]", "\x1b[1", "\u009b;", "a\r", "\t"} {
		in := strings.Repeat(unit, 10<<20/len(unit))
		start := time.Now()
		safetext.Line(in)
		if took := time.Since(start); took > 2*time.Second {
			t.Errorf("%+q: %v", unit, took)
		}
	}
}

func TestBlock(t *testing.T) {
	for _, c := range []struct {
		in   string
		want []string
	}{
		{"", nil},
		{"\n", []string{""}},
		{"a\r\n\x1b[31mb\x1b[m\n\nc", []string{"a", "b", "", "c"}},
	} {
		if got := safetext.Block(c.in); !slices.Equal(got, c.want) {
			t.Errorf("Block(%q) = %q, want %q", c.in, got, c.want)
		}
	}
}

func TestTruncate(t *testing.T) {
	for _, c := range []struct {
		in    string
		width int
		want  string
	}{
		{"model-api", 9, "model-api"},
		{"model-api", 8, "model-a…"},
		{"model-api", 1, "…"},
		{"model-api", 0, ""},
		{"模型服务", 8, "模型服务"},
		{"模型服务", 7, "模型服…"},
		{"模型服务", 6, "模型…"},
		{"👩\u200d👧👩\u200d👧", 3, "👩\u200d👧…"},
		{"e\u0301e\u0301", 2, "e\u0301e\u0301"},
	} {
		got := safetext.Truncate(c.in, c.width)
		if got != c.want {
			t.Errorf("Truncate(%q, %d) = %q, want %q", c.in, c.width, got, c.want)
		}
		if w := ansi.StringWidth(got); w > c.width {
			t.Errorf("Truncate(%q, %d) is %d wide", c.in, c.width, w)
		}
	}
}

func TestPlainLineIsNotCopied(t *testing.T) {
	const line = `INFO:     127.0.0.1:53210 - "GET /health HTTP/1.1" 200 OK`
	if n := testing.AllocsPerRun(100, func() { safetext.Line(line) }); n != 0 {
		t.Errorf("%v allocations", n)
	}
}

func FuzzLine(f *testing.F) {
	for _, s := range []string{
		"plain", "\x1b[31mred\x1b[0m", "\x1b]0;t\x07x", "\u009b1mx", "a\tb\rc\bd", "\xff\u202e", "👩\u200d👧", "1\ufe0f\u20e3", "e\u0301\u0301",
		"\x1bP1$r\x1b\\", "\x1b(0lqk", "\x1b]8;;x\x07y", "\x1b#8", "\x1b[6n\x1b[c", "\u200d\ufe0f", "模\t型", "\x1b_G\x1b\\",
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, in string) {
		out := safetext.Line(in)
		check(t, out)
		styled, all := safetext.Styled(in)
		if styled != out {
			t.Errorf("%+q is another text when it is styled: %+q", out, styled)
		}
		end := 0
		for _, s := range all {
			if s.From < end || s.To <= s.From || s.To > len(out) {
				t.Errorf("%+q: %+v", out, all)
			}
			end = s.To
		}
		if len(out) < safetext.MaxLine && safetext.Line(out) != out {
			t.Errorf("not stable: %+q, again %+q", out, safetext.Line(out))
		}
		for _, l := range safetext.Block(in) {
			check(t, l)
		}
		for _, width := range []int{0, 1, 7, 80} {
			cut := safetext.Truncate(out, width)
			check(t, cut)
			if w := ansi.StringWidth(cut); w > width {
				t.Errorf("Truncate(%+q, %d) is %d wide", out, width, w)
			}
		}
		if len(out) < 500 {
			leavesTerminalAlone(t, out)
		}
	})
}

// check fails unless s is what this package promises.
func check(t *testing.T, s string) {
	t.Helper()
	if !utf8.ValidString(s) {
		t.Errorf("not UTF-8: %q", s)
	}
	for _, r := range s {
		if unicode.IsControl(r) || r != '\u200d' && unicode.In(r, unicode.Cf, unicode.Zl, unicode.Zp, unicode.Cs) {
			t.Errorf("%U in %+q", r, s)
		}
	}
}

// leavesTerminalAlone writes s into an emulator: the terminal must change
// nothing but cells of the lines that it was written to.
func leavesTerminalAlone(t *testing.T, s string) {
	t.Helper()
	emu := vt.NewEmulator(80, 60)
	defer emu.Close()
	touched := ""
	emu.SetCallbacks(vt.Callbacks{
		Bell:             func() { touched = "bell" },
		Title:            func(string) { touched = "title" },
		IconName:         func(string) { touched = "icon" },
		AltScreen:        func(bool) { touched = "screen" },
		CursorVisibility: func(bool) { touched = "cursor" },
		EnableMode:       func(ansi.Mode) { touched = "mode" },
		DisableMode:      func(ansi.Mode) { touched = "mode" },
	})
	emu.WriteString("first\r\n" + s)
	if touched != "" {
		t.Errorf("%+q changed the terminal: %s", s, touched)
	}
	if top, _, _ := strings.Cut(emu.String(), "\n"); strings.TrimSpace(top) != "first" {
		t.Errorf("%+q changed the line above: %q", s, top)
	}
}

func BenchmarkLine(b *testing.B) {
	for name, s := range map[string]string{
		"plain":  `INFO:     127.0.0.1:53210 - "GET /health HTTP/1.1" 200 OK`,
		"colour": "\x1b[32mINFO\x1b[0m:     127.0.0.1:53210 - \"\x1b[1mGET /health HTTP/1.1\x1b[0m\" \x1b[32m200 OK\x1b[0m",
	} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			b.SetBytes(int64(len(s)))
			for b.Loop() {
				safetext.Line(s)
			}
		})
	}
}
