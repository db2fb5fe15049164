package tui

import (
	"errors"
	"testing"
)

func TestATableIsSentFromThePane(t *testing.T) {
	show(t, 120, 36, func(s *screen) {
		s.up()
		s.press("p")
		s.settle()
		s.press("T")
		s.sees("table ", "--map COLUMN=FIELD")
		s.typed("rows.csv --men 8")
		s.sees("✕ unknown flag: --men")
		s.press("ctrl+u")
		s.typed("rows.csv")
		s.press("enter")
		s.settle()
		s.sees("rows.csv  → POST /predict", "8,000 rows", "rows.answers.csv", "rows.failures.csv", "Months → tenure", "△ rows that cannot be read: 2")
		open := s.predictor.hold()
		s.press("enter")
		s.sees("◐ ███", "4,000 of 8,000")
		s.press("esc") // broken off
		s.sees("△ 4,000 answered, 4,000 left", "enter goes on where it was")
		s.press("enter")
		s.sees("◐")
		open()
		s.settle()
		s.sees("7,990 answered, 8 refused (422), 2 not sent, 0 left")
		s.press("esc")
		s.sees("Body")
	})
}

func TestATableThatWasBrokenOffBeforeIsGoneOnWith(t *testing.T) {
	show(t, 80, 24, func(s *screen) {
		s.up()
		s.press("p", "T")
		s.typed("half.csv")
		s.press("enter")
		s.settle()
		s.sees("8,000 rows, 4,000 of them done: enter goes on")
		s.press("enter")
		s.settle()
		s.sees("7,990 answered")
		s.press("esc", "T", "enter")
		s.settle()
		s.predictor.mu.Lock()
		s.predictor.unread = errors.New("there is no such file")
		s.predictor.mu.Unlock()
		s.press("enter")
		s.settle()
		s.sees("✕ no row was sent", "there is no such file")
		s.lacks("goes on where it was")
		s.press("T", "enter")
		s.settle()
		s.sees("✕ The table cannot be sent.", "there is no such file")
	})
}

// What is under way goes on behind another service, and is there when one comes
// back.
func TestATableGoesOnBehindAnotherService(t *testing.T) {
	show(t, 120, 36, func(s *screen) {
		s.up()
		s.press("p", "T")
		s.typed("rows.csv")
		s.press("enter")
		s.settle()
		open := s.predictor.hold()
		s.press("enter")
		s.sees("◐ ███")
		s.press("tab", "j")
		s.lacks("rows.csv")
		open()
		s.settle()
		s.press("k")
		s.sees("rows.csv", "7,990 answered")
	})
}

// Before the API is read there is no endpoint for a table, a start or a load.
func TestNothingCoversARequestWithoutAnEndpoint(t *testing.T) {
	show(t, 120, 36, func(s *screen) {
		open := s.predictor.hold()
		s.up()
		s.press("4")
		for _, key := range []string{"T", "W", "L"} {
			s.press(key)
			s.sees("its API is being read")
			s.lacks("Cold start")
		}
		open()
	})
}

// In a low window, with a prompt open, there is little room, or none.
func TestTheHistoryInALowWindow(t *testing.T) {
	for _, h := range []int{10, 12, 14, 15, 16, 18} {
		show(t, 80, h, func(s *screen) {
			s.remembers(30)
			s.up()
			s.press("p", "h")
			s.settle()
			s.press("/")
			s.settle()
			s.press("j", "esc", "m", "j", "G")
			s.settle()
			if h >= 15 {
				s.sees("Predictions of model-api")
			}
		})
	}
}
