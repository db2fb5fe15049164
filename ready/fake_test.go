package ready

import (
	"context"
	"net"
	"net/http"
	"sync"
	"syscall"
	"testing"
	"time"

	"berth/stack"
)

// fake provokes what a real Engine does not do on demand. Time is the bubble's.
type fake struct {
	mu      sync.Mutex
	inspect func(at time.Duration, r stack.Ref) (stack.Detail, error)
	exec    func(argv []string) (stack.ExecResult, error)
	start   time.Time
	looks   []time.Duration // when it was inspected
}

func (f *fake) Inspect(ctx context.Context, r stack.Ref) (stack.Detail, error) {
	if err := ctx.Err(); err != nil {
		return stack.Detail{}, err
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	at := time.Since(f.start)
	f.looks = append(f.looks, at)
	return f.inspect(at, r)
}

func (f *fake) Exec(_ context.Context, _ stack.Ref, argv []string) (stack.ExecResult, error) {
	return f.exec(argv)
}

// pipes is a network in memory that refuses until from, and then serves.
type pipes struct {
	from  time.Time
	conns chan net.Conn
}

func newPipes(t *testing.T, from time.Time, h http.Handler) *pipes {
	p := &pipes{from: from, conns: make(chan net.Conn)}
	server := &http.Server{Handler: h}
	go server.Serve(p)
	t.Cleanup(func() { server.Close() })
	return p
}

func (p *pipes) dial(ctx context.Context, network, address string) (net.Conn, error) {
	if time.Now().Before(p.from) {
		return nil, &net.OpError{Op: "dial", Err: syscall.ECONNREFUSED}
	}
	here, there := net.Pipe()
	select {
	case p.conns <- there:
		return here, nil
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

func (p *pipes) Accept() (net.Conn, error) {
	c, ok := <-p.conns
	if !ok {
		return nil, net.ErrClosed
	}
	return c, nil
}
func (p *pipes) Close() error   { close(p.conns); return nil }
func (p *pipes) Addr() net.Addr { return &net.TCPAddr{} }

var api = stack.Ref{Project: "p", Service: "api", Number: 1}

// web is a running service with an HTTP health check.
func web(r stack.Ref) stack.Detail {
	return stack.Detail{
		Service: stack.Service{Ref: r, ContainerID: "c1", Phase: stack.Running, Ports: []stack.Port{tcp("", 18000, 8000)}},
		Check:   &stack.Check{Test: []string{"CMD", "curl", "-f", "http://localhost:8000/health"}},
	}
}

func always(d stack.Detail) func(time.Duration, stack.Ref) (stack.Detail, error) {
	return func(time.Duration, stack.Ref) (stack.Detail, error) { return d, nil }
}

// journal keeps what was reported.
type journal struct {
	mu  sync.Mutex
	all []stack.Progress
}

func (j *journal) report(p stack.Progress) {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.all = append(j.all, p)
}

func (j *journal) texts() (all []string) {
	for _, p := range j.all {
		if text := string(p.Status) + " " + p.Text; len(all) == 0 || all[len(all)-1] != text {
			all = append(all, text)
		}
	}
	return all
}
