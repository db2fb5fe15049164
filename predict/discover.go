package predict

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"syscall"
	"time"

	"berth/safetext"
	"berth/stack"
)

// Limits on what a service may send as its document.
const (
	maxDocument     = 16 << 20 // bytes
	discoverTimeout = 10 * time.Second
)

// Why there is no API to speak of; each comes inside a *stack.Problem.
var (
	ErrNoDocument = errors.New("the service publishes no OpenAPI document")
	ErrTooLarge   = fmt.Errorf("the document is larger than %d MB", maxDocument>>20)
)

// Discover reads the OpenAPI document of the service at base (scheme, host and
// port): /openapi.json as FastAPI, Cog and Litestar publish it, /docs.json as
// BentoML does, or where the page /docs says. It sends GET requests only and
// gives up after 10 seconds. The error is a *stack.Problem; errors.Is finds
// ErrNoDocument and ErrTooLarge in it.
func Discover(ctx context.Context, c *http.Client, base string) (*API, error) {
	ctx, cancel := context.WithTimeoutCause(ctx, discoverTimeout,
		fmt.Errorf("no complete answer within %v", discoverTimeout))
	defer cancel()
	base = strings.TrimSuffix(base, "/")
	s := search{ctx: ctx, client: sameHost(c), base: base}
	for _, where := range []func() (string, error){
		func() (string, error) { return "/openapi.json", nil },
		func() (string, error) { return "/docs.json", nil },
		s.fromDocs,
	} {
		path, err := where()
		if err != nil {
			return nil, s.problem(base+"/docs", err)
		}
		if path == "" {
			continue
		}
		text, err := s.get(path)
		if err != nil {
			return nil, s.problem(base+path, err)
		}
		if text == nil {
			continue
		}
		api, err := read(text)
		if err != nil {
			return nil, s.problem(base+path, err)
		}
		api.Source = base + path
		return api, nil
	}
	return nil, s.problem(base, ErrNoDocument)
}

// search is one round of asking.
type search struct {
	ctx    context.Context
	client *http.Client
	base   string
	tried  []string // "GET /openapi.json: 404 Not Found"
	server string   // what the service calls itself in its headers
}

// get returns the text at path; nil when the service has nothing there.
func (s *search) get(path string) ([]byte, error) {
	request, err := http.NewRequestWithContext(s.ctx, http.MethodGet, s.base+path, nil)
	if err != nil {
		return nil, err
	}
	request.Header.Set("Accept", "application/json, text/html;q=0.5")
	response, err := s.client.Do(request)
	if err != nil {
		return nil, err
	}
	defer response.Body.Close()
	if server := response.Header.Get("Server"); server != "" {
		s.server = server
	}
	s.tried = append(s.tried, fmt.Sprintf("GET %s: %s", path, response.Status))
	if response.StatusCode != http.StatusOK {
		return nil, nil
	}
	text, err := io.ReadAll(io.LimitReader(response.Body, maxDocument+1))
	if err != nil {
		return nil, err
	}
	if len(text) > maxDocument {
		return nil, ErrTooLarge
	}
	if kind := response.Header.Get("Content-Type"); !isJSON(kind) && checkSyntax(text) != nil && !strings.HasSuffix(path, "/docs") {
		s.tried[len(s.tried)-1] += ", " + kind + ", not JSON"
		return nil, nil // a page for every path, as single-page applications have
	}
	return text, nil
}

// docsURL is how Swagger UI and Redoc are told where the document is.
var docsURL = regexp.MustCompile(`(?:url:\s*|spec-url=)["']([^"']+)["']`)

// fromDocs reads the document's path from the page that shows it to people.
func (s *search) fromDocs() (string, error) {
	page, err := s.get("/docs")
	if err != nil {
		return "", err
	}
	found := docsURL.FindSubmatch(page)
	if found == nil {
		return "", nil
	}
	base, err := url.Parse(s.base + "/docs")
	if err != nil {
		return "", err
	}
	u, err := base.Parse(string(found[1]))
	if err != nil || u.Host != base.Host {
		return "", nil // another host's document says nothing of this service
	}
	return u.RequestURI(), nil
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
		p.Hint = "it was looked for at /openapi.json, /docs.json and /docs: publish it there, as FastAPI does, or ask another service"
		if s.server != "" {
			p.Lines = append(p.Lines, "the server is "+safetext.Line(s.server))
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

// sameHost is c, except that it follows a redirect only within one host and
// only when it keeps method and body, as 307 and 308 do for a POST. Any other
// redirect is an answer like any other.
func sameHost(c *http.Client) *http.Client {
	local := *c
	local.CheckRedirect = func(request *http.Request, via []*http.Request) error {
		if len(via) > 5 || request.URL.Host != via[0].URL.Host || request.Method != via[0].Method {
			return http.ErrUseLastResponse
		}
		return nil
	}
	return &local
}

// closed is an EOF in words.
type closed struct{ error }

func (closed) Error() string   { return "it closed the connection without an answer" }
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
