package stack

import (
	"fmt"
	"time"
)

// Took writes a duration as Berth shows it: "12 ms", "1.4 s", "2 m 05 s",
// "3 h 07 m".
func Took(d time.Duration) string {
	switch {
	case d < 0:
		return "0 ms"
	case d < 100*time.Millisecond:
		return fmt.Sprintf("%d ms", d.Round(time.Millisecond).Milliseconds())
	case d < time.Minute-50*time.Millisecond: // from there on it would round to "60.0 s"
		return fmt.Sprintf("%.1f s", d.Seconds())
	case d < time.Hour-500*time.Millisecond:
		d = d.Round(time.Second)
		return fmt.Sprintf("%d m %02d s", d/time.Minute, d%time.Minute/time.Second)
	default:
		d = d.Round(time.Minute)
		return fmt.Sprintf("%d h %02d m", d/time.Hour, d%time.Hour/time.Minute)
	}
}

// Clock is Took for what is still running, and for what was set: whole seconds
// where there are any, so that it changes once a second.
func Clock(d time.Duration) string {
	if d = max(0, d); d < time.Minute && (d == 0 || d >= time.Second) {
		return fmt.Sprintf("%d s", d/time.Second)
	}
	return Took(d)
}

// Fine is a latency in three digits, down to microseconds: "820 µs", "4.4 ms",
// "840 ms", "1.40 s".
func Fine(d time.Duration) string {
	switch {
	case d >= 10*time.Second:
		return Took(d)
	case d >= time.Second-500*time.Microsecond: // from there on it would round to "1000 ms"
		return fmt.Sprintf("%.2f s", d.Seconds())
	case d >= 100*time.Millisecond:
		return fmt.Sprintf("%.0f ms", d.Seconds()*1e3)
	case d >= time.Millisecond:
		return fmt.Sprintf("%.1f ms", d.Seconds()*1e3)
	default:
		return fmt.Sprintf("%d µs", max(0, d.Microseconds()))
	}
}

// TimeOfDay reads "15:04:05" or "15:04" as when it was last that time here: today,
// or yesterday. False: it is no time of day.
func TimeOfDay(text string, now time.Time) (time.Time, bool) {
	now = now.Local()
	for _, layout := range []string{time.TimeOnly, "15:04"} {
		day, err := time.ParseInLocation(layout, text, time.Local)
		if err != nil {
			continue
		}
		at := time.Date(now.Year(), now.Month(), now.Day(), day.Hour(), day.Minute(), day.Second(), day.Nanosecond(), time.Local)
		if at.After(now) {
			at = at.AddDate(0, 0, -1)
		}
		return at, true
	}
	return time.Time{}, false
}
