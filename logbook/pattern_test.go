package logbook

import (
	"strings"
	"testing"
)

// Whatever way a pattern is looked for, it is found where the regular
// expression finds it.
func TestPatternsAgreeWithTheirExpressions(t *testing.T) {
	lines := []string{
		"", "timeout", "TimeOut refused", "REFUSED", "foo", "FAR away", "fooar", "10%", "a.b", "größe", "GRÖSSE kelvin \u212a", "\u017fpan",
		"plain POST /Nowhere", "post /nowhere", strings.Repeat("x", 600) + " Timeout", "(?i)", "k", "s", "K",
	}
	quick := 0
	for _, text := range []string{
		"timeout", "timeout|refused", "Timeout|REFUSED", "foo|far", "(foo)|(far)", "a.b", "a\\.b", "10%", "größe", "k", "span", "post /nowhere", "POST /Nowhere",
		"x(a|b|c|d|e|f|g|h|i|j)", "(?-i:timeout)", "(?i)TIMEOUT", "a|", "", "^foo", "fo+", "[fg]oo", "\\bfoo", "foo|f.r", "(?i:timeout)|Refused",
	} {
		p, err := Compile(text)
		if err != nil {
			t.Fatal(err)
		}
		if p.literals != nil {
			quick++
		}
		for _, line := range lines {
			if got, want := p.Match(line), p.re.MatchString(line); got != want {
				t.Errorf("%q in %.50q: %v, want %v (texts %q)", text, line, got, want, p.literals)
			}
		}
	}
	if quick < 10 {
		t.Errorf("%d patterns are looked for as texts", quick)
	}
}

func FuzzPattern(f *testing.F) {
	for _, s := range [][2]string{{"foo|far", "a FAR"}, {"a.b", "a.b"}, {"(?i)K", "\u212a"}, {"x(a|b)", "xB"}} {
		f.Add(s[0], s[1])
	}
	f.Fuzz(func(t *testing.T, text, line string) {
		p, err := Compile(text)
		if err == nil && p.Match(line) != p.re.MatchString(line) {
			t.Errorf("%q in %q: %v (texts %q)", text, line, p.Match(line), p.literals)
		}
	})
}
