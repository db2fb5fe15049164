package ready

import (
	"context"
	"net"
	"sync/atomic"
)

// line dials, and notes whether the other side was reached and ever said
// anything. The HTTP client's own errors do not tell that reliably: a
// connection closed before the request is written is "server closed idle
// connection", a value that it does not export.
type line struct {
	dial    func(ctx context.Context, network, address string) (net.Conn, error)
	reached atomic.Bool
	heard   atomic.Bool
}

func (l *line) open(ctx context.Context, network, address string) (net.Conn, error) {
	c, err := l.dial(ctx, network, address)
	if err != nil {
		return nil, err
	}
	l.reached.Store(true)
	return &listened{c, l}, nil
}

// silent reports whether a connection was accepted and nothing came over it.
func (l *line) silent() bool { return l.reached.Load() && !l.heard.Load() }

type listened struct {
	net.Conn
	line *line
}

func (c *listened) Read(b []byte) (int, error) {
	n, err := c.Conn.Read(b)
	if n > 0 {
		c.line.heard.Store(true)
	}
	return n, err
}
