package predict

import (
	"context"
	"net/http/httptrace"
	"sync"
	"time"
)

// Timing is where the time of one exchange went; nanoseconds in JSON.
type Timing struct {
	Connect time.Duration `json:"connect"` // name, TCP and TLS; 0 on a connection that was open already
	Wait    time.Duration `json:"wait"`    // from the request sent to the first byte of the answer
	Receive time.Duration `json:"receive"` // from there to the last byte that was read
	Total   time.Duration `json:"total"`
	Reused  bool          `json:"reused"`
}

// stopwatch notes when things happen. The transport calls it from goroutines of
// its own, and again when it tries another connection: the last call counts.
type stopwatch struct {
	trace httptrace.ClientTrace

	mu                                  sync.Mutex
	start, asked, got, sent, first, end time.Time
	reused                              bool
}

func startWatch() *stopwatch {
	w := &stopwatch{}
	w.trace = httptrace.ClientTrace{
		GetConn:              func(string) { w.note(&w.asked) },
		GotConn:              w.gotConn,
		WroteRequest:         func(httptrace.WroteRequestInfo) { w.note(&w.sent) },
		GotFirstResponseByte: func() { w.note(&w.first) },
	}
	return w
}

// in gives a request that is made with the context to the stopwatch.
func (w *stopwatch) in(ctx context.Context) context.Context {
	return httptrace.WithClientTrace(ctx, &w.trace)
}

func (w *stopwatch) begin() { w.start = time.Now() }

func (w *stopwatch) note(at *time.Time) {
	now := time.Now()
	w.mu.Lock()
	defer w.mu.Unlock()
	*at = now
}

func (w *stopwatch) gotConn(i httptrace.GotConnInfo) {
	w.note(&w.got)
	w.mu.Lock()
	defer w.mu.Unlock()
	w.reused = i.Reused
}

// sentAt is when the request was sent.
func (w *stopwatch) sentAt() time.Time {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.sent
}

func (w *stopwatch) stop() Timing {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.end = time.Now()
	t := Timing{Total: w.end.Sub(w.start), Reused: w.reused, Receive: w.end.Sub(w.first)}
	if !w.reused {
		t.Connect = w.got.Sub(w.asked)
	}
	// A service may answer before it has read everything.
	t.Wait = max(w.first.Sub(w.sent), 0)
	return t
}
