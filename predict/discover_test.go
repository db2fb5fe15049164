package predict

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"berth/stack"
)

const tiny = `{"openapi":"3.1.0","info":{"title":"Tiny","version":"2"},"paths":{"/predict":{"post":{"requestBody":{"content":{"application/json":{"schema":{"type":"object"}}}}}}}}`

// serve answers path with what is written there, and 404 elsewhere.
func serve(t *testing.T, answers map[string]http.HandlerFunc) *httptest.Server {
	t.Helper()
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method != http.MethodGet {
			t.Errorf("discovery sent %s %s", r.Method, r.URL)
		}
		w.Header().Set("Server", "uvicorn\u202e")
		answer := answers[r.URL.Path]
		if answer == nil {
			http.NotFound(w, r)
			return
		}
		answer(w, r)
	}))
	t.Cleanup(s.Close)
	return s
}

func says(kind, text string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", kind)
		io.WriteString(w, text)
	}
}

func TestDiscover(t *testing.T) {
	elsewhere := serve(t, map[string]http.HandlerFunc{"/openapi.json": says("application/json", tiny)})
	page := says("text/html", "<!doctype html><title>app</title>")
	for _, test := range []struct {
		name    string
		answers map[string]http.HandlerFunc
		source  string // of the document; empty: an error
		says    []string
		is      error
	}{
		{"FastAPI", map[string]http.HandlerFunc{"/openapi.json": says("application/json", tiny)}, "/openapi.json", nil, nil},
		{"JSON as text", map[string]http.HandlerFunc{"/openapi.json": says("text/plain", tiny)}, "/openapi.json", nil, nil},
		{"BentoML", map[string]http.HandlerFunc{"/docs.json": says("application/json", tiny)}, "/docs.json", nil, nil},
		{"a page for every path", map[string]http.HandlerFunc{"/openapi.json": page, "/docs.json": says("application/json", tiny)}, "/docs.json", nil, nil},
		{"moved", map[string]http.HandlerFunc{
			"/openapi.json":    http.RedirectHandler("/v1/openapi.json", http.StatusFound).ServeHTTP,
			"/v1/openapi.json": says("application/json", tiny),
		}, "/openapi.json", nil, nil},
		{"docs page", map[string]http.HandlerFunc{
			"/docs":                says("text/html", `<script>SwaggerUIBundle({ url: '/api/v1/openapi.json', })</script>`),
			"/api/v1/openapi.json": says("application/json", tiny),
		}, "/api/v1/openapi.json", nil, nil},
		{"docs page of another host", map[string]http.HandlerFunc{
			"/docs": says("text/html", `<script>({ url: '`+elsewhere.URL+`/openapi.json' })</script>`),
		}, "", nil, ErrNoDocument},
		{
			"redirect to another host",
			map[string]http.HandlerFunc{
				"/openapi.json": http.RedirectHandler(elsewhere.URL+"/openapi.json", http.StatusFound).ServeHTTP,
			},
			"",
			[]string{"GET /openapi.json: 302 Found, to " + elsewhere.URL + "/openapi.json\n", "--follow 127.0.0.1:"},
			ErrNoDocument,
		},
		{"nothing", nil, "", []string{"\nGET /openapi.json: 404 Not Found\nGET /docs.json: 404 Not Found\nGET /docs: 404 Not Found\nGET /v2: 404", "\nthe server is uvicorn", "--path"}, ErrNoDocument},
		{"pages only", map[string]http.HandlerFunc{"/openapi.json": page, "/docs.json": page, "/docs": page}, "", []string{"/openapi.json: 200 OK, text/html, not JSON"}, ErrNoDocument},
		{"broken JSON", map[string]http.HandlerFunc{"/openapi.json": says("application/json", "{\n \"openapi\": 3,\n}")}, "", []string{"/openapi.json", "line 3, column 1"}, nil},
		{"other JSON", map[string]http.HandlerFunc{"/openapi.json": says("application/json", `{"hello":1}`)}, "", []string{"no OpenAPI 3 document"}, nil},
		{"Swagger 2", map[string]http.HandlerFunc{"/openapi.json": says("application/json", `{"swagger":"2.0"}`)}, "", []string{"Swagger 2"}, nil},
		{"server error", map[string]http.HandlerFunc{"/openapi.json": func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(500) }}, "", []string{"500 Internal"}, ErrNoDocument},
		{"cut off", map[string]http.HandlerFunc{"/openapi.json": func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Length", "1000")
			io.WriteString(w, tiny)
		}}, "", []string{"unexpected EOF"}, nil},
		{"deep", map[string]http.HandlerFunc{"/openapi.json": says("application/json", strings.Repeat("[", 1<<20))}, "", []string{"exceeded max depth"}, nil},
	} {
		t.Run(test.name, func(t *testing.T) {
			s := serve(t, test.answers)
			a, err := Discover(t.Context(), s.Client(), s.URL+"/", Hints{})
			if test.source != "" {
				if err != nil || a.Source != s.URL+test.source || a.Title != "Tiny" || len(a.Endpoints) != 1 {
					t.Fatalf("got %+v, %v", a, err)
				}
				return
			}
			p, ok := errors.AsType[*stack.Problem](err)
			if !ok {
				t.Fatalf("got %+v, %v", a, err)
			}
			shown := err.Error() + "\n" + strings.Join(p.Lines, "\n")
			if test.is != nil && !errors.Is(err, test.is) {
				t.Errorf("%v is not %v", err, test.is)
			}
			for _, want := range test.says {
				if !strings.Contains(shown, want) {
					t.Errorf("%q lacks %q", shown, want)
				}
			}
			if strings.ContainsRune(shown, '\u202e') {
				t.Errorf("%q turns the reader's line around", shown)
			}
		})
	}
}

func TestDiscoverNobodyThere(t *testing.T) {
	_, err := Discover(t.Context(), http.DefaultClient, closedPort(t), Hints{})
	if !errors.Is(err, syscall.ECONNREFUSED) || !strings.Contains(err.Error(), "is the service up") {
		t.Errorf("got %v", err)
	}
}

// closedPort is the base of a server that has just gone.
func closedPort(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return "http://" + l.Addr().String()
}

// A document that never ends is given up on at the limit of size or, in fake
// time, of time.
func TestDiscoverEndless(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		zeros := &http.Client{Transport: transport(func(*http.Request) (*http.Response, error) {
			return &http.Response{StatusCode: 200, Status: "200 OK", Body: io.NopCloser(flood{})}, nil
		})}
		if _, err := Discover(t.Context(), zeros, "http://service", Hints{}); !errors.Is(err, ErrTooLarge) || !strings.Contains(err.Error(), "larger than 16 MB") {
			t.Errorf("too large: %v", err)
		}
		c := &http.Client{Transport: transport(func(r *http.Request) (*http.Response, error) {
			return &http.Response{StatusCode: 200, Status: "200 OK", Body: io.NopCloser(drip{r.Context()})}, nil
		})}
		start := time.Now()
		_, err := Discover(t.Context(), c, "http://service", Hints{})
		if !strings.Contains(fmt.Sprint(err), "no complete answer within 10s") || time.Since(start) != discoverTimeout {
			t.Errorf("after %v: %v", time.Since(start), err)
		}
		ctx, cancel := context.WithCancel(t.Context())
		time.AfterFunc(time.Second, cancel)
		if _, err = Discover(ctx, c, "http://service", Hints{}); !errors.Is(err, context.Canceled) {
			t.Errorf("cancelled: %v", err)
		}
	})
}

type transport func(*http.Request) (*http.Response, error)

func (f transport) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

// flood gives all that is asked for.
type flood struct{}

func (flood) Read(b []byte) (int, error) { return len(b), nil }

// drip gives a byte each 700 ms until its context ends.
type drip struct{ ctx context.Context }

func (d drip) Read(b []byte) (int, error) {
	select {
	case <-d.ctx.Done():
		return 0, d.ctx.Err()
	case <-time.After(700 * time.Millisecond):
		b[0] = ' '
		return 1, nil
	}
}
