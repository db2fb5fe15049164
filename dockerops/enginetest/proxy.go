package enginetest

import (
	"errors"
	"io"
	"net"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/moby/moby/client"
)

// Proxy is a way to the test Engine of its own, which can be cut, and which
// counts what goes through it.
type Proxy struct {
	Host string // DOCKER_HOST of the Engine behind it
	sent atomic.Int64

	mu     sync.Mutex
	listen net.Listener
	open   map[net.Conn]bool
	cut    bool
	mark   int64 // bytes after which passed is called; 0: never
	passed func()
}

// After has f called, once, when so many bytes have gone to the Engine; no more
// go while it runs.
func (p *Proxy) After(bytes int64, f func()) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.mark, p.passed = bytes, f
}

// went counts bytes that are about to go.
func (p *Proxy) went(n int) {
	total := p.sent.Add(int64(n))
	p.mu.Lock()
	f := p.passed
	if f == nil || total < p.mark {
		f = func() {}
	} else {
		p.passed = nil
	}
	p.mu.Unlock()
	f()
}

// NewProxy opens one, until the test ends.
func NewProxy(t testing.TB) *Proxy {
	t.Helper()
	engine, err := client.ParseHostURL(Host(t))
	if err != nil {
		t.Fatal(err)
	}
	at := engine.Host
	if engine.Scheme == "unix" {
		at = engine.Path
		if at == "" {
			at = engine.Host
		}
	}
	dir, err := os.MkdirTemp("", "berth-proxy") // the names of sockets are short
	if err != nil {
		t.Fatal(err)
	}
	p := &Proxy{Host: "unix://" + filepath.Join(dir, "s"), open: map[net.Conn]bool{}}
	if p.listen, err = net.Listen("unix", filepath.Join(dir, "s")); err != nil {
		t.Fatal(err)
	}
	// Open to others than root, as whom a test may run Berth.
	if err := errors.Join(os.Chmod(dir, 0o755), os.Chmod(filepath.Join(dir, "s"), 0o666)); err != nil {
		t.Fatal(err)
	}
	var wg sync.WaitGroup
	wg.Go(func() {
		for {
			in, err := p.listen.Accept()
			if err != nil {
				return // it was cut
			}
			out, err := net.Dial(engine.Scheme, at)
			if err != nil {
				in.Close()
				continue
			}
			if !p.keep(in, out) {
				return
			}
			wg.Go(func() { p.pass(out, in, p.went) })
			wg.Go(func() { p.pass(in, out, func(int) {}) })
		}
	})
	t.Cleanup(func() {
		p.Cut()
		wg.Wait()
		if err := os.RemoveAll(dir); err != nil {
			t.Error(err)
		}
	})
	return p
}

// Sent is how many bytes went to the Engine.
func (p *Proxy) Sent() int64 { return p.sent.Load() }

// Cut ends every connection, and takes no new ones: as if the Engine went away.
func (p *Proxy) Cut() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.cut = true
	_ = p.listen.Close() // a second time is an error
	for c := range p.open {
		c.Close()
	}
}

func (p *Proxy) keep(all ...net.Conn) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, c := range all {
		if p.cut {
			c.Close()
			continue
		}
		p.open[c] = true
	}
	return !p.cut
}

// pass copies one direction, and passes on that it has ended.
func (p *Proxy) pass(to, from net.Conn, went func(n int)) {
	_, _ = io.Copy(to, io.TeeReader(from, counter(went))) // either end may go away at any time
	if half, ok := to.(interface{ CloseWrite() error }); ok {
		_ = half.CloseWrite() // it may have gone already
	}
}

type counter func(n int)

func (c counter) Write(b []byte) (int, error) {
	c(len(b))
	return len(b), nil
}
