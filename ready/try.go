package ready

import (
	"bufio"
	"bytes"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"syscall"
	"time"

	"berth/stack"
)

const (
	// maxBody is how much of an answer is read, in bytes.
	maxBody = 64 << 10
	// quiet is how long a connection must stay open to count. Docker's proxy
	// closes it within milliseconds while nothing listens behind it.
	quiet = 100 * time.Millisecond
	// agent tells Berth's requests from the health check's in a server's log.
	agent = "berth-ready"
)

// Try asks once. It takes no longer than p.Timeout.
func (p Probe) Try(ctx context.Context, e Engine) Result {
	ctx, cancel := context.WithTimeout(ctx, p.Timeout)
	defer cancel()
	start := time.Now()
	var r Result
	switch p.Kind {
	case HTTP:
		r = p.request(ctx)
	case Exec:
		r = p.exec(ctx, e)
	case Port:
		r = p.port(ctx)
	case Running:
		r = p.alive(ctx, e)
	default:
		r.Text = fmt.Sprintf("no way to ask (%q)", p.Kind)
	}
	r.Took = time.Since(start)
	if r.OK && r.Text != "" && p.Kind != Running {
		r.Text += " in " + stack.Took(r.Took)
	}
	return r
}

// closed is the Result of a connection that was accepted, and that is all.
var closed = Result{Text: "connection closed without an answer", Closed: true}

// failed puts an error of the network in words.
func (p Probe) failed(err error) Result {
	var timeout net.Error
	switch {
	case errors.Is(err, context.Canceled):
		return Result{Text: "cancelled"}
	case errors.Is(err, context.DeadlineExceeded), errors.As(err, &timeout) && timeout.Timeout():
		return Result{Text: "no answer within " + stack.Took(p.Timeout)}
	case errors.Is(err, syscall.ECONNREFUSED):
		return Result{Text: "connection refused"}
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF), errors.Is(err, syscall.ECONNRESET), errors.Is(err, syscall.EPIPE):
		return closed
	}
	for next := errors.Unwrap(err); next != nil; next = errors.Unwrap(err) {
		err = next // the innermost says what; the rest repeats the address
	}
	return Result{Text: err.Error()}
}

func (p Probe) dial(ctx context.Context, network, _ string) (net.Conn, error) {
	if p.dialer != nil {
		return p.dialer(ctx, network, p.Address)
	}
	return new(net.Dialer).DialContext(ctx, network, p.Address)
}

// request sends the check's request and judges the answer as the check does.
func (p Probe) request(ctx context.Context) Result {
	line := &line{dial: p.dial}
	client := p.client(line)
	defer client.CloseIdleConnections()
	status, body, err := send(ctx, client, p.Request, p.Request.Method)
	refused := status == http.StatusMethodNotAllowed || status == http.StatusNotImplemented
	if err == nil && refused && p.Request.GetToo {
		status, body, err = send(ctx, client, p.Request, http.MethodGet)
	}
	switch {
	case err != nil && ctx.Err() == nil && line.silent():
		return closed
	case err != nil:
		return p.failed(err)
	}
	r := Result{OK: p.Request.Accept.ok(status), Text: fmt.Sprint(status)}
	if first := firstLine(body); !r.OK && first != "" {
		r.Text += ": " + first
	}
	return r
}

// client opens a connection for each request, and always to the published
// port: to the server, and in its redirects, it is still the host of the check.
func (p Probe) client(l *line) *http.Client {
	c := &http.Client{Transport: &http.Transport{
		DialContext:       l.open,
		DisableKeepAlives: true,
		TLSClientConfig:   &tls.Config{InsecureSkipVerify: p.Request.Insecure}, //nolint:gosec // only where the check says so too
	}}
	origin := p.Request.URL
	c.CheckRedirect = func(next *http.Request, via []*http.Request) error {
		switch {
		case !p.Request.Redirects:
			return http.ErrUseLastResponse
		case next.URL.Host != via[0].URL.Host || next.URL.Scheme != via[0].URL.Scheme:
			return fmt.Errorf("%s redirects to %s, which cannot be asked from here", origin, next.URL)
		case len(via) >= 10:
			return errors.New("more than 10 redirects")
		}
		return nil
	}
	return c
}

func send(ctx context.Context, c *http.Client, r Request, method string) (status int, body []byte, err error) {
	req, err := http.NewRequestWithContext(ctx, method, r.URL, strings.NewReader(r.Body))
	if err != nil {
		return 0, nil, err
	}
	req.Header = r.Header.Clone()
	if req.Header == nil {
		req.Header = http.Header{}
	}
	if host := req.Header.Get("Host"); host != "" {
		req.Host = host
	}
	if req.Header.Get("User-Agent") == "" {
		req.Header.Set("User-Agent", agent)
	}
	resp, err := c.Do(req)
	if err != nil {
		return 0, nil, err
	}
	defer resp.Body.Close()
	body, err = io.ReadAll(io.LimitReader(resp.Body, maxBody))
	return resp.StatusCode, body, err
}

func (p Probe) exec(ctx context.Context, e Engine) Result {
	out, err := e.Exec(ctx, p.Ref, p.Argv)
	switch {
	case err != nil && ctx.Err() != nil:
		return p.failed(ctx.Err())
	case err != nil:
		return Result{Text: err.Error()}
	}
	r := Result{OK: out.ExitCode == 0, Text: fmt.Sprintf("exit %d", out.ExitCode), Status: out.ExitCode}
	if last := lastLine(out.Output); !r.OK && last != "" {
		r.Text += ": " + last
	}
	return r
}

// port sends the least that an HTTP server answers. What does not answer, or
// closes, may speak another protocol: a connection that stays open will do.
func (p Probe) port(ctx context.Context) Result {
	conn, err := p.dial(ctx, "tcp", "")
	if err != nil {
		return p.failed(err)
	}
	defer conn.Close()
	defer context.AfterFunc(ctx, func() { _ = conn.SetDeadline(time.Unix(1, 0)) })()
	_, err = io.WriteString(conn, "GET / HTTP/1.1\r\nHost: localhost\r\nUser-Agent: "+agent+"\r\nConnection: close\r\n\r\n")
	answer := bufio.NewReader(conn)
	if err == nil {
		_, err = answer.Peek(1)
	}
	var late net.Error
	switch {
	case err == nil:
		return greeting(answer)
	case errors.Is(ctx.Err(), context.Canceled):
		return p.failed(ctx.Err())
	case errors.As(err, &late) && late.Timeout():
		return Result{OK: true, Text: "open, silent"}
	}
	return p.open(ctx)
}

// greeting names what a server sent first.
func greeting(answer *bufio.Reader) Result {
	if start, _ := answer.Peek(len("HTTP/")); bytes.Equal(start, []byte("HTTP/")) {
		resp, err := http.ReadResponse(answer, nil)
		if err == nil {
			_ = resp.Body.Close() // its connection is closed next
			return Result{OK: true, Text: fmt.Sprint(resp.StatusCode)}
		}
	}
	return Result{OK: true, Text: "answers, but not HTTP"}
}

// open reports whether a connection on which nothing is said stays open.
func (p Probe) open(ctx context.Context) Result {
	conn, err := p.dial(ctx, "tcp", "")
	if err != nil {
		return p.failed(err)
	}
	defer conn.Close()
	if err := conn.SetReadDeadline(time.Now().Add(quiet)); err != nil {
		return p.failed(err)
	}
	_, err = conn.Read(make([]byte, 1))
	var late net.Error
	if err == nil || errors.As(err, &late) && late.Timeout() {
		return Result{OK: true, Text: "open"}
	}
	return p.failed(err)
}

// alive waits until the run is old enough, and looks whether it still goes on.
// The Engine's clock may differ from ours, so never longer than runningFor.
func (p Probe) alive(ctx context.Context, e Engine) Result {
	pause := min(runningFor-time.Since(p.run.started), runningFor)
	if pause <= 0 {
		return alive // as who asks has just seen
	}
	select {
	case <-ctx.Done():
		return p.failed(ctx.Err())
	case <-time.After(pause):
	}
	d, err := e.Inspect(ctx, p.Ref)
	switch {
	case err != nil:
		return Result{Text: err.Error()}
	case d.Phase != stack.Running:
		return Result{Text: d.State()}
	case runOf(d.Service) != p.run:
		return Result{Text: "restarted"}
	}
	return alive
}

// alive is the Result of a process that lives long enough to count.
var alive = Result{OK: true, Text: "running"}

func firstLine(b []byte) string {
	line, _, _ := strings.Cut(strings.TrimSpace(string(b)), "\n")
	return strings.TrimSpace(line)
}

func lastLine(s string) string {
	s = strings.TrimSpace(s)
	return strings.TrimSpace(s[strings.LastIndexByte(s, '\n')+1:])
}
