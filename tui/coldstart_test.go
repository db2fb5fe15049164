package tui

import "testing"

// A start is measured only when one has read that the service is away meanwhile.
func TestAColdStartIsMeasuredFromThePane(t *testing.T) {
	show(t, 120, 36, func(s *screen) {
		s.up()
		s.press("p")
		s.settle()
		open := s.predictor.hold()
		s.press("W")
		s.sees("Cold start of model-api", "POST /predict", "does not serve meanwhile")
		s.lacks("◐")
		s.press("enter")
		s.sees("◐ wait  model-api  connection refused")
		open()
		s.settle()
		s.sees("2.0 s after its start: GET /health answered 200", "6.0 s after its start", "840 ms for the first prediction", "11.0 ms, the median of 20", "start_period: 15s")
		open = s.predictor.hold()
		s.press("enter", "esc") // given up
		s.sees("⊘ ended before it was measured")
		s.press("esc")
		s.sees("Body")
		open()
	})
}
