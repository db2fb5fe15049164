package main

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"berth/assets"
	"berth/predict"

	"golang.org/x/sync/errgroup"
)

const manyBodies = `
services:
  model-api:
    build: {context: ., args: {REQUIREMENTS: requirements.offline.txt}}
    ports: ["127.0.0.1::8000"]
    stop_grace_period: 1s
  rich:
    build: {context: ., args: {REQUIREMENTS: requirements.offline.txt}}
    command: [uvicorn, "api.rich:app", --host, 0.0.0.0, --port, "8000"]
    healthcheck: {disable: true}
    ports: ["127.0.0.1::8000"]
    stop_grace_period: 1s
`

// strict is a service that speaks a model server's protocol.
const strict = `
  %[1]s:
    build: {context: ., args: {REQUIREMENTS: requirements.offline.txt}}
    command: [python, api/server.py, %[1]s]
    environment: {MODEL_NAME: churn}
    healthcheck: {disable: true}
    ports: ["127.0.0.1::8000"]
    stop_grace_period: 0s
`

// The template and a service with all that pydantic has take 1,000 random bodies
// each: FastAPI answers none with 422. Servers of other protocols take 200.
func TestRandomBodiesAreTaken(t *testing.T) {
	dir := t.TempDir()
	if _, err := assets.WriteProject(dir); err != nil {
		t.Fatal(err)
	}
	for _, from := range []string{"testdata/rich", "testdata/servers"} {
		if err := os.CopyFS(filepath.Join(dir, "api"), os.DirFS(from)); err != nil {
			t.Fatal(err)
		}
	}
	file, protocols := manyBodies, []string{"v2", "tensorflow", "openai", "mlflow"}
	for _, protocol := range protocols {
		file += fmt.Sprintf(strict, protocol)
	}
	if err := os.WriteFile(filepath.Join(dir, "docker-compose.yml"), []byte(file), 0o644); err != nil {
		t.Fatal(err)
	}
	env, program := engineEnv(t), binary(t)
	berth := func(args ...string) string {
		t.Helper()
		cmd := exec.Command(program, args...)
		cmd.Dir, cmd.Env = dir, append(os.Environ(), env...)
		var told strings.Builder
		cmd.Stderr = &told
		out, err := cmd.Output()
		if err != nil {
			t.Fatalf("berth %v: %v\n%s", args, err, told.String())
		}
		return string(out)
	}
	berth("up", "--wait")
	send := func(service string, n int) {
		t.Helper()
		var door struct{ Base string }
		if err := json.Unmarshal([]byte(berth("predict", service, "--endpoints", "--json")), &door); err != nil {
			t.Fatal(err)
		}
		sendMany(t, door.Base, n)
	}
	send("model-api", 1000)
	send("rich", 1000)
	for _, protocol := range protocols {
		send(protocol, 200)
	}
}

// sendMany sends n random bodies, shared out among the endpoints that take one.
func sendMany(t *testing.T, base string, n int) {
	t.Helper()
	client := &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: 8}}
	defer client.CloseIdleConnections()
	api, err := predict.Discover(t.Context(), client, base, predict.Hints{Models: []string{"churn"}})
	if err != nil {
		t.Fatal(err)
	}
	g, ctx := errgroup.WithContext(t.Context())
	g.SetLimit(8)
	each := n/len(api.Endpoints) + 1
	for seed, listed := range api.Endpoints {
		e, err := api.Choose(listed.String())
		if err != nil {
			t.Fatal(err)
		}
		left := each
		for body := range e.Bodies(uint64(seed)) {
			if left--; left < 0 {
				break
			}
			g.Go(func() error { return taken(ctx, client, base, e, body) })
		}
		if left >= 0 {
			t.Errorf("%s: %d bodies are missing", e, left)
		}
	}
	if err := g.Wait(); err != nil {
		t.Error(err)
	}
}

func taken(ctx context.Context, client *http.Client, base string, e predict.Endpoint, body []byte) error {
	r, err := predict.Send(ctx, client, base, e, body, predict.SendOptions{})
	if err == nil && !r.OK() {
		err = fmt.Errorf("%s answers %d to %s: %s", e, r.Status, body, r.Body)
	}
	return err
}
