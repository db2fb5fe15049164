package ab

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"berth/predict"
)

// sides are two services; each answers what its function gives.
type sides struct {
	order []string
	times map[string]int
}

func (s *sides) input(name string, before, now func(time int) (int, string)) Input {
	in := Input{Name: name, Tolerances: predict.Tolerances{{Relative: 1e-6}, {Path: "at", Ignore: true}}}
	for side, answer := range []func(int) (int, string){before, now} {
		key := fmt.Sprint(name, side)
		in.Send[side] = func(context.Context) (predict.Response, error) {
			s.order = append(s.order, key)
			s.times[key]++
			status, body := answer(s.times[key])
			if status == 0 {
				return predict.Response{}, errors.New(body)
			}
			r := predict.Response{Status: status, Body: []byte(body), JSON: true}
			r.Timing.Total = time.Duration(side+1) * time.Millisecond
			return r, nil
		}
	}
	return in
}

func always(status int, body string) func(int) (int, string) {
	return func(int) (int, string) { return status, body }
}

func TestBothAreAsked(t *testing.T) {
	s := sides{times: map[string]int{}}
	r, err := Run(t.Context(), []Input{
		s.input("same", always(200, `{"p":0.5,"at":1}`), always(200, `{"p":0.50000000001,"at":2}`)),
		s.input("moved", always(200, `{"p":0.5,"label":"a"}`), always(200, `{"p":0.54,"label":"b"}`)),
		s.input("refused", always(422, `{"detail":[]}`), always(422, `{"detail":[]}`)),
		s.input("now refused", always(200, `{"p":0.5}`), always(422, `{"p":0.5}`)),
		s.input("chance", func(n int) (int, string) { return 200, fmt.Sprintf(`{"p":%d}`, n) }, always(200, `{"p":100}`)),
		s.input("gone", always(200, `1`), always(0, "no\x1b[31m answer")),
	}, func(int, int) {})
	if err != nil {
		t.Fatal(err)
	}
	if want := "2 of 6 differ, largest Δ 0.04 at $.p, 1 label flipped, 1 input answered now so, now otherwise, 1 input without an answer"; r.Verdict != want {
		t.Errorf("got %s\nwant %s", r.Verdict, want)
	}
	want := []string{
		"differs   moved", "    p 0.5 → 0.54 (+0.04)", "    label \"a\" → \"b\"",
		"differs   now refused", "    status 200 → 422",
		"unstable  chance", "    p 1 → 100 (+99)",
		"failed    gone", "    now: no answer",
	}
	if got := r.Lines(); !slices.Equal(got, want) {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
	if r.Before.Latency.Median != time.Millisecond || r.Now.Latency.P95 != 2*time.Millisecond {
		t.Errorf("latencies %+v, %+v", r.Before.Latency, r.Now.Latency)
	}
	// Warmed, then in turn, each side first as often as the other.
	measured := s.order[2*warmth:]
	first := map[byte]int{}
	for i := 0; i+1 < 4*10; i += 2 {
		if a, b := measured[i], measured[i+1]; a[:len(a)-1] != b[:len(b)-1] || a == b {
			t.Fatalf("%s, then %s", a, b)
		}
		first[measured[i][len(measured[i])-1]]++
	}
	if first['0'] != first['1'] {
		t.Errorf("first were %v", first)
	}
}

// What one side alone answers now so, now otherwise hides no difference beside
// it.
func TestWhatVariesHidesNoDifferenceElsewhere(t *testing.T) {
	chance := func(status int, body string) func(int) (int, string) {
		return func(n int) (int, string) { return status, fmt.Sprintf(body, n) }
	}
	sometimes := func(n int) (int, string) {
		if n%2 == 1 {
			return 503, `{"p":0.5}`
		}
		return 200, `{"p":0.5}`
	}
	for name, c := range map[string]struct {
		before, now func(int) (int, string)
		want        string
	}{
		"the status is another always": {always(404, `{"p":1}`), chance(200, `{"p":%d}`), "differs   x\n    status 404 → 200"},
		"the status is another at times": {
			sometimes, always(503, `{"p":0.5}`), "unstable  x\n    status 200 → 503",
		},
		"another member": {
			chance(200, `{"id":%d,"p":0.5}`), chance(200, `{"id":10%d,"p":0.6}`),
			"differs   x\n    p 0.5 → 0.6 (+0.1)\n    left out, since one side alone varies there: 1 place",
		},
		"a member beneath what varies": {
			func(n int) (int, string) { return 200, []string{`{"list":{"a":1}}`, `{"list":[]}`}[n%2] }, always(200, `{"list":{"a":2}}`),
			"unstable  x\n    list.a 1 → 2 (+1)",
		},
		"now alone varies": {always(200, `{"p":1}`), chance(200, `{"p":10%d}`), "unstable  x\n    p 1 → 102 (+101)"},
	} {
		s := sides{times: map[string]int{}}
		r, err := Run(t.Context(), []Input{s.input("x", c.before, c.now)}, func(int, int) {})
		if err != nil {
			t.Fatal(err)
		}
		if got := strings.Join(r.Lines(), "\n"); !strings.HasPrefix(got, c.want) {
			t.Errorf("%s: got\n%s\nwant\n%s", name, got, c.want)
		}
		if r.Differ+r.Unstable != 1 || r.Largest != nil && r.Largest.Path == "$.id" {
			t.Errorf("%s: %+v", name, r)
		}
	}
}

func TestNothingOrInterrupted(t *testing.T) {
	if _, err := Run(t.Context(), nil, func(int, int) {}); err == nil {
		t.Error("nothing was compared")
	}
	ctx, cancel := context.WithCancel(t.Context())
	s := sides{times: map[string]int{}}
	in := s.input("a", always(200, "1"), func(n int) (int, string) {
		if n == 3 {
			cancel()
		}
		return 200, "1"
	})
	if _, err := Run(ctx, []Input{in}, func(int, int) {}); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
}
