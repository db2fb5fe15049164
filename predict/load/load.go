// Package load sends a service many predictions and measures how it takes them:
// at a rate, whatever the answers (open loop), or as fast as they come (closed
// loop).
package load

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"math"
	"net"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"time"

	"github.com/HdrHistogram/hdrhistogram-go"

	"berth/predict"
	"berth/safetext"
)

// Plan is what load to make.
type Plan struct {
	// Rate is how many requests to send a second, each at its time; 0: each
	// worker sends the next one when the last is answered.
	Rate float64 `json:"rate,omitempty"`
	// Workers is how many requests may be under way at once.
	Workers int           `json:"workers"`
	For     time.Duration `json:"for,omitempty"`   // 0: until Count
	Count   int           `json:"count,omitempty"` // 0: until For
	Timeout time.Duration `json:"timeout"`         // of one request
	// Most is how many requests a second are sent at most where there is no Rate;
	// 0: as many as are answered.
	Most float64 `json:"most_rate,omitempty"`
}

// Target is where to send.
type Target struct {
	Base     string
	Endpoint predict.Endpoint
	Header   http.Header
}

// tick is how often a run tells how it goes.
const tick = 250 * time.Millisecond

// timerLate is how late a timer may be by itself: Go's network poller, in which
// an idle program sleeps, counts milliseconds.
const timerLate = 2 * time.Millisecond

// Run sends bodies, one after the other and from the first again, as the plan
// says. It ends when ctx does or the service is gone, at once and with what was
// measured. told, if it is
// not nil, is given what was measured so far a few times a second.
//
// At a rate a latency counts from when the request should have been sent: while
// a service stalls the requests go on, and what they wait is part of what its
// callers would have waited.
func Run(ctx context.Context, t Target, bodies [][]byte, p Plan, told func(Result)) (Result, error) {
	ctx, stop := context.WithCancelCause(ctx)
	defer stop(nil)
	template, err := t.Endpoint.Request(ctx, t.Base, bodies[0], t.Header)
	if err != nil {
		return Result{}, err
	}
	contents := make([][]byte, len(bodies))
	types := make([]string, len(bodies))
	for n, body := range bodies {
		if contents[n], types[n], err = t.Endpoint.Payload(body); err != nil {
			return Result{}, err
		}
	}
	r := &run{
		plan: p, stop: stop, template: template, contents: contents, types: types,
		client: &http.Client{
			Transport: &http.Transport{
				DialContext:         (&net.Dialer{Timeout: p.Timeout}).DialContext,
				MaxIdleConnsPerHost: p.Workers, MaxIdleConns: 0, DisableCompression: true,
			},
			Timeout:       p.Timeout,
			CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		},
	}
	if p.Most > 0 {
		r.pace.every = time.Duration(float64(time.Second) / p.Most)
	}
	defer r.client.CloseIdleConnections()
	for range min(p.Workers, shards) {
		r.shards = append(r.shards, &shard{latency: newHistogram(p.Timeout), errors: map[string]int64{}})
	}
	return r.all(ctx, told), nil
}

// shards is how many parts measure apart, so that workers seldom wait for each
// other.
const shards = 16

// newHistogram counts microseconds with three digits, which is what latencies
// are worth, up to what a request may take and its waiting to be sent.
func newHistogram(timeout time.Duration) *hdrhistogram.Histogram {
	return hdrhistogram.New(1, max(10*timeout, time.Minute).Microseconds(), 3)
}

type run struct {
	plan     Plan
	stop     context.CancelCauseFunc
	template *http.Request
	contents [][]byte
	types    []string
	client   *http.Client
	shards   []*shard
	next     atomic.Int64 // the number of the next request
	pace     pace
	held     atomic.Int64 // how long workers waited for their pace
	refusing atomic.Int64 // since when every connection is refused, see heed
	start    time.Time
	end      time.Time // zero: at Count
}

// shard is what some of the workers measured.
type shard struct {
	mu       sync.Mutex
	latency  *hdrhistogram.Histogram
	errors   map[string]int64
	sent     int64
	ok       int64
	bytes    int64
	late     int64
	lateMost time.Duration
	givenUp  int64
}

func (r *run) all(ctx context.Context, told func(Result)) Result {
	r.start = time.Now()
	if r.plan.For > 0 {
		r.end = r.start.Add(r.plan.For)
	}
	var workers sync.WaitGroup
	for n := range r.plan.Workers {
		workers.Go(func() { r.work(ctx, r.shards[n%len(r.shards)]) })
	}
	done := make(chan struct{})
	go func() {
		workers.Wait()
		close(done)
	}()
	for clock := time.NewTicker(tick); ; {
		select {
		case <-done:
			clock.Stop()
			all := r.result(false)
			all.Gone = errors.Is(context.Cause(ctx), errGone)
			if ctx.Err() == nil && r.plan.Rate > 0 {
				all.Unsent = r.plan.due() - all.Sent
			}
			return all
		case <-clock.C:
			if told != nil {
				told(r.result(true))
			}
		}
	}
}

// due is how many requests are due at a rate in all.
func (p Plan) due() int64 {
	if p.Rate <= 0 {
		return 0
	}
	all := int64(math.MaxInt64)
	if p.Count > 0 {
		all = int64(p.Count)
	}
	if p.For > 0 { // the first is due at once, and none at the end
		all = min(all, int64(math.Ceil(p.Rate*p.For.Seconds())))
	}
	return all
}

// work sends until there is nothing more to send. A request that is under way
// when the time is over is awaited: it belongs to what was asked for.
func (r *run) work(ctx context.Context, s *shard) {
	due := r.plan.due()
	for ctx.Err() == nil && (r.end.IsZero() || time.Now().Before(r.end)) {
		n := r.next.Add(1) - 1
		if r.plan.Count > 0 && n >= int64(r.plan.Count) {
			return
		}
		if r.plan.Rate > 0 && n >= due { // the next would be after the end
			until(ctx, r.end)
			return
		}
		if r.plan.Rate == 0 && r.plan.Most > 0 && !r.paced(ctx, n) {
			return
		}
		from := time.Now()
		var late time.Duration
		if r.plan.Rate > 0 {
			at := r.start.Add(time.Duration(float64(n) / r.plan.Rate * float64(time.Second)))
			if !until(ctx, at) {
				return
			}
			from = time.Now()
			if late = from.Sub(at); late > timerLate {
				from = at
			}
		}
		r.send(ctx, n, s, from, late)
	}
}

// until waits for a time, and reports whether it came before ctx ended.
func until(ctx context.Context, due time.Time) bool {
	d := time.Until(due)
	if d <= 0 {
		return true
	}
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return true
	case <-ctx.Done():
		return false
	}
}

func (r *run) send(ctx context.Context, n int64, s *shard, from time.Time, late time.Duration) {
	body := n % int64(len(r.contents))
	request := *r.template
	content := r.contents[body]
	request.Body = io.NopCloser(bytes.NewReader(content))
	request.ContentLength = int64(len(content))
	request.GetBody = func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(content)), nil }
	if kind := r.types[body]; len(r.types) > 1 && kind != r.template.Header.Get("Content-Type") { // a form's boundary
		request.Header = r.template.Header.Clone()
		request.Header.Set("Content-Type", kind)
	}
	answer, err := r.client.Do(&request)
	var got int64
	status := 0
	if err == nil {
		status = answer.StatusCode
		got, err = io.Copy(io.Discard, answer.Body)
		answer.Body.Close()
	}
	took := time.Since(from)
	r.heed(err)
	s.mu.Lock()
	defer s.mu.Unlock()
	if err != nil && ctx.Err() != nil { // which says nothing of the service
		s.givenUp++
		return
	}
	s.sent++
	s.bytes += got
	if late > timerLate {
		s.late++
		s.lateMost = max(s.lateMost, late)
	}
	switch {
	case err != nil:
		kind := kindOf(err)
		if _, known := s.errors[kind]; !known && len(s.errors) >= mostKinds {
			kind = "other"
		}
		s.errors[kind]++
		return
	case status/100 != 2:
		s.errors[strings.TrimSpace(fmt.Sprint(status, " ", http.StatusText(status)))]++
	default:
		s.ok++
	}
	_ = s.latency.RecordValue(min(took.Microseconds(), s.latency.HighestTrackableValue())) // within the range: it cannot fail
}

// mostKinds bounds what is told apart of what goes wrong.
const mostKinds = 20

// kindOf names what went wrong below HTTP.
func kindOf(err error) string {
	var timeout interface{ Timeout() bool }
	switch {
	case errors.As(err, &timeout) && timeout.Timeout():
		return "timed out"
	case errors.Is(err, syscall.ECONNREFUSED):
		return "connection refused"
	case errors.Is(err, syscall.ECONNRESET), errors.Is(err, syscall.EPIPE):
		return "connection reset"
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF), strings.HasSuffix(err.Error(), "server closed idle connection"): // which net/http does not export
		return "closed without an answer"
	case errors.Is(err, syscall.EADDRNOTAVAIL), errors.Is(err, syscall.EMFILE):
		return "no more connections on this machine"
	}
	for inner := errors.Unwrap(err); inner != nil; inner = errors.Unwrap(err) {
		err = inner // without the addresses, which differ
	}
	return safetext.Line(err.Error())
}
