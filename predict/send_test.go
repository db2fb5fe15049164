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

var plainEndpoint = Endpoint{Method: "POST", Path: "/predict", MediaType: "application/json"}

func send(t *testing.T, h http.HandlerFunc, body string, o SendOptions) (Response, error) {
	t.Helper()
	s := httptest.NewServer(h)
	t.Cleanup(s.Close)
	return Send(t.Context(), s.Client(), s.URL, plainEndpoint, []byte(body), o)
}

func TestSend(t *testing.T) {
	e := Endpoint{Method: "PUT", Path: "/models/{name}", MediaType: "application/json", Params: []Param{
		{Name: "name", In: "path", Value: "a/b", Origin: OriginGiven},
		{Name: "q", In: "query", Value: "x y", Origin: OriginGiven},
		{Name: "X-Key", In: "header", Value: "k", Origin: OriginGiven},
		{Name: "who", In: "cookie", Value: "me", Origin: OriginGiven},
	}}
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		cookie, _ := r.Cookie("who")
		w.Header().Set("Content-Type", "application/json")
		fmt.Fprintf(w, `{"got": %q}`, fmt.Sprint(r.Method, r.RequestURI, r.Header["X-Key"], cookie, r.Header["Content-Type"], r.Header["X-More"], string(body)))
	}))
	defer s.Close()
	r, err := Send(t.Context(), s.Client(), s.URL, e, []byte(`{"a":1}`), SendOptions{Header: http.Header{"x-more": {"m"}}})
	if err != nil {
		t.Fatal(err)
	}
	want := `{"got": "PUT/models/a%2Fb?q=x+y[k] who=me [application/json] [m]{\"a\":1}"}`
	if string(r.Body) != want || !r.OK() || !r.JSON || r.MediaType() != "application/json" || r.Proto != "HTTP/1.1" {
		t.Errorf("got %s %+v\nwant %s", r.Body, r, want)
	}
	if r.Timing.Reused || r.Timing.Connect <= 0 || r.Timing.Wait <= 0 || r.Timing.Total < r.Timing.Connect+r.Timing.Wait {
		t.Errorf("first timing %+v", r.Timing)
	}
	if r, err = Send(t.Context(), s.Client(), s.URL, e, nil, SendOptions{}); err != nil || !r.Timing.Reused || r.Timing.Connect != 0 {
		t.Errorf("second timing %+v, %v", r.Timing, err)
	}
}

func TestSendFieldErrors(t *testing.T) {
	const body = "{\n \"tenure\": -1,\n \"items\": [\n  {\"price\": 0}\n ]\n}"
	for _, test := range []struct{ name, answer, want string }{
		{
			"pydantic 2", `{"detail":[{"type":"greater_than_equal","loc":["body","tenure"],"msg":"Input should be greater than or equal to 0","input":-1},{"type":"missing","loc":["body","items",0,"name"],"msg":"Field required"},{"loc":["query","limit"],"msg":"Field required","type":"missing"}]}`,
			"0 query: limit: Field required\n2 tenure: Input should be greater than or equal to 0\n4 items[0].name: Field required",
		},
		{"pydantic 1", `{"detail":[{"loc":["body","tenure"],"msg":"value is not a valid integer","type":"type_error.integer"}]}`, "2 tenure: value is not a valid integer"},
		{"not JSON", `{"detail":[{"type":"json_invalid","loc":["body",12],"msg":"JSON decode error","ctx":{}}]}`, "1 JSON decode error"},
		{"text", `{"detail":"model not loaded"}`, ""},
		{"RFC 9457", `{"title":"Bad","errors":[{"detail":"must be positive","pointer":"#/items/0/price"}]}`, "4 items[0].price: must be positive"},
		{"RFC 7807", `{"invalid-params":[{"name":"tenure","reason":"too small"}]}`, "2 tenure: too small"},
		{"by field", `{"errors":{"tenure":["too small","odd"]}}`, "2 tenure: too small,odd"},
		{"nonsense", `{"detail":[1,{"loc":{},"msg":[]},{}],"errors":7}`, "1 {\"loc\":{},\"msg\":[]}\n1 {}"},
		{"list", `[1]`, ""},
		{"Triton, TensorFlow Serving", `{"error":"unexpected shape for input 'age'"}`, "1 unexpected shape for input 'age'"},
		{"OpenAI's style", `{"error":{"message":"no such value","type":"invalid_request_error","param":"items[0].price","code":null}}`, "4 items[0].price: no such value"},
		{"older vLLM", `{"object":"error","message":"too long","type":"BadRequestError","param":null,"code":400}`, "1 too long"},
		{"MLflow", `{"error_code":"BAD_REQUEST","message":"no schema"}`, "1 no schema"},
		{"not an error's message", `{"message":"Not Found"}`, ""},
		{"an empty error", `{"error":""}`, ""},
	} {
		r, err := send(t, func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(422); io.WriteString(w, test.answer) }, body, SendOptions{})
		if got := lines(r.FieldErrors); got != test.want || err != nil || r.Status != 422 || r.OK() {
			t.Errorf("%s: got %d %v\n%s\nwant\n%s", test.name, r.Status, err, got, test.want)
		}
	}
}

func TestSendAwkwardAnswers(t *testing.T) {
	big := `"` + strings.Repeat("x", 20<<20) + `"`
	for _, test := range []struct {
		name   string
		answer http.HandlerFunc
		max    int64
		check  func(Response) bool
	}{
		{"20 MB", says("application/json", big), 0, func(r Response) bool { return len(r.Body) == len(big) && r.JSON && r.OK() }},
		{"more than is kept", says("application/json", big), 1 << 20, func(r Response) bool {
			return len(r.Body) == 1<<20 && r.Truncated == int64(len(big)-1<<20) && !r.JSON && r.Cut == ""
		}},
		{"HTML", says("text/html", "<h1>hi"), 0, func(r Response) bool { return !r.JSON && r.MediaType() == "text/html" && r.OK() }},
		{"JSON that is none", says("application/json", "{"), 0, func(r Response) bool { return !r.JSON && r.OK() }},
		{"no type", func(w http.ResponseWriter, _ *http.Request) {
			w.Header()["Content-Type"] = nil
			w.Write([]byte("\x89PNG\r\n\x1a\n"))
		}, 0, func(r Response) bool { return r.MediaType() == "image/png" }},
		{"nothing", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(204) }, 0, func(r Response) bool { return r.Status == 204 && r.OK() && len(r.Body) == 0 }},
		{"cut off", func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Length", "100")
			io.WriteString(w, `{"a":1}`)
		}, 0, func(r Response) bool { return r.Cut == "unexpected EOF" && string(r.Body) == `{"a":1}` && !r.OK() }},
		{"reset in the middle", func(w http.ResponseWriter, _ *http.Request) {
			io.WriteString(w, `{"a":1`)
			w.(http.Flusher).Flush()
			panic(http.ErrAbortHandler)
		}, 0, func(r Response) bool { return r.Cut != "" && r.Status == 200 && !r.OK() }},
		{"307 within the host", func(w http.ResponseWriter, r *http.Request) {
			if r.URL.Path == "/predict" {
				http.Redirect(w, r, "/predict/", http.StatusTemporaryRedirect)
				return
			}
			body, _ := io.ReadAll(r.Body)
			w.Write(body)
		}, 0, func(r Response) bool { return string(r.Body) == "[1]" && r.OK() && r.Redirected == "/predict/" }},
		{"302 would become a GET", func(w http.ResponseWriter, r *http.Request) {
			if r.Method != http.MethodPost {
				t.Error("followed with", r.Method)
			}
			http.Redirect(w, r, "/login", http.StatusFound)
		}, 0, func(r Response) bool {
			return r.Status == 302 && r.Redirected == "" && r.Header.Get("Location") == "/login"
		}},
		{"307 to another host", func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, "http://127.0.0.1:1/", http.StatusTemporaryRedirect)
		}, 0, func(r Response) bool { return r.Status == 307 }},
		{"round in circles", func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, "/predict", http.StatusPermanentRedirect)
		}, 0, func(r Response) bool { return r.Status == 308 }},
	} {
		t.Run(test.name, func(t *testing.T) {
			r, err := send(t, test.answer, "[1]", SendOptions{MaxBody: test.max, Timeout: time.Hour})
			if err != nil || !test.check(r) {
				t.Errorf("got %v, %d, %d bytes and %d more, JSON %v, cut %q, %v", err, r.Status, len(r.Body), r.Truncated, r.JSON, r.Cut, r.Header)
			}
		})
	}
}

func TestSendWithoutAnswer(t *testing.T) {
	for _, test := range []struct {
		name string
		base func() string
		is   error
		says string
	}{
		{"nobody there", func() string { return closedPort(t) }, syscall.ECONNREFUSED, "is the service up"},
		{"closed without a word", func() string { return slammed(t) }, nil, "closed the connection without an answer"},
		{"closed when all was read", func() string { return hungUp(t) }, io.EOF, "): the service closed the connection without an answer; look at its log"},
		{"bad base", func() string { return "http://[" }, nil, "sending POST /predict"},
	} {
		_, err := Send(t.Context(), http.DefaultClient, test.base(), plainEndpoint, nil, SendOptions{})
		if _, ok := errors.AsType[*stack.Problem](err); !ok || !strings.Contains(err.Error(), test.says) || test.is != nil && !errors.Is(err, test.is) {
			t.Errorf("%s: %v", test.name, err)
		}
	}
}

// hungUp reads a request and closes.
func hungUp(t *testing.T) string {
	t.Helper()
	s := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body)
		panic(http.ErrAbortHandler)
	}))
	t.Cleanup(s.Close)
	return s.URL
}

// slammed accepts and closes, as a worker does that dies on its first request.
func slammed(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	done := make(chan struct{})
	go func() {
		defer close(done)
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			io.ReadFull(c, make([]byte, 4))
			c.Close()
		}
	}()
	t.Cleanup(func() { l.Close(); <-done })
	return "http://" + l.Addr().String()
}

// Time limits, in fake time: what came so far is kept.
func TestSendLimits(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		endless := &http.Client{Transport: transport(func(r *http.Request) (*http.Response, error) {
			return &http.Response{StatusCode: 200, Body: io.NopCloser(drip{r.Context()})}, nil
		})}
		silent := &http.Client{Transport: transport(func(r *http.Request) (*http.Response, error) {
			<-r.Context().Done()
			return nil, r.Context().Err()
		})}
		r, err := Send(t.Context(), endless, "http://service", plainEndpoint, nil, SendOptions{})
		if err != nil || r.Status != 200 || len(r.Body) != 42 || r.Cut != "the time limit of 30s passed" || r.OK() {
			t.Errorf("endless: %v, %d bytes, %q", err, len(r.Body), r.Cut)
		}
		_, err = Send(t.Context(), silent, "http://service", plainEndpoint, nil, SendOptions{Timeout: time.Second})
		if !strings.Contains(fmt.Sprint(err), "no answer: the time limit of 1s passed; raise predict_timeout") {
			t.Errorf("silent: %v", err)
		}
		for _, c := range []*http.Client{endless, silent} {
			ctx, cancel := context.WithCancel(t.Context())
			time.AfterFunc(2500*time.Millisecond, cancel)
			start := time.Now()
			if _, err = Send(ctx, c, "http://service", plainEndpoint, nil, SendOptions{}); !errors.Is(err, context.Canceled) || time.Since(start) != 2500*time.Millisecond {
				t.Errorf("cancelled: %v", err)
			}
		}
	})
}

// A redirect to another host is an answer that says where it leads, unless that
// host is allowed.
func TestSendRedirectElsewhere(t *testing.T) {
	there := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		io.Copy(w, r.Body)
	}))
	defer there.Close()
	host := strings.TrimPrefix(there.URL, "http://")
	move := func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, there.URL+"/predict", http.StatusTemporaryRedirect)
	}
	r, err := send(t, move, `[1]`, SendOptions{Follow: []string{"elsewhere.example"}})
	if err != nil || r.Status != 307 || r.Moved != there.URL+"/predict" || !strings.Contains(FollowHint(r.Moved), "--follow "+host+" ") {
		t.Errorf("%+v %v", r, err)
	}
	for _, allowed := range []string{host, "127.0.0.1"} {
		r, err = send(t, move, `[1]`, SendOptions{Follow: []string{allowed}})
		if err != nil || r.Moved != "" || string(r.Body) != "[1]" {
			t.Errorf("%s: %s %+v %v", allowed, r.Body, r, err)
		}
	}
}

func TestWhatIsNoText(t *testing.T) {
	for body, want := range map[string]bool{
		"": false, "text": false, "é 你好": false, "PNG\x00": true, "\xff\xfe": true, "latin-1 \xe9": true,
		strings.Repeat("é", 8000): false, "a" + strings.Repeat("é", 8000): false, strings.Repeat("a", 5000) + "\xff" + strings.Repeat("a", 99): true,
	} {
		if got := (Response{Body: []byte(body)}).Binary(); got != want {
			t.Errorf("%.20q…: %v", body, got)
		}
	}
}
