package enginetest

import (
	"bufio"
	"errors"
	"io"
	"net"
	"os"
	"path/filepath"
	"sync"
	"testing"

	"github.com/moby/moby/client"
)

// Proxy is a way to the test Engine of its own. It counts what goes through, and
// does what the Engine will not do on demand: go away, or have no BuildKit.
type Proxy struct {
	Host string // DOCKER_HOST of the Engine behind it

	t      testing.TB
	listen net.Listener
	copies sync.WaitGroup

	mu         sync.Mutex
	open       map[net.Conn]bool
	away       bool
	noBuildKit bool
	sent       int64
	mark       int64 // bytes after which passed is called
	passed     func()
}

// NewProxy opens one, until the test ends.
func NewProxy(t testing.TB) *Proxy {
	t.Helper()
	Host(t)
	dir, err := os.MkdirTemp("", "berth-proxy") // the names of sockets are short
	if err != nil {
		t.Fatal(err)
	}
	socket := filepath.Join(dir, "s")
	p := &Proxy{Host: "unix://" + socket, t: t, open: map[net.Conn]bool{}}
	if p.listen, err = net.Listen("unix", socket); err != nil {
		t.Fatal(err)
	}
	// Open to others than root, as whom a test may run Berth.
	if err := errors.Join(os.Chmod(dir, 0o755), os.Chmod(socket, 0o666)); err != nil {
		t.Fatal(err)
	}
	p.copies.Go(func() {
		for {
			conn, err := p.listen.Accept()
			if err != nil {
				return // closed
			}
			p.copies.Go(func() { p.serve(conn) })
		}
	})
	t.Cleanup(func() {
		p.Cut()
		p.copies.Wait()
		if err := os.RemoveAll(dir); err != nil {
			t.Error(err)
		}
	})
	return p
}

// WithoutBuildKit has it answer as an Engine that has none, such as podman.
func (p *Proxy) WithoutBuildKit() *Proxy {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.noBuildKit = true
	return p
}

// Sent is how many bytes went to the Engine.
func (p *Proxy) Sent() int64 {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.sent
}

// After has f called, once, when so many bytes have gone to the Engine; no more
// go on that connection while it runs.
func (p *Proxy) After(bytes int64, f func()) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.mark, p.passed = bytes, f
}

// Cut ends every connection, and takes no new ones.
func (p *Proxy) Cut() {
	_ = p.listen.Close() // a second time is an error
	p.Interrupt(true)
}

// Interrupt ends every connection, and as long as the Engine is away those that
// are made.
func (p *Proxy) Interrupt(away bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.away = away
	for c := range p.open {
		_ = c.Close()
	}
	clear(p.open)
}

// Back lets the Engine be reached again.
func (p *Proxy) Back() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.away = false
}

func (p *Proxy) serve(from net.Conn) {
	defer from.Close()
	to, err := dial(Host(p.t))
	if err != nil {
		p.t.Error(err)
		return
	}
	defer to.Close()
	p.mu.Lock()
	away, noBuildKit := p.away, p.noBuildKit
	if !away {
		p.open[from], p.open[to] = true, true
	}
	p.mu.Unlock()
	if away {
		return
	}
	head := bufio.NewReader(from)
	if first, err := head.Peek(len("POST /grpc ")); err == nil && noBuildKit && string(first) == "POST /grpc " {
		_, _ = io.WriteString(from, "HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
		return
	}
	var copies sync.WaitGroup
	copies.Go(func() { pass(to, io.TeeReader(head, counter(p.went))) })
	copies.Go(func() { pass(from, to) })
	copies.Wait()
}

// went counts bytes that are about to go.
func (p *Proxy) went(n int) {
	p.mu.Lock()
	p.sent += int64(n)
	f := p.passed
	if f != nil && p.sent >= p.mark {
		p.passed = nil
	} else {
		f = func() {}
	}
	p.mu.Unlock()
	f()
}

type counter func(n int)

func (c counter) Write(b []byte) (int, error) {
	c(len(b))
	return len(b), nil
}

// pass copies until the end and passes the end on.
func pass(to net.Conn, from io.Reader) {
	_, err := io.Copy(to, from)
	if half, ok := to.(interface{ CloseWrite() error }); ok && err == nil {
		err = half.CloseWrite()
	}
	if err != nil && !errors.Is(err, net.ErrClosed) {
		_ = to.Close()
	}
}

func dial(host string) (net.Conn, error) {
	u, err := client.ParseHostURL(host)
	if err != nil {
		return nil, err
	}
	return net.Dial(u.Scheme, u.Host) // of a socket, its path
}
