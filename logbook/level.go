package logbook

import (
	"strings"

	"berth/safetext"
)

// Level is how serious a line says that it is.
type Level uint8

// The levels, in their order. NoLevel means that the line does not say.
const (
	NoLevel Level = iota
	Trace
	Debug
	Info
	Warn
	Error
	Fatal
)

// String is the level's name, empty for NoLevel.
func (l Level) String() string {
	return [...]string{"", "trace", "debug", "info", "warn", "error", "fatal"}[l]
}

// names are what loggers call the levels, in lower case.
var names = map[string]Level{
	"trace": Trace, "verbose": Trace,
	"debug": Debug, "dbg": Debug,
	"info": Info, "information": Info, "notice": Info, "inf": Info,
	"warn": Warn, "warning": Warn, "wrn": Warn,
	"error": Error, "err": Error, "severe": Error,
	"critical": Fatal, "crit": Fatal, "fatal": Fatal, "panic": Fatal, "emerg": Fatal, "alert": Fatal,
}

const (
	// headLen is how far into a line its level is looked for, in bytes: after a
	// timestamp, a process and a logger's name.
	headLen = 96
	// jsonLen is the same for a JSON line, whose keys have no order, and for
	// the request of an access log.
	jsonLen = 4 << 10
	// longestName is the longest of names.
	longestName = len("information")
)

// Guess is the level that a line says it has: Python's logging and uvicorn,
// gunicorn, JSON lines, logfmt, klog, bracketed and upper-case words near the
// beginning, tracebacks and panics.
func Guess(text string) Level { return guess(plain(text)) }

// plain is the beginning of a line without its colours.
func plain(text string) string {
	text = text[:min(len(text), jsonLen)]
	if strings.IndexByte(text, 0x1b) >= 0 {
		return safetext.Line(text)
	}
	return text
}

func guess(text string) Level {
	head := strings.TrimLeft(text[:min(len(text), headLen)], " \t")
	switch {
	case head == "":
		return NoLevel
	case head[0] == '{':
		return jsonLevel(text)
	case isKlog(head):
		return map[byte]Level{'I': Info, 'W': Warn, 'E': Error, 'F': Fatal}[head[0]]
	case strings.HasPrefix(head, "Traceback (most recent call last)"):
		return Error
	case isException(head):
		return Error
	}
	if level := keyLevel(head); level != NoLevel {
		return level
	}
	return wordLevel(head)
}

// wordLevel finds the first word that names a level: in capitals, in brackets,
// or at the beginning with a colon.
func wordLevel(head string) Level {
	for i := 0; i < len(head); {
		if !isLetter(head[i]) {
			i++
			continue
		}
		start := i
		for i < len(head) && isLetter(head[i]) {
			i++
		}
		word := head[start:i]
		if !separate(head, start, i) {
			continue
		}
		bracketed := start > 0 && head[start-1] == '[' && i < len(head) && head[i] == ']'
		leading := start == 0 && i < len(head) && head[i] == ':'
		if bracketed || leading || isUpper(word) {
			if level := named(word); level != NoLevel {
				return level
			}
		}
	}
	return NoLevel
}

// separate reports whether head[start:end] stands by itself, and is no part of
// a path, a name or a number.
func separate(head string, start, end int) bool {
	return (start == 0 || strings.IndexByte(" \t[(|<:-", head[start-1]) >= 0) &&
		(end == len(head) || strings.IndexByte(" \t])|>:-!", head[end]) >= 0)
}

// keyLevel reads logfmt: level=warn.
func keyLevel(head string) Level {
	for _, key := range []string{"level=", "lvl=", "severity="} {
		i := strings.Index(head, key)
		if i < 0 || i > 0 && head[i-1] != ' ' {
			continue
		}
		value := strings.TrimPrefix(head[i+len(key):], `"`)
		return named(value)
	}
	return NoLevel
}

// jsonLevel finds the level's key in a JSON line without decoding it.
func jsonLevel(text string) Level {
	for _, key := range []string{`"level"`, `"levelname"`, `"severity"`, `"lvl"`, `"log.level"`} {
		i := strings.Index(text, key)
		if i < 0 {
			continue
		}
		rest := strings.TrimLeft(text[i+len(key):], " \t")
		if rest = strings.TrimLeft(strings.TrimPrefix(rest, ":"), " \t"); rest == "" {
			continue
		}
		level := named(strings.TrimPrefix(rest, `"`))
		if n := rest[0]; n >= '1' && n <= '6' && len(rest) > 1 && rest[1] == '0' { // pino, bunyan: 10 trace … 60 fatal
			level = Trace + Level(n-'1')
		}
		if level != NoLevel {
			return level
		}
	}
	return NoLevel
}

// named is the level that text begins with the name of.
func named(text string) Level {
	var lower [longestName]byte
	n := 0
	for ; n < len(text) && isLetter(text[n]); n++ {
		if n == longestName {
			return NoLevel
		}
		lower[n] = text[n] | 0x20
	}
	return names[string(lower[:n])]
}

func isUpper(word string) bool {
	for i := range len(word) {
		if word[i] >= 'a' {
			return false
		}
	}
	return true
}

// isKlog recognises Kubernetes' format: I0131 12:00:00.000000.
func isKlog(s string) bool {
	if len(s) < 8 || strings.IndexByte("IWEF", s[0]) < 0 || s[5] != ' ' {
		return false
	}
	for _, c := range []byte(s[1:5]) {
		if c < '0' || c > '9' {
			return false
		}
	}
	return s[6] >= '0' && s[6] <= '2'
}

// isException recognises the last line of a Python traceback:
// sklearn.exceptions.NotFittedError: this model is not fitted.
func isException(s string) bool {
	end := 0
	for end < len(s) && (isLetter(s[end]) || s[end] == '.' || s[end] == '_') {
		end++
	}
	name := s[:end]
	return len(name) > len("Error") && (end == len(s) || s[end] == ':') &&
		(strings.HasSuffix(name, "Error") || strings.HasSuffix(name, "Exception"))
}

func isLetter(c byte) bool { return 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' }
