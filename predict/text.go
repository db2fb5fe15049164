package predict

import (
	"fmt"
	"math/rand/v2"
	"regexp/syntax"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/santhosh-tekuri/jsonschema/v6"
)

// maxText bounds a generated string in bytes.
const maxText = 64 << 10

// samples by format; %d, where there is one, makes a variant.
var samples = map[string]string{
	"date":          "2024-01-%02d",
	"date-time":     "2024-01-%02dT00:00:00Z",
	"time":          "00:00:%02dZ",
	"duration":      "P%dD",
	"uuid":          "00000000-0000-4000-8000-%012d",
	"email":         "user%d@example.com",
	"hostname":      "host%d.example.com",
	"ipv4":          "192.0.2.%d",
	"ipv6":          "2001:db8::%d",
	"uri":           "https://example.com/%d",
	"uri-reference": "/%d",
	"iri":           "https://example.com/%d",
	"iri-reference": "/%d",
	"uri-template":  "https://example.com/%d",
	"json-pointer":  "/%d",
	"regex":         "a{%d}",
	"semver":        "1.0.%d",
}

// text is a string for the shape.
func (m *maker) text(shape []*jsonschema.Schema, variant int) (any, bool) {
	least, most := 0, maxText
	var pattern, format string
	for _, s := range shape {
		if s.MinLength != nil {
			least = max(least, *s.MinLength)
		}
		if s.MaxLength != nil {
			most = min(most, *s.MaxLength)
		}
		if _, unchecked := s.Pattern.(anything); s.Pattern != nil && !unchecked && pattern == "" {
			pattern = s.Pattern.String()
		}
		if s.Format != nil && format == "" {
			format = s.Format.Name
		}
	}
	if least > maxText {
		return "", false
	}
	if sample, ok := samples[format]; ok {
		if m.dice != nil {
			variant = m.dice.IntN(28) // a day of any month, a byte of any address
		}
		return fmt.Sprintf(sample, variant+1), true
	}
	if pattern != "" {
		var s string
		for repeat := range max(least, 1) + 1 { // longer, until it is long enough
			var ok bool
			if s, ok = match(pattern, repeat, variant, m.dice); !ok {
				return s, false
			}
			if utf8.RuneCountInString(s) >= least {
				return s, true
			}
		}
		return s, false
	}
	if m.dice != nil {
		return m.word(least, most), true
	}
	s := "string"
	if variant > 0 {
		s = fmt.Sprintf("string%d", variant+1)
	}
	if n := len(s); n > most {
		return s[n-most:], true // the end tells variants apart
	} else if n < least {
		s += strings.Repeat("x", least-n)
	}
	return s, true
}

// match is a text that the pattern matches: what may repeat does so repeat
// times, if it may, with dice up to three times more.
func match(pattern string, repeat, variant int, dice *rand.Rand) (string, bool) {
	re, err := syntax.Parse(pattern, syntax.Perl)
	if err != nil {
		return "", false
	}
	w := writer{repeat: repeat, variant: variant, dice: dice}
	ok := w.write(re)
	return w.String(), ok
}

type writer struct {
	strings.Builder
	repeat, variant int
	dice            *rand.Rand
}

// choice is which of the ways to take, counted from 0 without end.
func (w *writer) choice() int {
	if w.dice != nil {
		return w.dice.IntN(1 << 16)
	}
	return w.variant
}

func (w *writer) write(re *syntax.Regexp) bool {
	if w.Len() > maxText {
		return false
	}
	switch re.Op {
	case syntax.OpNoMatch:
		return false
	case syntax.OpLiteral:
		w.WriteString(string(re.Rune))
	case syntax.OpCharClass:
		r, ok := pick(re.Rune, w.choice())
		w.WriteRune(r)
		return ok
	case syntax.OpAnyChar, syntax.OpAnyCharNotNL:
		w.WriteRune(rune('a' + w.choice()%26))
	case syntax.OpStar:
		return w.times(re.Sub[0], 0, -1)
	case syntax.OpPlus:
		return w.times(re.Sub[0], 1, -1)
	case syntax.OpQuest:
		return w.times(re.Sub[0], 0, 1)
	case syntax.OpRepeat:
		return w.times(re.Sub[0], re.Min, re.Max)
	case syntax.OpCapture, syntax.OpConcat:
		return !slices.ContainsFunc(re.Sub, func(sub *syntax.Regexp) bool { return !w.write(sub) })
	case syntax.OpAlternate:
		return w.write(re.Sub[w.choice()%len(re.Sub)])
	}
	return true // anchors and boundaries write nothing
}

func (w *writer) times(re *syntax.Regexp, least, most int) bool {
	n := max(least, w.repeat)
	if w.dice != nil {
		n += w.dice.IntN(4)
	}
	if most >= 0 {
		n = min(n, most)
	}
	for range n {
		if !w.write(re) {
			return false
		}
	}
	return true
}

// pick takes a character that reads well out of a class, given as pairs of
// bounds.
func pick(class []rune, variant int) (rune, bool) {
	in := func(r rune) bool {
		for i := 0; i+1 < len(class); i += 2 {
			if class[i] <= r && r <= class[i+1] {
				return true
			}
		}
		return false
	}
	const nice = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ1234567890_-. "
	var fitting []rune
	for _, r := range nice {
		if in(r) {
			fitting = append(fitting, r)
		}
	}
	if len(fitting) > 0 {
		return fitting[variant%len(fitting)], true
	}
	if len(class) == 0 {
		return 0, false
	}
	return class[0], true
}
