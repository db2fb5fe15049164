package ready

import (
	"regexp"
	"strings"
)

// words splits a shell command into its words, with variables looked up. It
// knows plain commands only, with output thrown away and a failure turned into
// an exit status ("… >/dev/null 2>&1 || exit 1"); false means that the shell
// would do something else, which is then left to the shell.
func words(script string, env map[string]string) ([]string, bool) {
	l := lexer{in: strings.TrimSpace(script), env: env}
	for l.in != "" {
		if !l.next() {
			return nil, false
		}
	}
	l.end()
	return l.words, true
}

var (
	// failure is what may stand after "||": it fails, whatever the status.
	failure = regexp.MustCompile(`^\|\|\s*(exit\s+[1-9]\d*|false|\(exit\s+1\))\s*;?$`)
	// discard throws output away.
	discard = regexp.MustCompile(`^([12&]?>>?\s*/dev/null|2>&1|1>&2|>&2)(\s|$)`)
	// variable is an expansion, its name in 1 or 2, a default in 3.
	variable = regexp.MustCompile(`^\$(?:([A-Za-z_]\w*)|\{([A-Za-z_]\w*)(?::?-([^{}$'"\\]*))?\})`)
)

type lexer struct {
	in    string
	env   map[string]string
	words []string
	word  strings.Builder
	open  bool // a word has begun, if only with ""
}

func (l *lexer) end() {
	if l.open {
		l.words = append(l.words, l.word.String())
		l.word.Reset()
		l.open = false
	}
}

func (l *lexer) add(text string, skip int) {
	l.word.WriteString(text)
	l.open = true
	l.in = l.in[skip:]
}

// next consumes one piece; false: not a plain command.
func (l *lexer) next() bool {
	if !l.open {
		if failure.MatchString(l.in) {
			l.in = ""
			return true
		}
		if m := discard.FindString(l.in); m != "" {
			l.in = l.in[len(m):]
			return true
		}
		if l.in[0] == '#' || l.in[0] == '~' {
			return false
		}
	}
	switch c := l.in[0]; c {
	case ' ', '\t':
		l.end()
		l.in = l.in[1:]
		return true
	case '\'':
		text, _, ok := strings.Cut(l.in[1:], "'")
		if ok {
			l.add(text, len(text)+2)
		}
		return ok
	case '"':
		return l.quoted()
	case '$':
		return l.expand(" \t\n*?[")
	case '\\':
		return l.escaped()
	case '|', '&', ';', '<', '>', '(', ')', '`', '*', '\n', '\r':
		return false
	}
	l.add(l.in[:1], 1)
	return true
}

func (l *lexer) escaped() bool {
	switch {
	case len(l.in) < 2:
		return false
	case l.in[1] == '\n': // the line goes on
		l.in = l.in[2:]
	default:
		l.add(l.in[1:2], 2)
	}
	return true
}

// quoted reads up to the closing double quote.
func (l *lexer) quoted() bool {
	l.add("", 1)
	for l.in != "" {
		switch l.in[0] {
		case '"':
			l.in = l.in[1:]
			return true
		case '$':
			if !l.expand("") {
				return false
			}
		case '`':
			return false
		case '\\':
			if len(l.in) > 1 && strings.IndexByte("$`\"\\\n", l.in[1]) >= 0 {
				if !l.escaped() {
					return false
				}
				continue
			}
			l.add(`\`, 1)
		default:
			l.add(l.in[:1], 1)
		}
	}
	return false
}

// expand replaces a variable. One that is not known is left to the shell in the
// container, and so is a value that the shell would split or glob.
func (l *lexer) expand(special string) bool {
	m := variable.FindStringSubmatch(l.in)
	if m == nil {
		return false
	}
	value, ok := l.env[m[1]+m[2]]
	switch {
	case ok && value != "":
	case strings.Contains(m[0], "-"):
		value = m[3]
	case !ok && m[1]+m[2] == "HOSTNAME": // Docker sets it when it starts the command
		value = "localhost"
	default:
		return false
	}
	if special != "" && strings.ContainsAny(value, special) {
		return false
	}
	l.add(value, len(m[0]))
	return true
}
