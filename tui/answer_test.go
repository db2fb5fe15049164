package tui

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"berth/predict"
)

// scores is an answer with more in it than one sees at once.
const scores = `{"model":"churn","predictions":[{"p":0.9398,"label":"churn"},{"p":0.1,"label":"stay"}],"took":{"ms":[1,2,3]}}`

func TestAnAnswerFolds(t *testing.T) {
	show(t, 120, 36, func(s *screen) {
		s.up()
		s.answers(200, scores)
		s.press("p", "enter", "j", "j", "c")
		s.sees(`▸  "predictions": […],  2 items`, `"took": {`)
		s.lacks("0.9398")
		s.press("right")
		s.sees("0.9398")
		s.press("-")
		s.sees(`▸  "took": {…}  1 member`)
		s.press("+")
		s.sees(`"label": "stay"`)
		s.lacks("▸")
	})
}

func TestAnAnswerIsSearched(t *testing.T) {
	show(t, 120, 36, func(s *screen) {
		s.up()
		s.answers(200, scores)
		s.press("p", "enter", "-", "/")
		s.typed("label")
		s.settle()
		s.sees("2 lines")
		s.press("enter")
		s.sees("1 of 2 lines", `▏       "label": "churn"`)
		s.press("n")
		s.sees("2 of 2 lines", `▏       "label": "stay"`)
		s.press("n")
		s.sees("1 of 2 lines")
		s.press("N")
		s.sees("2 of 2 lines")
		s.press("/", "ctrl+u")
		s.typed("nowhere(")
		s.sees("missing closing )")
		s.press("esc")
		s.lacks("nowhere")
		s.press("/", "ctrl+u")
		s.typed("nowhere")
		s.press("enter")
		s.sees("not found")
		s.press("esc")
		s.lacks("not found")
		s.press("esc") // back to the list
		s.sees("0.9398")
	})
}

// A query stays in force: the next answer is seen through it too.
func TestAnAnswerIsQueried(t *testing.T) {
	show(t, 120, 36, func(s *screen) {
		s.up()
		s.answers(200, scores)
		s.press("p", "enter", "j", "j", "f")
		s.sees("jq .predictions") // what the cursor is on
		s.typed("[].p")
		s.press("enter")
		s.sees("0.9398", "0.1", "2 values", "jq .predictions[].p", "esc shows all")
		s.lacks(`"model"`)
		s.answers(200, strings.ReplaceAll(scores, "0.9398", "0.5"))
		s.press("enter")
		s.sees("0.5", "2 values")
		s.lacks(`"model"`)
		s.press("f", "ctrl+u")
		s.typed(".[")
		s.sees("✕ no jq query")
		s.press("enter") // nothing to do
		s.press("ctrl+u")
		s.typed(".model.x")
		s.press("enter")
		s.sees("✕ expected an object")
		s.press("esc")
		s.sees(`"model": "churn"`)
		s.lacks("jq ")
	})
}

func TestWhatIsTakenFromAnAnswer(t *testing.T) {
	var copied []string
	dir := t.TempDir()
	t.Chdir(dir)
	show(t, 120, 36, func(s *screen) {
		s.up()
		s.answers(200, scores)
		s.press("p", "enter", "j", "j", "j", "j", "y")
		s.sees(".predictions[0].p copied")
		s.press("G", "k", "k", "c", "y")
		s.sees(".took.ms copied")
		if len(copied) != 2 || copied[0] != "0.9398" || copied[1] != "[\n  1,\n  2,\n  3\n]" {
			t.Errorf("copied %q", copied)
		}
		s.press("S", "enter")
		s.sees("saved to model-api-answer.json")
		s.press("S", "enter")
		s.sees("saved to model-api-answer-2.json")
		s.press("S", "ctrl+u")
		s.typed("model-api-answer-2.json")
		s.press("enter")
		s.sees("is there already: nothing was saved")
		if text, err := os.ReadFile(filepath.Join(dir, "model-api-answer.json")); err != nil || string(text) != scores {
			t.Errorf("saved %q, %v", text, err)
		}
	}, func(o *Options) {
		o.Settings.Logs.Copy = func(text string) error { copied = append(copied, text); return nil }
	})
}

func TestAnAnswerIsPointedAt(t *testing.T) {
	show(t, 120, 36, func(s *screen) {
		s.up()
		s.answers(200, scores)
		s.press("p", "enter")
		line := func(text string) (y int) {
			for n, l := range strings.Split(s.text(), "\n") {
				if strings.Contains(l, text) {
					return n
				}
			}
			t.Fatalf("%q is not on the screen", text)
			return 0
		}
		s.click(60, line(`"predictions"`))
		s.sees(`▏   "predictions": [`)
		s.click(60, line(`"predictions"`))
		s.sees(`▸  "predictions": […],  2 items`)
	})
}

// An answer that comes in parts is read while it comes, and its end stays in
// sight.
func TestAStreamIsSeenAsItComes(t *testing.T) {
	show(t, 120, 36, func(s *screen) {
		s.up()
		parts := make(chan predict.Stream)
		s.predictor.mu.Lock()
		s.predictor.parts = parts
		s.predictor.mu.Unlock()
		whole := predict.Stream{Events: 40, First: 80 * time.Millisecond, Last: 1030 * time.Millisecond, Tokens: 40, Text: strings.Join(numbered(1, 60), "\n")}
		s.predictor.answers(func(context.Context, string) (predict.Response, error) {
			r := answered(200, "data: all of it\n\n")
			r.JSON, r.Stream = false, &whole
			r.Header.Set("Content-Type", "text/event-stream")
			return r, nil
		})
		s.press("p", "enter")
		s.sees("◐ waiting for an answer")
		parts <- predict.Stream{Events: 1, First: 80 * time.Millisecond, Last: 80 * time.Millisecond, Tokens: 1, Text: "Good"}
		s.settle()
		s.sees("◐ 1 part", "Good", "first token 80 ms")
		parts <- whole
		s.settle()
		s.sees("◐ 40 parts", "line 59.", "41.1 a second")
		close(parts)
		s.settle()
		s.sees("200 OK", "40 parts", "first token 80 ms", "line 1.")
		s.lacks("not JSON")
		s.press("z")
		s.sees("17 B  line 1.") // of the answers so far
		s.press("f")
		s.typed("length")
		s.press("enter")
		s.sees("jq length", "1 value", "10") // of "all of it", which is no JSON
	})
}

// Parts without a text that is known are shown as they come, as themselves.
func TestPartsWithoutATextAreSeenAsTheyCome(t *testing.T) {
	show(t, 120, 36, func(s *screen) {
		s.up()
		parts := make(chan predict.Stream)
		s.predictor.mu.Lock()
		s.predictor.parts = parts
		s.predictor.mu.Unlock()
		s.press("p", "enter")
		parts <- predict.Stream{Events: 2, First: 80 * time.Millisecond, Last: time.Second, Raw: true, Text: `{"step":1}` + "\n" + `{"step":2}` + "\n"}
		s.settle()
		s.sees("◐ 2 parts", "first part 80 ms", `"step": 1`, `"step": 2`)
		s.lacks("a second")
		close(parts)
		s.settle()
	})
}

// What came before one stopped is shown, without a remark on an answer that
// there is none of.
func TestAStreamThatWasStoppedIsNotJudged(t *testing.T) {
	show(t, 120, 36, func(s *screen) {
		s.up()
		parts := make(chan predict.Stream)
		s.predictor.mu.Lock()
		s.predictor.parts = parts
		s.predictor.mu.Unlock()
		s.press("p", "enter")
		parts <- predict.Stream{Events: 1, First: 80 * time.Millisecond, Last: 80 * time.Millisecond, Tokens: 1, Text: "Good"}
		s.settle()
		s.press("esc")
		s.sees("⊘ stopped waiting", "Good")
		s.lacks("not JSON")
		close(parts)
		s.settle()
	})
}

func TestASearchInVainIsSaidToBeOne(t *testing.T) {
	show(t, 120, 36, func(s *screen) {
		s.up()
		s.press("p", "enter", "n")
		s.sees("next match: nothing is looked for")
		s.press("/")
		s.typed("zzz")
		s.press("enter")
		s.settle()
		s.press("n")
		s.sees("/zzz   not found", "next match: not found")
	})
}

func TestBytesThatAreNoTextAreSaved(t *testing.T) {
	t.Chdir(t.TempDir())
	const picture = "\x89PNG\r\n\x1a\n\x00\x1b]0;title\x07"
	show(t, 120, 36, func(s *screen) {
		s.up()
		s.predictor.answers(func(context.Context, string) (predict.Response, error) {
			r := answered(200, picture)
			r.JSON = false
			r.Header.Set("Content-Type", "image/png")
			return r, nil
		})
		s.press("p", "enter")
		s.sees("bytes that are no text: S saves them", "image/png", "19 B")
		s.press("S", "enter")
		s.sees("saved to model-api-answer")
		if saved, err := os.ReadFile("model-api-answer"); err != nil || string(saved) != picture {
			t.Errorf("saved %q, %v", saved, err)
		}
	})
}

func TestARedirectIsRemarked(t *testing.T) {
	show(t, 120, 36, func(s *screen) {
		s.up()
		s.predictor.answers(func(context.Context, string) (predict.Response, error) {
			r := answered(200, `{}`)
			r.Redirected = "/v2/predict\u202e"
			return r, nil
		})
		s.press("p", "enter")
		s.sees("△ redirected to /v2/predict<U+202E>")
	})
}
