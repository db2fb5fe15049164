package tui

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"berth/predict"
	predictpane "berth/tui/pane/predict"
)

func (s *screen) sent() []string {
	s.predictor.mu.Lock()
	defer s.predictor.mu.Unlock()
	return s.predictor.sent
}

// answers makes the service answer so from now on.
func (s *screen) answers(status int, body string, wrong ...predict.FieldError) {
	s.predictor.answers(func(context.Context, string) (predict.Response, error) {
		r := answered(status, body)
		r.FieldErrors = wrong
		return r, nil
	})
}

// What does not fit goes out only when that is meant.
func TestABodyThatDoesNotFitIsHeldBackOnce(t *testing.T) {
	show(t, 80, 24, func(s *screen) {
		s.up()
		s.press("p", "i", "#", "esc", "enter")
		s.sees("✕ not JSON", "not sent, for it does not fit; enter again sends it all the same")
		if n := len(s.sent()); n != 0 {
			t.Fatalf("%d bodies were sent", n)
		}
		s.press("i", "#", "esc")
		s.lacks("not sent")
		s.press("enter", "enter")
		s.sees("200 OK")
		s.lacks("not sent")
		s.press("enter") // the same again: nothing new to say
		if n := len(s.sent()); n != 2 {
			t.Errorf("%d bodies were sent, want 2", n)
		}
	})
}

func TestTheBodyCanBeResetAndThatUndone(t *testing.T) {
	show(t, 120, 36, func(s *screen) {
		s.up()
		s.press("p", "i", "down", "ctrl+k", "ctrl+l")
		s.sees(`"tenure": 3`, "✓ valid", "generated")
		s.press("ctrl+z")
		s.lacks(`"tenure": 3`)
		s.sees("edited")
		s.press("ctrl+y")
		s.sees(`"tenure": 3`)
	})
}

// An editor stands for the person's own: it writes what a test gives it.
func editorThat(t *testing.T, script string) {
	t.Helper()
	file := filepath.Join(t.TempDir(), "editor")
	if err := os.WriteFile(file, []byte("#!/bin/sh\n"+script), 0o700); err != nil { //nolint:gosec // a program
		t.Fatal(err)
	}
	t.Setenv("VISUAL", file)
}

func TestTheBodyCanBeEditedOutside(t *testing.T) {
	kept := filepath.Join(t.TempDir(), "kept")
	editorThat(t, `cp "$1" `+kept+`; printf '{\n\t"tenure": 77\n}\n' > "$1"; stat -c %a "$1" >> `+kept)
	show(t, 120, 36, func(s *screen) {
		s.up()
		s.press("p", "ctrl+o")
		s.wait(time.Second) // Bubble Tea waits half of it for input to stop
		s.sees(`"tenure": 77`, "edited", "contract is required")
		was, err := os.ReadFile(kept)
		if want := "{\n  \"tenure\": 3,\n  \"monthly_charges\": 95.5,\n  \"contract\": \"month-to-month\"\n}\n600\n"; err != nil || string(was) != want {
			t.Errorf("the editor was given %q, %v", was, err)
		}
		s.press("i", "ctrl+z")
		s.sees(`"monthly_charges": 95.5`)
	})
}

func TestAnEditorThatFailsIsTold(t *testing.T) {
	editorThat(t, "exit 3")
	show(t, 120, 36, func(s *screen) {
		s.up()
		s.press("p", "ctrl+o")
		s.wait(time.Second) // Bubble Tea waits half of it for input to stop
		s.sees(`"tenure": 3`, "exit status 3", "✓ valid")
	})
}

func TestARefusedFieldIsMarkedInTheBody(t *testing.T) {
	show(t, 120, 36, func(s *screen) {
		s.up()
		s.answers(422, `{"detail":[]}`, predict.FieldError{Path: "tenure", Message: "too short", Line: 2})
		s.press("p", "enter")
		s.sees("✕ refused: 1 error", `✕ 2   "tenure": 3`, "tenure too short")
		s.press("i", "down", "#")
		s.lacks("refused")
	})
}

// What a rebuild got in answer to the last body takes the place of what was
// there before, with what changed, also in a pane that was not open.
func TestTheAnswerOfARebuildIsShown(t *testing.T) {
	again := func(result, against string, differences ...string) predictpane.Replayed {
		return predictpane.Replayed{
			Ref: ref("model-api"), At: time.Now(), Body: `{"tenure": 3}`, Response: answered(200, `{"churn_probability":0.4711}`),
			Result: result, Against: against, Differs: len(differences) > 0, Differences: differences,
		}
	}
	show(t, 120, 36, func(s *screen) {
		s.up()
		s.press("p", "p")
		s.sees("0.9398")
		s.press("1")
		s.predictor.replays <- again("7 values differ, 200 in 12 ms", "the answer of 12:01:40, image 1a2b3c",
			"a 1 → 2", "b 1 → 2", "c 1 → 2", "d 1 → 2", "e 1 → \u202e2", "f 1 → 2", "g 1 → 2")
		s.settle()
		s.press("4")
		s.sees("0.4711", "↻ 7 values differ, 200 in 12 ms", "  a 1 → 2", "e 1 → <U+202E>2", "and 2 more", "against the answer of 12:01:40, image 1a2b3c")
		s.lacks("\"churn_probability\": 0.9398")
		s.press("enter") // asked for here: nothing to compare it with
		s.sees("0.9398")
		s.lacks("↻")
	})
	// One that came while another service is shown is asked what the one before was
	// asked.
	show(t, 120, 36, func(s *screen) {
		s.up()
		s.press("p", "enter", "f")
		s.typed(".churn_probability")
		s.press("enter")
		s.sees("0.9398", "jq .churn_probability")
		s.press("tab", "j")
		s.lacks("jq .churn_probability")
		s.predictor.replays <- again("1 value differs", "the answer of 12:01:40")
		s.settle()
		s.press("k")
		s.settle()
		s.sees("│   0.4711", "jq .churn_probability   1 value")
		s.lacks(`"churn_probability"`)
	})
	show(t, 80, 24, func(s *screen) {
		s.up()
		s.predictor.replays <- again("first answer to POST /predict, 200 in 12 ms", "")
		s.settle()
		s.press("4")
		s.sees("0.4711", "there was no answer to compare it with")
	})
}

// What the clipboard has is taken as a paste of the terminal's is: safe to edit,
// or not at all.
func TestTheClipboardIsPasted(t *testing.T) {
	content, failed := "7 \u202e", error(nil)
	show(t, 120, 36, func(s *screen) {
		s.up()
		s.press("p", "i", "ctrl+v")
		s.settle()
		s.sees(`7 \u202e`)
		content = strings.Repeat("1\n", 20_000)
		s.press("ctrl+v")
		s.settle()
		s.sees("the paste is too long to edit here", `7 \u202e`)
		failed = errors.New("xclip is not there")
		s.press("ctrl+v")
		s.settle()
		s.sees("the clipboard cannot be read: xclip is not there")
	}, func(o *Options) { o.Settings.Paste = func() (string, error) { return content, failed } })
}

// What is sent goes on behind another service, and the body that was sent is
// there when one comes back, over its own answer.
func TestAnAnswerGoesOnBehindAnotherService(t *testing.T) {
	show(t, 120, 36, func(s *screen) {
		s.up()
		s.press("p", "A")
		s.sees("all fields")
		parts := make(chan predict.Stream)
		s.predictor.mu.Lock()
		s.predictor.parts = parts
		s.predictor.mu.Unlock()
		s.press("enter")
		parts <- predict.Stream{Events: 1, Text: "Good"}
		s.settle()
		s.sees("◐ 1 part")
		s.press("tab", "j")
		s.lacks("◐ 1 part")
		parts <- predict.Stream{Events: 2, Text: "Good morning"}
		s.settle()
		s.press("k")
		s.sees("◐ 2 parts", "Good morning", "all fields")
		s.press("j")
		close(parts)
		s.settle()
		s.lacks("0.9398")
		s.press("k")
		s.sees("200 OK", "0.9398", "all fields")
	})
}

// The help line names keys that work, also where letters are text.
func TestTheHelpNamesKeysThatWorkWhileOneTypes(t *testing.T) {
	show(t, 120, 36, func(s *screen) {
		s.up()
		s.press("p", "i", "down", "ctrl+k")
		s.sees("alt+a take the offered corrections")
		s.press("esc")
		s.lacks("alt+a take")
		s.sees("  a take the offered corrections")
	})
}

// A name that is no endpoint is left for the best guess, or for another.
func TestOneComesBackFromAWrongEndpoint(t *testing.T) {
	show(t, 120, 36, func(s *screen) {
		s.up()
		s.press("p", "t", "ctrl+u")
		s.typed("/nope")
		s.press("enter")
		s.settle()
		s.sees("It is not known where to send", "/nope")
		s.press("]")
		s.settle()
		s.sees("POST /predict", "✓ valid")
		s.press("t", "ctrl+u")
		s.typed("/nope")
		s.press("enter")
		s.settle()
		s.press("t", "ctrl+u", "enter")
		s.settle()
		s.sees("POST /predict", "✓ valid")
	})
}

// A query that gives nothing is told why, and can be another.
func TestAQueryThatFailsCanBeAnother(t *testing.T) {
	show(t, 120, 36, func(s *screen) {
		s.up()
		s.press("p", "enter", "f")
		s.typed(".churn.churn")
		s.press("enter")
		s.settle()
		s.sees("0 values", "✕", "boolean")
		s.press("f")
		s.sees("jq .churn.churn")
		s.press("ctrl+u")
		s.typed(".churn")
		s.press("enter")
		s.settle()
		s.sees("jq .churn   1 value")
	})
}

// One who leaves while the API is read finds it read when one comes back.
func TestAnAPIThatWasNotReadIsReadLater(t *testing.T) {
	show(t, 120, 36, func(s *screen) {
		open := s.predictor.hold()
		s.up()
		s.press("4")
		s.sees("reading the API of model-api")
		s.press("tab", "j")
		open()
		s.settle()
		s.press("k")
		s.settle()
		s.sees("POST /predict", "✓ valid")
	})
}
