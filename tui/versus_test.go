package tui

import (
	"context"
	"testing"
	"time"

	"berth/predict"
	"berth/predict/ab"
	"berth/stack"
)

// sides is a report of three inputs, of which one is answered differently.
func sides(t testing.TB) *ab.Report {
	t.Helper()
	answers := func(before, now string) (send [2]func(context.Context) (predict.Response, error)) {
		for n, body := range []string{before, now} {
			send[n] = func(context.Context) (predict.Response, error) { return answered(200, body), nil }
		}
		return send
	}
	r, err := ab.Run(t.Context(), []ab.Input{
		{Name: "new customer", Send: answers(`{"churn_probability":0.9}`, `{"churn_probability":0.9}`)},
		{Name: "loyal customer", Send: answers(`{"churn_probability":0.04}`, `{"churn_probability":0.08}`)},
	}, func(int, int) {})
	if err != nil {
		t.Fatal(err)
	}
	r.Before = ab.Side{Image: stack.Image{ID: "sha256:1a2b3c4d5e6f", Size: 299e6}, Latency: ab.Latency{Answers: 40, Median: 11 * time.Millisecond, P95: 14 * time.Millisecond}, Memory: 105e6}
	r.Now = ab.Side{Image: stack.Image{ID: "sha256:9f8e7d6c5b4a", Size: 300e6}, Latency: ab.Latency{Answers: 40, Median: 12 * time.Millisecond, P95: 19 * time.Millisecond}, Memory: 110e6}
	return r
}

func (s *screen) compares(r *ab.Report) {
	s.predictor.mu.Lock()
	defer s.predictor.mu.Unlock()
	s.predictor.sides = r
}

func TestTwoImagesAreComparedFromThePane(t *testing.T) {
	show(t, 120, 36, func(s *screen) {
		s.compares(sides(t))
		s.up()
		s.press("p")
		s.settle()
		open := s.predictor.hold()
		s.press("V")
		s.sees("◐ 7 of 40 inputs, to both")
		open()
		s.settle()
		s.sees("1 of 2 differ", "the suite", "11.0 ms", "19.0 ms", "1a2b3c4d5e6f", "loyal customer", "churn_probability 0.04 → 0.08", "not mounted in the image before")
		open = s.predictor.hold()
		s.press("enter", "esc") // given up
		s.sees("⊘ ended before they were compared")
		s.press("esc")
		s.sees("Body")
		open()
	})
}
