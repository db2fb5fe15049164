package workflow

import (
	"testing"
	"time"

	"berth/predict/suite"
	"berth/stack"
)

func TestReplayInOneLine(t *testing.T) {
	answer := func(status int, body string) *Answer {
		return &Answer{Status: status, Took: 12 * time.Millisecond, Body: body}
	}
	for name, c := range map[string]struct {
		before, after *Answer
		want          string
		differences   int
	}{
		"the first":  {nil, answer(200, `{"p": 1}`), "first answer to POST /predict, 200 in 12 ms", 0},
		"same":       {answer(200, `{"p": 1}`), answer(200, `{"p": 1.0}`), "same answer, 200 in 12 ms", 0},
		"almost":     {answer(200, `{"p": 0.5}`), answer(200, `{"p": 0.5000001}`), "same answer within 2e-07, 200 in 12 ms", 0},
		"one value":  {answer(200, `{"p": 0.93}`), answer(200, `{"p": 0.94}`), "p 0.93 → 0.94 (+0.01), 200 in 12 ms", 0},
		"two values": {answer(200, `{"p": 0.93, "v": "1"}`), answer(200, `{"p": 0.94, "v": "2"}`), "2 values differ, 200 in 12 ms", 2},
		"an error":   {answer(200, `{"p": 0.93}`), answer(500, `oops`), "500 in 12 ms, it was 200", 0},
	} {
		t.Run(name, func(t *testing.T) {
			r := Replay{Endpoint: "POST /predict", Before: c.before, After: *c.after}.Compared(1e-6)
			if r.String() != c.want || len(r.Differences()) != c.differences {
				t.Errorf("got %q and %q", r, r.Differences())
			}
		})
	}
}

func TestExchange(t *testing.T) {
	image := func(id string, size int64) stack.Image { return stack.Image{ID: "sha256:" + id, Size: size} }
	for want, turn := range map[string]Turn{
		"a1  299MB":              {After: image("a1", 299e6)},
		"a1 → b2  299MB (+0B)":   {Before: image("a1", 299e6), After: image("b2", 299e6)},
		"a1 → b2  300MB (+1MB)":  {Before: image("a1", 299e6), After: image("b2", 300e6)},
		"a1 → b2  200MB (−99MB)": {Before: image("a1", 299e6), After: image("b2", 200e6)},
	} {
		if got := turn.Exchange(); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}

func TestATurnInOneLine(t *testing.T) {
	turn := Turn{After: stack.Image{ID: "sha256:b2", Size: 299e6}}
	for _, c := range []struct {
		add  func()
		want string
	}{
		{func() {}, "image b2  299MB"},
		{func() { turn.Replay = &Replay{Endpoint: "POST /p", After: Answer{Status: 200}} }, "first answer to POST /p, 200 in 0 ms; image b2  299MB"},
		{func() { turn.Suite = suite.Sum(nil, nil) }, "suite: 0 cases passed; first answer to POST /p, 200 in 0 ms; image b2  299MB"},
		{func() { turn.Unchanged = true }, "image b2 runs already, nothing was replaced"},
	} {
		c.add()
		if got := turn.String(); got != c.want {
			t.Errorf("got %q, want %q", got, c.want)
		}
	}
}
