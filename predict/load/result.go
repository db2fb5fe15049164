package load

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/HdrHistogram/hdrhistogram-go"

	"berth/stack"
)

// Result is what was measured. Durations are nanoseconds in JSON.
type Result struct {
	Plan    Plan          `json:"plan"`
	Began   time.Time     `json:"began"`
	Took    time.Duration `json:"took"`
	Running bool          `json:"running,omitempty"`
	Gone    bool          `json:"gone,omitempty"` // the service refused every connection, and the run ended early
	Sent    int64         `json:"sent"`           // and answered, or failed
	OK      int64         `json:"ok"`             // answered 2xx
	// Errors counts the others by kind: "503 Service Unavailable", "timed out",
	// "connection refused".
	Errors map[string]int64 `json:"errors,omitempty"`
	Bytes  int64            `json:"bytes"` // of answers
	// Late counts the requests that were sent later than they should have been,
	// for want of workers or of time on this machine: their latency has the
	// delay in it.
	Late     int64         `json:"late,omitempty"`
	LateMost time.Duration `json:"late_most,omitempty"`
	// Unsent counts the requests that were due before the end and were not sent,
	// since all workers waited for answers; GivenUp those that were under way when
	// the run was ended early. Neither is in anything else.
	Unsent  int64 `json:"unsent,omitempty"`
	GivenUp int64 `json:"given_up,omitempty"`
	// Held is how long workers that were free waited together, since the plan has
	// no more sent in a second.
	Held    time.Duration `json:"held_back,omitempty"`
	Latency Latency       `json:"latency"` // of all that were answered, whatever their status
	Buckets []Bucket      `json:"buckets"` // of the same; upper bounds ascend
}

// Latency is how long answers took.
type Latency struct {
	Min  time.Duration `json:"min"`
	Mean time.Duration `json:"mean"`
	P50  time.Duration `json:"p50"`
	P90  time.Duration `json:"p90"`
	P95  time.Duration `json:"p95"`
	P99  time.Duration `json:"p99"`
	P999 time.Duration `json:"p99_9"`
	Max  time.Duration `json:"max"`
}

// Bucket counts the answers that took at most To, and more than the bucket
// before.
type Bucket struct {
	To    time.Duration `json:"to"`
	Count int64         `json:"count"`
}

// Throughput is how many requests a second were answered 2xx.
func (r Result) Throughput() float64 {
	if r.Took <= 0 {
		return 0
	}
	return float64(r.OK) / r.Took.Seconds()
}

// Answered reports whether anything was answered, whatever its status: else
// there is no latency.
func (r Result) Answered() bool { return r.Latency != (Latency{}) }

// Failed is how many requests were not answered 2xx.
func (r Result) Failed() int64 { return r.Sent - r.OK }

func (r *run) result(running bool) Result {
	all := Result{Plan: r.plan, Began: r.start, Took: time.Since(r.start), Running: running, Held: time.Duration(r.held.Load()), Errors: map[string]int64{}}
	latency := newHistogram(r.plan.Timeout)
	for _, s := range r.shards {
		s.mu.Lock()
		all.Sent += s.sent
		all.OK += s.ok
		all.Bytes += s.bytes
		all.Late += s.late
		all.GivenUp += s.givenUp
		all.LateMost = max(all.LateMost, s.lateMost)
		for kind, n := range s.errors {
			all.Errors[kind] += n
		}
		latency.Merge(s.latency)
		s.mu.Unlock()
	}
	all.Latency, all.Buckets = latencyOf(latency), bucketsOf(latency)
	return all
}

func latencyOf(h *hdrhistogram.Histogram) Latency {
	if h.TotalCount() == 0 {
		return Latency{}
	}
	at := func(p float64) time.Duration { return time.Duration(h.ValueAtPercentile(p)) * time.Microsecond }
	return Latency{
		Min: time.Duration(h.Min()) * time.Microsecond, Mean: time.Duration(h.Mean() * float64(time.Microsecond)),
		P50: at(50), P90: at(90), P95: at(95), P99: at(99), P999: at(99.9), Max: time.Duration(h.Max()) * time.Microsecond,
	}
}

// bucketsOf counts in steps of 1, 2 and 5, which is what one reads well.
func bucketsOf(h *hdrhistogram.Histogram) []Bucket {
	var all []Bucket
	bound := bounds(h.Min())
	for _, bar := range h.Distribution() {
		if bar.Count == 0 {
			continue
		}
		for len(all) == 0 || time.Duration(bar.To)*time.Microsecond > all[len(all)-1].To {
			all = append(all, Bucket{To: bound()})
		}
		all[len(all)-1].Count += bar.Count
	}
	return all
}

// bounds gives 1, 2, 5, 10, … microseconds, from the first above a value on.
func bounds(from int64) func() time.Duration {
	step, factors := int64(1), []int64{2, 5, 10}
	n := 0
	value := int64(1)
	next := func() time.Duration {
		v := value
		value = step * factors[n]
		if n++; n == len(factors) {
			n, step = 0, step*10
		}
		return time.Duration(v) * time.Microsecond
	}
	for value < from {
		next()
	}
	return next
}

// toldLate is how late a request is that a person hears of: less is what any
// machine does to a timer now and then.
const toldLate = 10 * time.Millisecond

// Lines is the result in words: what was sent, how it was answered, how long
// that took.
func (r Result) Lines() []string {
	lines := []string{
		fmt.Sprintf("%s in %s, %s answered a second", stack.Count(r.Sent, "request"), stack.Fine(r.Took), rate(r.Throughput())),
	}
	if l := r.Latency; r.Answered() {
		lines = append(lines,
			fmt.Sprintf("latency  p50 %s  p90 %s  p95 %s", stack.Fine(l.P50), stack.Fine(l.P90), stack.Fine(l.P95)),
			fmt.Sprintf("         p99 %s  p99.9 %s  max %s", stack.Fine(l.P99), stack.Fine(l.P999), stack.Fine(l.Max)))
	}
	if r.Failed() > 0 {
		var kinds []string
		for _, kind := range slices.SortedFunc(maps.Keys(r.Errors), func(a, b string) int { return int(r.Errors[b] - r.Errors[a]) }) {
			kinds = append(kinds, fmt.Sprintf("%d %s", r.Errors[kind], kind))
		}
		lines = append(lines, fmt.Sprintf("%d failed (%.1f %%): %s", r.Failed(), 100*float64(r.Failed())/float64(r.Sent), strings.Join(kinds, ", ")))
	}
	if r.LateMost > toldLate || r.Late*20 > r.Sent {
		lines = append(lines, fmt.Sprintf("%s sent late, at most by %s: more workers, or a machine of its own, would keep the rate", were(r.Late, ""), stack.Fine(r.LateMost)))
	}
	if r.Gone {
		lines = append(lines, fmt.Sprintf("ended after %s: the service is gone, it refused every connection for %s", stack.Fine(r.Took), stack.Fine(goneAfter)))
	}
	if r.Held.Seconds() > 0.1*r.Took.Seconds()*float64(r.Plan.Workers) { // else it is the service that set the pace
		lines = append(lines, fmt.Sprintf("held back to %g a second, which is the bound: `berth predict --load --unbounded` has none", r.Plan.Most))
	}
	if reached := r.Sent + r.Unsent + r.GivenUp; r.Plan.For > 0 && r.GivenUp == 0 && reached < int64(r.Plan.Count) && r.Took >= r.Plan.For {
		lines = append(lines, fmt.Sprintf("the time was over after %s, before all %d were sent", stack.Fine(r.Plan.For), r.Plan.Count))
	}
	if r.Unsent > 0 {
		lines = append(lines, fmt.Sprintf("%s due and not sent: %s waited for answers", were(r.Unsent, " more"), all(r.Plan.Workers)))
	}
	if r.GivenUp > 0 {
		lines = append(lines, were(r.GivenUp, "")+" under way when it was ended, which the figures leave out")
	}
	return lines
}

// were is "1 more was", "2 more were".
func were(n int64, more string) string {
	if n == 1 {
		return "1" + more + " was"
	}
	return stack.Number(n) + more + " were"
}

func all(workers int) string {
	if workers == 1 {
		return "the only worker"
	}
	return fmt.Sprintf("all %d workers", workers)
}

func rate(f float64) string {
	if f < 10 {
		return fmt.Sprintf("%.1f", f)
	}
	return fmt.Sprintf("%.0f", f)
}

// Draw is the histogram in lines of at most w cells: for each step how many
// answers took so long, and which percentiles are among them.
func (r Result) Draw(w int) []string {
	const label, count = 9, 17 // cells
	var most, total int64
	for _, b := range r.Buckets {
		most, total = max(most, b.Count), total+b.Count
	}
	room := max(1, w-label-count-1)
	var lines []string
	low := time.Duration(0)
	for _, b := range r.Buckets {
		share := float64(b.Count) / float64(max(1, total))
		line := pad("≤ "+stack.Fine(b.To), label) + bar(float64(b.Count)/float64(max(1, most)), room) + pad(fmt.Sprint(b.Count), 8) + pad(fmt.Sprintf("%.1f %%", 100*share), 9)
		for _, q := range []struct {
			name string
			at   time.Duration
		}{{"p50", r.Latency.P50}, {"p90", r.Latency.P90}, {"p99", r.Latency.P99}} {
			if low < q.at && q.at <= b.To {
				line = mark(line, label+1, room, q.name)
			}
		}
		lines = append(lines, line)
		low = b.To
	}
	return lines
}

func pad(s string, w int) string { return strings.Repeat(" ", max(0, w-len([]rune(s)))) + s }

// eighths of a cell.
var eighths = []rune(" ▏▎▍▌▋▊▉")

// bar is a share of w cells, as long as it is, then spaces.
func bar(share float64, w int) string {
	n := int(share*float64(w)*8 + 0.5)
	if share > 0 {
		n = max(1, n)
	}
	b := strings.Repeat("█", n/8)
	if n%8 > 0 {
		b += string(eighths[n%8])
	}
	return " " + b + strings.Repeat(" ", w-len([]rune(b)))
}

// mark writes a name at the end of a bar's room, before those that are there.
func mark(line string, from, room int, name string) string {
	cells := []rune(line)
	end := from + room
	for end > from && cells[end-1] >= '0' && cells[end-1] <= '9' {
		end -= len(name) + 1
	}
	if name = " " + name; end-len(name) <= from {
		return line
	}
	copy(cells[end-len(name):end], []rune(name))
	return string(cells)
}

// Compare says how a run differs from the one before.
func Compare(before, now Result) []string {
	change := func(name string, a, b time.Duration) string {
		if a == 0 || b == 0 { // nothing was answered
			return ""
		}
		return fmt.Sprintf("%s %s → %s (%+.0f %%)", name, stack.Fine(a), stack.Fine(b), 100*(b.Seconds()/a.Seconds()-1))
	}
	lines := []string{
		change("p50", before.Latency.P50, now.Latency.P50), change("p95", before.Latency.P95, now.Latency.P95), change("p99", before.Latency.P99, now.Latency.P99),
	}
	if before.Throughput() > 0 {
		lines = append(lines, fmt.Sprintf("answered a second %s → %s", rate(before.Throughput()), rate(now.Throughput())))
	}
	if before.Failed() > 0 || now.Failed() > 0 {
		lines = append(lines, fmt.Sprintf("failed %d → %d", before.Failed(), now.Failed()))
	}
	return slices.DeleteFunc(lines, func(s string) bool { return s == "" })
}
