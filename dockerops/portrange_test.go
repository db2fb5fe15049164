package dockerops

import (
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"berth/stack"
)

// A container with a range of exposed ports, as docker compose makes it.
func TestInspectAContainerWithAPortRange(t *testing.T) {
	noDocker(t)
	server := httptest.NewServer(engineAPI(func(w http.ResponseWriter, _ *http.Request, path string) {
		if path == "/containers/json" {
			answer(w, []map[string]any{{"Id": "c"}})
			return
		}
		if _, err := io.WriteString(w, `{"Id":"c","State":{"Status":"running"},"Config":{"Env":["X=\"1-2/tcp\":{}"],"ExposedPorts":{"9100-9102/udp":{},"80/tcp":{}}}}`); err != nil {
			t.Error(err)
		}
	}))
	defer server.Close()
	e, err := Connect(t.Context(), Target{Host: "tcp://" + server.Listener.Addr().String()})
	if err != nil {
		t.Fatal(err)
	}
	d, err := e.Inspect(t.Context(), stack.Ref{Project: "p", Service: "s", Number: 1})
	if err != nil {
		t.Fatal(err)
	}
	if len(d.Ports) != 2 || d.Ports[1].Container != 9100 || d.Ports[1].Protocol != "udp" || !strings.Contains(d.Env["X"], "1-2/tcp") {
		t.Errorf("ports %+v, environment %v", d.Ports, d.Env)
	}
}
