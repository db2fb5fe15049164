package load

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"berth/predict"
)

func target(t *testing.T, h http.HandlerFunc) Target {
	t.Helper()
	s := httptest.NewServer(h)
	t.Cleanup(s.Close)
	return Target{Base: s.URL, Endpoint: predict.Endpoint{Method: "POST", Path: "/predict", MediaType: "application/json"}}
}

func run0(t *testing.T, to Target, bodies []string, p Plan, told func(Result)) Result {
	t.Helper()
	if p.Timeout == 0 {
		p.Timeout = 10 * time.Second
	}
	var all [][]byte
	for _, b := range bodies {
		all = append(all, []byte(b))
	}
	r, err := Run(t.Context(), to, all, p, told)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func TestEachBodyIsSentAsOftenAsTheOthers(t *testing.T) {
	var mu sync.Mutex
	got := map[string]int{}
	to := target(t, func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		mu.Lock()
		got[string(body)+r.Header.Get("X-Key")+r.Header.Get("Content-Type")]++
		mu.Unlock()
		_, _ = io.WriteString(w, "four")
	})
	to.Header = http.Header{"X-Key": {"k"}}
	r := run0(t, to, []string{"a", "b", "c"}, Plan{Workers: 4, Count: 300}, nil)
	for _, body := range []string{"a", "b", "c"} {
		if n := got[body+"kapplication/json"]; n != 100 {
			t.Errorf("%s was sent %d times: %v", body, n, got)
		}
	}
	if r.Sent != 300 || r.OK != 300 || r.Failed() != 0 || r.Bytes != 1200 || r.Running || r.Late != 0 {
		t.Errorf("%+v", r)
	}
	var counted int64
	for _, b := range r.Buckets {
		counted += b.Count
	}
	if counted != 300 || r.Latency.Min <= 0 || r.Latency.Max < r.Latency.P99 || r.Latency.P99 < r.Latency.P50 {
		t.Errorf("%d are counted, %+v", counted, r.Latency)
	}
}

// While a service stalls, requests at a rate are due all the same, and what they
// wait is in their latency (wrk2's "coordinated omission"): with one worker,
// which cannot send them, as with many.
func TestAStallIsInTheLatencyOfAllThatWaitedForIt(t *testing.T) {
	const stall = 400 * time.Millisecond
	for _, workers := range []int{1, 100} {
		var stalled sync.Once
		var gate sync.RWMutex
		began := time.Now()
		to := target(t, func(http.ResponseWriter, *http.Request) {
			if time.Since(began) > 100*time.Millisecond {
				stalled.Do(func() {
					gate.Lock()
					defer gate.Unlock()
					<-time.After(stall)
				})
			}
			gate.RLock()
			defer gate.RUnlock()
		})
		r := run0(t, to, []string{"{}"}, Plan{Rate: 200, Workers: workers, Count: 200}, nil)
		// 80 of 200 requests fall into the stall; a tenth of all waited longest.
		if r.Sent != 200 || r.Latency.P90 < stall/2 || r.Latency.P50 > stall/2 {
			t.Errorf("%d workers: p50 %v, p90 %v of %d", workers, r.Latency.P50, r.Latency.P90, r.Sent)
		}
		if workers == 1 && r.Late <= 40 { // with many it is the machine's other work that decides
			t.Errorf("%d are said to be late", r.Late)
		}
	}
}

func TestErrorsAreCountedByKind(t *testing.T) {
	var n atomic.Int64
	hang := make(chan struct{})
	to := target(t, func(w http.ResponseWriter, r *http.Request) {
		switch n.Add(1) % 4 {
		case 0:
			w.WriteHeader(http.StatusServiceUnavailable)
		case 1:
			panic(http.ErrAbortHandler)
		case 2:
			_, _ = io.Copy(io.Discard, r.Body)
			select {
			case <-hang:
			case <-r.Context().Done():
			}
		}
	})
	defer close(hang)
	r := run0(t, to, []string{"{}"}, Plan{Workers: 1, Count: 40, Timeout: 50 * time.Millisecond}, nil)
	if r.Errors["503 Service Unavailable"] != 10 || r.Errors["timed out"] != 10 || r.Errors["closed without an answer"]+r.Errors["connection reset"] != 10 || r.OK != 10 {
		t.Errorf("%v, %d answered", r.Errors, r.OK)
	}
	if lines := strings.Join(r.Lines(), "\n"); !strings.Contains(lines, "30 failed (75.0 %): 10 ") {
		t.Error(lines)
	}
	odd := target(t, func(w http.ResponseWriter, _ *http.Request) {
		conn, out, _ := w.(http.Hijacker).Hijack()
		defer conn.Close()
		_, _ = out.WriteString("SSH-2.0-\x1b[31m\n")
		_ = out.Flush()
	})
	if r := run0(t, odd, []string{"{}"}, Plan{Workers: 1, Count: 3}, nil); len(r.Errors) != 1 || r.Failed() != 3 || strings.Contains(fmt.Sprint(r.Errors), "other") || strings.Contains(fmt.Sprint(r.Errors), "\x1b") {
		t.Errorf("what is no HTTP: %v", r.Errors)
	}
	gone := to
	gone.Base = "http://127.0.0.1:1"
	if r := run0(t, gone, []string{"{}"}, Plan{Workers: 2, Count: 4}, nil); r.Errors["connection refused"] != 4 || r.Answered() {
		t.Errorf("%+v", r)
	} else if lines := strings.Join(append(append(r.Draw(80), r.Lines()...), Compare(Result{Latency: Latency{P50: time.Second}}, r)...), "\n"); strings.Contains(lines, "p50") {
		t.Errorf("a latency of no answer: %s", lines)
	}
}

// A run that is given up gives what was measured; it tells how it goes before.
func TestARunThatIsGivenUp(t *testing.T) {
	to := target(t, func(http.ResponseWriter, *http.Request) {})
	ctx, cancel := context.WithCancel(t.Context())
	var seen []Result
	r, err := Run(ctx, to, [][]byte{[]byte("{}")}, Plan{Rate: 100, Workers: 4, For: time.Hour, Timeout: time.Second}, func(r Result) {
		if seen = append(seen, r); len(seen) == 2 {
			cancel()
		}
	})
	if err != nil || len(seen) < 2 || !seen[0].Running || seen[1].Sent <= seen[0].Sent || r.Sent < seen[1].Sent || r.Sent > 100 || r.Running {
		t.Errorf("%v, %d, then %+v", err, len(seen), r)
	}
	cancel()
}

// What was due at a rate and no worker was free for is said.
func TestWhatIsDueIsSentOrSaid(t *testing.T) {
	release := make(chan struct{})
	slow := target(t, func(http.ResponseWriter, *http.Request) { <-release })
	time.AfterFunc(300*time.Millisecond, func() { close(release) })
	r := run0(t, slow, []string{"{}"}, Plan{Rate: 100, Workers: 3, For: 200 * time.Millisecond}, nil)
	if r.Sent != 3 || r.Unsent != 17 || !strings.Contains(strings.Join(r.Lines(), "\n"), "17 more were due and not sent: all 3 workers waited") {
		t.Errorf("%+v", r)
	}
}

// A count is not reached where the time is over before, which is said.
func TestATimeBoundsACount(t *testing.T) {
	to := target(t, func(http.ResponseWriter, *http.Request) {})
	r := run0(t, to, []string{"{}"}, Plan{Rate: 50, Workers: 8, Count: 1000, For: 100 * time.Millisecond}, nil)
	if r.Sent != 5 || !strings.Contains(strings.Join(r.Lines(), "\n"), "the time was over after 100 ms, before all 1000 were sent") {
		t.Errorf("%+v\n%q", r, r.Lines())
	}
}

// What hangs does not keep a run from ending.
func TestARunEndsAtOnceWhenItIsGivenUp(t *testing.T) {
	arrived := make(chan struct{}, 2)
	to := target(t, func(_ http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body)
		arrived <- struct{}{}
		<-r.Context().Done()
	})
	ctx, cancel := context.WithCancel(t.Context())
	go func() {
		<-arrived
		<-arrived
		cancel()
	}()
	r, err := Run(ctx, to, [][]byte{[]byte("{}")}, Plan{Workers: 2, For: time.Hour, Timeout: time.Hour}, nil)
	if err != nil || r.Sent != 0 || r.GivenUp != 2 || r.Failed() != 0 {
		t.Errorf("%v, %+v", err, r)
	}
}

func TestOneIsNotSeveral(t *testing.T) {
	r := Result{Plan: Plan{Workers: 1}, Sent: 1, OK: 1, Late: 1, Unsent: 1, GivenUp: 1}
	got := strings.Join(r.Lines(), "\n")
	for _, want := range []string{"1 request in", "1 was sent late", "1 more was due and not sent: the only worker waited", "1 was under way"} {
		if !strings.Contains(got, want) {
			t.Errorf("no %q in\n%s", want, got)
		}
	}
}

func TestTheHistogramIsDrawn(t *testing.T) {
	r := Result{
		Latency: Latency{P50: 900 * time.Microsecond, P90: 1900 * time.Microsecond, P99: 45 * time.Millisecond},
		Buckets: []Bucket{{500 * time.Microsecond, 100}, {time.Millisecond, 800}, {2 * time.Millisecond, 80}, {5 * time.Millisecond, 0}, {50 * time.Millisecond, 20}},
	}
	want := []string{
		" ≤ 500 µs ██▊                        100   10.0 %",
		" ≤ 1.0 ms ██████████████████ p50     800   80.0 %",
		" ≤ 2.0 ms ██▎                p90      80    8.0 %",
		" ≤ 5.0 ms                              0    0.0 %",
		"≤ 50.0 ms ▌                  p99      20    2.0 %",
	}
	if got := r.Draw(49); fmt.Sprintf("%q", got) != fmt.Sprintf("%q", want) {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
	all := r
	all.Latency = Latency{P50: time.Millisecond, P90: time.Millisecond, P99: time.Millisecond}
	if line := all.Draw(60)[1]; !strings.Contains(line, "p99 p90 p50") {
		t.Errorf("several in one step: %q", line)
	}
	for w := 1; w < 90; w++ {
		for _, line := range r.Draw(w) {
			if n := len([]rune(line)); n > max(w, 31) {
				t.Errorf("%d cells in %d: %q", n, w, line)
			}
		}
	}
}

// At a rate so many are sent, not one more and not one less.
func TestARateIsKept(t *testing.T) {
	to := target(t, func(http.ResponseWriter, *http.Request) {})
	for range 5 {
		if r := run0(t, to, []string{"{}"}, Plan{Rate: 200, Workers: 50, For: 100 * time.Millisecond}, nil); r.Sent != 20 || r.Unsent != 0 {
			t.Errorf("%d were sent", r.Sent)
		}
	}
}

// Without a rate, too, no more are sent in a second than the bound says, which
// is told. What they wait for it is not the service's latency.
func TestTheBoundOnTheRateHoldsWithoutARate(t *testing.T) {
	to := target(t, func(http.ResponseWriter, *http.Request) {})
	r := run0(t, to, []string{"{}"}, Plan{Most: 200, Workers: 8, For: 500 * time.Millisecond}, nil)
	if r.Sent == 0 || r.Sent > 101 || r.Latency.P50 > 20*time.Millisecond {
		t.Errorf("%d in half a second, p50 %v", r.Sent, r.Latency.P50)
	}
	if lines := strings.Join(r.Lines(), "\n"); !strings.Contains(lines, "held back to 200 a second, which is the bound: `berth predict --load --unbounded`") {
		t.Error(lines)
	}
	slow := target(t, func(http.ResponseWriter, *http.Request) { <-time.After(50 * time.Millisecond) })
	if r := run0(t, slow, []string{"{}"}, Plan{Most: 200, Workers: 8, For: 500 * time.Millisecond}, nil); strings.Contains(strings.Join(r.Lines(), "\n"), "held back") {
		t.Errorf("the service was slower than the bound: %v, %d requests", r.Held, r.Sent)
	}
}

func TestAfterAStallThereIsNoRush(t *testing.T) {
	var now time.Time
	p := pace{every: 5 * time.Millisecond}
	var got []int
	for _, wait := range []int{0, 0, 0, 1000, 0} { // ms
		now = now.Add(time.Duration(wait) * time.Millisecond)
		got = append(got, int(p.slot(now).Sub(time.Time{}).Milliseconds()))
	}
	if want := []int{0, 5, 10, 1000, 1005}; !slices.Equal(got, want) {
		t.Errorf("sent at %v ms, want %v", got, want)
	}
}

// A service that is gone ends a run long before its time.
func TestARunEndsWhenTheServiceIsGone(t *testing.T) {
	var s *httptest.Server
	var n atomic.Int64
	s = httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {
		if n.Add(1) == 5 {
			go s.Close()
		}
	}))
	to := Target{Base: s.URL, Endpoint: predict.Endpoint{Method: "POST", Path: "/predict", MediaType: "application/json"}}
	for name, p := range map[string]Plan{"workers": {Workers: 2, Most: 200}, "a rate": {Rate: 50, Workers: 100}} {
		p.For = time.Hour
		r := run0(t, to, []string{"{}"}, p, nil)
		if lines := strings.Join(r.Lines(), "\n"); !r.Gone || r.Took < goneAfter || !strings.Contains(lines, "the service is gone, it refused every connection for 2.00 s") {
			t.Errorf("%s: %s", name, lines)
		}
	}
}

// One that restarts is not gone.
func TestAPauseIsNotTheEnd(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var ended error
		r := &run{start: time.Now(), stop: func(why error) { ended = why }}
		refused := &net.OpError{Err: syscall.ECONNREFUSED}
		for _, err := range []error{refused, refused, nil, refused, io.EOF, refused, refused} {
			r.heed(err)
			if time.Sleep(1500 * time.Millisecond); ended != nil {
				t.Fatal("it was up in between")
			}
		}
		if r.heed(refused); !errors.Is(ended, errGone) {
			t.Error("refused for 3 s")
		}
	})
}

func TestRunsAreCompared(t *testing.T) {
	a := Result{Took: time.Second, Sent: 100, OK: 100, Latency: Latency{P50: 10 * time.Millisecond, P95: 12 * time.Millisecond, P99: 20 * time.Millisecond}}
	b := a
	b.OK, b.Latency.P95 = 98, 18*time.Millisecond
	want := []string{"p50 10.0 ms → 10.0 ms (+0 %)", "p95 12.0 ms → 18.0 ms (+50 %)", "p99 20.0 ms → 20.0 ms (+0 %)", "answered a second 100 → 98", "failed 0 → 2"}
	if got := Compare(a, b); fmt.Sprintf("%q", got) != fmt.Sprintf("%q", want) {
		t.Errorf("got %q", got)
	}
}
