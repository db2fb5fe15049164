package tui

import (
	"errors"
	"slices"
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
		if !slices.Equal(s.predictor.resumed, []bool{false, true}) {
			t.Errorf("gone on with: %v", s.predictor.resumed)
		}
	})
}

func TestATableThatWasBrokenOffBeforeIsGoneOnWith(t *testing.T) {
	show(t, 80, 24, func(s *screen) {
		s.up()
		s.press("p", "T")
		s.typed("half.csv")
		s.press("enter")
		s.settle()
		s.sees("8,000 rows, of which 4,000 are done: enter goes on")
		s.press("enter")
		s.settle()
		s.sees("7,990 answered")
		s.press("esc")
		s.predictor.mu.Lock()
		s.predictor.unread = errors.New("there is no such file")
		s.predictor.mu.Unlock()
		s.press("T", "enter")
		s.settle()
		s.sees("✕ The table cannot be sent.", "there is no such file")
		if !slices.Equal(s.predictor.resumed, []bool{true}) {
			t.Errorf("gone on with: %v", s.predictor.resumed)
		}
	})
}
