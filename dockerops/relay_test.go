package dockerops_test

import (
	"bufio"
	"errors"
	"io"
	"net"
	"net/url"
	"path/filepath"
	"sync"
	"testing"

	"berth/dockerops"
	"berth/dockerops/enginetest"
)

// relay is the test Engine behind a socket of its own, which can do what the
// Engine will not do on demand: have no BuildKit, or die.
type relay struct {
	t          *testing.T
	noBuildKit bool // answer 404 to /grpc, as podman does
	socket     string
	listener   net.Listener
	conns      sync.WaitGroup
	mu         sync.Mutex
	open       map[net.Conn]bool
	away       bool
}

func newRelay(t *testing.T, noBuildKit bool) *relay {
	t.Helper()
	enginetest.Host(t)
	r := &relay{t: t, noBuildKit: noBuildKit, socket: filepath.Join(t.TempDir(), "engine.sock"), open: map[net.Conn]bool{}}
	var err error
	if r.listener, err = new(net.ListenConfig).Listen(t.Context(), "unix", r.socket); err != nil {
		t.Fatal(err)
	}
	r.conns.Go(func() {
		for {
			conn, err := r.listener.Accept()
			if err != nil {
				return // closed
			}
			r.conns.Go(func() { r.serve(conn) })
		}
	})
	t.Cleanup(func() {
		r.die()
		r.conns.Wait()
	})
	return r
}

// die cuts all connections and takes no more.
func (r *relay) die() {
	_ = r.listener.Close()
	r.cut(true)
}

// cut cuts all connections, and as long as the Engine is away those that are
// made.
func (r *relay) cut(away bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.away = away
	for conn := range r.open {
		_ = conn.Close()
	}
	clear(r.open)
}

// back lets the Engine be reached again.
func (r *relay) back() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.away = false
}

func (r *relay) serve(from net.Conn) {
	defer from.Close()
	to, err := dialHost(enginetest.Host(r.t))
	if err != nil {
		r.t.Error(err)
		return
	}
	defer to.Close()
	r.mu.Lock()
	away := r.away
	if !away {
		r.open[from], r.open[to] = true, true
	}
	r.mu.Unlock()
	if away {
		return
	}
	head := bufio.NewReader(from)
	if first, err := head.Peek(len("POST /grpc ")); err == nil && r.noBuildKit && string(first) == "POST /grpc " {
		_, _ = io.WriteString(from, "HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
		return
	}
	var copies sync.WaitGroup
	copies.Go(func() { pipe(to, head) })
	copies.Go(func() { pipe(from, to) })
	copies.Wait()
}

// pipe copies until the end and passes the end on.
func pipe(to net.Conn, from io.Reader) {
	_, err := io.Copy(to, from)
	if half, ok := to.(interface{ CloseWrite() error }); ok && err == nil {
		err = half.CloseWrite()
	}
	if err != nil && !errors.Is(err, net.ErrClosed) {
		_ = to.Close()
	}
}

func dialHost(host string) (net.Conn, error) {
	u, err := url.Parse(host)
	if err != nil {
		return nil, err
	}
	if u.Scheme == "unix" {
		return net.Dial("unix", u.Path)
	}
	return net.Dial("tcp", u.Host)
}

// engine is the Engine as seen through the relay.
func (r *relay) engine() *dockerops.Engine {
	r.t.Helper()
	e, err := dockerops.Connect(r.t.Context(), dockerops.Target{Host: "unix://" + r.socket})
	if err != nil {
		r.t.Fatal(err)
	}
	r.t.Cleanup(func() {
		if err := e.Close(); err != nil {
			r.t.Error(err)
		}
	})
	return e
}

func withoutBuildKit(t *testing.T) *dockerops.Engine {
	t.Helper()
	return newRelay(t, true).engine()
}
