package tui

import (
	"testing"
	"time"

	"berth/predict/load"
)

// measured is what a load came to.
var measured = load.Result{
	Took: 10 * time.Second, Sent: 200, OK: 198, Errors: map[string]int64{"timed out": 2}, Bytes: 8200,
	Latency: load.Latency{Min: time.Millisecond, P50: 3400 * time.Microsecond, P90: 9 * time.Millisecond, P95: 14 * time.Millisecond, P99: 35 * time.Millisecond, P999: 51 * time.Millisecond, Max: 53 * time.Millisecond},
	Buckets: []load.Bucket{{To: 2 * time.Millisecond, Count: 38}, {To: 5 * time.Millisecond, Count: 110}, {To: 10 * time.Millisecond, Count: 40}, {To: 20 * time.Millisecond, Count: 6}, {To: 50 * time.Millisecond, Count: 3}, {To: 100 * time.Millisecond, Count: 1}},
}

func (s *screen) measures(r load.Result) {
	s.predictor.mu.Lock()
	defer s.predictor.mu.Unlock()
	s.predictor.load = r
}

func TestALoadIsMadeFromThePane(t *testing.T) {
	show(t, 120, 36, func(s *screen) {
		s.measures(measured)
		s.up()
		s.press("p")
		s.settle()
		open := s.predictor.hold()
		s.press("L")
		s.sees("load 20/s 10s", "4 workers 10s")
		s.press("ctrl+u")
		s.typed("2000/s")
		s.sees("✕ that is more than 200 a second")
		s.press("ctrl+u")
		s.typed("50/s 10s")
		s.press("enter")
		s.sees("Load on POST /predict", "50 a second", "◐ 0 s of 10 s", "100 requests in", "███", "p50")
		open()
		s.settle()
		s.sees("△ 2 requests failed", "2 timed out", "memory 71 MB", "against the run of 12:01:40", "p95 12.0 ms → 18.0 ms (+50 %)")
		open = s.predictor.hold()
		s.press("enter")
		s.sees("◐")
		s.press("esc") // ends it; what was measured stays
		s.sees("100 requests in")
		s.press("esc")
		s.sees("Body")
		open()
	})
}

// Of a service that gives no answer there is no latency to show.
func TestALoadWithoutAnAnswerHasNoLatency(t *testing.T) {
	show(t, 120, 36, func(s *screen) {
		s.measures(load.Result{Took: time.Second, Sent: 20, Errors: map[string]int64{"connection refused": 20}})
		s.up()
		s.press("p", "L", "enter")
		s.sees("✕ no request succeeded", "20 requests in 1.00 s", "20 failed (100.0 %): 20 connection refused")
		s.lacks("p50")
		s.lacks("latency")
		s.measures(load.Result{Took: 3 * time.Second, Sent: 40, OK: 20, Errors: map[string]int64{"connection refused": 20}, Gone: true})
		s.press("enter")
		s.sees("✕ the service is gone", "ended after 3.00 s: the service is gone, it refused every connection for 2.00 s")
	})
}

// In the smallest window the figures have no room for bars above them: they are
// shown without empty lines, and what has no room either is counted.
func TestALoadInASmallWindowLosesNothingUnsaid(t *testing.T) {
	show(t, 60, 15, func(s *screen) {
		s.measures(measured)
		s.up()
		s.press("p", "L", "enter")
		s.sees("△ 2 requests failed", "200 requests in", "… ")
		s.sees("more lines")
	})
}
