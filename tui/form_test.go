package tui

import (
	"strings"
	"testing"

	"berth/predict"
)

// The form and the text are one body: what one fills in is what is sent, and is
// undone like anything typed.
func TestTheBodyIsFilledInField(t *testing.T) {
	show(t, 120, 36, func(s *screen) {
		s.up()
		s.press("p", "F")
		s.sees("▏ tenure", "integer", "contract")
		s.press("enter", "ctrl+u")
		s.typed("41")
		s.press("enter")
		s.sees("41", "▏ monthly_charges", "✓ valid", "edited")
		s.press("up", "enter", "ctrl+u")
		s.typed("many")
		s.sees("✕tenure", "✕ 1 error")
		s.press("esc")
		s.sees("41", "✓ valid")
		s.press("d")
		s.sees("required", "tenure is required")
		s.press("enter", "enter") // one that fits
		s.sees("✓ valid")
		s.press("ctrl+z", "ctrl+z")
		s.sees("41")
		s.press("ctrl+s")
		s.sees("200 OK")
		s.press("esc")
		s.sees(`2   "tenure": 41,`)
		if sent := s.sent(); len(sent) != 1 {
			t.Errorf("sent %q", sent)
		}
		s.press("i", "#", "esc", "F")
		s.sees("the form: ")
	})
}

func TestWhatIsOfferedIsTaken(t *testing.T) {
	show(t, 120, 36, func(s *screen) {
		s.up()
		s.press("p", "F", "enter", "ctrl+u")
		s.typed("-5")
		s.press("enter", "d", "esc")
		s.sees("tenure must be at least 0  → 0")
		s.press("a")
		s.sees(`"tenure": 0`, "✓ valid")
		s.press("i", "ctrl+z", "esc")
		s.sees(`"tenure": -5`)
		s.press("a")
		s.answers(422, `{"detail":[]}`, predict.FieldError{Path: "monthly_charges", Message: "Field required", Line: 1})
		s.press("enter")
		s.sees("refused: 1 error", "→ add 95.5")
		s.press("a")
		s.sees(`"monthly_charges": 95.5`)
	})
}

func TestABodyWithAllFieldsOrTheRequiredOnes(t *testing.T) {
	show(t, 120, 36, func(s *screen) {
		s.up()
		s.press("p", "A")
		s.sees("all fields", "monthly_charges", "✓ valid")
		s.press("A")
		s.sees("required fields", "tenure", "✓ valid")
		s.lacks("monthly_charges")
		s.press("A")
		s.sees("generated", "monthly_charges")
	})
}

// Where a form has no room for all its fields, it says which one is seen.
func TestAFormInLittleRoomCountsItsFields(t *testing.T) {
	show(t, 60, 15, func(s *screen) {
		s.up()
		s.press("p", "F")
		s.sees("1 of 3 fields")
		s.press("G")
		s.sees("3 of 3 fields")
	})
}

// A parameter that does not fit is held back and corrected as a field of the body
// is, and stands on no line of it.
func TestAParameterThatDoesNotFitIsCorrected(t *testing.T) {
	show(t, 120, 36, func(s *screen) {
		s.predictor.document = strings.Replace(openAPI, `"summary":"Predict",`,
			`"summary":"Predict","parameters":[{"name":"ver","in":"query","required":true,"schema":{"type":"integer","minimum":3,"maximum":5}}],`, 1)
		s.up()
		s.press("p", "F")
		s.sees("▏ ver", "query, integer, 3 to 5", "✓ valid")
		s.press("enter", "ctrl+u")
		s.typed("9")
		s.press("enter", "esc")
		s.sees("✕ 1 error", "query: ver must be at most 5  → 5")
		s.lacks("line 1")
		s.press("enter")
		s.sees("not sent, for it does not fit; enter again sends it all the same")
		s.press("a")
		s.sees("ver=5 (given)", "✓ valid")
		s.lacks("not sent")
		s.answers(422, `{"detail":[]}`, predict.FieldError{Path: "query: ver", Message: "no such version"})
		s.press("enter")
		s.sees("refused: 1 error", "query: ver no such version")
		s.press("F", "enter", "ctrl+u")
		s.typed("4")
		s.press("enter")
		s.lacks("refused")
	})
}
