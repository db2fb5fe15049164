package logbook

import (
	"regexp"
	"regexp/syntax"
	"slices"
	"strings"
	"unicode"

	"berth/stack"
)

// Pattern is what is looked for in lines: a regular expression in RE2's syntax.
// Without a capital letter in it, it does not tell capitals from small letters.
type Pattern struct {
	text    string
	literal string // what the whole expression is, when it is one
	re      *regexp.Regexp
}

// Compile reads a Pattern. The error says what is wrong with it.
func Compile(text string) (Pattern, error) {
	tree, err := syntax.Parse(text, syntax.Perl)
	if err != nil {
		return Pattern{}, err // about what was written, without flags
	}
	flags := ""
	if !hasCapital(text) {
		flags = "(?i)"
	}
	re, err := regexp.Compile(flags + text)
	if err != nil {
		return Pattern{}, err
	}
	p := Pattern{text: text, re: re}
	if literal := string(tree.Rune); tree.Op == syntax.OpLiteral && tree.Flags&syntax.FoldCase == 0 &&
		(flags == "" || !strings.ContainsFunc(literal, unicode.IsLetter)) {
		p.literal = literal
	}
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

// String is the pattern as it was written.
func (p Pattern) String() string { return p.text }

// Match reports whether a line has the pattern in it.
func (p Pattern) Match(line string) bool {
	if p.literal != "" {
		return strings.Contains(line, p.literal)
	}
	return p.re.MatchString(line)
}

// In is where in a line the pattern is, as byte offsets of begin and end.
func (p Pattern) In(line string) [][]int { return p.re.FindAllStringIndex(line, -1) }

// Filter says which lines are wanted. The zero Filter: all.
type Filter struct {
	Roles []stack.Ref // nil: of every role
	// Services are names; nil: any. NotServices are left out.
	Services, NotServices []string

	Keep  []Pattern // lines must have all of these in them
	Drop  []Pattern // and none of these
	Least Level     // and be at least as serious: a line that does not say passes NoLevel only
	// NoHealth drops the access log's lines of health checks that succeeded.
	NoHealth bool
	Context  int // lines of the same service before and after each
}

// of reports whether lines of a role are wanted at all.
func (f Filter) of(r stack.Ref) bool {
	return (f.Roles == nil || slices.Contains(f.Roles, r)) &&
		(f.Services == nil || slices.Contains(f.Services, r.Service)) && !slices.Contains(f.NotServices, r.Service)
}

// all reports whether every line of the roles is wanted.
func (f Filter) all() bool {
	return len(f.Keep) == 0 && len(f.Drop) == 0 && f.Least == NoLevel && !f.NoHealth
}

// wants reports whether a line is wanted by what it says, in what is shown of
// it. Berth's own notices are of every level: they tell what happened between
// the lines. A gap may be where a wanted line was.
func (f Filter) wants(safe func() string, stream stack.Stream, level Level, health bool) bool {
	if stream == stack.Gap {
		return true
	}
	if !stream.Ours() && (level < f.Least || f.NoHealth && health) {
		return false
	}
	if len(f.Keep)+len(f.Drop) == 0 {
		return true
	}
	text := safe()
	for _, p := range f.Keep {
		if !p.Match(text) {
			return false
		}
	}
	for _, p := range f.Drop {
		if p.Match(text) {
			return false
		}
	}
	return true
}
