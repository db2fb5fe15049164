package ready

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"berth/stack"
)

// The answers of one server, judged as each kind of check judges them.
func TestTryHTTP(t *testing.T) {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /ok", func(w http.ResponseWriter, r *http.Request) { fmt.Fprint(w, "fine") })
	mux.HandleFunc("/none", func(w http.ResponseWriter, r *http.Request) { w.WriteHeader(http.StatusNoContent) })
	mux.HandleFunc("/loading", func(w http.ResponseWriter, r *http.Request) {
		http.Error(w, "{\"detail\": \"loading\"}\nmore", http.StatusServiceUnavailable)
	})
	mux.HandleFunc("/get-only", func(w http.ResponseWriter, r *http.Request) {
		if r.Method != "GET" {
			w.WriteHeader(http.StatusMethodNotAllowed)
		}
	})
	mux.HandleFunc("/moved", func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, "/ok", http.StatusFound) })
	mux.HandleFunc("/moved-to-loading", func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, "/loading", http.StatusFound)
	})
	mux.HandleFunc("/away", func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, "http://elsewhere.example/", http.StatusFound)
	})
	mux.HandleFunc("/circle", func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, "/circle", http.StatusFound) })
	mux.HandleFunc("/closed", func(w http.ResponseWriter, r *http.Request) { panic(http.ErrAbortHandler) })
	mux.HandleFunc("/slow", func(w http.ResponseWriter, r *http.Request) { <-r.Context().Done() })
	mux.HandleFunc("POST /echo", func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err != nil || r.Host != "localhost:8000" || r.Header.Get("X-Key") != "k" || string(body) != "a=1&b=2" {
			http.Error(w, fmt.Sprintf("%s %s %q %v", r.Host, r.Header.Get("X-Key"), body, err), http.StatusBadRequest)
		}
	})
	server := httptest.NewUnstartedServer(mux)
	server.Config.ErrorLog = nil
	server.Start()
	defer server.Close()

	for _, c := range []struct {
		check string
		ok    bool
		text  string // without the time
	}{
		{"curl -f http://localhost:8000/ok", true, "200"},
		{"curl -f http://localhost:8000/none", true, "204"},
		{"curl -f http://localhost:8000/loading", false, `503: {"detail": "loading"}`},
		{"curl http://localhost:8000/loading", true, "503"},
		{"curl -f http://localhost:8000/moved", true, "302"},
		{"curl -fL http://localhost:8000/moved", true, "200"},
		{"curl -fL http://localhost:8000/moved-to-loading", false, `503: {"detail": "loading"}`},
		{"curl -fL http://localhost:8000/away", false, "http://localhost:8000/away redirects to http://elsewhere.example/, which cannot be asked from here"},
		{"curl -fL http://localhost:8000/circle", false, "more than 10 redirects"},
		{"curl -f http://localhost:8000/closed", false, "connection closed without an answer"},
		{"curl -f -m 0.05 http://localhost:8000/slow", false, "no answer within 50 ms"},
		{"curl -f -d a=1 -d b=2 -H X-Key:k http://localhost:8000/echo", true, "200"},
		{"wget -q -O - http://localhost:8000/moved", true, "200"},
		{"wget -q -O - http://localhost:8000/loading", false, `503: {"detail": "loading"}`},
		{"wget --spider http://localhost:8000/get-only", true, "200"},
		{"curl -fI http://localhost:8000/get-only", false, "405"},
		{`python -c "import urllib.request as r, sys; sys.exit(urllib.request.urlopen('http://localhost:8000/none').status != 200)"`, false, "204"},
	} {
		t.Run(c.check, func(t *testing.T) {
			p := probeOf(t, c.check, server.Listener.Addr())
			if p.Kind != HTTP {
				t.Fatalf("asked by %s", p)
			}
			got := p.Try(t.Context(), nil)
			text, took, timed := strings.Cut(got.Text, " in ")
			if got.OK != c.ok || text != c.text || timed != c.ok {
				t.Errorf("got %v %q, want %v %q", got.OK, got.Text, c.ok, c.text)
			}
			if timed && !strings.HasSuffix(took, " ms") && !strings.HasSuffix(took, " s") {
				t.Errorf("took %q", took)
			}
		})
	}
}

// probeOf is how a service with a health check is asked whose port 8000 is
// published at an address.
func probeOf(t *testing.T, check string, at net.Addr) Probe {
	t.Helper()
	d := stack.Detail{Service: stack.Service{Phase: stack.Running, Ports: published8000(at)}}
	if check != "" {
		d.Check = &stack.Check{Test: []string{"CMD-SHELL", check}}
	}
	return Choose(d, "")
}

func published8000(at net.Addr) []stack.Port {
	return []stack.Port{tcp("0.0.0.0", uint16(at.(*net.TCPAddr).Port), 8000)}
}

func TestTryRefused(t *testing.T) {
	l := listen(t, nil)
	l.Close()
	for _, check := range []string{"", "curl -f http://localhost:8000/health"} {
		got := probeOf(t, check, l.Addr()).Try(t.Context(), nil)
		if got.OK || got.Text != "connection refused" {
			t.Errorf("check %q: %+v", check, got)
		}
	}
}

// However the closing meets the request, it is the same to a reader.
func TestTryClosed(t *testing.T) {
	l := listen(t, func(net.Conn) {})
	p := probeOf(t, "curl -f http://localhost:8000/health", l.Addr())
	for range 100 {
		if got := p.Try(t.Context(), nil); got.OK || !got.Closed || got.Text != closed.Text {
			t.Fatalf("%+v", got)
		}
	}
}

func TestTryTLSWithoutVerifying(t *testing.T) {
	server := httptest.NewTLSServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {}))
	defer server.Close()
	if got := probeOf(t, "curl -fk https://localhost:8000/", server.Listener.Addr()).Try(t.Context(), nil); !got.OK {
		t.Errorf("%+v", got)
	}
}

// A port without a check counts when something answers or stays open there.
func TestTryPort(t *testing.T) {
	for _, c := range []struct {
		name  string
		serve func(net.Conn)
		ok    bool
		text  string
	}{
		{"HTTP, whatever its status", func(c net.Conn) {
			c.Read(make([]byte, 4096))
			io.WriteString(c, "HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n")
		}, true, "404"},
		{"another protocol", func(c net.Conn) {
			c.Read(make([]byte, 4096)) // closing with data unread would reset the connection
			io.WriteString(c, "-ERR unknown command\r\n")
		}, true, "answers, but not HTTP"},
		{"closes on what it does not know", func(c net.Conn) {
			c.Read(make([]byte, 1))
		}, true, "open"},
		{"closed at once, as by Docker's proxy", func(c net.Conn) {}, false, "connection closed without an answer"},
	} {
		t.Run(c.name, func(t *testing.T) {
			l := listen(t, c.serve)
			got := probeOf(t, "", l.Addr()).Try(t.Context(), nil)
			text, _, _ := strings.Cut(got.Text, " in ")
			if got.OK != c.ok || text != c.text || got.Closed != (c.text == "connection closed without an answer") {
				t.Errorf("got %+v, want %v %q", got, c.ok, c.text)
			}
		})
	}
	t.Run("silent", func(t *testing.T) {
		l := listen(t, func(c net.Conn) { io.Copy(io.Discard, c) })
		p := probeOf(t, "", l.Addr())
		p.Timeout = 30 * time.Millisecond
		if got := p.Try(t.Context(), nil); !got.OK || !strings.HasPrefix(got.Text, "open, silent") {
			t.Errorf("%+v", got)
		}
		p.Timeout = time.Minute
		ctx, cancel := context.WithTimeout(t.Context(), 30*time.Millisecond)
		defer cancel()
		cancel()
		if got := p.Try(ctx, nil); got.OK {
			t.Errorf("cancelled, yet %+v", got)
		}
	})
}

// listen serves each connection and then closes it.
func listen(t *testing.T, serve func(net.Conn)) net.Listener {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			go func() { defer c.Close(); serve(c) }()
		}
	}()
	return l
}

func TestTryExec(t *testing.T) {
	d := stack.Detail{Check: &stack.Check{Test: []string{"CMD-SHELL", "pg_isready"}}}
	for _, c := range []struct {
		result stack.ExecResult
		err    error
		want   string
		ok     bool
	}{
		{stack.ExecResult{}, nil, "exit 0 in ", true},
		{stack.ExecResult{ExitCode: 1, Output: "starting\nno response\n"}, nil, "exit 1: no response", false},
		{stack.ExecResult{}, errors.New("container is paused"), "container is paused", false},
	} {
		e := &fake{exec: func(argv []string) (stack.ExecResult, error) {
			if strings.Join(argv, " ") != "/bin/sh -c pg_isready" {
				t.Errorf("ran %q", argv)
			}
			return c.result, c.err
		}}
		got := Choose(d, "").Try(t.Context(), e)
		if got.OK != c.ok || !strings.HasPrefix(got.Text, c.want) {
			t.Errorf("got %+v, want %v %q", got, c.ok, c.want)
		}
	}
}
