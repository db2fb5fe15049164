package dockerops

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/pem"
	"errors"
	"io/fs"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"

	"github.com/moby/moby/client"

	"berth/stack"
)

// noDocker takes the user's own Docker configuration out of sight.
func noDocker(t *testing.T) (dir string) {
	t.Helper()
	dir = t.TempDir()
	t.Setenv("DOCKER_CONFIG", dir)
	for _, name := range []string{"DOCKER_HOST", "DOCKER_CONTEXT", "DOCKER_TLS", "DOCKER_TLS_VERIFY", "DOCKER_CERT_PATH", "DOCKER_API_VERSION"} {
		t.Setenv(name, "")
	}
	return dir
}

func put(t *testing.T, path, content string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
}

func contextID(name string) string {
	sum := sha256.Sum256([]byte(name))
	return hex.EncodeToString(sum[:])
}

func addContext(t *testing.T, dir, name, host string) {
	t.Helper()
	put(t, filepath.Join(dir, "contexts/meta", contextID(name), "meta.json"),
		`{"Name":"`+name+`","Endpoints":{"docker":{"Host":"`+host+`","SkipTLSVerify":false}}}`)
}

func TestWhichEngine(t *testing.T) {
	const standard = client.DefaultDockerHost
	for name, c := range map[string]struct {
		target             Target
		env                map[string]string
		current            string
		host, from, public string
	}{
		"nothing said":             {host: standard, from: "default", public: "127.0.0.1"},
		"--host":                   {target: Target{Host: "tcp://10.0.0.1:2375"}, host: "tcp://10.0.0.1:2375", from: "--host", public: "10.0.0.1"},
		"--host without a scheme":  {target: Target{Host: "10.0.0.1:2375"}, host: "tcp://10.0.0.1:2375", from: "--host", public: "10.0.0.1"},
		"--host before all else":   {target: Target{Host: "unix:///a"}, env: map[string]string{"DOCKER_HOST": "unix:///b", "DOCKER_CONTEXT": "far"}, current: "far", host: "unix:///a", from: "--host", public: "127.0.0.1"},
		"--context before the env": {target: Target{Context: "far"}, env: map[string]string{"DOCKER_HOST": "unix:///b"}, host: "ssh://me@far.test:2222", from: "far", public: "far.test"},
		"DOCKER_HOST":              {env: map[string]string{"DOCKER_HOST": "unix:///b", "DOCKER_CONTEXT": "far"}, host: "unix:///b", from: "DOCKER_HOST", public: "127.0.0.1"},
		"DOCKER_CONTEXT":           {env: map[string]string{"DOCKER_CONTEXT": "far"}, current: "near", host: "ssh://me@far.test:2222", from: "far", public: "far.test"},
		"the current context":      {current: "near", host: "unix:///near.sock", from: "near", public: "127.0.0.1"},
		"--context default":        {target: Target{Context: "default"}, current: "near", host: standard, from: "default", public: "127.0.0.1"},
		"IPv6":                     {target: Target{Host: "tcp://[::1]:2375"}, host: "tcp://[::1]:2375", from: "--host", public: "::1"},
	} {
		t.Run(name, func(t *testing.T) {
			dir := noDocker(t)
			addContext(t, dir, "far", "ssh://me@far.test:2222")
			addContext(t, dir, "near", "unix:///near.sock")
			if c.current != "" {
				put(t, filepath.Join(dir, "config.json"), `{"currentContext":"`+c.current+`"}`)
			}
			for k, v := range c.env {
				t.Setenv(k, v)
			}
			e, err := Dial(c.target)
			if err != nil {
				t.Fatal(err)
			}
			if got := e.describe(); got.Endpoint != c.host || got.Context != c.from || got.PublishHost != c.public {
				t.Errorf("got %+v", got)
			}
		})
	}
}

func TestWronglyConfigured(t *testing.T) {
	for name, c := range map[string]struct {
		target Target
		config string
		want   string
	}{
		"both flags":      {target: Target{Host: "unix:///a", Context: "b"}, want: "exclude each other"},
		"unknown context": {target: Target{Context: "nowhere"}, want: `there is no docker context "nowhere"`},
		"unknown scheme":  {target: Target{Host: "gopher://x"}, want: `unknown scheme "gopher"`},
		"no host":         {target: Target{Host: "ssh://"}, want: "names no host"},
		"broken JSON":     {config: `{"currentContext":`, want: "config.json"},
	} {
		t.Run(name, func(t *testing.T) {
			dir := noDocker(t)
			if c.config != "" {
				put(t, filepath.Join(dir, "config.json"), c.config)
			}
			_, err := Dial(c.target)
			var problem *stack.Problem
			if !errors.As(err, &problem) || !strings.Contains(err.Error(), c.want) {
				t.Errorf("got %v", err)
			}
		})
	}
}

// An Engine behind TLS, found through a context with the authority's
// certificate, and through the environment.
func TestTLS(t *testing.T) {
	server := httptest.NewUnstartedServer(engineAPI(func(w http.ResponseWriter, _ *http.Request, _ string) { notFound(w) }))
	server.Config.ErrorLog = slog.NewLogLogger(slog.DiscardHandler, slog.LevelError) // refused clients are part of the test
	server.StartTLS()
	defer server.Close()
	host := "tcp://" + server.Listener.Addr().String()
	authority := string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: server.Certificate().Raw}))
	t.Run("context", func(t *testing.T) {
		dir := noDocker(t)
		addContext(t, dir, "secure", host)
		put(t, filepath.Join(dir, "contexts/tls", contextID("secure"), "docker/ca.pem"), authority)
		e, err := Connect(t.Context(), Target{Context: "secure"})
		if err != nil {
			t.Fatal(err)
		}
		if info, err := e.Info(t.Context()); err != nil || info.Version != "20.10.24" || info.APIVersion != "1.41" {
			t.Errorf("got %+v, %v", info, err)
		}
	})
	t.Run("environment", func(t *testing.T) {
		dir := noDocker(t)
		put(t, filepath.Join(dir, "certs/ca.pem"), authority)
		t.Setenv("DOCKER_HOST", host)
		t.Setenv("DOCKER_TLS_VERIFY", "1")
		t.Setenv("DOCKER_CERT_PATH", filepath.Join(dir, "certs"))
		if _, err := Connect(t.Context(), Target{}); err != nil {
			t.Error(err)
		}
	})
	t.Run("another authority", func(t *testing.T) {
		noDocker(t)
		t.Setenv("DOCKER_TLS_VERIFY", "1")
		_, err := Connect(t.Context(), Target{Host: host})
		if !errors.Is(err, ErrUnreachable) || !strings.Contains(err.Error(), "certificate") {
			t.Errorf("got %v", err)
		}
	})
}

func TestEngineThatIsNotThere(t *testing.T) {
	noDocker(t)
	nothing := filepath.Join(t.TempDir(), "no.sock")
	dead := filepath.Join(t.TempDir(), "dead.sock")
	l, err := net.ListenUnix("unix", &net.UnixAddr{Name: dead})
	if err != nil {
		t.Fatal(err)
	}
	l.SetUnlinkOnClose(false)
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
	tcp, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	closed := tcp.Addr().String()
	if err := tcp.Close(); err != nil {
		t.Fatal(err)
	}
	for host, want := range map[string]string{
		"unix://" + nothing: "start Docker",
		"unix://" + dead:    "nothing listens: start Docker again",
		"tcp://" + closed:   "is it the right port",
	} {
		_, err := Connect(t.Context(), Target{Host: host})
		var problem *stack.Problem
		if !errors.Is(err, ErrUnreachable) || !errors.As(err, &problem) || !strings.Contains(problem.Hint, want) {
			t.Errorf("%s: %v", host, err)
		}
	}
	at := endpoint{url: &url.URL{Scheme: "unix"}}
	if hint := at.hint(&net.OpError{Err: os.NewSyscallError("connect", syscall.EACCES)}); !strings.Contains(hint, "group docker") {
		t.Errorf("permission: %s", hint)
	}
	if !errors.Is(syscall.EACCES, fs.ErrPermission) {
		t.Error("EACCES is no ErrPermission")
	}
}

func TestEngineThatIsTooOld(t *testing.T) {
	e := fakeEngine(t, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.Header().Set("Api-Version", "1.38") }))
	_, err := e.Info(t.Context())
	if err == nil || errors.Is(err, ErrUnreachable) || !strings.Contains(err.Error(), "it speaks API 1.38, Berth needs 1.40 or later") {
		t.Errorf("got %v", err)
	}
}

// What a request's own context ended is not the Engine's fault.
func TestCancelledIsNoProblem(t *testing.T) {
	e := fakeEngine(t, http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() }))
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err := e.Info(ctx)
	var problem *stack.Problem
	if !errors.Is(err, context.Canceled) || errors.As(err, &problem) {
		t.Errorf("got %v", err)
	}
}

func TestSSHArgs(t *testing.T) {
	for address, want := range map[string]string{
		"ssh://far.test":            "-o ConnectTimeout=30 -T -- far.test docker system dial-stdio",
		"ssh://me@far.test:2222":    "-o ConnectTimeout=30 -T -l me -p 2222 -- far.test docker system dial-stdio",
		"ssh://far.test/run/d.sock": "-o ConnectTimeout=30 -T -- far.test docker --host=unix:///run/d.sock system dial-stdio",
	} {
		u, err := url.Parse(address)
		if err != nil {
			t.Fatal(err)
		}
		if got := sshArgs(u); !slices.Equal(got, strings.Split(want, " ")) {
			t.Errorf("%s: %q", address, got)
		}
	}
}
