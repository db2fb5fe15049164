package main

import (
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"berth/predict"
	"berth/stack"
	"berth/store"
	"berth/workflow"
)

// sender is a predictor that needs no Engine.
func sender(t *testing.T) *predictor {
	t.Helper()
	h, err := store.OpenHistory(filepath.Join(t.TempDir(), "history"), store.Limits{Entries: 100, Bytes: 1 << 20})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := h.Close(); err != nil {
			t.Error(err)
		}
	})
	return &predictor{client: http.DefaultClient, history: h, witness: &witness{dir: t.TempDir(), history: h}, timeout: 5 * time.Second}
}

// All that was sent and what came is remembered, but for the secrets: neither
// where they were sent nor where the service repeats them.
func TestExchangesAreRemembered(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		user, password, _ := r.BasicAuth()
		w.Header().Set("Content-Type", "text/plain")
		w.WriteHeader(418)
		_, _ = w.Write([]byte(strings.Join([]string{string(body), user, password, r.Header.Get("Authorization"), r.Header.Get("X-Session"), r.URL.String()}, "|")))
	}))
	defer server.Close()
	model := filepath.Join(t.TempDir(), "m.pkl")
	if err := os.WriteFile(model, []byte("model"), 0o600); err != nil {
		t.Fatal(err)
	}
	door := workflow.Door{
		Ref: stack.Ref{Project: "churn", Service: "api", Number: 2}, Base: server.URL, ImageID: "sha256:1", StartedAt: time.Now().Add(time.Hour),
		API: &predict.API{}, Model: workflow.Model{Path: "/app/m.pkl", Mounted: model},
	}
	e, err := door.API.Choose("POST /score")
	if err != nil {
		t.Fatal(err)
	}
	p := sender(t)
	t.Setenv("ME", "some-user")
	t.Setenv("SECRET_WORD", "hunter2")
	p.headers = []predict.Header{{Name: "Authorization", Value: "Basic $ME:$SECRET_WORD"}, {Name: "X-Session", Value: "hunter3"}}
	if _, err := p.send(t.Context(), door, e, []byte(`{"password": "hunter4"}`), stack.ByPerson, nil); err != nil {
		t.Fatal(err)
	}
	got, ok, err := p.history.LastOf("churn", "api")
	if !ok || err != nil {
		t.Fatal(ok, err)
	}
	if got.Answer != `{"password": "•••"}|some-user|•••|Basic •••|•••|/score` || got.Status != 418 || got.AnswerType != "text/plain" {
		t.Errorf("the answer: %d %s %s", got.Status, got.AnswerType, got.Answer)
	}
	if got.Body != `{"password": "•••"}` || got.Headers[0].Value != "Basic $ME:$SECRET_WORD" || got.Headers[1].Value != store.Masked || got.Base != server.URL {
		t.Errorf("the request: %+v", got)
	}
	if got.ImageID != "sha256:1" || got.Number != 2 || got.Model != "/app/m.pkl" || got.Took <= 0 || got.Wait <= 0 || got.Wait > got.Took ||
		got.ModelSum != "9372c470eeadd5ecd9c3c74c2b3cb633f8e2f2fad799250a0f70d652b6b825e4" {
		t.Errorf("where it comes from: %+v", got)
	}

	// The container started before the file was written: what it has read is not
	// known.
	door.StartedAt = time.Now().Add(-time.Hour)
	server.Close()
	if _, err := p.send(t.Context(), door, e, []byte(`{}`), stack.ByReplay, nil); err == nil {
		t.Fatal("a closed server answered")
	}
	got, _, err = p.history.LastOf("churn", "api")
	if err != nil || got.Status != 0 || !strings.Contains(got.Error, "refused") || got.Body != "{}" || got.Origin != stack.ByReplay || got.ModelSum != "" {
		t.Errorf("without an answer: %+v, %v", got, err)
	}
}

// A history that cannot be written costs no prediction.
func TestPredictionsGoOnWithoutHistory(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte("1")) }))
	defer server.Close()
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	h, err := store.OpenHistory(filepath.Join(file, "history"), store.Limits{Entries: 1, Bytes: 1})
	if err != nil {
		t.Fatal(err)
	}
	p := &predictor{client: http.DefaultClient, history: h, witness: &witness{history: h}}
	door := workflow.Door{Base: server.URL, API: &predict.API{}}
	e, err := door.API.Choose("/p")
	if err != nil {
		t.Fatal(err)
	}
	answer, err := p.send(t.Context(), door, e, []byte("{}"), stack.ByPerson, nil)
	if problem, ok := errors.AsType[*stack.Problem](err); !ok || string(answer.Body) != "1" || !strings.HasPrefix(problem.Hint, "predictions work without it") {
		t.Errorf("%+v, %v", answer, err)
	}
}

// A secret that comes in two parts is not shown up to where the first one ends.
func TestTheBeginningOfASecretIsHeldBack(t *testing.T) {
	secrets := []string{"s3cret-token", "s3c"}
	for text, want := range map[string]string{
		"you sent s3cret-to": "you sent ", "you sent s3cret-token": "you sent s3cret-token", "no s": "no ", "none": "none", "": "",
	} {
		if got := unbegun(text, secrets); got != want {
			t.Errorf("%q: %q, want %q", text, got, want)
		}
	}
}
