//go:build bench

package main

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"berth/predict"
	"berth/predict/load"
)

// answering is a service that answers as quickly as a service can.
func answering(t *testing.T) *httptest.Server {
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		io.Copy(io.Discard, r.Body)
		w.Header().Set("Content-Type", "application/json")
		io.WriteString(w, `{"churn_probability":0.9398,"churn":true}`)
	}))
	t.Cleanup(s.Close)
	return s
}

var benchBody = []byte(`{"tenure":3,"monthly_charges":95.0,"total_charges":285.0,"contract":"month-to-month"}`)

// TestMeasurePredict prints what one prediction costs over a bare client's, to
// a service that takes no time and to one that takes what a small model does.
// The two take turns, so that they meet the same machine.
func TestMeasurePredict(t *testing.T) {
	const rounds = 2001
	e := predict.Endpoint{Method: "POST", Path: "/predict", MediaType: "application/json"}
	for _, c := range []struct {
		what string
		work time.Duration
	}{{"a service that takes no time", 0}, {"one that takes 2 ms", 2 * time.Millisecond}} {
		inner := answering(t)
		s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if c.work > 0 {
				<-time.After(c.work)
			}
			inner.Config.Handler.ServeHTTP(w, r)
		}))
		client, bare := &http.Client{Transport: &http.Transport{}}, &http.Client{Transport: &http.Transport{}}
		var ours, theirs []time.Duration
		for range rounds {
			begun := time.Now()
			r, err := predict.Send(t.Context(), client, s.URL, e, benchBody, predict.SendOptions{})
			if err != nil || !r.OK() {
				t.Fatal(r.Status, err)
			}
			ours = append(ours, time.Since(begun))
			begun = time.Now()
			answer, err := bare.Post(s.URL+"/predict", "application/json", bytes.NewReader(benchBody))
			if err != nil {
				t.Fatal(err)
			}
			io.ReadAll(answer.Body)
			answer.Body.Close()
			theirs = append(theirs, time.Since(begun))
		}
		s.Close()
		fmt.Printf("one prediction, %s: %.2f×   Berth %v   net/http %v (n=%d)\n", c.what,
			median(ours).Seconds()/median(theirs).Seconds(), median(ours).Round(time.Microsecond), median(theirs).Round(time.Microsecond), rounds)
	}
}

// TestMeasureLoad prints requests a second in a closed loop: Berth's, those of a
// bare net/http loop with as many connections, and wrk's, with the percentiles
// of the latter two beside Berth's. They take turns.
func TestMeasureLoad(t *testing.T) {
	const (
		workers = 8
		span    = 3 * time.Second
		rounds  = 3
	)
	wrk := wrk(t)
	s := answering(t)
	target := load.Target{Base: s.URL, Endpoint: predict.Endpoint{Method: "POST", Path: "/predict", MediaType: "application/json"}}
	plan, err := load.Plan{Workers: workers, For: span, Timeout: 10 * time.Second}.Complete(true)
	if err != nil {
		t.Fatal(err)
	}
	for range rounds {
		r, err := load.Run(t.Context(), target, [][]byte{benchBody}, plan, nil)
		if err != nil || r.Failed() > 0 {
			t.Fatal(r.Errors, err)
		}
		bare := bareLoop(s.URL, workers, span)
		fmt.Printf("load, %d connections: %.2f×   Berth %.0f/s   net/http %.0f/s\n", workers, r.Throughput()/bare, r.Throughput(), bare)
		fmt.Printf("  Berth  p50 %v  p90 %v  p99 %v\n", r.Latency.P50, r.Latency.P90, r.Latency.P99)
		fmt.Printf("  wrk    %s\n", wrk(s.URL, workers, span))
	}
}

// bareLoop is the requests a second of a loop that does nothing else.
func bareLoop(url string, workers int, span time.Duration) float64 {
	client := &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: workers}}
	defer client.CloseIdleConnections()
	var n atomic.Int64
	var all sync.WaitGroup
	begun := time.Now()
	for range workers {
		all.Go(func() {
			for time.Since(begun) < span {
				answer, err := client.Post(url+"/predict", "application/json", bytes.NewReader(benchBody))
				if err != nil {
					continue
				}
				io.Copy(io.Discard, answer.Body)
				answer.Body.Close()
				n.Add(1)
			}
		})
	}
	all.Wait()
	return float64(n.Load()) / time.Since(begun).Seconds()
}

// wrk runs Debian's wrk, installed where it is missing.
func wrk(t *testing.T) func(url string, workers int, span time.Duration) string {
	if _, err := exec.LookPath("wrk"); err != nil {
		if out, err := exec.Command("apt-get", "install", "-qy", "wrk").CombinedOutput(); err != nil {
			t.Logf("no wrk to compare with: %v %s", err, out)
			return func(string, int, time.Duration) string { return "is not there" }
		}
	}
	script := filepath.Join(t.TempDir(), "post.lua")
	if err := os.WriteFile(script, []byte(`wrk.method = "POST"; wrk.headers["Content-Type"] = "application/json"; wrk.body = [[`+string(benchBody)+`]]`), 0o600); err != nil {
		t.Fatal(err)
	}
	return func(url string, workers int, span time.Duration) string {
		out, err := exec.Command("wrk", "-t2", fmt.Sprint("-c", workers), fmt.Sprintf("-d%ds", int(span.Seconds())), "--latency", "-s", script, url+"/predict").CombinedOutput()
		if err != nil {
			t.Fatalf("wrk: %v %s", err, out)
		}
		var said []string
		for line := range strings.Lines(string(out)) {
			if f := strings.Fields(line); len(f) == 2 && (strings.HasSuffix(f[0], "%") || f[0] == "Requests/sec:") {
				said = append(said, f[0]+" "+f[1])
			}
		}
		return strings.Join(said, "  ")
	}
}
