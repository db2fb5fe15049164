package batch

import (
	"fmt"
	"strings"
	"time"

	"berth/stack"
)

// Meter tells how fast rows go and how long the others will take, from what was
// settled when. The zero value is ready.
type Meter struct {
	marks []mark
}

type mark struct {
	at   time.Time
	rows int64
}

const (
	meterWindow = 20 * time.Second // what the rate is taken from
	meterStep   = meterWindow / 40
)

// Take notes how many rows are settled.
func (m *Meter) Take(at time.Time, rows int64) {
	if n := len(m.marks); n > 1 && at.Sub(m.marks[n-2].at) < meterStep {
		m.marks[n-1] = mark{at, rows}
		return
	}
	m.marks = append(m.marks, mark{at, rows})
	for len(m.marks) > 2 && at.Sub(m.marks[0].at) > meterWindow {
		m.marks = m.marks[1:]
	}
}

// Rate is rows a second of late; 0: not known yet.
func (m *Meter) Rate() float64 {
	if len(m.marks) < 2 {
		return 0
	}
	first, last := m.marks[0], m.marks[len(m.marks)-1]
	if took := last.at.Sub(first.at); took > 0 {
		return float64(last.rows-first.rows) / took.Seconds()
	}
	return 0
}

// Left is how long the other rows will take at this rate; false: not known.
func (m *Meter) Left(rows int64) (time.Duration, bool) {
	rate := m.Rate()
	if rate <= 0 {
		return 0, false
	}
	return time.Duration(float64(rows) / rate * float64(time.Second)), true
}

// PerSecond is a rate as one reads it: "0.42/s", "1,312/s".
func PerSecond(rate float64) string {
	if rate >= 1000 {
		return stack.Number(int64(rate)) + "/s"
	}
	return fmt.Sprintf("%.3g/s", rate)
}

// Line is a run in one line, with a bar of some columns if there is room:
// "████░░░░  4,512 of 10,000  312/s  18s left  7 failed".
func Line(t Tally, m *Meter, bar int) string {
	var parts []string
	if bar > 0 && t.Rows > 0 {
		done := int(int64(bar) * t.Settled() / t.Rows)
		parts = append(parts, strings.Repeat("█", done)+strings.Repeat("░", bar-done))
	}
	rows := stack.Number(t.Settled())
	if t.Rows > 0 {
		rows += " of " + stack.Number(t.Rows)
	}
	parts = append(parts, rows)
	if rate := m.Rate(); rate > 0 {
		parts = append(parts, PerSecond(rate))
	}
	if left, ok := m.Left(t.Left()); ok && t.Rows > 0 {
		parts = append(parts, stack.Clock(left)+" left")
	}
	if failed := t.Failed(); failed > 0 {
		parts = append(parts, stack.Number(failed)+" failed")
	}
	return strings.Join(parts, "  ")
}
