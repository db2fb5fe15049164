package dockerops

import (
	"encoding/binary"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"testing"

	"github.com/moby/moby/client"
)

// fakeEngine is an Engine whose answers are h's: for what the real one will
// not do on demand. It lives inside a test's synctest bubble.
func fakeEngine(t *testing.T, h http.Handler) *Engine {
	t.Helper()
	e := &Engine{at: endpoint{from: "test", host: "unix:///fake", url: &url.URL{Scheme: "unix", Path: "/fake"}}}
	var err error
	e.cli, err = client.New(client.WithHTTPClient(&http.Client{Transport: inMemory{h}}), client.WithHTTPResponseHook(e.recognise), client.WithHTTPResponseHook(e.clock.hear))
	if err != nil {
		t.Fatal(err)
	}
	return e
}

// inMemory is a transport that calls a handler and streams what it writes.
type inMemory struct{ http.Handler }

func (m inMemory) RoundTrip(r *http.Request) (*http.Response, error) {
	body, out := io.Pipe()
	w := &streamed{header: http.Header{}, out: out, begun: make(chan struct{})}
	go func() {
		defer func() {
			switch v := recover(); v {
			case nil:
				w.WriteHeader(http.StatusOK)
				_ = out.Close()
			case http.ErrAbortHandler: // the connection breaks
				w.WriteHeader(http.StatusOK)
				_ = out.CloseWithError(io.ErrUnexpectedEOF)
			default:
				panic(v)
			}
		}()
		m.ServeHTTP(w, r)
	}()
	select {
	case <-w.begun:
	case <-r.Context().Done():
	}
	if err := r.Context().Err(); err != nil { // nobody waits for an answer that comes at the same moment
		_ = body.Close()
		return nil, err
	}
	if w.status == refused {
		_ = body.Close()
		return nil, fmt.Errorf("dial unix /fake: connect: connection refused")
	}
	return &http.Response{
		StatusCode: w.status, Header: w.header, Body: body, Request: r, ContentLength: -1,
		Status: fmt.Sprintf("%d %s", w.status, http.StatusText(w.status)), Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1,
	}, nil
}

// refused as a status: there is no Engine.
const refused = 599

type streamed struct {
	header http.Header
	out    *io.PipeWriter
	status int
	once   sync.Once
	begun  chan struct{}
}

func (w *streamed) Header() http.Header { return w.header }

func (w *streamed) WriteHeader(status int) {
	w.once.Do(func() {
		w.status = status
		close(w.begun)
	})
}

func (w *streamed) Write(p []byte) (int, error) {
	w.WriteHeader(http.StatusOK)
	return w.out.Write(p)
}

// engineAPI answers what every test needs; the rest is the test's. Paths come
// without the version.
func engineAPI(rest func(w http.ResponseWriter, r *http.Request, path string)) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		path := r.URL.Path
		if parts := strings.SplitN(path, "/", 3); len(parts) == 3 && strings.HasPrefix(parts[1], "v1.") {
			path = "/" + parts[2]
		}
		w.Header().Set("Content-Type", "application/json")
		switch path {
		case "/_ping":
			w.Header().Set("Api-Version", "1.41")
		case "/version":
			answer(w, map[string]any{"Version": "20.10.24", "Os": "linux", "Arch": "amd64"})
		default:
			rest(w, r, path)
		}
	})
}

func answer(w http.ResponseWriter, v any) {
	if err := json.NewEncoder(w).Encode(v); err != nil {
		panic(http.ErrAbortHandler)
	}
}

func notFound(w http.ResponseWriter) {
	w.WriteHeader(http.StatusNotFound)
	answer(w, map[string]string{"message": "No such container"})
}

// frameOf is a log record as the Engine sends it.
func frameOf(stream byte, text string) []byte {
	head := make([]byte, frameHeader, frameHeader+len(text))
	head[0] = stream
	binary.BigEndian.PutUint32(head[4:], uint32(len(text)))
	return append(head, text...)
}
