package bind

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

var arrows = map[string]string{"up": "↑", "down": "↓", "left": "←", "right": "→"}

// named are the keys that are more than a character.
var named = []string{
	"up", "down", "left", "right", "enter", "tab", "esc", "space", "backspace", "delete", "insert",
	"home", "end", "pgup", "pgdown",
	"f1", "f2", "f3", "f4", "f5", "f6", "f7", "f8", "f9", "f10", "f11", "f12",
}

// Name is a key as a person reads it.
func Name(key string) string {
	if arrow := arrows[key]; arrow != "" {
		return arrow
	}
	if key == "pgdown" {
		return "pgdn"
	}
	return key
}

// Text reports whether the key is text where one types.
func Text(key string) bool { return key == "space" || utf8.RuneCountInString(key) == 1 }

// Known reports whether a terminal can send the key: a character, or one of
// the named keys, with ctrl+, alt+ and shift+ in front in this order.
func Known(key string) bool {
	rest, modified := key, false
	for _, m := range []string{"ctrl+", "alt+", "shift+"} {
		if cut, ok := strings.CutPrefix(rest, m); ok && cut != "" {
			rest, modified = cut, true
		}
	}
	if slices.Contains(named, rest) {
		return true
	}
	c, size := utf8.DecodeRuneInString(rest)
	if rest == "" || size != len(rest) || !unicode.IsGraphic(c) || unicode.IsSpace(c) {
		return false
	}
	// Shift and a letter is the capital letter, which comes without a name.
	return !modified || !unicode.IsUpper(c) && !strings.Contains(key, "shift+") || strings.HasPrefix(key, "ctrl+shift+") && unicode.IsLower(c)
}
