package predict

import (
	"net/http"
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
	mu                                  sync.Mutex
	start, asked, got, sent, first, end time.Time
	reused                              bool
}

func startWatch() *stopwatch { return &stopwatch{start: time.Now()} }

func (w *stopwatch) on(r *http.Request) *http.Request {
	note := func(at *time.Time) {
		w.mu.Lock()
		defer w.mu.Unlock()
		*at = time.Now()
	}
	return r.WithContext(httptrace.WithClientTrace(r.Context(), &httptrace.ClientTrace{
		GetConn: func(string) { note(&w.asked) },
		GotConn: func(i httptrace.GotConnInfo) {
			note(&w.got)
			w.mu.Lock()
			defer w.mu.Unlock()
			w.reused = i.Reused
		},
		WroteRequest:         func(httptrace.WroteRequestInfo) { note(&w.sent) },
		GotFirstResponseByte: func() { note(&w.first) },
	}))
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
