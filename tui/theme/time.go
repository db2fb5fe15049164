package theme

import (
	"fmt"
	"time"

	"berth/stack"
)

// Clock is stack.Clock.
func Clock(d time.Duration) string { return stack.Clock(d) }

// Age is how long ago something happened, in at most 4 cells: "now", "42s", "3m",
// "5h", "12d".
func Age(d time.Duration) string {
	switch {
	case d < time.Second:
		return "now"
	case d < time.Minute:
		return fmt.Sprintf("%ds", int(d.Seconds()))
	case d < time.Hour:
		return fmt.Sprintf("%dm", int(d.Minutes()))
	case d < 48*time.Hour:
		return fmt.Sprintf("%dh", int(d.Hours()))
	default:
		return fmt.Sprintf("%dd", int(d.Hours()/24))
	}
}

// Bytes is a size in at most 7 cells, in units of 1000 as docker prints them.
func Bytes(n int64) string {
	const units = "kMGTPE"
	if n < 1000 {
		return fmt.Sprintf("%d B", max(0, n))
	}
	f, u := float64(n)/1000, 0
	for f >= 999.5 && u < len(units)-1 {
		f, u = f/1000, u+1
	}
	if f < 9.95 {
		return fmt.Sprintf("%.1f %cB", f, units[u])
	}
	return fmt.Sprintf("%.0f %cB", f, units[u])
}

// Growth is a difference of bytes: "+1.2 MB", "−3 B", "+0".
func Growth(n int64) string {
	switch {
	case n == 0:
		return "+0"
	case n < 0:
		return "−" + Bytes(-n)
	default:
		return "+" + Bytes(n)
	}
}

// Count is stack.Count.
func Count(n int, noun string) string { return stack.Count(n, noun) }

// Number is stack.Number.
func Number(n int) string { return stack.Number(n) }
