package stack

import (
	"testing"
	"time"
)

func TestNumbersAreReadable(t *testing.T) {
	for n, want := range map[int]string{0: "0 lines", 1: "1 line", 999: "999 lines", 2310: "2,310 lines", 1234567: "1,234,567 lines", -2310: "-2,310 lines"} {
		if got := Count(n, "line"); got != want {
			t.Errorf("%d is %q, want %q", n, got, want)
		}
	}
}

func TestALatencyHasThreeDigits(t *testing.T) {
	for d, want := range map[time.Duration]string{
		-time.Second: "0 µs", 820 * time.Microsecond: "820 µs", 4440 * time.Microsecond: "4.4 ms", 99900 * time.Microsecond: "99.9 ms",
		840 * time.Millisecond: "840 ms", 999400 * time.Microsecond: "999 ms", 999600 * time.Microsecond: "1.00 s",
		1404 * time.Millisecond: "1.40 s", 12 * time.Second: "12.0 s", 125 * time.Second: "2 m 05 s",
	} {
		if got := Fine(d); got != want {
			t.Errorf("%v is %q, want %q", d, got, want)
		}
	}
}
