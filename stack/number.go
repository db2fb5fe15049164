package stack

import "fmt"

// Number is n with its thousands apart: "2,310".
func Number[T ~int | ~int64](n T) string {
	s := fmt.Sprint(n)
	for i := len(s) - 3; i > 0 && s[i-1] != '-'; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}

// Count is n of a noun: "1 line", "2,310 lines".
func Count[T ~int | ~int64](n T, noun string) string {
	if n != 1 {
		noun += "s"
	}
	return Number(n) + " " + noun
}
