package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"

	"berth/predict"
	"berth/predict/batch"
	"berth/stack"
	"berth/store"
	"berth/workflow"
)

// tableRig is a table and a service that refuses every third row; after so many
// it is stopped, from within.
type tableRig struct {
	t     *testing.T
	door  workflow.Door
	e     predict.Endpoint
	order batch.Order
	asked atomic.Int64
	stop  atomic.Pointer[context.CancelFunc]
	after int64
}

func newTableRig(t *testing.T, rows int) *tableRig {
	t.Helper()
	r := &tableRig{t: t}
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		if req.Method == http.MethodGet {
			_, _ = io.WriteString(w, `{"openapi":"3.1.0","paths":{"/predict":{"post":{"requestBody":{"content":{"application/json":{"schema":{"type":"object","required":["x"],"properties":{"x":{"type":"integer"}}}}}}}}}}`)
			return
		}
		n := r.asked.Add(1)
		if stop := r.stop.Load(); stop != nil && n >= r.after {
			(*stop)()
		}
		if n%3 == 0 {
			w.WriteHeader(http.StatusUnprocessableEntity)
		}
		_, _ = fmt.Fprintf(w, `{"n":%d}`, n)
	}))
	t.Cleanup(s.Close)
	api, err := predict.Discover(t.Context(), s.Client(), s.URL, predict.Hints{})
	if err == nil {
		r.e, err = api.Choose("")
	}
	file := filepath.Join(t.TempDir(), "rows.csv")
	var text strings.Builder
	text.WriteString("x\n")
	for n := range rows {
		fmt.Fprintf(&text, "%d\n", n)
	}
	if err = errors.Join(err, os.WriteFile(file, []byte(text.String()), 0o600)); err != nil {
		t.Fatal(err)
	}
	r.door = workflow.Door{Base: s.URL, API: api, ImageID: "sha256:1"}
	r.order = batch.Order{File: file, Workers: 2}
	if err := r.order.Complete(); err != nil {
		t.Fatal(err)
	}
	return r
}

// sends sends the table until the service has been asked so often; 0: to its end.
// What is told is looked at meanwhile, as a screen does.
func (r *tableRig) sends(after int64) (batch.Tally, error) {
	r.t.Helper()
	ctx, cancel := context.WithCancel(r.t.Context())
	defer cancel()
	r.stop.Store(nil)
	if after > 0 {
		r.after = r.asked.Load() + after
		r.stop.Store(&cancel)
	}
	b, err := prepared(ctx, r.door, r.e, []byte(`{"x":1}`), r.order, func(int64) {})
	if err != nil {
		return batch.Tally{}, err
	}
	defer b.close()
	told := make(chan batch.Tally, 100_000)
	seen := make(chan string)
	go func() {
		last := ""
		for t := range told {
			last = t.String()
		}
		seen <- last
	}()
	tally, err := b.carry(ctx, &predictor{}, func(t batch.Tally) { told <- t })
	close(told)
	if last := <-seen; err == nil && !strings.Contains(last, "0 left") {
		r.t.Errorf("the last that was told is %q", last)
	}
	return tally, err
}

func (r *tableRig) answered() int {
	r.t.Helper()
	text, err := os.ReadFile(r.order.Out)
	if err != nil {
		r.t.Fatal(err)
	}
	return strings.Count(string(text), "\n") - 1
}

// Whenever a table is broken off, also before its first row and with a service
// that is away in between, it is gone on with, and each row is sent to its end
// once.
func TestATableOfTheDashboardIsGoneOnWith(t *testing.T) {
	r := newTableRig(t, 300)
	if _, err := r.sends(1); !errors.Is(err, context.Canceled) { // before the first row is settled, or just after
		t.Fatalf("broken off at once: %v", err)
	}
	tally, err := r.sends(100)
	if !errors.Is(err, context.Canceled) || tally.Failed() == 0 || tally.Left() == 0 {
		t.Fatalf("broken off: %v, %v", tally, err)
	}
	ended, cancel := context.WithCancel(t.Context())
	cancel() // what looking at the table comes to while the Engine is away
	if b, err := prepared(ended, r.door, r.e, nil, r.order, func(int64) {}); err == nil {
		_, err = b.carry(ended, &predictor{}, func(batch.Tally) {})
		if b.close(); err == nil {
			t.Error("sent without a context")
		}
	}
	tally, err = r.sends(0)
	if err != nil || tally.Settled() != 300 || tally.Left() != 0 {
		t.Fatalf("%v, %v", tally, err)
	}
	if n := r.answered(); n != int(tally.Answered) {
		t.Errorf("%d rows of answers, %d were answered", n, tally.Answered)
	}
	var problem *stack.Problem
	if _, err := r.sends(0); !errors.As(err, &problem) || !strings.Contains(problem.What, "is there already") || strings.Contains(problem.Hint, "--resume") {
		t.Errorf("sent once more: %v", err)
	}
}

// What a service repeats of the headers' secrets is in neither file.
func TestATableKeepsNoSecretThatIsRepeated(t *testing.T) {
	r := newTableRig(t, 2)
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		body, _ := io.ReadAll(req.Body)
		w.Header().Set("Content-Type", "application/json")
		if strings.Contains(string(body), "1") {
			w.WriteHeader(http.StatusForbidden)
		}
		_, _ = fmt.Fprintf(w, `{"detail":%q}`, req.Header.Get("Authorization"))
	}))
	defer s.Close()
	r.door.Base = s.URL
	t.Setenv("TABLE_TOKEN", "hunter2-hunter2")
	h, err := predict.ParseHeader("Authorization: Bearer $TABLE_TOKEN")
	if err != nil {
		t.Fatal(err)
	}
	b, err := prepared(t.Context(), r.door, r.e, []byte(`{"x":1}`), r.order, func(int64) {})
	if err != nil {
		t.Fatal(err)
	}
	defer b.close()
	tally, err := b.carry(t.Context(), &predictor{headers: []predict.Header{h}}, func(batch.Tally) {})
	if err != nil || tally.Answered != 1 || tally.Refused[http.StatusForbidden] != 1 {
		t.Fatalf("%v, %v", tally, err)
	}
	for _, file := range []string{r.order.Out, r.order.Failures} {
		text, err := os.ReadFile(file)
		if err != nil || strings.Contains(string(text), "hunter2") || !strings.Contains(string(text), "Bearer "+store.Masked) {
			t.Errorf("%s: %q, %v", file, text, err)
		}
	}
}
