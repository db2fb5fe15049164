package predict

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"syscall"
	"time"
	"unicode/utf8"

	"berth/stack"
)

// SendOptions bounds one request; zero values mean the defaults.
type SendOptions struct {
	Timeout time.Duration // for the whole exchange, or for the next part of a stream; 30 s
	MaxBody int64         // bytes of the answer that are kept; 32 MiB
	Header  http.Header   // in addition
	Follow  []string      // other hosts that a redirect may lead to, as in Hints
	// Streaming is told of an answer that comes in parts, after each; nil: the
	// whole is awaited. It must not block.
	Streaming func(Stream)
}

// Response is what came back.
type Response struct {
	Status    int         `json:"status"`
	Proto     string      `json:"proto"` // "HTTP/1.1"
	Header    http.Header `json:"header"`
	Body      []byte      `json:"-"`                   // untrusted; whoever prints JSON embeds it as what it is
	Truncated int64       `json:"truncated,omitempty"` // bytes beyond MaxBody: counted, not kept
	// Cut says why the body ends early; empty when it is whole.
	Cut string `json:"cut,omitempty"`
	// Moved is where the service says that what was asked for is: on another
	// host, which is not followed unless SendOptions allow it.
	Moved string `json:"moved,omitempty"`
	// Redirected is where the answer is from, if the service led there: a path, or
	// a URL of another host that may be followed.
	Redirected string `json:"redirected_to,omitempty"`
	// JSON reports whether the whole body is JSON, whatever its type says.
	JSON bool `json:"json"`
	// FieldErrors is what the service says is wrong with the request.
	FieldErrors []FieldError `json:"field_errors,omitempty"`
	Timing      Timing       `json:"timing"`
	// Stream is what came in parts; nil: the answer came as a whole.
	Stream *Stream `json:"stream,omitempty"`
}

// OK reports a 2xx answer that arrived completely.
func (r Response) OK() bool { return r.Status/100 == 2 && r.Cut == "" }

// Binary reports whether the body is bytes that are no text.
func (r Response) Binary() bool {
	if r.JSON || len(r.Body) == 0 {
		return false
	}
	head := r.Body[:min(len(r.Body), binaryHead)]
	if bytes.IndexByte(head, 0) >= 0 {
		return true
	}
	for range utf8.UTFMax { // it may be cut within a letter
		if utf8.Valid(head) {
			return false
		}
		if len(r.Body) <= binaryHead || len(head) == 0 {
			return true
		}
		head = head[:len(head)-1]
	}
	return true
}

// binaryHead is how much of a body is looked at, as git does with a file.
const binaryHead = 8000

// MediaType is the content type as the service gives it, or what the body looks
// like where it gives none.
func (r Response) MediaType() string {
	if t := r.Header.Get("Content-Type"); t != "" {
		return t
	}
	return http.DetectContentType(r.Body)
}

// accepted is what a service is asked to answer with.
const accepted = "application/json, */*;q=0.5"

// Send sends a body to an endpoint of the service at base. An answer of any
// status is a Response, also one that is cut off by the limits or a lost
// connection: Cut says so. Without an answer the error is a *stack.Problem; when ctx
// is done first, errors.Is finds its cause.
func Send(ctx context.Context, c *http.Client, base string, e Endpoint, body []byte, o SendOptions) (Response, error) {
	if o.Timeout <= 0 {
		o.Timeout = 30 * time.Second
	}
	if o.MaxBody <= 0 {
		o.MaxBody = 32 << 20
	}
	limit := timeLimit(o.Timeout)
	limited, patience, cancel := waitFor(ctx, o.Timeout, limit)
	defer cancel()

	failed := func(err error) *stack.Problem {
		return &stack.Problem{What: "sending " + e.String(), Where: base, Err: err}
	}
	watch := startWatch()
	request, err := e.Request(watch.in(limited), base, body, o.Header)
	if err != nil {
		return Response{}, failed(err)
	}
	watch.begin()
	answer, err := sameHost(c, o.Follow).Do(request)
	if err != nil {
		problem := failed(plainly(err))
		switch {
		case limited.Err() != nil:
			problem.Err = fmt.Errorf("no answer: %w", context.Cause(limited))
			if ctx.Err() == nil {
				problem.Hint = "raise predict_timeout, or look at the service's log"
			}
		case errors.Is(err, syscall.ECONNREFUSED):
			problem.Hint = "is the service up?"
		case errors.Is(err, io.EOF), errors.Is(err, syscall.ECONNRESET):
			if !errors.Is(err, io.EOF) { // which says so itself
				problem.Err = fmt.Errorf("the service closed the connection without an answer (%w)", problem.Err)
			}
			problem.Hint = "look at its log: it may have crashed"
		}
		return Response{}, problem
	}
	defer answer.Body.Close()
	r := Response{Status: answer.StatusCode, Proto: answer.Proto, Header: answer.Header, Moved: elsewhere(answer), Redirected: followed(request, answer)}
	err = r.receive(answer, watch.sentAt(), o, patience)
	switch {
	case ctx.Err() != nil:
		return r, failed(context.Cause(ctx))
	case limited.Err() != nil && err != nil:
		r.Cut = limit.Error()
	case err != nil:
		r.Cut = plainly(err).Error()
	}
	r.Timing = watch.stop()
	r.JSON = r.Truncated == 0 && json.Valid(r.Body)
	if r.JSON && r.Status >= 400 {
		said := fieldErrors(r.Body)
		if notTheBody[r.Status] { // unless it names a field, as OpenAI's 404 names the model
			said = slices.DeleteFunc(said, func(f FieldError) bool { return f.Path == "" })
		}
		r.FieldErrors = place(said, body)
	}
	return r, nil
}

// timeLimit is the error of a request that took too long.
type timeLimit time.Duration

func (l timeLimit) Error() string {
	return fmt.Sprintf("the time limit of %v passed", time.Duration(l))
}

// Request is what Send sends of a body: the endpoint's URL, parameters and
// headers, and those in addition.
func (e Endpoint) Request(ctx context.Context, base string, body []byte, extra http.Header) (*http.Request, error) {
	content, contentType, err := e.Payload(body)
	if err != nil {
		return nil, err
	}
	request, err := http.NewRequestWithContext(ctx, e.Method, e.URL(base), bytes.NewReader(content))
	if err != nil {
		return nil, err
	}
	if contentType != "" {
		request.Header.Set("Content-Type", contentType)
	}
	request.Header.Set("Accept", accepted)
	for _, p := range e.Params {
		if p.Origin == "" {
			continue
		}
		switch p.In {
		case "header":
			request.Header.Set(p.Name, strings.Join(p.sent(), ","))
		case "cookie":
			request.AddCookie(&http.Cookie{Name: p.Name, Value: strings.Join(p.sent(), ",")})
		}
	}
	for name, values := range extra {
		request.Header[http.CanonicalHeaderKey(name)] = values
	}
	return request, nil
}
