package dockerops

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"regexp"
	"strings"

	"github.com/moby/moby/api/types/container"
	"github.com/moby/moby/client"
)

// exposedRange is a range of ports in an inspected container's ExposedPorts. It
// cannot match inside a string, where quotes are escaped.
var exposedRange = regexp.MustCompile(`"(\d+)-\d+(/\w+)?":\{\}`)

// inspect also reads a container that exposes a range of ports: docker compose
// passes `expose: "9000-9002"` on as it is, the Engine keeps it, and the client
// fails on it. Of the range the first port is kept.
func (e *Engine) inspect(ctx context.Context, id string) (container.InspectResponse, error) {
	found, err := e.cli.ContainerInspect(ctx, id, client.ContainerInspectOptions{})
	if err == nil || !strings.Contains(err.Error(), "invalid port") {
		return found.Container, err
	}
	raw, rawErr := e.inspectRaw(ctx, id)
	if rawErr != nil {
		return found.Container, fmt.Errorf("%w (and %w)", err, rawErr)
	}
	var c container.InspectResponse
	return c, json.Unmarshal(exposedRange.ReplaceAll(raw, []byte(`"$1$2":{}`)), &c)
}

// inspectRaw asks over a connection of its own.
func (e *Engine) inspectRaw(ctx context.Context, id string) ([]byte, error) {
	conn, err := e.cli.Dialer()(ctx)
	if err != nil {
		return nil, err
	}
	defer conn.Close()
	defer context.AfterFunc(ctx, func() { conn.Close() })()
	url := "http://" + client.DummyHost + "/v" + e.cli.ClientVersion() + "/containers/" + id + "/json"
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, url, http.NoBody)
	if err != nil {
		return nil, err
	}
	if err := req.Write(conn); err != nil {
		return nil, err
	}
	resp, err := http.ReadResponse(bufio.NewReader(conn), req)
	if err != nil {
		return nil, err
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("inspecting %s: %s", id, resp.Status)
	}
	return io.ReadAll(resp.Body)
}
