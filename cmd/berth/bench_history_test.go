//go:build bench

package main

import (
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"
	"time"

	"berth/stack"
	"berth/store"
)

const (
	remembered   = 100_000
	historyTurns = 11
)

// TestMeasureHistory prints what a history of 100,000 predictions as the template
// has them costs: to open, to search, to save to, on the disk.
func TestMeasureHistory(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "history")
	open := func() *store.History {
		h, err := store.OpenHistory(dir, store.Limits{Entries: 2 * remembered, Bytes: 1 << 30})
		if err != nil {
			t.Fatal(err)
		}
		return h
	}
	h := open()
	dice := rand.New(rand.NewPCG(1, 2))
	begun := time.Now()
	for n := range remembered / 1000 {
		var some []*stack.Prediction
		for i := range 1000 {
			some = append(some, remember(dice, 1000*n+i))
		}
		if err := h.Save(some); err != nil {
			t.Fatal(err)
		}
	}
	fmt.Printf("%-22s %d saved in %v, 1000 at a time\n", "history", remembered, time.Since(begun).Round(time.Millisecond))
	if err := h.Close(); err != nil {
		t.Fatal(err)
	}

	measure := func(what string, f func(h *store.History)) {
		var all []time.Duration
		for range historyTurns {
			h := open()
			begun := time.Now()
			f(h)
			all = append(all, time.Since(begun))
			if err := h.Close(); err != nil {
				t.Fatal(err)
			}
		}
		fmt.Printf("%-22s %-44s %v (median of %d, each opens it)\n", "history", what, median(all).Round(10*time.Microsecond), historyTurns)
	}
	find := func(q stack.PredictionQuery, want int) func(h *store.History) {
		return func(h *store.History) {
			page, err := h.Find(t.Context(), q)
			if err != nil || len(page.Predictions) != want {
				t.Fatalf("%+v: %d found, %v", q, len(page.Predictions), err)
			}
		}
	}
	measure("opened, first page", find(stack.PredictionQuery{Project: "churn"}, 100))
	measure("a page far back", find(stack.PredictionQuery{Project: "churn", Before: 1000}, 100))
	measure("last body", func(h *store.History) {
		if body, err := h.Last("churn", "model-api", "POST /predict"); len(body) == 0 || err != nil {
			t.Fatal(err)
		}
	})
	measure("searched: one that is far back", find(stack.PredictionQuery{Project: "churn", Text: "customer 77."}, 1))
	measure("searched: none", find(stack.PredictionQuery{Project: "churn", Text: "nowhere to be found"}, 0))
	measure("searched: two letters, none", find(stack.PredictionQuery{Project: "churn", Text: "zq"}, 0))
	measure("searched: everywhere, a page", find(stack.PredictionQuery{Project: "churn", Text: "tenure"}, 100))
	measure("status and image, none", find(stack.PredictionQuery{Project: "churn", Status: stack.StatusRange{From: 500, To: 599}, ImageID: "bbb"}, 0))

	h = open()
	var saves []time.Duration
	for i := range 1000 {
		p := remember(dice, i)
		begun := time.Now()
		if err := h.Save([]*stack.Prediction{p}); err != nil {
			t.Fatal(err)
		}
		saves = append(saves, time.Since(begun))
	}
	if err := h.Close(); err != nil {
		t.Fatal(err)
	}
	info, err := os.Stat(filepath.Join(dir, "predictions.db"))
	if err != nil {
		t.Fatal(err)
	}
	fmt.Printf("%-22s %-44s %v (median of %d); %d MB on the disk\n", "history", "one saved", median(saves).Round(time.Microsecond), len(saves), info.Size()>>20)
}

// remember is a prediction as the template has them.
func remember(dice *rand.Rand, n int) *stack.Prediction {
	return &stack.Prediction{
		At: time.Unix(1_700_000_000+int64(n), 0), Project: "churn", Service: "model-api", Number: 1, Origin: stack.ByPerson,
		Endpoint: "POST /predict", Base: "http://127.0.0.1:8000", MediaType: "application/json",
		ImageID: "sha256:aaa1b2c3d4e5f60718293a4b5c6d7e8f", Commit: "0123456789abcdef0123456789abcdef01234567", Model: "/app/models/churn_model.joblib",
		ModelSum: "9372c470eeadd5ecd9c3c74c2b3cb633f8e2f2fad799250a0f70d652b6b825e4",
		Status:   200, Took: 5 * time.Millisecond, AnswerType: "application/json",
		Body: fmt.Sprintf("{\n  \"tenure\": %d,\n  \"monthly_charges\": %.2f,\n  \"total_charges\": %.2f,\n  \"contract\": \"month-to-month\",\n  \"payment_method\": \"electronic-check\",\n  \"note\": \"customer %d.\"\n}",
			dice.IntN(72), dice.Float64()*100, dice.Float64()*8000, n),
		Answer: fmt.Sprintf(`{"churn_probability":%.16f,"churn":%v}`, dice.Float64(), n%2 == 0),
	}
}
