package logbook

import (
	"bytes"
	"regexp"
	"regexp/syntax"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Pattern is what is looked for in lines: a regular expression in RE2's syntax.
// Without a capital letter in it, it does not tell capitals from small letters.
type Pattern struct {
	text string
	re   *regexp.Regexp
	// Most of what people look for is a text, or one of a few: then it is
	// found ten times as fast. In small letters where fold is set.
	literals []string
	fold     bool
}

// Compile reads a Pattern. The error says what is wrong with it.
func Compile(text string) (Pattern, error) {
	if _, err := syntax.Parse(text, syntax.Perl); err != nil {
		return Pattern{}, err // about what was written, without flags
	}
	p := Pattern{text: text, fold: !hasCapital(text)}
	flags := ""
	if p.fold {
		flags = "(?i)"
	}
	tree, err := syntax.Parse(flags+text, syntax.Perl)
	if err == nil {
		p.re, err = regexp.Compile(flags + text)
	}
	if err != nil {
		return Pattern{}, err
	}
	p.literals = literals(tree, p.fold)
	return p, nil
}

// hasCapital reports whether there is a capital letter that is not the name of
// a class, as in \S.
func hasCapital(text string) bool {
	escaped := false
	for _, r := range text {
		if unicode.IsUpper(r) && !escaped {
			return true
		}
		escaped = r == '\\' && !escaped
	}
	return false
}

// mostLiterals is how many texts are looked for one after the other.
const mostLiterals = 8

// literals are texts of which a line has to have one; nil: the expression is
// more than that.
func literals(tree *syntax.Regexp, fold bool) []string {
	switch tree.Op {
	case syntax.OpLiteral:
		text := string(tree.Rune)
		if folds := tree.Flags&syntax.FoldCase != 0; folds != fold && strings.ContainsFunc(text, unicode.IsLetter) {
			return nil
		}
		if fold {
			text = strings.ToLower(text)
		}
		return []string{text}
	case syntax.OpCapture:
		return literals(tree.Sub[0], fold)
	case syntax.OpAlternate:
		var all []string
		for _, sub := range tree.Sub {
			some := literals(sub, fold)
			if some == nil || len(all)+len(some) > mostLiterals {
				return nil
			}
			all = append(all, some...)
		}
		return all
	case syntax.OpConcat: // "foo|far" is parsed as f(oo|ar)
		all := []string{""}
		for _, sub := range tree.Sub {
			some := literals(sub, fold)
			if some == nil || len(all)*len(some) > mostLiterals {
				return nil
			}
			var longer []string
			for _, head := range all {
				for _, tail := range some {
					longer = append(longer, head+tail)
				}
			}
			all = longer
		}
		return all
	}
	return nil
}

// String is the pattern as it was written.
func (p Pattern) String() string { return p.text }

// Match reports whether a line has the pattern in it.
func (p Pattern) Match(line string) bool {
	if len(p.literals) == 0 {
		return p.re.MatchString(line)
	}
	if !p.fold {
		return slices.ContainsFunc(p.literals, func(l string) bool { return strings.Contains(line, l) })
	}
	var room [512]byte
	small, ok := lower(room[:], line)
	if !ok {
		return p.re.MatchString(line)
	}
	for _, l := range p.literals {
		if bytes.Contains(small, []byte(l)) {
			return true
		}
	}
	return false
}

// lower is a line in small letters, made in room; false when it is too long or
// has others than ASCII's.
func lower(room []byte, line string) ([]byte, bool) {
	if len(line) > len(room) {
		return nil, false
	}
	for i := range len(line) {
		c := line[i]
		if c >= utf8.RuneSelf {
			return nil, false
		}
		if 'A' <= c && c <= 'Z' {
			c |= 0x20
		}
		room[i] = c
	}
	return room[:len(line)], true
}

// In is where in a line the pattern is, as byte offsets of begin and end.
func (p Pattern) In(line string) [][]int { return p.re.FindAllStringIndex(line, -1) }
