package store

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"berth/stack"
)

// older is the history of a Berth before this one, as its code wrote it, with a
// crash in the middle of it.
const older = `{"at":"2026-11-20T10:00:00Z","project":"churn","service":"api","endpoint":"POST /p","image_id":"sha256:1","body":"{\n  \"a\": 1\n}","status":200,"took":5000000,"answer":"{\"y\":1}"}
` + "\x00garbage\n" + `{"at":"2024-
{"at":"2026-11-21T10:00:00Z","project":"churn","service":"api","endpoint":"POST /p","body":"{\"api_key\": \"•••\"}","status":422,"secrets":1,"omitted":7}
`

func leave(t *testing.T, dir, text string) string {
	t.Helper()
	file := filepath.Join(dir, "project-churn.jsonl")
	if err := errors.Join(os.MkdirAll(dir, 0o700), os.WriteFile(file, []byte(text), 0o600)); err != nil {
		t.Fatal(err)
	}
	return file
}

func TestOlderHistoryIsTakenOver(t *testing.T) {
	h := open(t)
	file := leave(t, h.dir, older)
	last, err := h.Last("churn", "api", "POST /p")
	if problem, ok := errors.AsType[*stack.Problem](err); !ok || !strings.Contains(problem.Error(), "2 lines are broken") {
		t.Errorf("said: %v", err)
	}
	if string(last) != `{"api_key": "•••"}` {
		t.Errorf("the last body is %q", last)
	}
	list := find(t, h, stack.PredictionQuery{}).Predictions
	if len(list) != 2 || list[0].Omitted != 7 || list[0].Secrets != 1 {
		t.Fatalf("got %+v", list)
	}
	if p := get(t, h, list[1].ID); p.Answer != `{"y":1}` || p.ImageID != "sha256:1" || p.Took != 5_000_000 || p.At.UTC().Day() != 20 || p.Origin != stack.ByPerson {
		t.Errorf("got %+v", p)
	}
	aside, err := filepath.Glob(file + ".taken-over-*")
	if err != nil || len(aside) != 1 {
		t.Fatalf("set aside: %v, %v", aside, err)
	}
	if text, err := os.ReadFile(aside[0]); err != nil || string(text) != older {
		t.Errorf("set aside: %q, %v", text, err)
	}

	leave(t, h.dir, older) // as if it had crashed before setting it aside
	leftover := strings.Replace(older, "POST /p", "POST /later", 1)
	if err := os.WriteFile(filepath.Join(h.dir, "project-other.jsonl"), []byte(leftover), 0o600); err != nil {
		t.Fatal(err)
	}
	page, err := openIn(t, h.dir).Find(t.Context(), stack.PredictionQuery{})
	if len(page.Predictions) != 4 || !strings.Contains(err.Error(), "project-other.jsonl") {
		t.Errorf("taken over again: %+v, %v", page.Predictions, err)
	}
}
