package dockerops

import (
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// relayVariable makes the test binary stand in for `docker system dial-stdio`:
// it holds the socket to relay standard input and output to.
const relayVariable = "BERTH_TEST_RELAY"

// TestRelay is that stand-in, and no test.
func TestRelay(t *testing.T) {
	socket := os.Getenv(relayVariable)
	if socket == "" {
		return
	}
	conn, err := net.Dial("unix", socket)
	if err != nil {
		t.Fatal(err)
	}
	go func() {
		_, _ = io.Copy(conn, os.Stdin)
		_ = conn.(*net.UnixConn).CloseWrite()
	}()
	_, _ = io.Copy(os.Stdout, conn)
}

// installSSH puts a program called ssh first in PATH.
func installSSH(t *testing.T, script string) {
	t.Helper()
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "ssh"), []byte("#!/bin/sh\n"+script), 0o755); err != nil {
		t.Fatal(err)
	}
	t.Setenv("PATH", dir+":"+os.Getenv("PATH"))
}

func TestEngineOverSSH(t *testing.T) {
	noDocker(t)
	socket := filepath.Join(t.TempDir(), "engine.sock")
	l, err := net.Listen("unix", socket)
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewUnstartedServer(engineAPI(func(w http.ResponseWriter, _ *http.Request, _ string) { notFound(w) }))
	server.Listener = l
	server.Start()
	defer server.Close()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	installSSH(t, relayVariable+"="+socket+" exec "+self+" -test.run ^TestRelay$\n")
	e, err := Connect(t.Context(), Target{Host: "ssh://me@far.test"})
	if err != nil {
		t.Fatal(err)
	}
	info, err := e.Info(t.Context())
	if err != nil || info.Version != "20.10.24" || info.PublishHost != "far.test" {
		t.Errorf("got %+v, %v", info, err)
	}
	if err := e.Close(); err != nil {
		t.Error(err)
	}
}

func TestSSHThatFails(t *testing.T) {
	noDocker(t)
	installSSH(t, "echo 'me@far.test: Permission denied (publickey).' >&2; exit 255\n")
	_, err := Connect(t.Context(), Target{Host: "ssh://me@far.test"})
	if !errors.Is(err, ErrUnreachable) || !strings.Contains(err.Error(), "Permission denied (publickey)") || !strings.Contains(err.Error(), "try: ssh me@far.test docker version") {
		t.Errorf("got %v", err)
	}
}
