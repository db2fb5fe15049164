package logbook

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"berth/safetext"
)

// Field is one field of a JSON line, as it may be shown.
type Field struct{ Name, Value string }

// The names under which loggers put what a line says, and what a log shows
// anyway: structlog, python-json-logger, zap, zerolog, pino, bunyan, ECS.
var (
	messageNames = []string{"message", "msg", "event"}
	levelNames   = []string{"level", "levelname", "severity", "lvl", "log.level"}
	timeNames    = []string{"time", "timestamp", "ts", "@timestamp", "asctime"}
)

// Message reads a line that is a JSON object: what it says, and its fields in
// their order, except its time, and its level where that was understood. ok is false when it is no object, or has
// no message.
func Message(text string) (message string, fields []Field, ok bool) {
	text = strings.TrimSpace(text)
	if len(text) == 0 || text[0] != '{' || len(text) > jsonLen {
		return "", nil, false
	}
	d := json.NewDecoder(strings.NewReader(text))
	if _, err := d.Token(); err != nil {
		return "", nil, false
	}
	for d.More() {
		name, err := d.Token()
		if err != nil {
			return "", nil, false
		}
		var raw json.RawMessage
		if err := d.Decode(&raw); err != nil {
			return "", nil, false
		}
		key, value := name.(string), shown(raw) // an object's keys are strings
		switch {
		case !ok && slices.Contains(messageNames, key):
			message, ok = value, true
		case slices.Contains(levelNames, key) && guess(text) != NoLevel, slices.Contains(timeNames, key):
		default:
			fields = append(fields, Field{safetext.Line(key), value})
		}
	}
	if _, err := d.Token(); err != nil {
		return "", nil, false
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return "", nil, false // something comes behind the object
	}
	return message, fields, ok
}

// shown is a JSON value as it may be shown: a string without its quotes.
func shown(raw json.RawMessage) string {
	var s string
	if raw[0] == '"' && json.Unmarshal(raw, &s) == nil {
		return safetext.Line(s)
	}
	return safetext.Line(unescaped(string(raw)))
}

// Indented is a JSON line over several lines, as they may be shown; nil when it
// is none.
func Indented(text string) []string {
	var b bytes.Buffer
	if !strings.HasPrefix(strings.TrimSpace(text), "{") || json.Indent(&b, []byte(text), "", "  ") != nil {
		return nil
	}
	return safetext.Block(unescaped(b.String()))
}

// unescaped is JSON whose strings have letters instead of their numbers, as
// Python's json module writes them; controls stay numbers.
func unescaped(text string) string {
	return escaped.ReplaceAllStringFunc(text, func(quoted string) string {
		var s string
		if !strings.Contains(quoted, `\u`) || json.Unmarshal([]byte(quoted), &s) != nil || strings.ContainsFunc(s, unreadable) {
			return quoted
		}
		var b strings.Builder
		e := json.NewEncoder(&b)
		e.SetEscapeHTML(false)
		if e.Encode(s) != nil {
			return quoted
		}
		return strings.TrimSuffix(b.String(), "\n")
	})
}

// unreadable reports whether a letter is better read as its number: a control
// that json writes as it is, or half of a surrogate pair.
func unreadable(r rune) bool { return r == utf8.RuneError || r >= 0x7f && unicode.IsControl(r) }

var escaped = regexp.MustCompile(`"(?:[^"\\]|\\.)*"`)
