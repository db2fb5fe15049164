package palette

import (
	"strings"
	"unicode"
)

// match finds the letters of query in text, in their order but not necessarily
// side by side. It returns where they are, in runes, and how good a match it
// is: more is better.
func match(query, text string) (at []int, score int, ok bool) {
	q, t := fold(query), fold(text)
	if len(q) == 0 {
		return nil, 0, true
	}
	for from := range t { // the whole query side by side is best, at a word's beginning most of all
		if from+len(q) <= len(t) && string(t[from:from+len(q)]) == string(q) {
			s := 1000 - from - len(t) // the shorter text is the better match
			if begins(t, from) {
				s += 1000
			}
			if s > score {
				score, at = s, at[:0]
				for n := range q {
					at = append(at, from+n)
				}
			}
		}
	}
	if score > 0 {
		return at, score, true
	}
	for from := range t {
		if t[from] != q[0] {
			continue
		}
		if places, s, all := scattered(q, t, from); all && (!ok || s > score) {
			at, score, ok = places, s, true
		}
	}
	return at, score, ok
}

// scattered matches from a place on: letters that begin words or follow each
// other are better, and those between worse.
func scattered(q, t []rune, from int) (at []int, score int, all bool) {
	for n := from; n < len(t) && len(at) < len(q); n++ {
		if t[n] != q[len(at)] {
			continue
		}
		if begins(t, n) {
			score += 3
		}
		if len(at) > 0 {
			score += 3 - min(3, n-at[len(at)-1])
		}
		at = append(at, n)
	}
	if all = len(at) == len(q); all {
		score -= (at[len(at)-1] - at[0] + 1 - len(q)) / 2
	}
	return at, score, all
}

// fold is text without the difference of capital letters, and a query without
// its spaces at the ends.
func fold(s string) []rune {
	r := []rune(strings.TrimSpace(s))
	for n := range r {
		r[n] = unicode.ToLower(r[n])
	}
	return r
}

// begins reports whether a word begins at n.
func begins(t []rune, n int) bool {
	return n == 0 || !unicode.IsLetter(t[n-1]) && !unicode.IsDigit(t[n-1])
}
