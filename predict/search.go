package predict

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"syscall"

	"berth/safetext"
	"berth/stack"
)

// search is one round of asking.
type search struct {
	ctx    context.Context
	client *http.Client
	base   string
	hints  Hints
	tried  []string // "GET /openapi.json: 404 Not Found"
	server string   // what the service calls itself in its headers
	moved  string   // the other host that it redirects to
}

// answer is what came of one GET.
type answer struct {
	status int
	text   []byte
	page   bool // not JSON
	server string
	moved  string
	line   string // for who wants to know what was tried
	err    error  // there was none, or not all of it
}

// json is the answer as an object; nil when it is none.
func (a answer) json() *object {
	if a.err != nil || a.page {
		return nil
	}
	v, err := decode(a.text)
	if err != nil {
		return nil
	}
	o, _ := v.(*object)
	return o
}

// get asks for one path, a document. The error is that of the answer.
func (s *search) get(path string) (answer, error) {
	got := s.ask(s.ctx, path, maxDocument)
	s.note(got)
	return got, got.err
}

// getAll asks for all paths at once.
func (s *search) getAll(paths []string) map[string]answer {
	ctx, cancel := context.WithTimeoutCause(s.ctx, probeTimeout, fmt.Errorf("no complete answer within %v", probeTimeout))
	defer cancel()
	answers := make([]answer, len(paths))
	var wg sync.WaitGroup
	for i, path := range paths {
		limit := maxMetadata
		if path == "/docs.json" {
			limit = maxDocument
		}
		wg.Go(func() { answers[i] = s.ask(ctx, path, limit) })
	}
	wg.Wait()
	got := map[string]answer{}
	for i, path := range paths {
		s.note(answers[i])
		got[path] = answers[i]
	}
	return got
}

func (s *search) note(got answer) {
	s.tried = append(s.tried, got.line)
	if got.server != "" {
		s.server = got.server
	}
	if got.moved != "" {
		s.moved = got.moved
	}
}

// ask sends one GET. Each has its own connection: a server that serves one
// connection after the other would keep the second waiting for the first.
func (s *search) ask(ctx context.Context, path string, limit int) (got answer) {
	defer func() {
		got.line = "GET " + path + ": " + got.line
		if got.err != nil {
			if ctx.Err() != nil {
				got.err = context.Cause(ctx)
			}
			got.line += plainly(got.err).Error()
		}
	}()
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, s.base+path, nil)
	if err != nil {
		return answer{err: err}
	}
	request.Close = true
	request.Header.Set("Accept", "application/json, text/html;q=0.5")
	response, err := s.client.Do(request)
	if err != nil {
		return answer{err: err}
	}
	defer response.Body.Close()
	got = answer{status: response.StatusCode, server: response.Header.Get("Server"), line: response.Status}
	if got.moved = elsewhere(response); got.moved != "" {
		got.line += ", to " + got.moved
	}
	if got.text, err = io.ReadAll(io.LimitReader(response.Body, int64(limit)+1)); err == nil && len(got.text) > limit {
		err = ErrTooLarge
	}
	if err != nil {
		got.line += ", "
		return answer{err: err, line: got.line}
	}
	kind := response.Header.Get("Content-Type")
	if got.page = !isJSON(kind) && checkSyntax(got.text) != nil; got.page && got.status == http.StatusOK && kind != "" && path != "/docs" {
		got.line += ", " + kind + ", not JSON" // a page for every path, as single-page applications have
	}
	return got
}

func (s *search) problem(where string, err error) error {
	p := &stack.Problem{What: "reading the service's API", Where: where, Err: plainly(err)}
	if s.ctx.Err() != nil {
		p.Err = context.Cause(s.ctx)
	}
	for _, line := range s.tried {
		p.Lines = append(p.Lines, safetext.Line(line))
	}
	switch {
	case errors.Is(err, ErrNoDocument):
		p.Hint = "publish a document at /openapi.json, as FastAPI does, name the endpoint (--path 'POST /predict'), or ask another service"
		if s.server != "" {
			p.Lines = append(p.Lines, "the server is "+safetext.Line(s.server))
		}
		if s.moved != "" {
			p.Hint = FollowHint(s.moved)
		}
	case errors.Is(err, syscall.ECONNREFUSED):
		p.Hint = "is the service up, and is this its published port?"
	case errors.Is(err, syscall.ECONNRESET), errors.Is(err, io.EOF):
		// Docker's proxy accepts for a container in which nothing listens yet.
		p.Hint = "the service may still be starting"
	case errors.Is(s.ctx.Err(), context.DeadlineExceeded):
		p.Hint = "look at the service's log"
	}
	return p
}

// closed is an EOF in words.
type closed struct{ error }

func (closed) Error() string   { return "the service closed the connection without an answer" }
func (c closed) Unwrap() error { return c.error }

// plainly is what went wrong below HTTP, without Go's layers around it.
func plainly(err error) error {
	if op, ok := errors.AsType[*net.OpError](err); ok {
		if number, ok := errors.AsType[syscall.Errno](op); ok {
			return number
		}
	}
	if errors.Is(err, io.EOF) {
		return closed{err}
	}
	if u, ok := errors.AsType[*url.Error](err); ok {
		return u.Err
	}
	return err
}

// firstLine is the beginning of what a service says, bounded and on one line.
func firstLine(text []byte) string {
	line, _, _ := strings.Cut(strings.TrimSpace(string(text)), "\n")
	return safetext.Truncate(safetext.Line(line), 80)
}
