package safetext

import "strings"

// sequence is the length of the escape sequence at the start of s (ECMA-48,
// introduced by ESC or by its one-character C1 form), 0 where there is none or
// it does not end.
func sequence(s string) int {
	kind, body, ok := introducer(s)
	if !ok {
		return 0
	}
	switch kind {
	case '[':
		return control(s, body)
	case ']', 'P', 'X', '^', '_':
		return controlString(s, body)
	}
	return short(s, body-1)
}

// introducer gives the byte after ESC, or the one that a C1 control stands for,
// and where what follows it begins.
func introducer(s string) (kind byte, body int, ok bool) {
	switch {
	case len(s) >= 2 && s[0] == 0x1b:
		return s[1], 2, true
	case len(s) >= 2 && s[0] == 0xc2 && s[1] >= 0x80 && s[1] <= 0x9f:
		kind = s[1] - 0x40
		return kind, 2, strings.IndexByte("[]PX^_", kind) >= 0
	}
	return 0, 0, false
}

// control is the end of CSI parameters, intermediates and final byte.
func control(s string, i int) int {
	for i < len(s) && s[i] >= 0x20 && s[i] <= 0x3f {
		i++
	}
	if i < len(s) && s[i] >= 0x40 && s[i] <= 0x7e {
		return i + 1
	}
	return 0
}

// controlString is the end of OSC, DCS, SOS, PM or APC: BEL (xterm's way), ESC
// \, or the C1 ST. Where another sequence starts before, there is no end: that
// also keeps the search linear.
func controlString(s string, i int) int {
	for ; i < len(s); i++ {
		switch {
		case s[i] == '\a':
			return i + 1
		case s[i] == 0x1b:
			if i+1 < len(s) && s[i+1] == '\\' {
				return i + 2
			}
			return 0
		case s[i] == 0xc2 && i+1 < len(s) && s[i+1] >= 0x80 && s[i+1] <= 0x9f:
			if s[i+1] == 0x9c {
				return i + 2
			}
			return 0
		}
	}
	return 0
}

// short is the end of an ESC sequence without parameters, such as ESC c or
// ESC ( B.
func short(s string, i int) int {
	for i < len(s) && s[i] >= 0x20 && s[i] <= 0x2f {
		i++
	}
	if i < len(s) && s[i] >= 0x30 && s[i] <= 0x7e {
		return i + 1
	}
	return 0
}
