package predict

import "strings"

// closers are what is opened, and what closes it.
var closers = map[byte]byte{'{': '}', '[': ']', '"': '"'}

// bracketed is what a key makes of a text beyond itself: what it opens is
// closed, what is there to close is stepped over, an empty pair goes at once,
// and a new line is indented. ok is false where the key means itself.
func bracketed(s state, key string) (after state, ok bool) {
	before, rest := s.text[:s.at], s.text[s.at:]
	last, next := lastByte(before), firstByte(rest)
	insert := func(left, right string) (state, bool) {
		return state{text: before + left + right + rest, at: s.at + len(left)}, true
	}
	inString := quoted(before)
	switch key {
	case "enter":
		line := before[strings.LastIndexByte(before, '\n')+1:]
		indent := line[:len(line)-len(strings.TrimLeft(line, " "))]
		switch {
		case inString || last != '{' && last != '[':
			return insert("\n"+indent, "")
		case next == closers[last]:
			return insert("\n"+indent+"  ", "\n"+indent)
		default:
			return insert("\n"+indent+"  ", "")
		}
	case "backspace":
		if last != 0 && next != 0 && closers[last] == next && (last != '"' || !quoted(before[:len(before)-1])) {
			return state{text: before[:len(before)-1] + rest[1:], at: s.at - 1}, true
		}
	case "}", "]":
		if next == key[0] && !inString {
			return state{text: s.text, at: s.at + 1}, true
		}
	case `"`:
		if next == '"' && last != '\\' {
			return state{text: s.text, at: s.at + 1}, true
		}
		if !inString && apart(next) {
			return insert(`"`, `"`)
		}
	case "{", "[":
		if !inString && apart(next) {
			return insert(key, string(closers[key[0]]))
		}
	}
	return s, false
}

// apart reports whether nothing follows that one would be about to enclose.
func apart(next byte) bool { return next == 0 || strings.IndexByte(" \n,:}]", next) >= 0 }

func lastByte(s string) byte {
	if s == "" {
		return 0
	}
	return s[len(s)-1]
}

func firstByte(s string) byte {
	if s == "" {
		return 0
	}
	return s[0]
}

// quoted reports whether a text ends within a string. Strings of JSON end with
// their line.
func quoted(before string) bool {
	in, escaped := false, false
	for _, c := range []byte(before[strings.LastIndexByte(before, '\n')+1:]) {
		switch {
		case escaped:
			escaped = false
		case c == '\\' && in:
			escaped = true
		case c == '"':
			in = !in
		}
	}
	return in
}

// pair is the bracket at a place or right before it, and the one that belongs
// to it.
func pair(text string, at int) (here, there int, ok bool) {
	for _, n := range []int{at, at - 1} {
		if n < 0 || n >= len(text) || strings.IndexByte("{}[]", text[n]) < 0 || quoted(text[:n]) {
			continue
		}
		var open []int
		in, escaped := false, false
		for i, c := range []byte(text) {
			switch {
			case escaped:
				escaped = false
			case c == '\\' && in:
				escaped = true
			case c == '\n':
				in = false
			case c == '"':
				in = !in
			case in:
			case c == '{' || c == '[':
				open = append(open, i)
			case c == '}' || c == ']':
				if len(open) == 0 || closers[text[open[len(open)-1]]] != c {
					return 0, 0, false
				}
				from := open[len(open)-1]
				open = open[:len(open)-1]
				if from == n {
					return n, i, true
				}
				if i == n {
					return n, from, true
				}
			}
		}
	}
	return 0, 0, false
}
